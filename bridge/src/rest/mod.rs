//! Kafka Connect's REST interface over the [`Herder`] trait, and nothing else.
//!
//! Codes, shapes and sentences are Apache's, since clients match on them; where ours differ they
//! only add. Invariant: every answer of 400 and above is JSON with an `error_code`, whatever went
//! wrong. Nothing here knows how a connector is kept or run.
//!
//! ```text
//! app          routes and what surrounds every request      server   sockets and their limits
//! connectors, lifecycle, plugins, worker                    the resources
//! body, path, negotiate, error, guard, seats                the mechanisms
//! ```

mod app;
mod body;
mod connectors;
mod error;
mod guard;
mod lifecycle;
mod negotiate;
mod path;
mod plugins;
mod seats;
pub mod server;
#[cfg(test)]
mod tests;
mod worker;

use std::sync::Arc;

use axum::response::Response;

pub use app::App;
pub use body::BODY_BYTES_MAX;

use crate::runtime::Herder;

/// What a resource answers.
type Reply = Result<Response, error::RestError>;

/// What every resource is given.
#[derive(Clone)]
struct Rest {
    herder: Arc<dyn Herder>,
    /// `host:port`, for clients that send no `Host`.
    advertised: Arc<str>,
}
