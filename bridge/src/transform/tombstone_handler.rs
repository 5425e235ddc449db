//! Confluent's `TombstoneHandler`: what becomes of records whose value is null.

use tracing::warn;

use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::{ConnectError, Record};

#[derive(Debug)]
struct TombstoneHandler {
    behavior: Behavior,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behavior {
    DropWarn,
    DropSilent,
    Fail,
    Ignore,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([ConfigKey::new(
        "behavior",
        Kind::String,
        "What becomes of a record without value: dropped with a warning or silently, an error, or \
         passed on.",
    )
    .default("drop_warn")
    .check(Validator::OneOfIgnoreCase(&["DROP_SILENT", "DROP_WARN", "FAIL", "IGNORE"]))
    .importance(Importance::High)])
}

#[expect(clippy::unnecessary_wraps, reason = "the form of all builders")]
pub(super) fn build(config: &ParsedConfig) -> Result<Box<dyn Transform>, ConnectError> {
    let behavior = match config.string("behavior").unwrap_or_default() {
        word if word.eq_ignore_ascii_case("drop_silent") => Behavior::DropSilent,
        word if word.eq_ignore_ascii_case("fail") => Behavior::Fail,
        word if word.eq_ignore_ascii_case("ignore") => Behavior::Ignore,
        _ => Behavior::DropWarn,
    };
    Ok(Box::new(TombstoneHandler { behavior }))
}

impl Transform for TombstoneHandler {
    fn apply(&self, record: Record) -> Result<Option<Record>, ConnectError> {
        if !record.value.value.is_null() {
            return Ok(Some(record));
        }
        match self.behavior {
            Behavior::Ignore => Ok(Some(record)),
            Behavior::DropSilent => Ok(None),
            Behavior::DropWarn => {
                // The topic may come out of a payload, so it is not told.
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
    fn tombstones_go_pass_or_fail() {
        let handle = |behavior: &str, value: SchemaAndValue| {
            let pairs = [("behavior", behavior)];
            transform("io.confluent.connect.transforms.TombstoneHandler", &pairs)
                .apply(record(value))
                .map(|out| out.is_some())
        };
        for behavior in ["drop_warn", "drop_silent", "fail", "ignore"] {
            assert_eq!(handle(behavior, map([])), Ok(true));
        }
        assert_eq!(handle("drop_warn", SchemaAndValue::NULL), Ok(false));
        assert_eq!(handle("Drop_Silent", SchemaAndValue::NULL), Ok(false));
        assert_eq!(handle("ignore", SchemaAndValue::NULL), Ok(true));
        assert_eq!(handle("fail", SchemaAndValue::NULL).unwrap_err().class, ConnectError::DATA);
    }
}
