//! The usual ports, or the next free ones.
//!
//! The embedded MQTT broker reports a failed bind only in a thread of its own, so a port is probed
//! before it is handed out.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

/// How many ports after the usual one are tried.
const TRIES: u16 = 200;

/// The first port from `usual` on that nobody listens on.
pub(super) fn free_from(usual: u16) -> io::Result<u16> {
    for port in (usual..=u16::MAX).take(usize::from(TRIES)) {
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    Err(io::Error::new(
        io::ErrorKind::AddrInUse,
        format!("no free port from {usual} to {} on 127.0.0.1", usual.saturating_add(TRIES - 1)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let usual = taken.local_addr().unwrap().port();
        let free = free_from(usual).unwrap();
        assert_ne!(free, usual);
    }
}
