//! Sockets: binding, accepting, and the limits that keep a slow or greedy client from taking the
//! worker with it.
//!
//! Invariant: what clients can make us hold is bounded: at most [`CONNECTIONS_MAX`] connections,
//! each with one buffer of [`HEAD_BYTES_MAX`] and one body of at most
//! [`BODY_BYTES_MAX`](super::BODY_BYTES_MAX); a connection that says nothing is closed after
//! [`HEAD_TIME`], any connection after [`CONNECTION_TIME`]. Connections without a request never
//! keep others out: when all places are taken, the one idle longest goes.

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

use super::seats::{Seat, Seats};
use super::App;

/// Connections at once, over all listeners; one more per listener waits for a place, the others in
/// the system's queue.
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
    let seats = Arc::new(Seats::default());
    let loops: Vec<_> = listeners
        .into_iter()
        .map(|listener| {
            let house = (Arc::clone(&places), Arc::clone(&seats));
            tokio::spawn(accept(listener, Arc::clone(&app), house, stop.clone()))
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
    (places, seats): (Arc<Semaphore>, Arc<Seats>),
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let next = async {
            let accepted = listener.accept().await?;
            let place = if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
                place
            } else {
                seats.evict();
                Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?
            };
            Ok::<_, io::Error>((accepted, place))
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
        let seat = seats.take(place);
        tokio::spawn(connection(stream, peer, Arc::clone(&app), seat, stop.clone()));
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Arc<App>,
    seat: Seat<OwnedSemaphorePermit>,
    mut stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request: Request<Incoming>| {
        let (app, busy) = (Arc::clone(&app), seat.busy());
        async move {
            let _busy = busy;
            Ok::<_, Infallible>(app.call(request.map(Body::new)).await)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    // How long a last request may take; none for a connection that goes at once.
    let ending = async {
        tokio::select! {
            () = tokio::time::sleep(CONNECTION_TIME) => Some(HEAD_TIME),
            // The guard is let go before anything else is awaited.
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => Some(DRAIN_TIME),
            // One that got a request in the meantime answers it first.
            () = seat.evicted() => if seat.is_idle() { None } else { Some(HEAD_TIME) },
        }
    };
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        patience = ending => match patience {
            None => {
                tracing::debug!(%peer, "an idle connection makes room for another");
                Ok(())
            }
            Some(patience) => {
                connection.as_mut().graceful_shutdown();
                // Whoever does not even take its last answer is cut off.
                tokio::time::timeout(patience, connection.as_mut()).await.unwrap_or(Ok(()))
            }
        },
    };
    if let Err(error) = outcome {
        tracing::debug!(%peer, "connection ended: {error}");
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::runtime::store::Stores;
    use crate::runtime::testing::FakePlugins;
    use crate::runtime::{ClusterId, StandaloneHerder, WorkerSettings};

    struct Served {
        address: SocketAddr,
        stop: watch::Sender<bool>,
        serving: tokio::task::JoinHandle<()>,
    }

    async fn served() -> Served {
        let settings = WorkerSettings { worker_id: "h:1".into(), shutdown_grace: Duration::ZERO };
        let cluster = ClusterId::new(Arc::new(|| None));
        let herder = StandaloneHerder::new(
            Box::new(FakePlugins::default()),
            Stores::in_memory(),
            settings,
            cluster,
        );
        herder.ready();
        let app = Arc::new(App::new(Arc::new(herder), "h:1"));
        let listener = bind("127.0.0.1", 0).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(serve(vec![listener], app, stopped));
        Served { address, stop, serving }
    }

    const REQUEST: &[u8] = b"GET /connectors HTTP/1.1\r\nhost: h\r\n\r\n";

    async fn answer(client: &mut TcpStream) -> String {
        let mut text = Vec::new();
        while !text.ends_with(b"[]") {
            assert_ne!(client.read_buf(&mut text).await.unwrap(), 0, "closed early");
        }
        String::from_utf8(text).unwrap()
    }

    #[tokio::test]
    async fn a_connection_serves_many_requests_and_ends_at_shutdown() {
        let served = served().await;
        let mut client = TcpStream::connect(served.address).await.unwrap();
        for _ in 0..3 {
            client.write_all(REQUEST).await.unwrap();
            assert!(answer(&mut client).await.starts_with("HTTP/1.1 200 OK\r\n"));
        }
        served.stop.send_replace(true);
        served.serving.await.unwrap();
        assert_eq!(client.read(&mut [0; 64]).await.unwrap(), 0, "the idle connection is closed");
        assert!(TcpStream::connect(served.address).await.is_err(), "nobody listens any more");
    }

    #[tokio::test]
    async fn whoever_sends_half_a_request_is_cut_off() {
        let served = served().await;
        let mut client = TcpStream::connect(served.address).await.unwrap();
        client.write_all(b"GET /connectors HTTP/1.1\r\nhost").await.unwrap();
        // The other side must have read it before time begins to fly.
        let mut polite = TcpStream::connect(served.address).await.unwrap();
        polite.write_all(REQUEST).await.unwrap();
        answer(&mut polite).await;
        tokio::time::pause();
        let mut rest = Vec::new();
        let _ = client.read_to_end(&mut rest).await;
        assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    }

    #[tokio::test]
    async fn idle_connections_keep_nobody_out() {
        let served = served().await;
        let mut idle = Vec::new();
        for _ in 0..CONNECTIONS_MAX + 50 {
            idle.push(TcpStream::connect(served.address).await.unwrap());
        }
        let mut client = TcpStream::connect(served.address).await.unwrap();
        client.write_all(REQUEST).await.unwrap();
        let answered = tokio::time::timeout(HEAD_TIME / 2, answer(&mut client)).await;
        assert!(answered.unwrap().starts_with("HTTP/1.1 200 OK\r\n"));
        assert_eq!(idle[0].read(&mut [0; 64]).await.unwrap(), 0, "the oldest had to go");
    }

    #[tokio::test]
    async fn a_port_in_use_is_named() {
        let taken = bind("127.0.0.1", 0).await.unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = bind("127.0.0.1", port).await.unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")), "{error}");
    }
}
