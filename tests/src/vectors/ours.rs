//! What the bridge makes of a vector.
//!
//! Knows how to call the product's layers and how to say their results in the format; what is right
//! is for Java to say.

use std::cell::OnceCell;
use std::time::{SystemTime, UNIX_EPOCH};

use connect::convert::{ConvertConfigError, Converter, Position};
use connect::data::ConnectError;
use connect::transform::{
    build_predicate_with_nulls, resolve_predicate, resolve_transform, ClassError,
};
use indexmap::IndexMap;
use serde_json::{json, Map as Object, Value as Json};

use super::catalogue::hex;
use super::envelope::Envelopes;
use super::vector::{without_half_pairs, Bytes, Vector};
use super::{chained, configured};

/// Why there is no result.
#[derive(Debug)]
pub(super) struct Failure {
    class: String,
    message: Option<String>,
}

impl Failure {
    /// The vector itself is at fault.
    pub(super) fn vector(message: impl Into<String>) -> Self {
        Self { class: "vector".to_owned(), message: Some(message.into()) }
    }

    /// A config that is refused.
    pub(super) fn config(message: impl Into<String>) -> Self {
        ConnectError::config(message.into()).into()
    }

    /// The member of a result.
    pub(super) fn text(&self) -> String {
        format!("\"error\":{}", json!({"class": self.class, "message": self.message}))
    }

    /// A class that cannot be made: Java's reflection fails before Connect is asked.
    pub(super) fn class(exception: &str, class: &str) -> Self {
        Self { class: format!("java.lang.{exception}"), message: Some(class.to_owned()) }
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        let message = Some(error.message).filter(|message| !message.is_empty());
        Self { class: error.class.to_owned(), message }
    }
}

impl From<ConvertConfigError> for Failure {
    fn from(error: ConvertConfigError) -> Self {
        match &error {
            ConvertConfigError::Unknown { class }
                if resolve_transform(class).is_ok() || resolve_predicate(class).is_ok() =>
            {
                Self::class("ClassCastException", class)
            }
            ConvertConfigError::Unknown { class } => Self::class("ClassNotFoundException", class),
            ConvertConfigError::NotAConverter { class } => Self::class("ClassCastException", class),
            ConvertConfigError::NotYet { .. }
            | ConvertConfigError::Setting(_)
            | ConvertConfigError::Start { .. } => error.to_connect().into(),
        }
    }
}

impl From<ClassError> for Failure {
    fn from(error: ClassError) -> Self {
        let exception = match &error {
            ClassError::Unknown { .. } => "ClassNotFoundException",
            ClassError::NotA { .. } => "ClassCastException",
            ClassError::Abstract { .. } => "InstantiationException",
        };
        Self::class(exception, &error.to_string())
    }
}

thread_local! {
    static ENVELOPES: OnceCell<Envelopes> = const { OnceCell::new() };
}

/// The result line of a vector, without a line end.
pub fn answer(line: &str) -> String {
    let line = &without_half_pairs(line);
    let vector: Vector<'_> = match serde_json::from_str(line) {
        Ok(vector) => vector,
        Err(error) => {
            // The id helps to find the line, if that much can be read.
            let id = serde_json::from_str::<Json>(line).unwrap_or_default();
            return failed(
                id.get("id").unwrap_or(&Json::Null),
                &Failure::vector(error.to_string()),
            );
        }
    };
    let result = ENVELOPES.with(|cell| {
        if let Some(envelopes) = cell.get() {
            return run(&vector, envelopes);
        }
        let envelopes = Envelopes::new()?;
        run(&vector, cell.get_or_init(|| envelopes))
    });
    match result {
        Ok(result) => format!("{{\"id\":{},{result}}}", vector.id),
        Err(failure) => failed(&vector.id, &failure),
    }
}

fn failed(id: &Json, failure: &Failure) -> String {
    format!("{{\"id\":{id},{}}}", failure.text())
}

/// The members of the result behind its id.
fn run(vector: &Vector<'_>, envelopes: &Envelopes) -> Result<String, Failure> {
    let topic = vector.topic.as_deref().unwrap_or("topic");
    let position = || match vector.position.as_deref() {
        Some("key") => Position::Key,
        _ => Position::Value,
    };
    let input = || match &vector.bytes {
        Bytes::Hex(digits) => unhex(digits).map(Some),
        Bytes::Null => Ok(None),
        Bytes::Missing => Err(Failure::vector("bytes: missing")),
    };
    match vector.op.as_str() {
        "transform" => chained::results(vector, envelopes),
        "predicate" => {
            let class = resolve_predicate(&vector.class)?;
            let record =
                chained::record(vector.record.as_ref().unwrap_or(&chained::NOTHING), envelopes)?;
            let (texts, nulls) = (texts(&vector.config), nulls(&vector.config));
            let predicate = build_predicate_with_nulls(class, &texts, &nulls)?;
            let has_topic = vector.record.as_ref().is_some_and(|record| record.topic.is_some());
            let matches = chained::matches(&*predicate, class, &record, has_topic)?;
            Ok(format!("\"matches\":{matches}"))
        }
        "to_bytes" => {
            let data = envelopes.read(vector.data.as_ref())?;
            let converter = converter(&vector.class, position(), &vector.config)?;
            let mut out = Vec::new();
            let there = converter.to_bytes(topic, data.schema.as_ref(), &data.value, &mut out)?;
            Ok(bytes(there, &out))
        }
        "header_to_bytes" => {
            let data = envelopes.read(vector.data.as_ref())?;
            let converter = converter(&vector.class, Position::Header, &vector.config)?;
            let mut out = Vec::new();
            let there = converter.header_to_bytes(
                topic,
                "header",
                data.schema.as_ref(),
                &data.value,
                &mut out,
            )?;
            Ok(bytes(there, &out))
        }
        "from_bytes" => {
            let input = input()?;
            let converter = converter(&vector.class, position(), &vector.config)?;
            let data = converter.from_bytes(topic, input.as_deref())?;
            Ok(format!("\"data\":{}", envelopes.write(&data)?))
        }
        "header_from_bytes" => {
            let input = input()?;
            let converter = converter(&vector.class, Position::Header, &vector.config)?;
            let data = converter.header_from_bytes(topic, "header", input.as_deref())?;
            Ok(format!("\"data\":{}", envelopes.write(&data)?))
        }
        "config" => configured::verdict(vector),
        op => Err(Failure::vector(format!("op: {op}"))),
    }
}

/// Two-digit years are read as within eighty years of now.
pub(super) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn bytes(there: bool, bytes: &[u8]) -> String {
    if there {
        format!("\"bytes\":\"{}\"", hex(bytes))
    } else {
        "\"bytes\":null".to_owned()
    }
}

fn unhex(digits: &str) -> Result<Vec<u8>, Failure> {
    let nibble = |byte: u8| char::from(byte).to_digit(16).and_then(|n| u8::try_from(n).ok());
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(nibble(*high)? << 4 | nibble(*low)?),
            _ => None,
        })
        .collect::<Option<_>>()
        .ok_or_else(|| Failure::vector(format!("bytes: {digits}")))
}

/// The converter of this class and configuration.
pub(super) fn converter(
    class: &str,
    position: Position,
    config: &Object<String, Json>,
) -> Result<Converter, Failure> {
    Ok(Converter::from_config_with_nulls(class, position, &texts(config), &nulls(config))?)
}

/// A configuration as texts; a key without value is no key.
pub(super) fn texts(config: &Object<String, Json>) -> IndexMap<String, String> {
    config
        .iter()
        .filter_map(|(key, value)| match value {
            Json::Null => None,
            Json::String(text) => Some((key.clone(), text.clone())),
            other => Some((key.clone(), other.to_string())),
        })
        .collect()
}

/// Keys without value.
pub(super) fn nulls(config: &Object<String, Json>) -> Vec<String> {
    config.iter().filter(|(_, value)| value.is_null()).map(|(key, _)| key.clone()).collect()
}
