//! `kcql-bridge standalone`: from files to a running worker to an exit code.

use std::path::PathBuf;
use std::process::ExitCode;

use connect::config::ConnectorFile;

use super::args::StandaloneArgs;
use super::signals::Signals;
use super::{complain, files};
use crate::config::WorkerConfig;
use crate::worker::{StartError, Worker};

/// Worker settings that are not usable, or a listener that cannot be had.
const WORKER: u8 = 2;
/// A connector of the command line that cannot be created.
const CONNECTOR: u8 = 3;

pub(super) fn run(args: &StandaloneArgs) -> ExitCode {
    let (config, notes) = match files::worker_settings(&args.worker) {
        Ok(read) => read,
        Err(error) => return complain(WORKER, &error.lines),
    };
    for note in &notes.debug {
        tracing::debug!("{note}");
    }
    for warning in &notes.warnings {
        tracing::warn!("{warning}");
    }
    let connectors = match files::connectors(&args.connectors) {
        Ok(connectors) => connectors,
        Err(error) => return complain(CONNECTOR, &[error]),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(WORKER, &[format!("cannot start: {error}")]),
    };
    let code = runtime.block_on(life(config, connectors));
    // What has not ended by now is not waited for.
    runtime.shutdown_background();
    code
}

/// From start to the last signal.
async fn life(config: WorkerConfig, connectors: Vec<(PathBuf, ConnectorFile)>) -> ExitCode {
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return complain(WORKER, &[format!("cannot listen for signals: {error}")]),
    };
    let worker = match Worker::start(config).await {
        Ok(worker) => worker,
        Err(error @ (StartError::Bind(_) | StartError::WorkerId(_) | StartError::Producer(_))) => {
            return complain(WORKER, &[error.to_string()]);
        }
    };
    let started = tokio::select! {
        started = create_all(&worker, connectors) => started,
        ending = signals.next() => return end(worker, signals, ending).await,
    };
    if let Err(error) = started {
        let code = complain(CONNECTOR, &[error]);
        worker.shut_down().await;
        return code;
    }
    worker.ready();
    let ending = signals.next().await;
    end(worker, signals, ending).await
}

async fn create_all(
    worker: &Worker,
    connectors: Vec<(PathBuf, ConnectorFile)>,
) -> Result<(), String> {
    for (path, connector) in connectors {
        let created = worker.create(connector).await;
        created.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// A graceful stop; a second signal cuts it short.
async fn end(worker: Worker, mut signals: Signals, ending: super::signals::Ending) -> ExitCode {
    tracing::info!("{}: worker is stopping", ending.name());
    tokio::select! {
        () = worker.shut_down() => tracing::info!("worker has stopped"),
        again = signals.next() => tracing::warn!("{} again: ending at once", again.name()),
    }
    ExitCode::from(ending.exit_code())
}
