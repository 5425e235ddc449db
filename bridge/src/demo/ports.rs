//! Finds free ports, the usual ones first.
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

/// Opens something on the first port from `usual` on where it can be opened. Another program may
/// take a port between the probe and the opening; then the next one is tried.
pub(super) fn open_from<T>(
    usual: u16,
    mut open: impl FnMut(u16) -> Result<T, String>,
) -> Result<(u16, T), String> {
    const RACES_MAX: u16 = 5;
    let mut from = usual;
    let mut tries = 0;
    loop {
        let port = free_from(from).map_err(|error| error.to_string())?;
        tries += 1;
        match open(port) {
            Ok(opened) => return Ok((port, opened)),
            Err(_) if tries < RACES_MAX && port < u16::MAX => from = port + 1,
            Err(error) => return Err(error),
        }
    }
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

    #[test]
    fn a_port_lost_in_a_race_is_passed_over_and_an_error_that_stays_is_told() {
        let mut tried = Vec::new();
        let opened = open_from(20_000, |port| {
            tried.push(port);
            if tried.len() < 3 {
                Err("taken".to_owned())
            } else {
                Ok(port)
            }
        });
        assert_eq!(opened.map(|(port, _)| port), Ok(tried[2]));
        assert!(tried[0] < tried[1] && tried[1] < tried[2]);
        assert_eq!(open_from::<()>(20_000, |_| Err("no".to_owned())), Err("no".to_owned()));
    }
}
