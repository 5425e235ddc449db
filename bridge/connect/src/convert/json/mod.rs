//! Connect's `JsonConverter`, both ways, byte for byte.
//!
//! Knows neither topics nor positions. Invariants: a value is written as Java writes it; input that
//! Jackson accepts is accepted; no input makes it recurse deeper than 1000 levels.

mod base64;
mod cache;
mod detect;
mod error;
mod read;
mod read_schema;
mod reader;
mod settings;
mod strings;
pub mod text;
mod tree;
mod write;
mod write_schema;

use std::sync::Arc;

pub use error::JsonError;
pub use settings::{DecimalFormat, JsonSettings};

use self::cache::TextCache;
use self::tree::Node;
use super::error::ConvertConfigError;
use crate::config::ParsedConfig;
use crate::data::{ConnectError, Schema, SchemaAndValue, Value};

const NO_ENVELOPE: &str = "JsonConverter with schemas.enable requires \"schema\" and \"payload\" \
     fields and may not contain additional fields. If you are trying to deserialize plain JSON \
     data, set schemas.enable=false in your converter configuration.";

/// JSON as a value without a schema; none where there is nothing but white space.
pub fn read_json(bytes: &[u8]) -> Result<Option<Value>, JsonError> {
    reader::read(bytes)
}

/// The schema that the settings give to all records.
fn constant_schema(
    settings: &JsonSettings,
    content: &str,
) -> Result<Option<Arc<Schema>>, ConnectError> {
    let node = reader::read(content.as_bytes()).map_err(|error| {
        ConnectError::data(
            "Failed to parse schema in converter config due to serialization error: ",
        )
        .caused_by(error.to_connect())
    })?;
    read_schema::schema(settings, &node.unwrap_or(Node::Missing))
}

/// The converter.
#[derive(Debug)]
pub struct JsonConverter {
    settings: JsonSettings,
    texts: TextCache,
}

impl JsonConverter {
    /// With these settings.
    pub fn new(settings: JsonSettings) -> Self {
        let texts = TextCache::new(settings.schemas_cache_size);
        Self { settings, texts }
    }

    /// From its table of settings.
    pub(super) fn of(parsed: &ParsedConfig) -> Result<Self, ConvertConfigError> {
        for key in ["schemas.enable", "schemas.cache.size", "replace.null.with.default"] {
            if parsed.is_null(key) {
                let error = ConnectError::of("java.lang.NullPointerException", key);
                return Err(ConvertConfigError::start(key, error));
            }
        }
        let mut settings = JsonSettings::of(parsed);
        if let Some(content) = parsed.string("schema.content").filter(|text| !text.is_empty()) {
            settings.schema_content = constant_schema(&settings, content)
                .map_err(|error| ConvertConfigError::start("schema.content", error))?;
        }
        Ok(Self::new(settings))
    }

    /// Its settings.
    pub fn settings(&self) -> &JsonSettings {
        &self.settings
    }

    /// Writes `value` behind what `out` holds; false where that is null, not bytes.
    pub fn to_bytes(
        &self,
        schema: Option<&Arc<Schema>>,
        value: &Value,
        out: &mut Vec<u8>,
    ) -> Result<bool, ConnectError> {
        if schema.is_none() && value.is_null() {
            return Ok(false);
        }
        let start = out.len();
        let written = self.write(schema, value, out);
        if written.is_err() {
            out.truncate(start);
        }
        written.map(|()| true)
    }

    fn write(
        &self,
        schema: Option<&Arc<Schema>>,
        value: &Value,
        out: &mut Vec<u8>,
    ) -> Result<(), ConnectError> {
        let settings = &self.settings;
        if !settings.schemas_enable {
            return write::push_value(settings, schema.map(AsRef::as_ref), value, 0, out);
        }
        out.extend_from_slice(b"{\"schema\":");
        match schema {
            Some(schema) => {
                let text = self.texts.get(schema, |text| {
                    write_schema::push_schema(settings, schema, None, 1, text)
                })?;
                out.extend_from_slice(&text);
            }
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b",\"payload\":");
        write::push_value(settings, schema.map(AsRef::as_ref), value, 1, out)?;
        out.push(b'}');
        Ok(())
    }

    /// Reads what `to_bytes` wrote, and whatever else is JSON.
    pub fn from_bytes(&self, bytes: Option<&[u8]>) -> Result<SchemaAndValue, ConnectError> {
        let Some(bytes) = bytes else { return Ok(SchemaAndValue::NULL) };
        let failed = |error: JsonError| {
            ConnectError::data(
                "Converting byte[] to Kafka Connect data failed due to serialization error: ",
            )
            .caused_by(error.to_connect())
        };
        if !self.settings.schemas_enable {
            let value = read_json(bytes).map_err(failed)?.unwrap_or(Value::Null);
            return Ok(SchemaAndValue::schemaless(value));
        }
        let root = reader::read(bytes).map_err(failed)?.unwrap_or(Node::Missing);
        if let Some(schema) = &self.settings.schema_content {
            let value = read::value(&self.settings, schema, Some(&root))?;
            return Ok(SchemaAndValue { schema: Some(Arc::clone(schema)), value });
        }
        let (schema, payload) = match &root {
            Node::Object(members) if members.len() == 2 => {
                (root.get("schema"), root.get("payload"))
            }
            _ => (None, None),
        };
        let (Some(schema), Some(payload)) = (schema, payload) else {
            return Err(ConnectError::data(NO_ENVELOPE));
        };
        let schema = read_schema::schema(&self.settings, schema)?;
        let value = match &schema {
            Some(schema) => read::value(&self.settings, schema, Some(payload))?,
            None => read::schemaless(payload),
        };
        Ok(SchemaAndValue { schema, value })
    }
}

#[cfg(test)]
mod tests;
