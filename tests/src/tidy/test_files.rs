//! Which files are modules for tests, and which module a file is.

use std::collections::BTreeSet;

use super::code::{test_parts, TestFile};
use super::Source;

/// The files that are test modules as a whole, and the folders of their modules.
#[derive(Default)]
pub(super) struct TestFiles {
    files: BTreeSet<String>,
    folders: Vec<String>,
}

impl TestFiles {
    /// Finds them.
    pub(super) fn of(sources: &[Source]) -> Self {
        let mut found = Self::default();
        for source in sources.iter().filter(|source| source.is_rust()) {
            let (folder, file) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
            for test in test_parts(&source.text).files {
                match (test, file) {
                    (TestFile::At(path), _) => {
                        found.files.insert(format!("{folder}/{path}"));
                    }
                    (TestFile::Named(name), "mod.rs" | "lib.rs" | "main.rs") => {
                        found.add(&format!("{folder}/{name}"));
                    }
                    (TestFile::Named(name), file) => {
                        let module = file.trim_end_matches(".rs");
                        found.add(&format!("{folder}/{module}/{name}"));
                    }
                }
            }
        }
        found
    }

    fn add(&mut self, module: &str) {
        self.files.insert(format!("{module}.rs"));
        self.folders.push(format!("{module}/"));
    }

    /// Whether a file is compiled for tests only.
    pub(super) fn contains(&self, path: &str) -> bool {
        self.files.contains(path) || self.folders.iter().any(|folder| path.starts_with(folder))
    }
}

/// `flow/ledger.rs` is `[flow, ledger]`, `flow/mod.rs` and `flow.rs` are `[flow]`.
pub(super) fn module_of(inner: &str) -> Vec<&str> {
    let mut module: Vec<&str> = inner.trim_end_matches(".rs").split('/').collect();
    if module.last() == Some(&"mod") {
        module.pop();
    }
    module
}
