//! Runs the worker of `kcql-bridge standalone` on a thread of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::mpsc::{sync_channel, SyncSender};
use std::thread::{self, JoinHandle};

use connect::config::ConfigMap;

use crate::config::WorkerConfig;
use crate::worker::Worker as StandaloneWorker;

/// A running worker; dropping it stops it gracefully.
pub(super) struct Worker {
    rest: SocketAddr,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    directory: PathBuf,
}

impl Worker {
    /// Starts a worker whose REST interface listens on `127.0.0.1:port`.
    pub(super) fn start(bootstrap: &str, port: u16) -> Result<Self, String> {
        let directory =
            std::env::temp_dir().join(format!("kcql-bridge-demo-{}", std::process::id()));
        std::fs::create_dir_all(&directory)
            .map_err(|error| format!("cannot create {}: {error}", directory.display()))?;
        let settings = ConfigMap::from_iter(
            [
                ("bootstrap.servers", bootstrap.to_owned()),
                ("key.converter", "org.apache.kafka.connect.storage.StringConverter".to_owned()),
                (
                    "value.converter",
                    "org.apache.kafka.connect.converters.ByteArrayConverter".to_owned(),
                ),
                (
                    "offset.storage.file.filename",
                    directory.join("offsets").to_string_lossy().into_owned(),
                ),
                ("listeners", format!("http://127.0.0.1:{port}")),
            ]
            .map(|(key, value)| (key.to_owned(), value)),
        );
        let (config, _) = WorkerConfig::standalone(&settings).map_err(|error| error.to_string())?;
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (ready, started) = sync_channel(1);
        let thread = thread::Builder::new()
            .name("demo-worker".to_owned())
            .spawn(move || run_worker(config, &ready, stopped))
            .map_err(|error| format!("cannot start a thread: {error}"))?;
        started.recv().map_err(|_| "the worker ended at once".to_owned())??;
        Ok(Self {
            rest: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            stop: Some(stop),
            thread: Some(thread),
            directory,
        })
    }

    /// Where its REST interface listens.
    pub(super) fn rest(&self) -> SocketAddr {
        self.rest
    }
}

/// Runs the worker until it is stopped, with a runtime of its own.
fn run_worker(
    config: WorkerConfig,
    ready: &SyncSender<Result<(), String>>,
    stopped: tokio::sync::oneshot::Receiver<()>,
) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = ready.send(Err(format!("cannot start a runtime: {error}")));
            return;
        }
    };
    runtime.block_on(async {
        match StandaloneWorker::start(config).await {
            Ok(worker) => {
                worker.set_ready();
                let _ = ready.send(Ok(()));
                // A closed channel means that the demo has ended.
                let _ = stopped.await;
                worker.shut_down().await;
            }
            Err(error) => {
                let _ = ready.send(Err(error.to_string()));
            }
        }
    });
    runtime.shutdown_background();
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}
