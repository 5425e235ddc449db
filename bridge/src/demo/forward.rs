//! Forwards a port of our choice to the embedded Kafka.
//!
//! librdkafka's mock cluster picks its own port. Clients need the usual one only to get started:
//! the metadata that they read through here sends them to the real one.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Connections forwarded at the same time.
const CONNECTIONS_MAX: usize = 32;

/// Forwards `127.0.0.1:port` to `target` until the process ends.
pub(super) fn start(port: u16, target: String) -> Result<(), String> {
    let fail = |error: std::io::Error| format!("cannot listen on 127.0.0.1:{port}: {error}");
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(fail)?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = runtime.block_on(TcpListener::bind(address)).map_err(fail)?;
    thread::Builder::new()
        .name("demo-forward".to_owned())
        .spawn(move || runtime.block_on(accept(listener, target)))
        .map_err(fail)?;
    Ok(())
}

async fn accept(listener: TcpListener, target: String) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((mut client, _)) = listener.accept().await else { continue };
        let target = target.clone();
        tokio::spawn(async move {
            if let Ok(mut server) = TcpStream::connect(target).await {
                // Either side may hang up; that is how every connection ends.
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            }
            drop(place);
        });
    }
}
