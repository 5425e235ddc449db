//! `SimpleHeaderConverter`: headers as texts, whose type is guessed when they are read.

use super::encoding::Encoding;
use crate::data::values::{convert_to_string, parse_string};
use crate::data::{Schema, SchemaAndValue, Value};

pub(super) fn to_bytes(value: &Value, out: &mut Vec<u8>) -> bool {
    let Some(text) = convert_to_string(value) else { return false };
    out.extend_from_slice(text.as_bytes());
    true
}

pub(super) fn from_bytes(bytes: Option<&[u8]>) -> SchemaAndValue {
    let Some(bytes) = bytes else { return SchemaAndValue::NULL };
    if bytes.is_empty() {
        return SchemaAndValue::new(Schema::string(), "");
    }
    parse_string(&Encoding::UTF8.decode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: impl Into<Value>) -> Option<String> {
        let mut out = Vec::new();
        to_bytes(&value.into(), &mut out).then(|| String::from_utf8(out).unwrap())
    }

    #[test]
    fn headers_are_texts() {
        assert_eq!(text("a\"b").as_deref(), Some("a\"b"));
        assert_eq!(text(false).as_deref(), Some("false"));
        assert_eq!(text(vec![Value::from("a"), Value::from(1)]).as_deref(), Some("[\"a\",1]"));
        assert_eq!(text(Value::Null), None);
        assert_eq!(text(""), Some(String::new()));
    }

    #[test]
    fn their_type_is_guessed() {
        let read = |text: &str| from_bytes(Some(text.as_bytes()));
        assert_eq!(read("123"), SchemaAndValue::new(Schema::int8(), 123_i8));
        assert_eq!(read("false"), SchemaAndValue::new(Schema::boolean(), false));
        assert_eq!(read(""), SchemaAndValue::new(Schema::string(), ""));
        assert_eq!(read("null"), SchemaAndValue::NULL);
        assert_eq!(from_bytes(None), SchemaAndValue::NULL);
        let odd = from_bytes(Some(&[b'a', 0xff]));
        assert_eq!(odd, SchemaAndValue::new(Schema::string(), "a\u{fffd}"));
    }
}
