//! The media types that a client accepts, and the methods that a path allows.

use axum::extract::Request;
use axum::http::{header, HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::{empty, RestError};

/// Refuses a request whose client does not accept JSON.
pub(super) async fn require_json_accepted(request: Request, next: Next) -> Response {
    if accepts_json(request.headers()) {
        next.run(request).await
    } else {
        RestError::plain(StatusCode::NOT_ACCEPTABLE).into_response()
    }
}

fn accepts_json(headers: &HeaderMap) -> bool {
    let mut ranges = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|range| !range.is_empty())
        .peekable();
    ranges.peek().is_none() || ranges.any(covers_json)
}

fn covers_json(range: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    let refused = parts.any(|parameter| {
        parameter.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0))
    });
    let covered = ["*/*", "application/*", "application/json"];
    !refused && covered.iter().any(|known| media.eq_ignore_ascii_case(known))
}

/// Answers a method that the path does not have. The router adds `Allow`.
pub(super) async fn method_not_allowed(method: Method) -> Response {
    if method == Method::OPTIONS {
        empty(StatusCode::OK)
    } else {
        RestError::plain(StatusCode::METHOD_NOT_ALLOWED).into_response()
    }
}

/// Writes `Allow` as Jersey does, `OPTIONS` included, and repeats it in the body of an answer to
/// `OPTIONS`.
pub(super) fn complete_allow(method: &Method, response: &mut Response) {
    let Some(allow) = response.headers().get(header::ALLOW).and_then(|v| v.to_str().ok()) else {
        return;
    };
    let mut methods: Vec<&str> = allow.split(',').map(str::trim).collect();
    methods.push("OPTIONS");
    let text = methods.join(", ");
    if let Ok(value) = HeaderValue::try_from(text.as_str()) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    if method == Method::OPTIONS && response.status() == StatusCode::OK {
        let plain = HeaderValue::from_static("text/plain");
        response.headers_mut().insert(header::CONTENT_TYPE, plain);
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = text.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(values: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::ACCEPT, value.parse().unwrap());
        }
        accepts_json(&headers)
    }

    #[test]
    fn json_is_accepted_by_name_by_wildcard_and_without_a_header() {
        assert!(accepts(&[]));
        assert!(accepts(&["*/*"]));
        assert!(accepts(&["text/html, application/*;q=0.5"]));
        assert!(accepts(&["text/html", "Application/JSON"]));
    }

    #[test]
    fn other_media_types_are_refused() {
        assert!(!accepts(&["text/html"]));
        assert!(!accepts(&["application/json;q=0"]));
        assert!(!accepts(&["application/xml, text/*"]));
    }
}
