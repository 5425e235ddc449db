//! Reading a request's body: its media type, its size, its JSON.
//!
//! What a JSON object means as a config is [`connect::config::json_config`]'s.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{header, HeaderMap, StatusCode};
use connect::config::{json_config, json_object, json_setting, JsonConfigError, RawObject};
use hyper::body::Body as _;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::error::RestError;
use crate::runtime::{CreateRequest, SubmittedConfig, TargetState};

/// The largest body. A config of a thousand keys has about 100 KiB.
pub const BODY_BYTES_MAX: usize = 1 << 20;
/// A body up to this size needs no permit of [`LARGE_BODIES`].
const SMALL_BODY_BYTES: usize = 64 * 1024;
/// Permits for larger bodies in memory, whatever the number of connections. They bound the memory of
/// half-sent bodies, and a config of a usual size never waits behind them.
static LARGE_BODIES: Semaphore = Semaphore::const_new(16);
/// The longest that a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(30);

/// The body of a request that must be a JSON object.
pub(super) struct JsonObject(pub(super) RawObject);

impl<S: Sync> FromRequest<S> for JsonObject {
    type Rejection = RestError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, RestError> {
        let (parts, body) = request.into_parts();
        if !is_json(&parts.headers) {
            return Err(RestError::plain(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let (bytes, _permit) = read(&parts.headers, body).await?;
        object(&bytes).map(Self)
    }
}

/// Reads the bytes; the permit of a large body is to be held as long as they are.
async fn read(
    headers: &HeaderMap,
    mut body: Body,
) -> Result<(Vec<u8>, Option<SemaphorePermit<'static>>), RestError> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse().ok());
    if announced.is_some_and(|bytes: usize| bytes > BODY_BYTES_MAX) {
        return Err(too_large());
    }
    let all = async {
        let mut bytes = Vec::with_capacity(announced.unwrap_or(0).min(SMALL_BODY_BYTES));
        let mut permit = None;
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            let frame = frame.map_err(|error| {
                RestError::new(
                    StatusCode::BAD_REQUEST,
                    format!("The request's body did not arrive in full: {error}"),
                )
            })?;
            let Ok(data) = frame.into_data() else { continue };
            if bytes.len() + data.len() > BODY_BYTES_MAX {
                return Err(too_large());
            }
            if permit.is_none() && bytes.len() + data.len() > SMALL_BODY_BYTES {
                // The semaphore is never closed; an error would only mean no permit.
                permit = LARGE_BODIES.acquire().await.ok();
            }
            bytes.extend_from_slice(&data);
        }
        Ok((bytes, permit))
    };
    let late = |_| RestError::plain(StatusCode::REQUEST_TIMEOUT);
    tokio::time::timeout(BODY_TIME, all).await.map_err(late)?
}

fn too_large() -> RestError {
    RestError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("The request's body is larger than {BODY_BYTES_MAX} bytes"),
    )
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = media.and_then(|media| media.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

fn object(bytes: &[u8]) -> Result<RawObject, RestError> {
    json_object(bytes).map_err(|error| match error {
        JsonConfigError::Empty => {
            RestError::unreadable("The request has no body; a JSON object is expected")
        }
        JsonConfigError::Syntax { line, column, reason } => RestError::unreadable(format!(
            "The request's body is not valid JSON: {reason} at line {line} column {column}"
        )),
        other => other.into(),
    })
}

impl From<JsonConfigError> for RestError {
    fn from(error: JsonConfigError) -> Self {
        Self::unreadable(error.to_string())
    }
}

/// Takes an object as a config.
pub(super) fn config(object: &RawObject) -> Result<SubmittedConfig, RestError> {
    Ok(json_config(object)?)
}

/// Takes an object as a config, whether it comes bare or as `{"name":...,"config":{...}}`.
pub(super) fn maybe_wrapped_config(object: &RawObject) -> Result<SubmittedConfig, RestError> {
    let Some(inner) = object.get("config").filter(|raw| raw.get().starts_with('{')) else {
        return config(object);
    };
    let mut inner = config(&self::object(inner.get().as_bytes())?)?;
    if let (None, Some(name)) = (inner.get("name"), object.get("name")) {
        inner.insert("name".to_owned(), json_setting("name", name)?);
    }
    Ok(inner)
}

/// Takes an object as the body of `POST /connectors`.
pub(super) fn create_request(object: &RawObject) -> Result<CreateRequest, RestError> {
    const KNOWN: [&str; 3] = ["name", "config", "initial_state"];
    if let Some(unknown) = object.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(RestError::unreadable(format!(
            "Unrecognized field \"{unknown}\" (class org.apache.kafka.connect.runtime.rest.entities.\
             CreateConnectorRequest), not marked as ignorable (3 known properties: \"name\", \
             \"config\", \"initial_state\")"
        )));
    }
    let field = |key: &str| object.get(key).map_or(Ok(None), |raw| json_setting(key, raw));
    let config = match object.get("config").map(|raw| raw.get()) {
        None | Some("null") => {
            return Err(RestError::unreadable("The request has no \"config\""));
        }
        Some(raw) => config(&self::object(raw.as_bytes())?)?,
    };
    let initial_state = match field("initial_state")? {
        None => TargetState::default(),
        Some(state) => TargetState::parse(&state).ok_or_else(|| {
            RestError::unreadable(format!(
                "No enum constant org.apache.kafka.connect.runtime.rest.entities.\
                 CreateConnectorRequest.InitialState.{} (write RUNNING, PAUSED or STOPPED)",
                state.to_uppercase()
            ))
        })?,
    };
    let name = field("name")?.unwrap_or_default().trim().to_owned();
    Ok(CreateRequest { name, config, initial_state })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<SubmittedConfig, RestError> {
        config(&object(text.as_bytes())?)
    }

    fn values(config: &SubmittedConfig) -> Vec<(&str, Option<&str>)> {
        config.iter().map(|(k, v)| (k.as_str(), v.as_deref())).collect()
    }

    #[test]
    fn nested_values_are_refused_by_key() {
        for (text, found) in [(r#"{"a":{}}"#, "Object"), (r#"{"a":[1]}"#, "Array")] {
            assert_eq!(
                parsed(text).unwrap_err().message,
                format!(
                    "Cannot deserialize value of type `java.lang.String` from {found} value (key \
                     \"a\")"
                )
            );
        }
    }

    #[test]
    fn what_is_no_object_is_a_500_that_says_what_it_is() {
        for (text, message) in [
            ("", "The request has no body; a JSON object is expected"),
            ("[]", "Cannot deserialize an object from Array value; a JSON object is expected"),
            ("1", "Cannot deserialize an object from Number value; a JSON object is expected"),
            (
                r#"{"a":"#,
                "The request's body is not valid JSON: EOF while parsing a value at line 1 column 5",
            ),
        ] {
            let error = parsed(text).unwrap_err();
            assert_eq!((error.status.as_u16(), error.message.as_str()), (500, message), "{text}");
        }
    }

    #[test]
    fn a_wrapped_config_is_unwrapped_and_keeps_its_name() {
        let read = |text: &str| maybe_wrapped_config(&object(text.as_bytes()).unwrap()).unwrap();
        let wrapped = read(r#"{"name":"c","config":{"a":"1"}}"#);
        assert_eq!(values(&wrapped), [("a", Some("1")), ("name", Some("c"))]);
        let bare = read(r#"{"name":"c","config":"not a config"}"#);
        assert_eq!(values(&bare), [("name", Some("c")), ("config", Some("not a config"))]);
    }

    #[test]
    fn a_create_request_is_strict_about_its_fields() {
        let read = |text: &str| create_request(&object(text.as_bytes()).unwrap());
        let request = read(r#"{"name":" c ","config":{"a":1},"initial_state":"paused"}"#).unwrap();
        assert_eq!(request.name, "c");
        assert_eq!(request.initial_state, TargetState::Paused);
        assert_eq!(read(r#"{"config":{}}"#).unwrap().name, "");
        for text in [
            r#"{"name":"c"}"#,
            r#"{"name":"c","config":null}"#,
            r#"{"name":"c","config":{},"extra":1}"#,
            r#"{"name":"c","config":{},"initial_state":"DESTROYED"}"#,
        ] {
            assert_eq!(read(text).unwrap_err().status.as_u16(), 500, "{text}");
        }
    }
}
