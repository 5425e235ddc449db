//! The byte stream under a session: connecting, and reads and writes that never block.
//!
//! Knows no packets. Callers see one type, so that another transport is one more variant here; that
//! is why reading and writing need `&mut` and writing takes the whole buffer: a stream that encrypts
//! has a state and bytes of its own.

use std::fmt::Write as _;
use std::io;
use std::net::Shutdown;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use socket2::{SockRef, TcpKeepalive};
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::options::{ConnectOptions, HostPort};

/// A connection to a broker.
#[derive(Debug)]
pub struct Stream {
    transport: Transport,
    /// The broker has closed its side; bytes that came before may still be unread.
    is_closed_by_peer: bool,
}

#[derive(Debug)]
enum Transport {
    /// TCP, `tcp://`.
    Tcp(TcpStream),
}

/// No host of the list accepted a connection; the text says why, host by host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub String);

/// What one read gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadOutcome {
    /// Bytes were appended.
    Bytes,
    /// Nothing is there now.
    Empty,
    /// The broker closed its side.
    Closed,
}

impl Stream {
    /// Tries the hosts in their order, from number `first` on and round, each for at most the
    /// connect timeout. Returns the number of the one that accepted.
    pub async fn connect(
        options: &ConnectOptions,
        first: usize,
    ) -> Result<(Self, usize), Unreachable> {
        let mut reasons = String::new();
        let numbered = || options.hosts.iter().enumerate();
        for (number, host) in numbered().skip(first).chain(numbered().take(first)) {
            match connect_tcp(host, options.connect_timeout).await {
                Ok(stream) => return Ok((Self::tcp(stream), number)),
                Err(error) => {
                    let gap = if reasons.is_empty() { "" } else { "; " };
                    let _ = write!(reasons, "{gap}MQTT broker {host}: {error}");
                }
            }
        }
        Err(Unreachable(reasons))
    }

    fn tcp(stream: TcpStream) -> Self {
        Self { transport: Transport::Tcp(stream), is_closed_by_peer: false }
    }

    /// Appends to `input` what one read gives, as much as `input` has room for.
    #[inline]
    pub fn read(&mut self, input: &mut BytesMut) -> io::Result<ReadOutcome> {
        let read = match &mut self.transport {
            Transport::Tcp(stream) => stream.try_read_buf(input),
        };
        match read {
            Ok(0) => Ok(ReadOutcome::Closed),
            Ok(_) => Ok(ReadOutcome::Bytes),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(ReadOutcome::Empty),
            Err(error) => Err(error),
        }
    }

    /// Writes what the connection takes now, and removes it from `output`.
    #[inline]
    pub fn write(&mut self, output: &mut BytesMut) -> io::Result<()> {
        while !output.is_empty() {
            let written = match &mut self.transport {
                Transport::Tcp(stream) => stream.try_write(output),
            };
            match written {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => output.advance(written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Tells the broker that nothing more comes. What was written before is read first; then it
    /// closes its side, also one that does not close at a DISCONNECT.
    pub fn close_write(&self) {
        let result = match &self.transport {
            Transport::Tcp(stream) => SockRef::from(stream).shutdown(Shutdown::Write),
        };
        if let Err(error) = result {
            tracing::debug!(target: "mqtt", %error, "the connection is closed already");
        }
    }

    /// Waits until a read or a write can do something. Without `reading` it waits until the broker
    /// closes its side, where the operating system tells; then [`Stream::is_closed_by_peer`] holds.
    /// Errors show, with their cause, at the read or write that follows.
    pub async fn ready(&mut self, reading: bool, writing: bool) {
        let interest = if reading { Some(Interest::READABLE) } else { PEER_CLOSES };
        let interest = match (interest, writing) {
            (Some(interest), true) => interest | Interest::WRITABLE,
            (None, true) => Interest::WRITABLE,
            (Some(interest), false) => interest,
            (None, false) => return std::future::pending().await,
        };
        let ready = match &self.transport {
            Transport::Tcp(stream) => stream.ready(interest).await,
        };
        self.is_closed_by_peer |= ready.is_ok_and(tokio::io::Ready::is_read_closed);
    }

    /// Whether the broker was seen to close its side. Bytes that came before may still be unread;
    /// acknowledgements do not reach it any more.
    pub fn is_closed_by_peer(&self) -> bool {
        self.is_closed_by_peer
    }
}

/// What to wait for to notice that the peer closes while bytes are left unread. Urgent data would
/// wake it, too, but is not asked for where the socket is registered; MQTT has none.
#[cfg(any(target_os = "linux", target_os = "android"))]
const PEER_CLOSES: Option<Interest> = Some(Interest::PRIORITY);
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const PEER_CLOSES: Option<Interest> = None;

async fn connect_tcp(host: &HostPort, timeout: Duration) -> io::Result<TcpStream> {
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

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    use super::*;

    /// Two ends of a connection; the first is the broker's.
    async fn pair() -> (TcpStream, Stream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap());
        let (accepted, client) = tokio::join!(listener.accept(), client);
        (accepted.unwrap().0, Stream::tcp(client.unwrap()))
    }

    fn block<T>(future: impl std::future::Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let limit = Duration::from_secs(10);
        runtime.block_on(async { tokio::time::timeout(limit, future).await.expect("in time") })
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_peer_that_closes_is_noticed_though_its_bytes_are_left_unread() {
        block(async {
            let (mut broker, mut stream) = pair().await;
            broker.write_all(b"unread").await.unwrap();
            let short = Duration::from_millis(50);
            let waited = tokio::time::timeout(short, stream.ready(false, false)).await;
            assert!(waited.is_err(), "unread bytes alone do not end the wait");
            assert!(!stream.is_closed_by_peer());
            drop(broker);
            stream.ready(false, false).await;
            assert!(stream.is_closed_by_peer());
            let mut input = BytesMut::with_capacity(64);
            assert_eq!(stream.read(&mut input).unwrap(), ReadOutcome::Bytes);
            assert_eq!(&input[..], b"unread");
        });
    }

    #[test]
    fn a_connection_that_stands_is_readable_and_not_closed() {
        block(async {
            let (mut broker, mut stream) = pair().await;
            stream.ready(false, true).await;
            broker.write_all(b"x").await.unwrap();
            stream.ready(true, false).await;
            assert!(!stream.is_closed_by_peer());
        });
    }
}
