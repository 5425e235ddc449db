//! `/connector-plugins`: installed plugins, their keys, and validation.

use axum::extract::State;
use axum::http::{StatusCode, Uri};

use super::body::{maybe_wrapped_config, JsonObject};
use super::error::json;
use super::path::{flag, Name};
use super::{Reply, Rest};

/// `GET /connector-plugins`, connectors only unless `connectorsOnly=false`.
pub(super) async fn list(State(rest): State<Rest>, uri: Uri) -> Reply {
    let connectors_only = flag(&uri, "connectorsOnly").unwrap_or(true);
    let mut plugins = rest.herder.plugins().await?;
    plugins.retain(|p| !connectors_only || matches!(p.kind.as_str(), "source" | "sink"));
    Ok(json(StatusCode::OK, &plugins))
}

/// `GET /connector-plugins/{plugin}/config`.
pub(super) async fn keys(State(rest): State<Rest>, Name(plugin): Name) -> Reply {
    Ok(json(StatusCode::OK, &rest.herder.plugin_config(&plugin).await?))
}

/// `PUT /connector-plugins/{plugin}/config/validate`: 200 with the errors in the answer.
pub(super) async fn validate(
    State(rest): State<Rest>,
    Name(plugin): Name,
    JsonObject(body): JsonObject,
) -> Reply {
    let infos = rest.herder.validate(&plugin, maybe_wrapped_config(&body)?).await?;
    Ok(json(StatusCode::OK, &infos))
}
