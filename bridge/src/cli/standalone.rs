//! `kcql-bridge standalone`: reads the files, runs the worker, answers with an exit code.

use std::path::PathBuf;
use std::process::ExitCode;

use connect::config::ConnectorFile;

use super::args::StandaloneArgs;
use super::signals::{ExitSignal, Signals};
use super::{files, print_error};
use crate::config::WorkerConfig;
use crate::worker::{StartError, Worker};

/// Exit code: worker settings that are not usable, or a listener that cannot be opened.
const WORKER: u8 = 2;
/// Exit code: a connector of the command line that cannot be created.
const CONNECTOR: u8 = 3;

pub(super) fn run(args: &StandaloneArgs) -> ExitCode {
    let (config, notes) = match files::worker_settings(&args.worker) {
        Ok(read) => read,
        Err(error) => return print_error(WORKER, &error.lines),
    };
    for note in &notes.debug {
        tracing::debug!("{note}");
    }
    for warning in &notes.warnings {
        tracing::warn!("{warning}");
    }
    let connectors = match files::connectors(&args.connectors) {
        Ok(connectors) => connectors,
        Err(error) => return print_error(CONNECTOR, &[error]),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return print_error(WORKER, &[format!("cannot start: {error}")]),
    };
    let code = runtime.block_on(run_worker(config, connectors));
    // Nothing that is still running is waited for.
    runtime.shutdown_background();
    code
}

/// Runs the worker until a signal ends it.
async fn run_worker(config: WorkerConfig, connectors: Vec<(PathBuf, ConnectorFile)>) -> ExitCode {
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return print_error(WORKER, &[format!("cannot listen for signals: {error}")]),
    };
    let worker = match Worker::start(config).await {
        Ok(worker) => worker,
        Err(error @ (StartError::Bind(_) | StartError::WorkerId(_) | StartError::Producer(_))) => {
            return print_error(WORKER, &[error.to_string()]);
        }
    };
    let started = tokio::select! {
        started = create_all(&worker, connectors) => started,
        signal = signals.next() => return shut_down(worker, signals, signal).await,
    };
    if let Err(error) = started {
        let code = print_error(CONNECTOR, &[error]);
        worker.shut_down().await;
        return code;
    }
    worker.set_ready();
    let signal = signals.next().await;
    shut_down(worker, signals, signal).await
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

/// Stops the worker gracefully; a second signal ends the program at once.
async fn shut_down(worker: Worker, mut signals: Signals, signal: ExitSignal) -> ExitCode {
    tracing::info!(signal = signal.name(), "worker stops");
    tokio::select! {
        () = worker.shut_down() => tracing::info!("worker stopped"),
        again = signals.next() => tracing::warn!(signal = again.name(), "second signal: the program ends at once"),
    }
    ExitCode::from(signal.exit_code())
}
