//! Confluent's `TombstoneHandler`: drops, reports or refuses records whose value is null.
//!
//! Words and default are those of Confluent's documentation; `drop_warn` and `drop_silent` are read
//! as `warn` and `ignore`, since configs use them in that meaning.

use tracing::{debug, warn};

use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::{ConnectError, Record};

#[derive(Debug)]
struct TombstoneHandler {
    behavior: Behavior,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behavior {
    Warn,
    Ignore,
    Fail,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([ConfigKey::new(
        "behavior",
        Kind::String,
        "What becomes of a record without value: `warn` (or `drop_warn`) drops it with a warning in \
         the log, `ignore` (or `drop_silent`) drops it without, `fail` makes it an error.",
    )
    .default("warn")
    .check(Validator::OneOfIgnoreCase(&["DROP_SILENT", "DROP_WARN", "FAIL", "IGNORE", "WARN"]))
    .importance(Importance::Medium)])
}

#[expect(clippy::unnecessary_wraps, reason = "the form of all builders")]
pub(super) fn build(config: &ParsedConfig) -> Result<Box<dyn Transform>, ConnectError> {
    let behavior = match config.string("behavior").unwrap_or_default() {
        word if word.eq_ignore_ascii_case("drop_silent") => Behavior::Ignore,
        word if word.eq_ignore_ascii_case("fail") => Behavior::Fail,
        word if word.eq_ignore_ascii_case("ignore") => Behavior::Ignore,
        _ => Behavior::Warn,
    };
    Ok(Box::new(TombstoneHandler { behavior }))
}

impl Transform for TombstoneHandler {
    fn apply(&self, record: Record) -> Result<Option<Record>, ConnectError> {
        if !record.value.value.is_null() {
            return Ok(Some(record));
        }
        match self.behavior {
            Behavior::Ignore => {
                debug!("tombstone dropped by TombstoneHandler");
                Ok(None)
            }
            Behavior::Warn => {
                // The topic may come from a payload, so it is not logged.
                warn!("tombstone dropped by TombstoneHandler");
                Ok(None)
            }
            Behavior::Fail => Err(ConnectError::data(
                "Tombstone record: TombstoneHandler is set to fail on these",
            )),
        }
    }

    fn needs(&self) -> Needs {
        Needs { key: false, value: true, headers: false }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{map, record, transform};
    use super::*;
    use crate::data::SchemaAndValue;

    #[test]
    fn tombstones_go_or_fail_and_other_records_pass() {
        let handle = |behavior: &str, value: SchemaAndValue| {
            let pairs = [("behavior", behavior)];
            transform("io.confluent.connect.transforms.TombstoneHandler", &pairs)
                .apply(record(value))
                .map(|out| out.is_some())
        };
        for behavior in ["warn", "ignore", "fail", "drop_warn", "drop_silent"] {
            assert_eq!(handle(behavior, map([])), Ok(true));
        }
        for behavior in ["warn", "Ignore", "drop_warn", "Drop_Silent"] {
            assert_eq!(handle(behavior, SchemaAndValue::NULL), Ok(false), "{behavior}");
        }
        assert_eq!(handle("fail", SchemaAndValue::NULL).unwrap_err().class, ConnectError::DATA);
    }
}
