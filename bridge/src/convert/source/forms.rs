//! The parts of records that need no decoding: keys from the topic, headers from the packet.

use std::sync::{Arc, LazyLock};

use connect::data::{ConnectError, Headers, Schema, SchemaAndValue, Struct, Value};

use super::MqttMessage;
use crate::convert::KeyForm;

/// The key of a message whose fields are not asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DefaultKey {
    /// A struct of MQTT topic and packet id, of this schema.
    TopicAndId(Arc<Schema>),
    /// The MQTT topic.
    Topic,
    /// None: somebody else writes it.
    Unwritten,
}

impl DefaultKey {
    pub(super) fn new(form: KeyForm<'_>) -> Self {
        match form {
            KeyForm::Topic => Self::Topic,
            KeyForm::TopicAndId(name) => match Schema::struct_of_strings(name, &["topic", "id"]) {
                Ok(schema) => Self::TopicAndId(Arc::new(schema)),
                // Two names that differ make a schema.
                Err(_) => Self::Topic,
            },
        }
    }

    pub(super) fn of(&self, message: MqttMessage<'_>) -> SchemaAndValue {
        match self {
            Self::Unwritten => SchemaAndValue::NULL,
            Self::Topic => SchemaAndValue::new(Schema::string(), message.topic),
            Self::TopicAndId(schema) => {
                let values = vec![message.topic.into(), message.packet_id.to_string().into()];
                let key = Struct::from_valid(Arc::clone(schema), values);
                SchemaAndValue::new(Arc::clone(schema), key)
            }
        }
    }

    /// The same for texts that are passed on: a text without a schema.
    pub(super) fn text_of(&self, message: MqttMessage<'_>, delimiter: char) -> SchemaAndValue {
        match self {
            Self::Unwritten => SchemaAndValue::NULL,
            Self::Topic => SchemaAndValue::new(Schema::string(), message.topic),
            Self::TopicAndId(_) => SchemaAndValue::schemaless(format!(
                "{}{delimiter}{}",
                message.topic, message.packet_id
            )),
        }
    }
}

/// The headers of Confluent's MQTT source, in its order.
pub(super) fn confluent_headers(message: MqttMessage<'_>) -> Result<Headers, ConnectError> {
    static NAMES: LazyLock<[Arc<str>; 4]> = LazyLock::new(|| {
        ["mqtt.message.id", "mqtt.qos", "mqtt.retained", "mqtt.duplicate"].map(Arc::from)
    });
    let number = |it: i32| SchemaAndValue::new(Schema::int32(), Value::Int32(it));
    let flag = |it: bool| SchemaAndValue::new(Schema::boolean(), it);
    let values = [
        number(message.packet_id.into()),
        number(message.qos.into()),
        flag(message.retained),
        flag(message.duplicate),
    ];
    let mut headers = Headers::new();
    for (name, value) in NAMES.iter().zip(values) {
        headers.add(Arc::clone(name), value)?;
    }
    Ok(headers)
}
