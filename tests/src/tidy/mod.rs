//! Rules of the house that a program can check by reading the sources: layers, module texts, lints
//! of every member, fixtures that somebody reads, words that have no business here.
//!
//! Everything works on `(path, text)` pairs, so the rules are tested on made-up sources that break
//! them; `tests/tests/layers.rs` applies them to the repository.
//!
//! - `mod`: files and the simple rules;
//! - [`code`]: Rust text without comments and literals, as tokens;
//! - [`layers`]: who may import whom;
//! - [`circles`]: modules of one folder that need each other.

pub mod circles;
pub mod code;
pub mod layers;
mod test_files;

use std::fs;
use std::io;
use std::path::Path;

/// A text file of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Path from the root, with `/`.
    pub path: String,
    /// Content.
    pub text: String,
}

impl Source {
    /// A source from its parts.
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|extension| extension == "rs")
    }
}

/// What is at a root beside the repository's own files.
const NOT_OURS: [&str; 3] = [".git", ".cache", "target"];

/// All text files below `root`, in the order of their paths.
pub fn read_tree(root: &Path) -> io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let path = entry.path();
            if NOT_OURS.iter().any(|name| entry.file_name() == *name) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if let Ok(text) = String::from_utf8(fs::read(&path)?) {
                let path = path.strip_prefix(root).expect("below the root").display().to_string();
                sources.push(Source { path, text });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

/// Rust files that do not begin with a module text.
pub fn without_module_text(sources: &[Source]) -> Vec<String> {
    let rust = sources.iter().filter(|source| source.is_rust());
    let silent = rust.filter(|source| !source.text.starts_with("//! "));
    silent.map(|source| format!("{}: begins without a module text (//!)", source.path)).collect()
}

/// The one module that may hold unsafe code, with a comment for each block.
const UNSAFE_MODULE: &str = "bridge/src/kafka/native.rs";

/// Members that do not take the workspace's lints, a workspace that does not deny `unsafe`, and
/// modules that allow themselves what the workspace denies.
pub fn without_lints(sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    for source in sources.iter().filter(|source| source.path.ends_with("Cargo.toml")) {
        let text = &source.text;
        if source.path == "Cargo.toml" {
            let mut rules = section(text, "workspace.lints.rust");
            let denies = |line: &str| line.replace(' ', "").starts_with("unsafe_code=\"deny\"");
            if !rules.any(denies) {
                problems.push("Cargo.toml: does not deny unsafe code".to_owned());
            }
        } else if !section(text, "lints").any(|line| line.replace(' ', "") == "workspace=true") {
            problems.push(format!("{}: does not inherit the workspace's lints", source.path));
        }
    }
    for source in sources.iter().filter(|it| it.is_rust() && it.path != UNSAFE_MODULE) {
        let code = code::blank(&source.text);
        if ["allow(unsafe_code", "expect(unsafe_code", "warn(unsafe_code"]
            .iter()
            .any(|it| code.contains(it))
        {
            problems.push(format!("{}: only {UNSAFE_MODULE} may hold unsafe code", source.path));
        }
    }
    problems
}

fn section<'a>(toml: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let header = format!("[{name}]");
    let after = toml.lines().skip_while(move |line| line.trim() != header).skip(1);
    after.take_while(|line| !line.starts_with('['))
}

/// Files that have a word in them which must not leave somebody's machine or desk.
pub fn with_words(sources: &[Source], words: &[String]) -> Vec<String> {
    let mut problems = Vec::new();
    for source in sources {
        for (number, line) in (1..).zip(source.text.lines()) {
            for word in words.iter().filter(|word| line.contains(word.as_str())) {
                problems.push(format!("{}:{number}: mentions {word}", source.path));
            }
        }
    }
    problems
}

/// Folders whose files exist only to be read by tests.
const FIXTURE_FOLDERS: [&str; 6] =
    ["grammar", "corpus", "fixtures", "golden", "vectors", "transcripts"];

/// Fixtures that no Rust file reads. A file is read by a source that names it, or that names its
/// folder and its extension.
pub fn unread_fixtures(sources: &[Source]) -> Vec<String> {
    let readers: Vec<&Source> = sources.iter().filter(|source| source.is_rust()).collect();
    let is_fixture = |source: &&Source| {
        let folders = source.path.rsplit_once('/').map_or("", |(folders, _)| folders);
        !source.is_rust() && folders.split('/').any(|name| FIXTURE_FOLDERS.contains(&name))
    };
    let unread = sources.iter().filter(is_fixture).filter(|fixture| {
        let path = Path::new(&fixture.path);
        let part = |part: Option<&std::ffi::OsStr>| {
            part.and_then(|name| name.to_str()).unwrap_or("?").to_owned()
        };
        let file = part(path.file_name());
        let folder = part(path.parent().and_then(Path::file_name));
        let extension = part(path.extension());
        let named = [format!("\"{extension}\""), format!("\".{extension}\"")];
        let reads = |reader: &&&Source| {
            let text = &reader.text;
            text.contains(&file)
                || (text.contains(&folder) && named.iter().any(|name| text.contains(name)))
        };
        readers.iter().find(reads).is_none()
    });
    unread.map(|fixture| format!("{}: no test reads this file", fixture.path)).collect()
}
