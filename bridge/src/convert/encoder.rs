//! The hot path of the Bytes converter: key from topic and packet id, value from the payload.
//!
//! Templates are cut out of what the generic path writes for placeholders, so that only the holes
//! are filled per message. Invariant: the same bytes as the generic path for every topic, id and
//! payload (held by a property test), and no allocation once the buffers have grown.

use std::sync::Arc;

use bytes::Bytes;
use connect::convert::json::text::{push_base64, push_escaped, push_number};
use connect::convert::{check_text, Converter, Encoding};
use connect::data::{ConnectError, Schema, Struct, Value};

/// Writes the keys and values of messages that pass unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BytesRecordEncoder {
    key: KeyTemplate,
    value: ValueForm,
}

/// What a record's key is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyForm<'a> {
    /// A struct of MQTT topic and packet id, whose schema has this name.
    TopicAndId(&'a str),
    /// The MQTT topic as a string.
    Topic,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct KeyTemplate {
    before_topic: Vec<u8>,
    between: Vec<u8>,
    /// What follows the packet id; none where the key has no id.
    after_id: Option<Vec<u8>>,
    json: bool,
    /// Where texts are not UTF-8: what they are.
    encoding: Option<Encoding>,
}

/// Where the value of a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BytesValue {
    /// It is the payload, byte for byte.
    Payload,
    /// It was written.
    Written,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum ValueForm {
    AsIs,
    Text(Encoding),
    Base64 { before: Vec<u8>, after: Vec<u8> },
}

/// Characters that no converter escapes and no schema name has (private use).
const TOPIC_MARK: &str = "\u{f8f0}";
const ID_MARK: &str = "\u{f8f1}";
/// Three bytes whose base64 is four characters that occur nowhere else in an envelope.
const PAYLOAD_MARK: &[u8] = &[0xf0, 0x0d, 0xfe];
const PAYLOAD_MARK_BASE64: &[u8] = b"8A3+";

impl BytesRecordEncoder {
    /// Prepares the templates. Fails where the converter cannot write such a key at all.
    pub fn new(
        key: &Converter,
        value: &Converter,
        form: KeyForm<'_>,
    ) -> Result<Self, ConnectError> {
        let mut bytes = Vec::new();
        let (json, encoding) = match key {
            Converter::String { write, .. } if !write.is_utf8() => (false, Some(*write)),
            other => (matches!(other, Converter::Json(_)), None),
        };
        let utf8 = if encoding.is_some() { &Converter::string() } else { key };
        generic_key(utf8, form, TOPIC_MARK, ID_MARK, &mut bytes)?;
        let (before_topic, rest) = cut(&bytes, TOPIC_MARK.as_bytes());
        let (between, after_id) = match form {
            KeyForm::TopicAndId(_) => {
                let (between, after_id) = cut(rest, ID_MARK.as_bytes());
                (between, Some(after_id.to_vec()))
            }
            KeyForm::Topic => (rest, None),
        };
        let key = KeyTemplate {
            before_topic: before_topic.to_vec(),
            between: between.to_vec(),
            after_id,
            json,
            encoding,
        };
        let value = match value {
            Converter::ByteArray => ValueForm::AsIs,
            Converter::String { write, .. } => ValueForm::Text(*write),
            Converter::Json(_)
            | Converter::Number(_)
            | Converter::Boolean
            | Converter::SimpleHeader => {
                let mut bytes = Vec::new();
                generic_value(value, PAYLOAD_MARK, &mut bytes)?;
                let (before, after) = cut(&bytes, PAYLOAD_MARK_BASE64);
                ValueForm::Base64 { before: before.to_vec(), after: after.to_vec() }
            }
        };
        Ok(Self { key, value })
    }

    /// Writes the key of a message into `out`, which is cleared first.
    #[inline]
    pub fn key(&self, topic: &str, packet_id: u16, out: &mut Vec<u8>) {
        out.clear();
        out.extend_from_slice(&self.key.before_topic);
        if self.key.json {
            push_escaped(topic, out);
        } else {
            out.extend_from_slice(topic.as_bytes());
        }
        out.extend_from_slice(&self.key.between);
        if let Some(after_id) = &self.key.after_id {
            push_number(packet_id, out);
            match after_id.as_slice() {
                // What a struct printed as text ends with.
                [only] => out.push(*only),
                more => out.extend_from_slice(more),
            }
        }
        if let Some(encoding) = self.key.encoding {
            let text = String::from_utf8_lossy(out).into_owned();
            out.clear();
            encoding.encode(&text, out);
        }
    }

    /// The value of a message: the payload itself, or what is written into `out`, which is cleared
    /// first.
    pub fn value(&self, payload: &[u8], out: &mut Vec<u8>) -> Result<BytesValue, ConnectError> {
        out.clear();
        match &self.value {
            ValueForm::AsIs => Ok(BytesValue::Payload),
            ValueForm::Text(encoding) if encoding.is_utf8() => {
                check_text(payload).map(|_| BytesValue::Payload)
            }
            ValueForm::Text(encoding) => {
                encoding.encode(check_text(payload)?, out);
                Ok(BytesValue::Written)
            }
            ValueForm::Base64 { before, after } => {
                out.extend_from_slice(before);
                push_base64(payload, out);
                out.extend_from_slice(after);
                Ok(BytesValue::Written)
            }
        }
    }
}

/// What lies before and behind the first `mark`.
fn cut<'a>(bytes: &'a [u8], mark: &[u8]) -> (&'a [u8], &'a [u8]) {
    let at = bytes.windows(mark.len()).position(|window| window == mark);
    debug_assert!(at.is_some(), "the converter writes what it is given");
    let (before, rest) = bytes.split_at(at.unwrap_or(bytes.len()));
    (before, rest.get(mark.len()..).unwrap_or_default())
}

/// The key by the generic path.
fn generic_key(
    converter: &Converter,
    form: KeyForm<'_>,
    topic: &str,
    id: &str,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    let (schema, key) = match form {
        KeyForm::Topic => (Schema::string(), Value::string(topic)),
        KeyForm::TopicAndId(name) => {
            let schema = Arc::new(Schema::struct_of_strings(name, &["topic", "id"])?);
            let mut key = Struct::new(Arc::clone(&schema))?;
            for (field, text) in [("topic", topic), ("id", id)] {
                key.put(field, Value::string(text))?;
            }
            (schema, Value::Struct(key))
        }
    };
    converter.to_bytes("", Some(&schema), &key, out).map(|_| ())
}

/// The value by the generic path: required bytes.
fn generic_value(
    converter: &Converter,
    payload: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    let value = Value::Bytes(Bytes::copy_from_slice(payload));
    converter.to_bytes("", Some(&Schema::bytes()), &value, out).map(|_| ())
}

#[cfg(test)]
mod tests {
    use connect::convert::JsonSettings;
    use proptest::prelude::*;

    use super::*;

    const NAME: &str = "com.datamountaineer.streamreactor.common.converters.MsgKey";

    const FORM: KeyForm<'_> = KeyForm::TopicAndId(NAME);

    fn json(schemas_enable: bool) -> Converter {
        Converter::json(JsonSettings { schemas_enable, ..JsonSettings::default() })
    }

    fn encoder(key: &Converter, value: &Converter) -> BytesRecordEncoder {
        BytesRecordEncoder::new(key, value, FORM).unwrap()
    }

    fn key(converter: &Converter, topic: &str, id: u16) -> String {
        let mut out = b"left over".to_vec();
        encoder(converter, &Converter::ByteArray).key(topic, id, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn value<'a>(
        encoder: &BytesRecordEncoder,
        payload: &'a [u8],
        scratch: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], ConnectError> {
        Ok(match encoder.value(payload, scratch)? {
            BytesValue::Payload => payload,
            BytesValue::Written => scratch,
        })
    }

    #[test]
    fn keys() {
        assert_eq!(key(&Converter::string(), "/a/b", 7), "Struct{topic=/a/b,id=7}");
        assert_eq!(key(&json(false), "a\"b", 0), r#"{"topic":"a\"b","id":"0"}"#);
        assert!(key(&json(true), "t", 65535).ends_with(&format!(
            r#","optional":false,"name":"{NAME}"}},"payload":{{"topic":"t","id":"65535"}}}}"#
        )));
    }

    #[test]
    fn a_topic_alone_is_a_key_that_every_converter_but_bytes_writes() {
        let key = |converter: Converter| {
            let mut out = Vec::new();
            let encoder =
                BytesRecordEncoder::new(&converter, &Converter::ByteArray, KeyForm::Topic);
            encoder
                .map(|encoder| encoder.key("/a/\"b", 7, &mut out))
                .map(|()| String::from_utf8(out).unwrap())
        };
        assert_eq!(key(Converter::string()).unwrap(), "/a/\"b");
        assert_eq!(key(json(false)).unwrap(), r#""/a/\"b""#);
        assert_eq!(
            key(Converter::ByteArray).unwrap_err().to_string(),
            "Invalid schema type for ByteArrayConverter: STRING"
        );
    }

    #[test]
    fn a_struct_key_cannot_be_bytes() {
        let error = BytesRecordEncoder::new(&Converter::ByteArray, &Converter::ByteArray, FORM);
        assert_eq!(
            error.unwrap_err().to_string(),
            "Invalid schema type for ByteArrayConverter: STRUCT"
        );
    }

    #[test]
    fn an_empty_payload_is_empty_and_not_null() {
        let mut scratch = Vec::new();
        for (converter, want) in
            [(Converter::ByteArray, ""), (Converter::string(), ""), (json(false), "\"\"")]
        {
            let encoder = encoder(&Converter::string(), &converter);
            assert_eq!(value(&encoder, b"", &mut scratch), Ok(want.as_bytes()));
        }
    }

    #[test]
    fn buffers_stop_growing() {
        let encoder = encoder(&json(true), &json(true));
        let (mut key, mut scratch) = (Vec::new(), Vec::new());
        encoder.key("some/topic", 65535, &mut key);
        encoder.value(&[7; 1000], &mut scratch).unwrap();
        let before = (key.capacity(), scratch.capacity(), key.as_ptr(), scratch.as_ptr());
        for id in 0..100 {
            encoder.key("some/topic", id, &mut key);
            encoder.value(&[1; 999], &mut scratch).unwrap();
        }
        assert_eq!(before, (key.capacity(), scratch.capacity(), key.as_ptr(), scratch.as_ptr()));
    }

    fn any_converter() -> impl Strategy<Value = Converter> {
        let utf16 = Encoding::by_name("UTF-16").unwrap();
        prop_oneof![
            Just(Converter::string()),
            Just(Converter::String { write: utf16, read: utf16 }),
            Just(Converter::ByteArray),
            any::<bool>().prop_map(json),
        ]
    }

    proptest! {
        #[test]
        fn keys_equal_the_generic_path(
            converter in any_converter().prop_filter("a struct is no bytes", |c| *c != Converter::ByteArray),
            topic in any::<String>(),
            id in any::<u16>(),
            form in prop_oneof![Just(FORM), Just(KeyForm::Topic)],
        ) {
            let mut generic = Vec::new();
            generic_key(&converter, form, &topic, &id.to_string(), &mut generic).unwrap();
            let encoder = BytesRecordEncoder::new(&converter, &Converter::ByteArray, form);
            let mut ours = b"left over".to_vec();
            encoder.unwrap().key(&topic, id, &mut ours);
            prop_assert_eq!(ours, generic);
        }

        #[test]
        fn values_equal_the_generic_path(
            converter in any_converter(),
            payload in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..300),
                any::<String>().prop_map(String::into_bytes),
            ],
        ) {
            let mut generic = Vec::new();
            let want = generic_value(&converter, &payload, &mut generic).map(|()| generic.as_slice());
            let mut scratch = b"left over".to_vec();
            let encoder = encoder(&Converter::string(), &converter);
            prop_assert_eq!(value(&encoder, &payload, &mut scratch), want);
        }
    }
}
