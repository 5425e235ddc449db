//! A standalone worker with its REST interface, as one thing to start and stop.
//!
//! Owns the order of both: listeners before anything else, so that a port in use is found out
//! first; REST before connectors, so that probes see a worker that is starting; at the end REST
//! first, then tasks. Needs a runtime and lives as long as that does.

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;

use connect::config::{ConfigMap, ConnectorFile};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::WorkerConfig;
use crate::kafka::{ProducerSettings, SettingsError};
use crate::rest::server::{self, BindError};
use crate::rest::App;
use crate::runtime::store::Stores;
use crate::runtime::worker_id::{self, WorkerId, WorkerIdError};
use crate::runtime::{
    kafka_probe, ClusterId, CreateRequest, Herder as _, HerderError, Installed, StandaloneHerder,
    TargetState, WorkerSettings,
};

/// Why a worker cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A listener cannot be had.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// There is no worker id, or another worker has it.
    #[error(transparent)]
    WorkerId(#[from] WorkerIdError),
    /// The worker's `producer.*` settings are not usable.
    #[error("worker setting producer.*: {0}")]
    Producer(#[from] SettingsError),
}

/// A running worker.
pub struct Worker {
    herder: Arc<StandaloneHerder>,
    addresses: Vec<SocketAddr>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    /// Keeps other workers from running with the same id.
    _id: WorkerId,
}

impl Worker {
    /// Opens the listeners and serves. The worker counts as starting until [`Worker::ready`].
    pub async fn start(config: WorkerConfig) -> Result<Self, StartError> {
        let id = WorkerId::acquire(&worker_id::path_beside(&config.offset_file))?;
        // The same settings were judged, and their warnings told, when the worker file was read.
        let (producer, _) = ProducerSettings::from_java(
            &config.producer,
            &ConfigMap::new(),
            &config.bootstrap_servers,
            "connect-cluster-id",
        )?;
        let mut listeners = Vec::new();
        let mut addresses = Vec::new();
        for listener in &config.listeners {
            let bound = server::bind(&listener.host, listener.port).await?;
            addresses.extend(bound.local_addr());
            listeners.push(bound);
        }
        let port = addresses.first().map_or(0, SocketAddr::port);
        let name = config.worker_id(&detected_host(), port);
        let settings =
            WorkerSettings { worker_id: name.clone(), shutdown_grace: config.shutdown_grace };
        let cluster = ClusterId::new(kafka_probe(producer));
        let plugins = Box::new(Installed::new(config, id.as_str().to_owned()));
        let herder =
            Arc::new(StandaloneHerder::new(plugins, Stores::in_memory(), settings, cluster));
        let app = Arc::new(App::new(Arc::clone(&herder) as _, &name));
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(server::serve(listeners, app, stopped));
        for address in &addresses {
            tracing::info!(%address, worker_id = %name, "REST is listening");
            if !address.ip().to_canonical().is_loopback() {
                tracing::warn!(
                    %address,
                    key = "listeners",
                    "REST is open to the network without authentication, and \
                     GET /connectors/{{name}}/config answers with passwords, as in Kafka Connect; \
                     set listeners=http://127.0.0.1:{} to keep it to this machine",
                    address.port()
                );
            }
        }
        Ok(Self { herder, addresses, stop, serving, _id: id })
    }

    /// Creates a connector that came as a file.
    pub async fn create(&self, file: ConnectorFile) -> Result<(), HerderError> {
        let ConnectorFile { name, config, initial_state } = file;
        let initial_state = match initial_state {
            None => TargetState::default(),
            Some(state) => TargetState::parse(&state).ok_or_else(|| {
                HerderError::InvalidConfig(format!(
                    "initial_state is '{state}'; write RUNNING, PAUSED or STOPPED"
                ))
            })?,
        };
        let config = config.into_iter().map(|(key, value)| (key, Some(value))).collect();
        self.herder.create(CreateRequest { name, config, initial_state }).await.map(|_| ())
    }

    /// Everything that is to be there at start is there.
    pub fn ready(&self) {
        self.herder.ready();
        tracing::info!("worker is ready");
    }

    /// Where REST listens.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Stops REST, then the tasks, within the worker's grace.
    pub async fn shut_down(self) {
        let _ = self.stop.send(true);
        // Requests under way may hold on for a while; tasks need not wait for them.
        let (_, ()) = tokio::join!(self.serving, self.herder.shut_down());
    }
}

/// The address by which this machine reaches others. No packet leaves: connecting a datagram
/// socket only picks a route.
fn detected_host() -> String {
    let address = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    address.map_or_else(|_| "127.0.0.1".to_owned(), |address| address.ip().to_string())
}
