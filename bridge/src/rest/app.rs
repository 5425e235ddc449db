//! The routes, and what every request passes: trailing slash, time limit, catching of panics, common
//! headers, access log.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{header, HeaderValue, Method, StatusCode};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::Router;
use tokio::time::Instant;
use tower::ServiceExt as _;

use super::catch_panic::catch_panic;
use super::error::RestError;
use super::{connectors, lifecycle, negotiate, path, plugins, worker, Rest};
use crate::observe::panics;
use crate::runtime::{Herder, HerderError};

/// Kafka Connect's time limit for a request to the herder.
const REQUEST_TIME: Duration = Duration::from_secs(90);

/// Name and version of this program, beside the Kafka version that `GET /` reports.
const SERVER: HeaderValue =
    HeaderValue::from_static(concat!("kcql-bridge/", env!("CARGO_PKG_VERSION")));

/// The REST interface of one worker.
pub struct App {
    router: Router,
}

impl App {
    /// An interface to `herder`; `advertised` is the worker's `host:port`.
    pub fn new(herder: Arc<dyn Herder>, advertised: &str) -> Self {
        let rest = Rest { herder, advertised: advertised.into() };
        Self { router: router(rest) }
    }

    /// Answers a request. Never fails and never panics.
    pub async fn call(&self, mut request: Request) -> Response {
        let began = Instant::now();
        let method = request.method().clone();
        let target = request.uri().clone();
        if let Some(uri) = path::without_trailing_slash(&target) {
            *request.uri_mut() = uri;
        }
        let answer =
            tokio::time::timeout(REQUEST_TIME, catch_panic(self.router.clone().oneshot(request)));
        let mut response = match answer.await {
            Ok(Ok(response)) => response.into_response(),
            Ok(Err(payload)) => {
                let message = format!("internal error: {}", panics::describe(&*payload).message);
                RestError::new(StatusCode::INTERNAL_SERVER_ERROR, message).into_response()
            }
            Err(_) => RestError::from(HerderError::TimedOut).into_response(),
        };
        negotiate::complete_allow(&method, &mut response);
        response.headers_mut().insert(header::SERVER, SERVER);
        log(&method, target.path(), &response, began);
        response
    }
}

fn router(rest: Rest) -> Router {
    Router::new()
        .route("/", get(worker::root))
        .route("/health", get(worker::health))
        .route("/connectors", get(connectors::list).post(connectors::create))
        .route("/connectors/{name}", get(connectors::info).delete(connectors::delete))
        .route(
            "/connectors/{name}/config",
            get(connectors::get_config).put(connectors::put_config).patch(connectors::patch_config),
        )
        .route("/connectors/{name}/status", get(connectors::status))
        .route("/connectors/{name}/tasks", get(connectors::tasks))
        .route("/connectors/{name}/tasks/{task}/status", get(connectors::task_status))
        .route("/connectors/{name}/tasks/{task}/restart", post(lifecycle::restart_task))
        .route("/connectors/{name}/pause", put(lifecycle::pause))
        .route("/connectors/{name}/resume", put(lifecycle::resume))
        .route("/connectors/{name}/stop", put(lifecycle::stop))
        .route("/connectors/{name}/restart", post(lifecycle::restart))
        .route("/v1/connectors/{name}/counters", get(connectors::counters))
        .route("/connector-plugins", get(plugins::list))
        .route("/connector-plugins/{plugin}/config", get(plugins::keys))
        .route("/connector-plugins/{plugin}/config/validate", put(plugins::validate))
        .method_not_allowed_fallback(negotiate::method_not_allowed)
        .route_layer(from_fn(negotiate::require_json_accepted))
        .fallback(|| async { RestError::plain(StatusCode::NOT_FOUND) })
        .with_state(rest)
}

/// Logs a request: reads at debug, since probes and UIs poll every few seconds; changes at info.
fn log(method: &Method, path: &str, response: &Response, began: Instant) {
    let status = response.status().as_u16();
    let millis = began.elapsed().as_millis();
    if method.is_safe() {
        tracing::debug!(%method, path, status, millis, "request");
    } else {
        tracing::info!(%method, path, status, millis, "request");
    }
}
