//! Signals that end the program, and the exit code of each.

use std::io;

use tokio::signal::unix::{signal, Signal, SignalKind};

/// A signal that ends the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExitSignal {
    /// SIGTERM, from a service manager.
    Terminate,
    /// SIGINT, Ctrl-C.
    Interrupt,
}

impl ExitSignal {
    /// The exit code: 128 + number of the signal, as in shells.
    pub(super) fn exit_code(self) -> u8 {
        match self {
            Self::Terminate => 143,
            Self::Interrupt => 130,
        }
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Terminate => "SIGTERM",
            Self::Interrupt => "SIGINT",
        }
    }
}

/// Receives signals, so that none of them ends the program by itself.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    /// Starts to listen. Needs a runtime.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next signal that ends the program. SIGHUP does not: there is nothing to reload yet.
    pub(super) async fn next(&mut self) -> ExitSignal {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return ExitSignal::Terminate,
                _ = self.interrupt.recv() => return ExitSignal::Interrupt,
                _ = self.hangup.recv() => tracing::info!("SIGHUP ignored: there is nothing to reload"),
            }
        }
    }
}
