//! What is wrong with a pattern, a replacement or a search, in the words of `java.util.regex`.

use std::fmt;

/// A pattern that does not compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternError {
    /// Java refuses it too: its `PatternSyntaxException`.
    Syntax {
        /// Java's description.
        description: String,
        /// Where, counted in characters; Java leaves it out where it has no place to show.
        index: Option<usize>,
        /// The whole pattern.
        pattern: String,
    },
    /// Java accepts it, and this engine does not support it.
    Unsupported {
        /// The unsupported construct.
        what: String,
        /// The whole pattern.
        pattern: String,
    },
}

impl fmt::Display for PatternError {
    /// Java's text: the description, the pattern, and a mark under the place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { description, index, pattern } => {
                f.write_str(description)?;
                if let Some(index) = index {
                    write!(f, " near index {index}")?;
                }
                write!(f, "\n{pattern}")?;
                match index {
                    Some(index) if *index < pattern.encode_utf16().count() => {
                        write!(f, "\n{:index$}^", "")
                    }
                    _ => Ok(()),
                }
            }
            Self::Unsupported { what, pattern } => {
                write!(f, "{what} has no counterpart outside of Java, in the pattern\n{pattern}")
            }
        }
    }
}

impl std::error::Error for PatternError {}

/// A search or a replacement that fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MatchError {
    /// `IllegalArgumentException`: the replacement is malformed.
    #[error("{0}")]
    Replacement(String),
    /// `IndexOutOfBoundsException`: the replacement names a group that the pattern has not.
    #[error("No group {0}")]
    NoGroup(usize),
    /// The pattern tries too many ways through a text; Java would go on for very long.
    #[error("the regular expression '{0}' takes too many steps on this text")]
    TooManySteps(String),
}
