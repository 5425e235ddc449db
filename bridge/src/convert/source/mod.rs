//! What an MQTT message becomes: key, value and headers as Connect's data.
//!
//! [`SourceConverter`] stands for one statement of one task: a class that WITHCONVERTER names, or the
//! one form of a connector without KCQL. It holds the schemas that it has inferred, and nothing that
//! a later message's bytes depend on. Knows no Kafka topics and no bytes of keys and values; those
//! are the worker converters' business. Every failure is the exception that Java would throw, with
//! the MQTT topic and the place; payloads are shown through `text` alone.
//!
//! Where the original loses data without a word, this does not: see `reader`; and the converter with
//! schema evolution takes a message that has fields which the one before it lacks, on which the
//! original stumbles.

mod avro_names;
mod class;
mod forms;
mod infer;
mod key;
mod number;
mod pass_through;
mod reader;
mod shapes;
#[cfg(test)]
mod tests;
mod text;
mod wrapped;

use std::sync::Arc;

use bytes::Bytes;
use connect::data::{shown, ConnectError, Headers, Schema, SchemaAndValue, Value};

pub use class::{SourceClass, SourceClassError};
pub use key::KeyRecipe;

use self::forms::{confluent_headers, DefaultKey};
use self::infer::{InferError, Inference};
use self::pass_through::PassThroughError;
use self::shapes::{Limits, Rules};
use self::text::{clip, decode, payload_text};
use super::KeyForm;

/// A message as it came from the broker.
#[derive(Debug, Clone, Copy)]
pub struct MqttMessage<'a> {
    /// Its topic.
    pub topic: &'a str,
    /// Its packet identifier; 0 at QoS 0.
    pub packet_id: u16,
    /// Its quality of service.
    pub qos: u8,
    /// Whether the broker had kept it.
    pub retained: bool,
    /// Whether it may have come before.
    pub duplicate: bool,
    /// Its payload.
    pub payload: &'a Bytes,
}

/// What a message became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// The record's key.
    pub key: SchemaAndValue,
    /// The record's value.
    pub value: SchemaAndValue,
    /// The record's headers.
    pub headers: Headers,
}

/// Makes keys, values and headers from messages.
#[derive(Debug)]
pub struct SourceConverter {
    form: Form,
    key: DefaultKey,
    show_payloads: bool,
}

#[derive(Debug)]
enum Form {
    Bytes,
    /// The class and what it infers.
    Json(SourceClass, Box<Inference>),
    /// With the schema whose names Avro last agreed to.
    JsonForAvro(Box<Inference>, Option<Arc<Schema>>),
    PassThrough,
    Confluent,
}

const NO_JSON: &str = "the payload is not JSON: ";
const PARSE: &str = "org.json4s.ParserUtil$ParseException";
const JACKSON: &str = "com.fasterxml.jackson.core.JsonParseException";
const JACKSON_LIMIT: &str = "com.fasterxml.jackson.core.exc.StreamConstraintsException";
const NO_SUCH_ELEMENT: &str = "java.util.NoSuchElementException";

impl SourceConverter {
    /// The converter of a class that WITHCONVERTER names; none names Bytes.
    pub fn for_class(class: Option<&str>, key: KeyForm<'_>) -> Result<Self, SourceClassError> {
        Ok(Self::new(SourceClass::of_name(class)?, key))
    }

    /// The converter of a class.
    pub fn new(class: SourceClass, key: KeyForm<'_>) -> Self {
        let inference = |optional_scalars, raw_names| {
            let rules = Rules { optional_scalars, raw_names };
            Box::new(Inference::new(rules, Limits::default()))
        };
        let form = match class {
            SourceClass::Bytes => Form::Bytes,
            SourceClass::JsonSimple => Form::Json(class, inference(true, false)),
            SourceClass::JsonOptNull => Form::Json(class, inference(false, false)),
            SourceClass::JsonWithSchemaEvolution => Form::JsonForAvro(inference(true, true), None),
            SourceClass::JsonPassThrough => Form::PassThrough,
        };
        Self { form, key: DefaultKey::new(key), show_payloads: true }
    }

    /// The form of Confluent's MQTT source: topic, bytes, and four headers.
    pub fn confluent() -> Self {
        Self { form: Form::Confluent, key: DefaultKey::Topic, show_payloads: true }
    }

    /// The form of Evokly's MQTT source: topic and bytes.
    pub fn evokly() -> Self {
        Self { form: Form::Bytes, key: DefaultKey::Topic, show_payloads: true }
    }

    /// The same, with payloads shown in errors or not.
    #[must_use]
    pub fn showing_payloads(self, show_payloads: bool) -> Self {
        Self { show_payloads, ..self }
    }

    /// The same, with null for keys made from topic and packet id, for a caller who writes these.
    #[must_use]
    pub fn without_default_key(self) -> Self {
        Self { key: DefaultKey::Unwritten, ..self }
    }

    /// Converts a message; `keys` is what WITHKEY and KEYDELIMITER of the statement say.
    pub fn convert(
        &mut self,
        message: MqttMessage<'_>,
        keys: Option<&KeyRecipe>,
    ) -> Result<Converted, ConnectError> {
        self.data(message, keys).map_err(|error| located(error, message, self.show_payloads))
    }

    /// The paths of those integers of the last message that do not fit in 64 bits. The record holds
    /// their lowest 64 bits, as with the original's converters.
    #[inline]
    pub fn take_wrapped_integers(&mut self) -> Vec<String> {
        match &mut self.form {
            Form::Json(_, inference) | Form::JsonForAvro(inference, _) => {
                inference.wrapped().take()
            }
            Form::Bytes | Form::PassThrough | Form::Confluent => Vec::new(),
        }
    }

    fn data(
        &mut self,
        message: MqttMessage<'_>,
        keys: Option<&KeyRecipe>,
    ) -> Result<Converted, ConnectError> {
        let mut headers = Headers::new();
        let value = match &mut self.form {
            Form::Bytes => bytes_of(message),
            Form::Confluent => {
                headers = confluent_headers(message)?;
                bytes_of(message)
            }
            Form::PassThrough => return self.pass_through(message, keys),
            Form::Json(class, inference) => {
                let class = *class;
                let text = decode(message.payload);
                inference.read(message.topic, &text).map_err(|error| infer_error(class, error))?
            }
            Form::JsonForAvro(inference, agreed) => {
                let class = SourceClass::JsonWithSchemaEvolution;
                let text = decode(message.payload);
                let data = inference
                    .read(message.topic, &text)
                    .map_err(|error| infer_error(class, error))?;
                check_avro(data.schema.as_ref(), agreed)?;
                data
            }
        };
        let key = match (&value.value, keys) {
            (Value::Struct(value), Some(keys)) if !keys.is_empty() => {
                keys.of_struct(value).map_err(key::KeyError::into_connect)?
            }
            _ => self.key.of(message),
        };
        Ok(Converted { key, value, headers })
    }

    fn pass_through(
        &self,
        message: MqttMessage<'_>,
        keys: Option<&KeyRecipe>,
    ) -> Result<Converted, ConnectError> {
        let text = decode(message.payload).into_owned();
        let key = pass_through::check(&text, keys).map_err(pass_error)?;
        let key = if key.is_empty() {
            let delimiter = keys.map_or('.', KeyRecipe::delimiter);
            self.key.text_of(message, delimiter)
        } else {
            SchemaAndValue::schemaless(key)
        };
        let value = SchemaAndValue::schemaless(text);
        Ok(Converted { key, value, headers: Headers::new() })
    }
}

fn bytes_of(message: MqttMessage<'_>) -> SchemaAndValue {
    SchemaAndValue::new(Schema::bytes(), Bytes::clone(message.payload))
}

/// Asks Avro about a schema unless it is the one that was asked about last.
fn check_avro(
    schema: Option<&Arc<Schema>>,
    agreed: &mut Option<Arc<Schema>>,
) -> Result<(), ConnectError> {
    let Some(schema) = schema else { return Ok(()) };
    if agreed.as_ref().is_some_and(|agreed| Arc::ptr_eq(agreed, schema)) {
        return Ok(());
    }
    avro_names::check(schema).map_err(|error| {
        let hint = "JsonConverterWithSchemaEvolution takes only what Avro can name; use \
                    JsonSimpleConverter";
        ConnectError::of(error.class, format!("{}; {hint}", error.message))
    })?;
    *agreed = Some(Arc::clone(schema));
    Ok(())
}

fn infer_error(class: SourceClass, error: InferError) -> ConnectError {
    match error {
        InferError::Data(error) => error,
        InferError::EmptyList(name) => ConnectError::of(
            NO_SUCH_ELEMENT,
            format!(
                "the list '{}' is empty, so the schema of its elements is not known; \
                 JsonPassThroughConverter and BytesConverter take such messages",
                shown(&name)
            ),
        ),
        InferError::Syntax(error) => {
            let parse = |class| error.clone().into_connect(class, NO_JSON);
            // Only this class wraps it.
            match class {
                SourceClass::JsonSimple => parse(ConnectError::CONNECT).caused_by(parse(PARSE)),
                _ => parse(PARSE),
            }
        }
    }
}

fn pass_error(error: PassThroughError) -> ConnectError {
    match error {
        PassThroughError::Key(error) => error.into_connect(),
        PassThroughError::Syntax(error) => {
            let class = match error.problem {
                reader::Problem::TooDeep => JACKSON_LIMIT,
                _ => JACKSON,
            };
            error.into_connect(class, NO_JSON)
        }
    }
}

/// How much of a message of Connect's own, which may hold names of the payload, is kept.
const MESSAGE_BYTES_MAX: usize = 1000;

fn located(error: ConnectError, message: MqttMessage<'_>, show_payloads: bool) -> ConnectError {
    let error = error.shown_to_users(show_payloads);
    let mut end = error.message.len().min(MESSAGE_BYTES_MAX);
    while !error.message.is_char_boundary(end) {
        end -= 1;
    }
    let problem = error.message.get(..end).unwrap_or_default();
    let payload = payload_text(message.payload, show_payloads);
    let text = format!("MQTT topic '{}': {problem}{payload}", clip(message.topic));
    ConnectError { message: text, ..error }
}
