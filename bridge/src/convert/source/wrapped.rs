//! The places of a JSON text whose integers do not fit in 64 bits.
//!
//! The original's converters keep the lowest 64 bits of such an integer, so the record's value is
//! wrong; the caller counts it and warns. Owns the paths of those places, never their values.
//! Paths are put together from the inside out, only when there is such an integer, so other texts
//! pay a comparison. Invariant: at most [`PATHS_MAX`] paths of bounded length, whatever the text.

use super::text::clip;

/// How many different paths of one text are kept.
const PATHS_MAX: usize = 16;

/// Longer paths lose their beginning.
const PATH_BYTES_MAX: usize = 1000;

/// Paths of integers beyond 64 bits, as far as the reader has come.
#[derive(Debug, Default)]
pub(super) struct WrappedIntegers {
    paths: Vec<String>,
}

impl WrappedIntegers {
    pub(super) fn clear(&mut self) {
        self.paths.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.paths.len()
    }

    /// Adds an integer where the reader is.
    #[cold]
    pub(super) fn add(&mut self) {
        if self.paths.len() < PATHS_MAX {
            self.paths.push(String::new());
        }
    }

    /// The paths from the index `from` on lie within a field of this name.
    #[cold]
    pub(super) fn within_field(&mut self, from: usize, name: &str) {
        self.prepend(from, &format!(".{}", clip(name)));
    }

    /// The paths from the index `from` on lie within elements of an array.
    #[cold]
    pub(super) fn within_array(&mut self, from: usize) {
        self.prepend(from, "[]");
        let mut found = self.paths.split_off(from.min(self.paths.len()));
        found.sort_unstable();
        found.dedup();
        self.paths.append(&mut found);
    }

    /// The paths as JSONPath writes them, from the root `$`.
    pub(super) fn take(&mut self) -> Vec<String> {
        if self.paths.is_empty() {
            return Vec::new();
        }
        self.prepend(0, "$");
        std::mem::take(&mut self.paths)
    }

    fn prepend(&mut self, from: usize, text: &str) {
        for path in self.paths.get_mut(from..).unwrap_or_default() {
            if path.len() + text.len() <= PATH_BYTES_MAX {
                path.insert_str(0, text);
            }
        }
    }
}
