//! Binds and accepts sockets, and limits what one client can use.
//!
//! Invariant: clients hold a bounded amount of memory: at most [`CONNECTIONS_MAX`] connections, each
//! with one buffer of [`HEAD_BYTES_MAX`] and one body of at most
//! [`BODY_BYTES_MAX`](super::BODY_BYTES_MAX). A connection that sends nothing is closed after
//! [`HEAD_TIME`], any connection after [`CONNECTION_TIME`]. At the limit a new connection displaces
//! the one that has been idle longest.

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
use tokio::sync::watch;

use super::connection_limit::{ConnectionLimit, ConnectionPermit};
use super::App;

/// Open connections over all listeners. One more per listener waits for a permit, the others in the
/// system's queue.
pub const CONNECTIONS_MAX: u32 = 256;
/// Request line and headers together.
pub const HEAD_BYTES_MAX: usize = 16 << 10;
/// The longest between two requests, and for the head of one.
pub const HEAD_TIME: Duration = Duration::from_secs(30);
/// The longest that a connection lives, however busy.
pub const CONNECTION_TIME: Duration = Duration::from_secs(600);
/// How long requests under way may take at shutdown.
const DRAIN_TIME: Duration = Duration::from_secs(2);
/// Pause after an `accept` that failed, most likely for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A listener cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {source}")]
pub struct BindError {
    /// `host:port` as configured.
    pub address: String,
    /// The system's error.
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
    let limit = ConnectionLimit::new(CONNECTIONS_MAX);
    let loops: Vec<_> = listeners
        .into_iter()
        .map(|listener| {
            tokio::spawn(accept(listener, Arc::clone(&app), Arc::clone(&limit), stop.clone()))
        })
        .collect();
    for one in loops {
        let _ = one.await;
    }
    let _ = tokio::time::timeout(DRAIN_TIME, limit.all_closed()).await;
}

async fn accept(
    listener: TcpListener,
    app: Arc<App>,
    limit: Arc<ConnectionLimit>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let next = async {
            let accepted = listener.accept().await?;
            Ok::<_, io::Error>((accepted, limit.acquire().await))
        };
        let accepted = tokio::select! {
            accepted = next => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let ((stream, peer), permit) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!("cannot accept a connection: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        tokio::spawn(connection(stream, peer, Arc::clone(&app), permit, stop.clone()));
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Arc<App>,
    permit: ConnectionPermit,
    mut stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request: Request<Incoming>| {
        let (app, request_guard) = (Arc::clone(&app), permit.request());
        async move {
            let _request_guard = request_guard;
            Ok::<_, Infallible>(app.call(request.map(Body::new)).await)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    // How long the last request may take; none for a connection that is closed at once.
    let ending = async {
        tokio::select! {
            () = tokio::time::sleep(CONNECTION_TIME) => Some(HEAD_TIME),
            // The borrow of the value ends before anything else is awaited.
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => Some(DRAIN_TIME),
            // A request that came in the meantime is answered first.
            () = permit.displaced() => if permit.is_idle() { None } else { Some(HEAD_TIME) },
        }
    };
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        patience = ending => match patience {
            None => {
                tracing::debug!(%peer, "idle connection displaced by a new one");
                Ok(())
            }
            Some(patience) => {
                connection.as_mut().graceful_shutdown();
                // A client that does not read its last answer is cut off.
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

    struct TestServer {
        address: SocketAddr,
        stop: watch::Sender<bool>,
        serving: tokio::task::JoinHandle<()>,
    }

    async fn served() -> TestServer {
        let settings = WorkerSettings { worker_id: "h:1".into(), shutdown_grace: Duration::ZERO };
        let cluster = ClusterId::new(Arc::new(|| None));
        let herder = StandaloneHerder::new(
            Box::new(FakePlugins::default()),
            Stores::in_memory(),
            settings,
            cluster,
        );
        herder.set_ready();
        let app = Arc::new(App::new(Arc::new(herder), "h:1"));
        let listener = bind("127.0.0.1", 0).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(serve(vec![listener], app, stopped));
        TestServer { address, stop, serving }
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
        assert!(TcpStream::connect(served.address).await.is_err(), "the listener is closed");
    }

    #[tokio::test]
    async fn a_client_that_sends_half_a_request_is_cut_off() {
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
    async fn an_idle_connection_is_displaced_at_the_limit() {
        let served = served().await;
        let mut idle = Vec::new();
        for _ in 0..CONNECTIONS_MAX + 50 {
            idle.push(TcpStream::connect(served.address).await.unwrap());
        }
        let mut client = TcpStream::connect(served.address).await.unwrap();
        client.write_all(REQUEST).await.unwrap();
        let answered = tokio::time::timeout(HEAD_TIME / 2, answer(&mut client)).await;
        assert!(answered.unwrap().starts_with("HTTP/1.1 200 OK\r\n"));
        assert_eq!(idle[0].read(&mut [0; 64]).await.unwrap(), 0, "the oldest is closed");
    }

    #[tokio::test]
    async fn a_port_in_use_is_named() {
        let taken = bind("127.0.0.1", 0).await.unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = bind("127.0.0.1", port).await.unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")), "{error}");
    }
}
