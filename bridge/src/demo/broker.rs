//! The embedded MQTT broker.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use rumqttd::{Broker, Config, ConnectionSettings, RouterConfig, ServerSettings};

use crate::base::clock;

/// Starts the broker on `port`; it runs until the process ends.
pub(super) fn start(port: u16) -> Result<SocketAddr, String> {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut broker = Broker::new(config(listen));
    thread::Builder::new()
        .name("demo-mqtt".to_owned())
        .spawn(move || {
            if let Err(error) = broker.start() {
                tracing::error!(target: "demo", %error, "the embedded MQTT broker ended");
            }
        })
        .map_err(|error| format!("cannot start the embedded MQTT broker: {error}"))?;
    wait_until_open(listen)?;
    Ok(listen)
}

fn config(listen: SocketAddr) -> Config {
    let server = ServerSettings {
        name: "demo".to_owned(),
        listen,
        tls: None,
        next_connection_delay_ms: 1,
        connections: ConnectionSettings {
            connection_timeout_ms: 60_000,
            max_payload_size: 2 << 20,
            max_inflight_count: 1000,
            auth: None,
            external_auth: None,
            dynamic_filters: true,
        },
    };
    Config {
        id: 0,
        router: RouterConfig {
            max_connections: 100,
            max_outgoing_packet_count: 1000,
            max_segment_size: 16 << 20,
            max_segment_count: 4,
            custom_segment: None,
            initialized_filters: None,
            shared_subscriptions_strategy: rumqttd::Strategy::default(),
        },
        v4: Some(HashMap::from([("demo".to_owned(), server)])),
        v5: None,
        ws: None,
        cluster: None,
        console: None,
        bridge: None,
        prometheus: None,
        metrics: None,
    }
}

/// Waits until the broker listens, which it does not report.
fn wait_until_open(address: SocketAddr) -> Result<(), String> {
    const PATIENCE: Duration = Duration::from_secs(10);
    const BETWEEN: Duration = Duration::from_millis(10);
    let deadline = clock::now() + PATIENCE;
    while TcpStream::connect_timeout(&address, PATIENCE).is_err() {
        if clock::now() >= deadline {
            return Err(format!("the embedded MQTT broker does not listen on {address}"));
        }
        thread::park_timeout(BETWEEN);
    }
    Ok(())
}
