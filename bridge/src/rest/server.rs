//! Sockets: binding, accepting, and the limits that keep a slow or greedy client from taking the
//! worker with it.
//!
//! Invariant: what clients can make us hold is bounded: at most [`CONNECTIONS_MAX`] connections,
//! each with one buffer of [`HEAD_BYTES_MAX`] and one body of at most
//! [`BODY_BYTES_MAX`](super::BODY_BYTES_MAX); a connection that says nothing is closed after
//! [`HEAD_TIME`], any connection after [`CONNECTION_TIME`].

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::Request;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{watch, OwnedSemaphorePermit, Semaphore};

use super::App;

/// Connections at once, over all listeners; more wait in the system's queue.
pub const CONNECTIONS_MAX: u32 = 256;
/// Request line and headers together.
pub const HEAD_BYTES_MAX: usize = 16 << 10;
/// The longest between two requests, and for the head of one.
pub const HEAD_TIME: Duration = Duration::from_secs(30);
/// The longest that a connection lives, however busy.
pub const CONNECTION_TIME: Duration = Duration::from_secs(600);
/// What requests that are under way have at shutdown.
const DRAIN_TIME: Duration = Duration::from_secs(2);
/// After an `accept` that failed, for want of file descriptors most likely.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A listener that cannot be had.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {source}")]
pub struct BindError {
    /// `host:port` as configured.
    pub address: String,
    /// The system's words.
    pub source: io::Error,
}

/// Opens a listener. An empty host is every interface, IPv6 and IPv4.
pub async fn bind(host: &str, port: u16) -> Result<TcpListener, BindError> {
    let bound = if host.is_empty() {
        match TcpListener::bind((std::net::Ipv6Addr::UNSPECIFIED, port)).await {
            // A system without IPv6.
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await
            }
            bound => bound,
        }
    } else {
        TcpListener::bind((host, port)).await
    };
    bound.map_err(|source| BindError { address: format!("{host}:{port}"), source })
}

/// Serves until `stop` says true, then lets requests under way finish.
pub async fn serve(listeners: Vec<TcpListener>, app: Arc<App>, stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX as usize));
    let loops: Vec<_> = listeners
        .into_iter()
        .map(|listener| {
            tokio::spawn(accept(listener, Arc::clone(&app), Arc::clone(&places), stop.clone()))
        })
        .collect();
    for one in loops {
        let _ = one.await;
    }
    // All places free again means that every connection is closed.
    let _ = tokio::time::timeout(DRAIN_TIME, places.acquire_many(CONNECTIONS_MAX)).await;
}

async fn accept(
    listener: TcpListener,
    app: Arc<App>,
    places: Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?;
            Ok::<_, io::Error>((listener.accept().await?, place))
        };
        let accepted = tokio::select! {
            accepted = next => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let ((stream, peer), place) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!("cannot accept a connection: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        tokio::spawn(connection(stream, peer, Arc::clone(&app), place, stop.clone()));
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Arc<App>,
    _place: OwnedSemaphorePermit,
    mut stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let app = Arc::clone(&app);
        async move { Ok::<_, Infallible>(app.call(request.map(Body::new)).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ending = async {
        tokio::select! {
            () = tokio::time::sleep(CONNECTION_TIME) => HEAD_TIME,
            // The guard is let go before anything else is awaited.
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => DRAIN_TIME,
        }
    };
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        patience = ending => {
            connection.as_mut().graceful_shutdown();
            // Whoever does not even take its last answer is cut off.
            tokio::time::timeout(patience, connection.as_mut()).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%peer, "connection ended: {error}");
    }
}
