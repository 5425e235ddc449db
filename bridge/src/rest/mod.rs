//! Kafka Connect's REST interface over the [`Herder`] trait, and nothing else.
//!
//! Codes, shapes and sentences are Apache's, since clients match on them; ours only add to them
//! (docs/REST.md). Invariant: every answer of 400 and above is JSON with an `error_code`. Nothing
//! here knows how a connector is stored or run.
//!
//! ```text
//! app                                     routes, and what every request passes
//! connectors, lifecycle, plugins, worker  the resources
//! body, path, negotiate, error            reading requests, writing answers
//! server, connection_limit, catch_panic   sockets, limits, panics
//! ```

mod app;
mod body;
mod catch_panic;
mod connection_limit;
mod connectors;
mod error;
mod lifecycle;
mod negotiate;
mod path;
mod plugins;
pub mod server;
#[cfg(test)]
mod tests;
mod worker;

use std::sync::Arc;

use axum::response::Response;

pub use app::App;
pub use body::BODY_BYTES_MAX;

use crate::runtime::Herder;

/// The answer of a resource.
type Reply = Result<Response, error::RestError>;

/// State that every resource gets.
#[derive(Clone)]
struct Rest {
    herder: Arc<dyn Herder>,
    /// `host:port`, for clients that send no `Host`.
    advertised: Arc<str>,
}
