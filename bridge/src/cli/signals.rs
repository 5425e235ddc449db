//! Signals that end the program, and the exit code of each.

use std::io;

use tokio::signal::unix::{signal, Signal, SignalKind};

/// Which signal came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// SIGTERM, from a service manager.
    Terminate,
    /// SIGINT, Ctrl-C.
    Interrupt,
}

impl Ending {
    /// 128 + number of the signal, as shells count.
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

/// Listens from now on, so that no signal ends the program by itself.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    /// Needs a runtime.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// The next signal that ends the program. SIGHUP does not: there is nothing to reload yet.
    pub(super) async fn next(&mut self) -> Ending {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return Ending::Terminate,
                _ = self.interrupt.recv() => return Ending::Interrupt,
                _ = self.hangup.recv() => tracing::info!("SIGHUP: there is nothing to reload"),
            }
        }
    }
}
