//! What can be set on the JSON converter.

use crate::config::ParsedConfig;

/// Settings of the JSON converter that have an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonSettings {
    /// Whether every record carries its schema.
    pub schemas_enable: bool,
    /// Whether null is written as its schema's default.
    pub replace_null_with_default: bool,
}

impl Default for JsonSettings {
    /// Kafka's.
    fn default() -> Self {
        Self { schemas_enable: true, replace_null_with_default: true }
    }
}

impl JsonSettings {
    pub(super) fn of(parsed: &ParsedConfig) -> Self {
        let default = Self::default();
        let read = |key, default| parsed.boolean(key).unwrap_or(default);
        Self {
            schemas_enable: read("schemas.enable", default.schemas_enable),
            replace_null_with_default: read(
                "replace.null.with.default",
                default.replace_null_with_default,
            ),
        }
    }
}
