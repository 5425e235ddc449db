//! The settings of each converter, as a table like any other.

use std::sync::LazyLock;

use super::class::ConverterClass;
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, Validator, Width};

/// The table of a converter's settings, prefix removed.
pub fn converter_def(class: ConverterClass) -> &'static ConfigDef {
    static STRING: LazyLock<ConfigDef> = LazyLock::new(|| ConfigDef::new([kind(), encoding()]));
    static PLAIN: LazyLock<ConfigDef> = LazyLock::new(|| ConfigDef::new([kind()]));
    static NONE: LazyLock<ConfigDef> = LazyLock::new(|| ConfigDef::new([]));
    static JSON: LazyLock<ConfigDef> =
        LazyLock::new(|| ConfigDef::new([vec![kind()], json()].concat()));
    match class {
        ConverterClass::String => &STRING,
        ConverterClass::ByteArray | ConverterClass::Number(_) | ConverterClass::Boolean => &PLAIN,
        ConverterClass::SimpleHeader => &NONE,
        ConverterClass::Json => &JSON,
    }
}

fn kind() -> ConfigKey {
    ConfigKey::new(
        "converter.type",
        Kind::String,
        "What the converter is used for; the framework sets it.",
    )
    .check(Validator::OneOf(&["key", "value", "header"]))
}

fn encoding() -> ConfigKey {
    ConfigKey::new(
        "converter.encoding",
        Kind::String,
        "Encoding of texts, by one of the names that Java has for it, such as UTF-8 or ISO-8859-1.",
    )
    .default("UTF-8")
    .importance(Importance::High)
    .labelled(Width::Medium, "Encoding")
}

fn json() -> Vec<ConfigKey> {
    use Importance::{High, Low};
    vec![
        ConfigKey::new(
            "schemas.enable",
            Kind::Boolean,
            "Whether every record carries its schema, as {\"schema\":…,\"payload\":…}.",
        )
        .default("true")
        .importance(High)
        .shown("Schemas", 0, Width::Medium, "Enable Schemas"),
        ConfigKey::new("schemas.cache.size", Kind::Int, "How many schemas are kept as text.")
            .default("1000")
            .importance(High)
            .shown("Schemas", 1, Width::Medium, "Schema Cache Size"),
        ConfigKey::new(
            "schema.content",
            Kind::String,
            "A schema that all records have, so that none that is read needs to carry it; written as \
             in the records, such as {\"type\":\"string\"}.",
        )
        .null()
        .importance(High)
        .shown("Schemas", 2, Width::Medium, "Schema Content"),
        ConfigKey::new(
            "decimal.format",
            Kind::String,
            "How decimals are written: BASE64 or NUMERIC.",
        )
        .default("BASE64")
        .importance(Low)
        .check(Validator::OneOfIgnoreCase(&["NUMERIC", "BASE64"]))
        .shown("Serialization", 0, Width::Medium, "Decimal Format"),
        ConfigKey::new(
            "replace.null.with.default",
            Kind::Boolean,
            "Whether null is written as the default of its schema.",
        )
        .default("true")
        .importance(Low)
        .shown("Serialization", 1, Width::Medium, "Replace null with default"),
    ]
}
