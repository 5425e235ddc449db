//! The byte stream under a session: connecting, and reads and writes that never block.
//!
//! Knows no packets. Callers see one type, so that another transport is one more variant here; that
//! is why reading and writing need `&mut` and writing takes the whole buffer: a stream that encrypts
//! has a state and bytes of its own.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use socket2::{SockRef, TcpKeepalive};
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::options::{ConnectOptions, HostPort};

/// A connection to a broker.
#[derive(Debug)]
pub enum Stream {
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
                Ok(stream) => return Ok((Self::Tcp(stream), number)),
                Err(error) => {
                    let gap = if reasons.is_empty() { "" } else { "; " };
                    let _ = write!(reasons, "{gap}MQTT broker {host}: {error}");
                }
            }
        }
        Err(Unreachable(reasons))
    }

    /// Appends to `input` what one read gives, as much as `input` has room for.
    #[inline]
    pub fn read(&mut self, input: &mut BytesMut) -> io::Result<ReadOutcome> {
        let read = match self {
            Self::Tcp(stream) => stream.try_read_buf(input),
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
            let written = match self {
                Self::Tcp(stream) => stream.try_write(output),
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

    /// Waits until a read or a write can do something, for ever with neither `reading` nor
    /// `writing`. Errors show, with their cause, at the read or write that follows.
    pub async fn ready(&self, reading: bool, writing: bool) {
        let interest = match (reading, writing) {
            (true, true) => Interest::READABLE | Interest::WRITABLE,
            (true, false) => Interest::READABLE,
            (false, true) => Interest::WRITABLE,
            (false, false) => return std::future::pending().await,
        };
        match self {
            Self::Tcp(stream) => {
                let _ = stream.ready(interest).await;
            }
        }
    }
}

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
