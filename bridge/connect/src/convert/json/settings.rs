//! The settings of the JSON converter.

use std::sync::Arc;

use crate::config::ParsedConfig;
use crate::data::Schema;

/// How decimals are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalFormat {
    /// The bytes of the digits.
    Base64,
    /// A number.
    Numeric,
}

/// Settings of the JSON converter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonSettings {
    /// Whether every record carries its schema.
    pub schemas_enable: bool,
    /// How many schemas are kept as text.
    pub schemas_cache_size: usize,
    /// How decimals are written; both forms are read.
    pub decimal_format: DecimalFormat,
    /// Whether null is written, and read, as its schema's default.
    pub replace_null_with_default: bool,
    /// The schema of everything that is read, so that no envelope is expected.
    pub schema_content: Option<Arc<Schema>>,
}

impl Default for JsonSettings {
    /// Kafka's.
    fn default() -> Self {
        Self {
            schemas_enable: true,
            schemas_cache_size: 1000,
            decimal_format: DecimalFormat::Base64,
            replace_null_with_default: true,
            schema_content: None,
        }
    }
}

impl JsonSettings {
    /// All but `schema.content`, which is JSON itself.
    pub(super) fn of(parsed: &ParsedConfig) -> Self {
        let default = Self::default();
        let read = |key, default| parsed.boolean(key).unwrap_or(default);
        let numeric = parsed
            .string("decimal.format")
            .is_some_and(|format| format.eq_ignore_ascii_case("numeric"));
        let size = parsed.long("schemas.cache.size").and_then(|size| usize::try_from(size).ok());
        Self {
            schemas_enable: read("schemas.enable", default.schemas_enable),
            schemas_cache_size: size.unwrap_or(default.schemas_cache_size),
            decimal_format: if numeric { DecimalFormat::Numeric } else { default.decimal_format },
            replace_null_with_default: read(
                "replace.null.with.default",
                default.replace_null_with_default,
            ),
            schema_content: None,
        }
    }
}
