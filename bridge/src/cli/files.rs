//! Reads the files that the command line names.
//!
//! Invariant: every error names its file, and the line where there is one.

use std::path::{Path, PathBuf};

use connect::config::properties::Properties;
use connect::config::{parse_connector_file, ConnectorFile};

use crate::config::{KeyError, WorkerConfig, WorkerConfigError, WorkerWarnings};
use crate::connectors::check_worker;

/// All errors of a worker file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .lines.join("\n"))]
pub struct SettingsFileError {
    /// One line for each: `file:line: what`.
    pub lines: Vec<String>,
}

/// Reads a worker file. An empty path means no settings at all, as upstream.
pub fn worker_settings(path: &Path) -> Result<(WorkerConfig, WorkerWarnings), SettingsFileError> {
    let one = |line: String| SettingsFileError { lines: vec![line] };
    let file = path.display();
    let bytes = if path.as_os_str().is_empty() {
        Vec::new()
    } else {
        std::fs::read(path).map_err(|error| one(format!("cannot read {file}: {error}")))?
    };
    let properties = Properties::parse(&bytes)
        .map_err(|error| one(format!("{file}:{}: {}", error.line, error.reason)))?;
    let located = |errors: Vec<KeyError>| SettingsFileError {
        lines: errors.iter().map(|error| located(path, &properties, error)).collect(),
    };
    let (config, mut notes) = WorkerConfig::standalone(&properties.map)
        .map_err(|WorkerConfigError { errors }| located(errors))?;
    notes.warnings.extend(check_worker(&config).map_err(located)?);
    Ok((config, notes))
}

fn located(path: &Path, properties: &Properties, error: &KeyError) -> String {
    match properties.line_of(&error.key) {
        Some(line) => format!("{}:{line}: {}", path.display(), error.message),
        None => format!("{}: {}", path.display(), error.message),
    }
}

/// Reads the connector files up to the first error.
pub(super) fn connectors(paths: &[PathBuf]) -> Result<Vec<(PathBuf, ConnectorFile)>, String> {
    let read = |path: &PathBuf| {
        let file = path.display();
        let bytes = std::fs::read(path).map_err(|error| format!("cannot read {file}: {error}"))?;
        let connector = parse_connector_file(&bytes).map_err(|error| format!("{file}: {error}"))?;
        Ok((path.clone(), connector))
    };
    paths.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(content: &str) -> Result<WorkerConfig, String> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("w.properties");
        std::fs::write(&path, content).unwrap();
        let settings = worker_settings(&path).map(|(config, _)| config);
        let name = path.display().to_string();
        settings.map_err(|error| error.to_string().replace(&name, "w"))
    }

    const GOOD: &str = "key.converter=org.apache.kafka.connect.storage.StringConverter\n\
        value.converter=org.apache.kafka.connect.converters.ByteArrayConverter\n\
        offset.storage.file.filename=/tmp/o\n";

    #[test]
    fn a_good_file_is_read() {
        assert!(settings(GOOD).is_ok());
    }

    #[test]
    fn every_error_names_file_and_line() {
        let bad = format!("# comment\n{GOOD}\nlisteners=8083\nrest.advertised.port=x\n");
        let errors = settings(&bad).unwrap_err();
        let lines: Vec<_> = errors.lines().collect();
        assert_eq!(lines.len(), 2, "{errors}");
        assert!(lines.iter().any(|line| line.starts_with("w:6: Invalid value 8083 for")));
        assert!(lines.iter().any(|line| line.starts_with("w:7: Invalid value x for")));
        let unknown = GOOD.replace("StringConverter", "NopeConverter");
        assert!(settings(&unknown).unwrap_err().starts_with("w:1: "), "the converter's line");
        assert_eq!(settings("a=1\nb=\\u12").unwrap_err(), "w:2: Malformed \\uxxxx encoding.");
    }

    #[test]
    fn a_missing_key_has_no_line_and_a_missing_file_no_keys() {
        assert!(settings("").unwrap_err().starts_with("w: Missing required configuration"));
        let error = worker_settings(Path::new("/nonexistent")).unwrap_err().to_string();
        assert!(error.starts_with("cannot read /nonexistent: "));
        let none = worker_settings(Path::new("")).unwrap_err().to_string();
        assert!(none.starts_with(": Missing required configuration \"key.converter\""), "{none}");
    }

    #[test]
    fn errors_are_in_kafkas_words() {
        assert_eq!(
            settings("# worker\nkey.converter=String\nvalue.converter=String\nlisteners=8083\n")
                .unwrap_err(),
            "w: Missing required configuration \"offset.storage.file.filename\" which has no default \
             value.\n\
             w:4: Invalid value 8083 for configuration listeners: Listener doesn't have the right \
             format (protocol://hostname:port)."
        );
        assert_eq!(
            settings("key.converter=x.Y\nvalue.converter=Json\noffset.storage.file.filename=o")
                .unwrap_err(),
            "w:1: Invalid value x.Y for configuration key.converter: Class x.Y could not be found."
        );
    }

    #[test]
    fn warnings_of_all_kinds_come_together() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("w.properties");
        let text = "key.converter=String\nvalue.converter=ByteArray\n\
                    offset.storage.file.filename=o\nproducer.retries=3\ngroup.id=g";
        std::fs::write(&path, text).unwrap();
        let (_, notes) = worker_settings(&path).unwrap();
        assert_eq!(notes.warnings.len(), 2, "{notes:?}");
    }

    #[test]
    fn a_bad_connector_file_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("c.json");
        std::fs::write(&path, "{\"a\":1}").unwrap();
        let error = connectors(&[path]).unwrap_err();
        assert!(error.ends_with(
            "c.json: connector configuration is missing the mandatory 'name' configuration"
        ));
    }
}
