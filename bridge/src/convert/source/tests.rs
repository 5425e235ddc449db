//! The whole of it, message by message: what the original's converters make of payloads, down to
//! the bytes that worker converters then write; and what no input may do.

mod every_input;
mod inferred;
mod model;
mod passed;

use connect::convert::{Converter, JsonSettings};
use connect::data::Struct;

use super::*;

const NAME: &str = "io.lenses.streamreactor.common.converters.MsgKey";
const KEY: KeyForm<'static> = KeyForm::TopicAndId(NAME);
const ALL_FIELDS: &str =
    r#"{"id":5,"t":0.0001,"ok":true,"n":null,"s":"é/","loc":{"lat":1e7},"arr":[1,2]}"#;

fn convert_on(
    converter: &mut SourceConverter,
    topic: &str,
    payload: &[u8],
    keys: Option<&KeyRecipe>,
) -> Result<Converted, ConnectError> {
    let payload = Bytes::copy_from_slice(payload);
    let (packet_id, qos) = (7, 1);
    let message =
        MqttMessage { topic, packet_id, qos, retained: false, duplicate: true, payload: &payload };
    converter.convert(message, keys)
}

fn convert(
    class: SourceClass,
    payload: &str,
    keys: Option<&KeyRecipe>,
) -> Result<Converted, ConnectError> {
    convert_on(&mut SourceConverter::new(class, KEY), "/a/b", payload.as_bytes(), keys)
}

fn simple(payload: &str) -> Converted {
    convert(SourceClass::JsonSimple, payload, None).unwrap()
}

fn error(class: SourceClass, payload: &str) -> ConnectError {
    convert(class, payload, None).unwrap_err()
}

/// What a worker converter writes; `None` is Kafka's null.
fn written(converter: &Converter, data: &SchemaAndValue) -> Result<Option<String>, String> {
    let mut out = Vec::new();
    let bytes = converter
        .to_bytes("t", data.schema.as_ref(), &data.value, &mut out)
        .map_err(|error| error.to_string())?;
    Ok(bytes.then(|| String::from_utf8(out).unwrap()))
}

fn text(converter: &Converter, data: &SchemaAndValue) -> String {
    written(converter, data).unwrap().unwrap()
}

fn json(schemas_enable: bool) -> Converter {
    Converter::json(JsonSettings { schemas_enable, ..JsonSettings::default() })
}

fn msg_key() -> Value {
    let schema = Arc::new(Schema::struct_of_strings(NAME, &["topic", "id"]).unwrap());
    Struct::from_values(schema, vec!["/a/b".into(), "7".into()]).unwrap().into()
}
