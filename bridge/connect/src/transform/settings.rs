//! Keys that several transforms share.

use super::require::null_pointer;
use crate::config::{ConfigKey, Importance, Kind, ParsedConfig};
use crate::data::ConnectError;

/// The setting that decides what a null field with a default reads as.
pub(super) const REPLACE_NULL: &str = "replace.null.with.default";

/// Its key.
pub(super) fn replace_null_key() -> ConfigKey {
    ConfigKey::new(
        REPLACE_NULL,
        Kind::Boolean,
        "Whether a field that is null and has a default reads as the default.",
    )
    .default("true")
    .importance(Importance::Medium)
}

/// What it is set to. Java takes it for a truth value without asking whether it is null.
pub(super) fn replace_null(config: &ParsedConfig) -> Result<bool, ConnectError> {
    config.boolean(REPLACE_NULL).ok_or_else(|| null_pointer(REPLACE_NULL))
}
