//! Paths and queries: the optional trailing slash, names within a path, parameters.
//!
//! A connector's name may be any text without control characters, slashes included: in a path it
//! is percent-encoded, and `%2F` is part of a name.

use std::borrow::Cow;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use percent_encoding::{percent_decode_str, utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};

use super::error::RestError;
use crate::runtime::TaskId;

/// The characters to encode: all but those that RFC 3986 allows in a segment (`pchar`).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// Encodes a name as one segment of a path.
pub(super) fn encode_segment(name: &str) -> String {
    utf8_percent_encode(name, SEGMENT).to_string()
}

/// The same URI without the trailing slash of its path, if it has one.
pub(super) fn without_trailing_slash(uri: &Uri) -> Option<Uri> {
    let path = uri.path().strip_suffix('/').filter(|path| !path.is_empty())?;
    let path_and_query = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path_and_query.parse().ok()?);
    Uri::from_parts(parts).ok()
}

/// The parameters of a query in order, decoded; one without `=` has an empty value.
pub(super) fn parameters(uri: &Uri) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(key), decode(value))
    })
}

/// Reads a parameter as a Boolean: `true` is true, any other text false, as in Java; none without the
/// parameter.
pub(super) fn flag(uri: &Uri, name: &str) -> Option<bool> {
    parameters(uri)
        .find(|(key, value)| key == name && !value.is_empty())
        .map(|(_, value)| value.eq_ignore_ascii_case("true"))
}

fn decode(text: &str) -> Cow<'_, str> {
    let spaced = if text.contains('+') { text.replace('+', " ").into() } else { Cow::from(text) };
    match spaced {
        Cow::Borrowed(text) => percent_decode_str(text).decode_utf8_lossy(),
        Cow::Owned(text) => percent_decode_str(&text).decode_utf8_lossy().into_owned().into(),
    }
}

/// The name in the path, decoded.
pub(super) struct Name(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, RestError> {
        match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(name)) => Ok(Self(name)),
            Err(error) => Err(RestError::new(StatusCode::BAD_REQUEST, error.body_text())),
        }
    }
}

/// Connector and task in the path. A task that is no number is an unknown path.
pub(super) struct Task(pub(super) TaskId);

impl<S: Send + Sync> FromRequestParts<S> for Task {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, RestError> {
        match Path::<(String, String)>::from_request_parts(parts, state).await {
            Ok(Path((connector, task))) => match task.parse() {
                Ok(task) => Ok(Self(TaskId { connector, task })),
                Err(_) => Err(RestError::plain(StatusCode::NOT_FOUND)),
            },
            Err(error) => Err(RestError::new(StatusCode::BAD_REQUEST, error.body_text())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_trailing_slash_goes_and_the_query_stays() {
        let strip =
            |uri: &str| without_trailing_slash(&uri.parse().unwrap()).map(|u| u.to_string());
        assert_eq!(strip("/connectors/").unwrap(), "/connectors");
        assert_eq!(strip("/connectors/?expand=info").unwrap(), "/connectors?expand=info");
        assert_eq!(strip("/connectors/a%2F/").unwrap(), "/connectors/a%2F");
        assert_eq!(strip("/"), None);
        assert_eq!(strip("/connectors"), None);
    }

    #[test]
    fn a_name_is_encoded_as_one_segment() {
        assert_eq!(encode_segment("a b/c->ü%"), "a%20b%2Fc-%3E%C3%BC%25");
    }

    #[test]
    fn parameters_repeat_and_may_have_no_value() {
        let uri = "/x?expand=info&expand=st%61tus&expand&a+b=1".parse().unwrap();
        let pairs: Vec<_> = parameters(&uri).collect();
        let pairs: Vec<_> = pairs.iter().map(|(k, v)| (k.as_ref(), v.as_ref())).collect();
        assert_eq!(pairs, [("expand", "info"), ("expand", "status"), ("expand", ""), ("a b", "1")]);
        assert_eq!(flag(&"/x?f=TRUE".parse().unwrap(), "f"), Some(true));
        assert_eq!(flag(&"/x?f=yes".parse().unwrap(), "f"), Some(false));
        assert_eq!(flag(&"/x".parse().unwrap(), "f"), None);
        assert_eq!(flag(&"/x?f=&f".parse().unwrap(), "f"), None);
    }
}
