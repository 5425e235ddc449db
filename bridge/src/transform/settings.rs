//! What the tables of transforms have in common.

use crate::config::{ConfigKey, Importance, Kind};

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
