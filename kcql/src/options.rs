//! Options of reading: the mode, the release that the text was written for, and which of several
//! matching statements get a message.

use crate::dialect::Dialect;

/// The longest text that is compiled, in bytes.
pub const MAX_TEXT_BYTES: usize = 64 << 20;

/// Which of several statements that match a topic get the message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matching {
    /// The first in written order; of two equal filters the later stands for both.
    #[default]
    FirstInOrder,
    /// All of them.
    All,
}

/// By which rules a text is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Ours: nothing is dropped, and what cannot be read is an error.
    #[default]
    Strict,
    /// Those of upstream's parser, with a warning for each loss.
    Compat,
    /// The same, with an error for each loss.
    Lossless,
}

/// How to read a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompileOptions {
    /// Which of several matching statements count.
    pub matching: Matching,
    /// The release the text was written for.
    pub dialect: Dialect,
    /// By which rules it is read.
    pub mode: Mode,
    /// Whether statements are compared with each other.
    pub set_lints: bool,
}

impl Default for CompileOptions {
    fn default() -> Self {
        Self {
            matching: Matching::default(),
            dialect: Dialect::default(),
            mode: Mode::default(),
            set_lints: true,
        }
    }
}
