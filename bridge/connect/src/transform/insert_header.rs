//! `InsertHeader`: a constant header, whose text is read as `Values` reads texts.

use std::sync::Arc;

use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::values::parse_string;
use crate::data::{ConnectError, Header, Headers, Record};

#[derive(Debug)]
struct InsertHeader {
    header: Header,
    /// Whether the value goes with its schema, so that no record can make it fail.
    is_sound: bool,
}

pub(super) fn def() -> ConfigDef {
    let key = |name: &'static str, doc: &'static str| {
        ConfigKey::new(name, Kind::String, doc)
            .check(Validator::NonNull)
            .importance(Importance::High)
    };
    ConfigDef::new([
        key("header", "Name of the header."),
        key(
            "value.literal",
            "What it says. A text that looks like a number, a truth value, a date, a list or a map \
             becomes one.",
        ),
    ])
}

#[expect(clippy::unnecessary_wraps, reason = "the form of all builders")]
pub(super) fn build(config: &ParsedConfig) -> Result<Box<dyn Transform>, ConnectError> {
    let name: Arc<str> = config.string("header").unwrap_or_default().into();
    let data = parse_string(config.string("value.literal").unwrap_or_default());
    let is_sound = Headers::new().add(Arc::clone(&name), data.clone()).is_ok();
    Ok(Box::new(InsertHeader { header: Header { name, data }, is_sound }))
}

impl Transform for InsertHeader {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let Header { name, data } = self.header.clone();
        record.headers.add(name, data)?;
        Ok(Some(record))
    }

    fn needs(&self) -> Needs {
        Needs::HEADERS
    }

    fn constant_header(&self) -> Option<&Header> {
        self.is_sound.then_some(&self.header)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{map, record, transform, try_transform};
    use super::*;
    use crate::data::{Schema, SchemaAndValue, Value};

    #[test]
    fn the_literal_becomes_what_it_looks_like() {
        for (literal, schema, value) in [
            ("7", Schema::int8(), Value::Int8(7)),
            ("70000", Schema::int32(), Value::Int32(70_000)),
            ("true", Schema::boolean(), Value::Boolean(true)),
            ("plain text", Schema::string(), "plain text".into()),
            ("", Schema::string(), "".into()),
        ] {
            let insert = transform("InsertHeader", &[("header", "h"), ("value.literal", literal)]);
            let out = insert.apply(record(map([]))).unwrap().unwrap();
            let data = &out.headers.last_with_name("h").unwrap().data;
            assert_eq!(*data, SchemaAndValue::new(schema, value), "{literal}");
        }
    }

    #[test]
    fn a_header_of_the_same_name_stays() {
        let insert = transform("InsertHeader", &[("header", "h"), ("value.literal", "x")]);
        let once = insert.apply(record(map([]))).unwrap().unwrap();
        let twice = insert.apply(once).unwrap().unwrap();
        assert_eq!(twice.headers.all_with_name("h").count(), 2);
        assert_eq!(insert.needs(), Needs::HEADERS);
    }

    #[test]
    fn the_literal_must_be_set() {
        let error = try_transform("InsertHeader", &[("header", "h")]).unwrap_err();
        assert_eq!(
            error.message,
            "Missing required configuration \"value.literal\" which has no default value."
        );
    }
}
