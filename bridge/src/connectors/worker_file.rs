//! A worker's file, from its bytes to settings that a worker can start with, or to everything that
//! is wrong with it, line by line.

use std::fmt;

use super::converters::check_worker;
use crate::config::properties::{Properties, PropertiesError};
use crate::config::{KeyError, WorkerConfig, WorkerNotes};

/// What is wrong with a worker's file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkerFileError {
    /// Not properties.
    #[error(transparent)]
    Syntax(#[from] PropertiesError),
    /// Settings that are missing or wrong; at least one.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Settings(Vec<WorkerFileProblem>),
}

/// One setting that is missing or wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerFileProblem {
    /// Counted from 1; none for a setting that is missing.
    pub line: Option<usize>,
    /// The setting and what is wrong with it.
    pub message: String,
}

impl fmt::Display for WorkerFileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// Reads the file of a standalone worker. An empty one is a file too.
pub fn load_worker(bytes: &[u8]) -> Result<(WorkerConfig, WorkerNotes), WorkerFileError> {
    let file = Properties::parse(bytes)?;
    let problems = |errors: Vec<KeyError>| {
        let problem = |error: KeyError| WorkerFileProblem {
            line: file.line_of(&error.key),
            message: error.message,
        };
        WorkerFileError::Settings(errors.into_iter().map(problem).collect())
    };
    let (config, mut notes) =
        WorkerConfig::standalone(&file.map).map_err(|error| problems(error.errors))?;
    notes.warnings.extend(check_worker(&config).map_err(problems)?);
    Ok((config, notes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        load_worker(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn errors_name_the_line() {
        assert_eq!(error("a=1\nb=\\u12"), "line 2: Malformed \\uxxxx encoding.");
        assert_eq!(
            error("# worker\nkey.converter=String\nvalue.converter=String\nlisteners=8083\n"),
            "Missing required configuration \"offset.storage.file.filename\" which has no default \
             value.\n\
             line 4: Invalid value 8083 for configuration listeners: Listener doesn't have the \
             right format (protocol://hostname:port)."
        );
        assert_eq!(
            error("key.converter=x.Y\nvalue.converter=Json\noffset.storage.file.filename=o"),
            "line 1: Invalid value x.Y for configuration key.converter: Class x.Y could not be \
             found."
        );
    }

    #[test]
    fn warnings_of_all_kinds_come_together() {
        let text = "key.converter=String\nvalue.converter=ByteArray\n\
                    offset.storage.file.filename=o\nproducer.retries=3\ngroup.id=g";
        let (_, notes) = load_worker(text.as_bytes()).unwrap();
        assert_eq!(notes.warnings.len(), 2, "{notes:?}");
    }
}
