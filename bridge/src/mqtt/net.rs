//! The socket under a session: TCP to the first host of the list that answers, from a given one on.
//!
//! Knows nothing of packets. TLS will be a second kind of stream here.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

use super::options::{ConnectOptions, HostPort};

/// None of the hosts answered; the text says why, host by host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub String);

/// Tries the hosts in their order, from number `first` on and round, each for at most the connect
/// timeout. Returns the number of the one that answered.
pub async fn connect(
    options: &ConnectOptions,
    first: usize,
) -> Result<(TcpStream, usize), Unreachable> {
    let mut reasons = String::new();
    let numbered = || options.hosts.iter().enumerate();
    for (number, host) in numbered().skip(first).chain(numbered().take(first)) {
        match connect_one(host, options.connect_timeout).await {
            Ok(stream) => return Ok((stream, number)),
            Err(error) => {
                let gap = if reasons.is_empty() { "" } else { "; " };
                let _ = write!(reasons, "{gap}MQTT broker {host}: {error}");
            }
        }
    }
    Err(Unreachable(reasons))
}

async fn connect_one(host: &HostPort, timeout: Duration) -> io::Result<TcpStream> {
    let connecting = TcpStream::connect((host.host.as_str(), host.port));
    let stream = tokio::time::timeout(timeout, connecting).await.map_err(|_| {
        io::Error::new(io::ErrorKind::TimedOut, format!("no answer in {timeout:?}"))
    })??;
    stream.set_nodelay(true)?;
    // With keep-alive off, the operating system is the only one to notice a dead peer.
    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_secs(60))
        .with_interval(Duration::from_secs(15));
    SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
    Ok(stream)
}
