//! `GET /` and `GET /health`.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use super::error::json;
use super::{Reply, Rest};
use crate::runtime::WorkerHealth;

/// How long the herder may take to tell its health.
const HEALTH_TIME: Duration = Duration::from_secs(10);

/// `GET /`.
pub(super) async fn root(State(rest): State<Rest>) -> Reply {
    Ok(json(StatusCode::OK, &rest.herder.server_info().await?))
}

/// Kafka Connect's sentence.
const READY: &str = "Worker has completed startup and is ready to handle requests.";

#[derive(Serialize)]
struct Health {
    status: &'static str,
    message: String,
}

/// `GET /health`: 200, 503 while starting, 500 if the worker does not answer.
///
/// With a connector that is not well the status is `degraded`, a word that Kafka Connect does not
/// have, and the message names it. The code stays 200: probes restart what is unhealthy, and a
/// restart brings no broker back.
pub(super) async fn health(State(rest): State<Rest>) -> Reply {
    let answer = tokio::time::timeout(HEALTH_TIME, rest.herder.health()).await;
    let (code, status, message) = match answer {
        Ok(Ok(WorkerHealth::Ready { problems })) if problems.is_empty() => {
            (StatusCode::OK, "healthy", READY.to_owned())
        }
        Ok(Ok(WorkerHealth::Ready { problems })) => {
            (StatusCode::OK, "degraded", format!("{READY} Not well: {}", problems.join("; ")))
        }
        Ok(Ok(WorkerHealth::Starting)) => {
            let message = "Worker is still starting up.".to_owned();
            (StatusCode::SERVICE_UNAVAILABLE, "starting", message)
        }
        Ok(Err(_)) | Err(_) => {
            let message = "Worker was unable to handle this request and may be unable to handle \
                           other requests.";
            (StatusCode::INTERNAL_SERVER_ERROR, "unhealthy", message.to_owned())
        }
    };
    Ok(json(code, &Health { status, message }))
}
