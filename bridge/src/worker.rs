//! A standalone worker with its REST interface: starts and stops both, in order.
//!
//! The worker id comes first, so a second worker with the same files stops before it does anything.
//! Then listeners, so a port in use is found early, and REST before connectors, so probes see a
//! worker that is starting. REST and tasks stop at the same time. Needs a runtime.

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
    kafka_probe, ClusterId, CreateRequest, Herder as _, HerderError, InstalledPlugins,
    StandaloneHerder, TargetState, WorkerSettings,
};

/// Why a worker cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A listener cannot be opened.
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
    /// Opens the listeners and serves. The worker counts as starting until [`Worker::set_ready`].
    pub async fn start(config: WorkerConfig) -> Result<Self, StartError> {
        let id = WorkerId::acquire(&worker_id::path_beside(&config.offset_file))?;
        // Checked already, with warnings logged, when the worker file was read.
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
        let plugins = Box::new(InstalledPlugins::new(config, id.as_str().to_owned()));
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

    /// Creates a connector from a file.
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

    /// Ends the start: the connectors of the command line have been created.
    pub fn set_ready(&self) {
        self.herder.set_ready();
        tracing::info!("worker is ready");
    }

    /// The addresses on which REST listens.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Stops REST and the tasks, within the worker's grace.
    pub async fn shut_down(self) {
        let _ = self.stop.send(true);
        // Requests under way may take a while; tasks need not wait for them.
        let (_, ()) = tokio::join!(self.serving, self.herder.shut_down());
    }
}

/// The address by which this machine reaches others. Sends no packet: connecting a datagram socket
/// only picks a route.
fn detected_host() -> String {
    let address = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    address.map_or_else(|_| "127.0.0.1".to_owned(), |address| address.ip().to_string())
}
