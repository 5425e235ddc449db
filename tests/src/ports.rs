//! Free TCP ports of 127.0.0.1 that stay ours for the life of the process.
//!
//! Ports come from below the kernel's ephemeral range. A port out of that range can be taken by
//! any outgoing connection while its broker is down, and a client that retries a closed port of
//! that range sooner or later connects to itself; both break tests that restart a broker.
//!
//! Several test processes may run at once, so a port is reserved by a UDP socket of the same
//! number: it does not get in the way of the TCP listener, and the kernel frees it with us.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::Mutex;

const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

static RESERVED: Mutex<Vec<UdpSocket>> = Mutex::new(Vec::new());
static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port nobody listens on, not handed out again while this process lives.
///
/// # Panics
/// When no port of the range is free.
pub fn free_port() -> u16 {
    // Processes that start together look from different places on.
    let start = u16::try_from(std::process::id() % 97).unwrap() * 113;
    for _ in 0..COUNT {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + start.wrapping_add(step) % COUNT;
        let Ok(reservation) = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)) else { continue };
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            RESERVED.lock().unwrap().push(reservation);
            return port;
        }
    }
    panic!("no free port between {FIRST} and {}", FIRST + COUNT);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ports_are_distinct_and_can_be_listened_on() {
        let ports: BTreeSet<u16> = (0..50).map(|_| free_port()).collect();
        assert_eq!(ports.len(), 50);
        for port in ports {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        }
    }
}
