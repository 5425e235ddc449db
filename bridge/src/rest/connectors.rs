//! `/connectors` and its sub-resources: config, status, tasks, counters.

use axum::extract::State;
use axum::http::{header, HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::Response;
use serde_json::{Map, Value};

use super::body::{config, create_request, JsonObject};
use super::error::{empty, json, RestError};
use super::path::{encode_segment, parameters, Name, Task};
use super::{Reply, Rest};
use crate::runtime::PutOutcome;

/// `GET /connectors`: names, or an object by name where `expand` is there.
pub(super) async fn list(State(rest): State<Rest>, uri: Uri) -> Reply {
    let names = rest.herder.connectors().await?;
    let expand: Vec<String> = parameters(&uri)
        .filter(|(key, _)| key == "expand")
        .map(|(_, value)| value.into_owned())
        .collect();
    if expand.is_empty() {
        return Ok(json(StatusCode::OK, &names));
    }
    let mut all = Map::new();
    for name in names {
        // A connector deleted in the meantime is left out.
        if let Some(one) = expanded(&rest, &name, &expand).await {
            all.insert(name, Value::Object(one));
        }
    }
    Ok(json(StatusCode::OK, &all))
}

async fn expanded(rest: &Rest, name: &str, expand: &[String]) -> Option<Map<String, Value>> {
    let mut one = Map::new();
    for what in expand {
        let value = match what.as_str() {
            "status" => serde_json::to_value(rest.herder.connector_status(name).await.ok()?),
            "info" => serde_json::to_value(rest.herder.connector_info(name).await.ok()?),
            _ => continue,
        };
        one.insert(what.clone(), value.ok()?);
    }
    Some(one)
}

/// `POST /connectors`.
pub(super) async fn create(
    State(rest): State<Rest>,
    headers: HeaderMap,
    JsonObject(body): JsonObject,
) -> Reply {
    let put = rest.herder.create(create_request(&body)?).await?;
    Ok(answer(&rest, &headers, &put))
}

/// `GET /connectors/{name}`.
pub(super) async fn info(State(rest): State<Rest>, Name(name): Name) -> Reply {
    Ok(json(StatusCode::OK, &rest.herder.connector_info(&name).await?))
}

/// `GET /connectors/{name}/config`.
pub(super) async fn get_config(State(rest): State<Rest>, Name(name): Name) -> Reply {
    Ok(json(StatusCode::OK, &rest.herder.connector_config(&name).await?))
}

/// `PUT /connectors/{name}/config`.
pub(super) async fn put_config(
    State(rest): State<Rest>,
    Name(name): Name,
    headers: HeaderMap,
    JsonObject(body): JsonObject,
) -> Reply {
    let put = rest.herder.put_config(&name, config(&body)?).await?;
    Ok(answer(&rest, &headers, &put))
}

/// `PATCH /connectors/{name}/config`.
pub(super) async fn patch_config(
    State(rest): State<Rest>,
    Name(name): Name,
    JsonObject(body): JsonObject,
) -> Reply {
    let put = rest.herder.patch_config(&name, config(&body)?).await?;
    Ok(json(StatusCode::OK, &put.info))
}

/// `DELETE /connectors/{name}`: 204, with a `Warning` header for each thing that stays behind.
pub(super) async fn delete(State(rest): State<Rest>, Name(name): Name) -> Reply {
    let left = rest.herder.delete(&name).await?;
    let mut response = empty(StatusCode::NO_CONTENT);
    for warning in left.iter().filter_map(|sentence| warning(sentence)) {
        response.headers_mut().append(header::WARNING, warning);
    }
    Ok(response)
}

/// A lasting warning (299), with escapes for what a quoted text in a header cannot hold.
fn warning(sentence: &str) -> Option<HeaderValue> {
    let mut text = String::new();
    for c in sentence.chars() {
        if matches!(c, ' '..='~') && !matches!(c, '"' | '\\') {
            text.push(c);
        } else {
            text.extend(c.escape_unicode());
        }
    }
    HeaderValue::try_from(format!("299 kcql-bridge \"{text}\"")).ok()
}

/// `GET /connectors/{name}/status`.
pub(super) async fn status(State(rest): State<Rest>, Name(name): Name) -> Reply {
    Ok(json(StatusCode::OK, &rest.herder.connector_status(&name).await?))
}

/// `GET /connectors/{name}/tasks`.
pub(super) async fn tasks(State(rest): State<Rest>, Name(name): Name) -> Reply {
    Ok(json(StatusCode::OK, &rest.herder.task_infos(&name).await?))
}

/// `GET /v1/connectors/{name}/counters`, which Kafka Connect does not have.
pub(super) async fn counters(State(rest): State<Rest>, Name(name): Name) -> Reply {
    Ok(json(StatusCode::OK, &rest.herder.counters(&name).await?))
}

/// `GET /connectors/{name}/tasks/{task}/status`.
pub(super) async fn task_status(
    State(rest): State<Rest>,
    Task(id): Task,
) -> Result<Response, RestError> {
    Ok(json(StatusCode::OK, &rest.herder.task_status(id).await?))
}

/// 201 with an absolute `Location`, or 200.
fn answer(rest: &Rest, headers: &HeaderMap, put: &PutOutcome) -> Response {
    if !put.created {
        return json(StatusCode::OK, &put.info);
    }
    let mut response = json(StatusCode::CREATED, &put.info);
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.unwrap_or(&rest.advertised);
    let location = format!("http://{host}/connectors/{}", encode_segment(&put.info.name));
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
