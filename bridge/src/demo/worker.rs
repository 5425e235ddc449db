//! The worker inside the demo.

use std::net::SocketAddr;

pub(super) struct Worker;

impl Worker {
    pub(super) fn start(_bootstrap: &str, _rest_port: u16) -> Result<Self, String> {
        Err("x".into())
    }
    pub(super) fn rest(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], 8083))
    }
}
