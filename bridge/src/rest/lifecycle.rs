//! Pause, resume, stop, and the restarts.

use axum::extract::State;
use axum::http::{StatusCode, Uri};

use super::error::{empty, json};
use super::path::{flag, Name, Task};
use super::{Reply, Rest};
use crate::runtime::{RestartScope, TargetState};

/// `PUT /connectors/{name}/pause`.
pub(super) async fn pause(State(rest): State<Rest>, Name(name): Name) -> Reply {
    rest.herder.set_target(&name, TargetState::Paused).await?;
    Ok(empty(StatusCode::ACCEPTED))
}

/// `PUT /connectors/{name}/resume`.
pub(super) async fn resume(State(rest): State<Rest>, Name(name): Name) -> Reply {
    rest.herder.set_target(&name, TargetState::Started).await?;
    Ok(empty(StatusCode::ACCEPTED))
}

/// `PUT /connectors/{name}/stop`: 204 where the other two have 202.
pub(super) async fn stop(State(rest): State<Rest>, Name(name): Name) -> Reply {
    rest.herder.set_target(&name, TargetState::Stopped).await?;
    Ok(empty(StatusCode::NO_CONTENT))
}

/// `POST /connectors/{name}/restart`: plain 204, with parameters 202 and the plan.
pub(super) async fn restart(State(rest): State<Rest>, Name(name): Name, uri: Uri) -> Reply {
    let scope = RestartScope {
        include_tasks: flag(&uri, "includeTasks").unwrap_or(false),
        only_failed: flag(&uri, "onlyFailed").unwrap_or(false),
    };
    if scope == RestartScope::default() {
        rest.herder.restart_connector(&name).await?;
        return Ok(empty(StatusCode::NO_CONTENT));
    }
    Ok(json(StatusCode::ACCEPTED, &rest.herder.restart(&name, scope).await?))
}

/// `POST /connectors/{name}/tasks/{task}/restart`.
pub(super) async fn restart_task(State(rest): State<Rest>, Task(id): Task) -> Reply {
    rest.herder.restart_task(id).await?;
    Ok(empty(StatusCode::NO_CONTENT))
}
