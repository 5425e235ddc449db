//! Where the text comes from: an argument is a file, standard input or KCQL itself.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use kcql::MAX_TEXT_BYTES;

/// A text and the name under which diagnostics speak of it.
pub(crate) struct Input {
    pub(crate) text: String,
    pub(crate) name: Option<String>,
}

/// Why there is no text.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    /// The operating system refuses it.
    #[error("cannot read {name}: {source}")]
    Unreadable { name: String, source: io::Error },
    /// KCQL is UTF-8.
    #[error("{name} is not UTF-8: byte {at} is wrong")]
    NotUtf8 { name: String, at: usize },
    /// Neither a path nor KCQL.
    #[error(
        "{argument:?} is neither an existing file nor KCQL (which has blanks); see kcql --help"
    )]
    Neither { argument: String },
}

impl Input {
    pub(crate) fn read(argument: &str) -> Result<Self, InputError> {
        if argument == "-" {
            return Self::from_bytes("<stdin>", &mut io::stdin().lock());
        }
        if Path::new(argument).exists() {
            let unreadable = |source| InputError::Unreadable { name: argument.into(), source };
            let mut file = File::open(argument).map_err(unreadable)?;
            return Self::from_bytes(argument, &mut file);
        }
        if argument.contains(char::is_whitespace) {
            return Ok(Self { text: argument.into(), name: None });
        }
        Err(InputError::Neither { argument: argument.into() })
    }

    fn from_bytes(name: &str, from: &mut impl Read) -> Result<Self, InputError> {
        let mut bytes = Vec::new();
        // One byte more than is compiled, so that too long a text is seen to be too long.
        let limit = MAX_TEXT_BYTES as u64 + 1;
        from.take(limit)
            .read_to_end(&mut bytes)
            .map_err(|source| InputError::Unreadable { name: name.into(), source })?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self { text, name: Some(name.into()) }),
            Err(error) => {
                Err(InputError::NotUtf8 { name: name.into(), at: error.utf8_error().valid_up_to() })
            }
        }
    }
}
