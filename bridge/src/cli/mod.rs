//! The command line: what `kcql-bridge` is told, and the exit code with which it answers.
//!
//! Owns arguments, files, signals and start-up order; [`crate::worker::Worker`] is the running
//! whole, which other programs can hold too. Exit codes are those of Apache's scripts: 1 usage, 2 worker
//! settings, 3 a connector of the command line, 143 and 130 after SIGTERM and SIGINT.

mod args;
mod files;
mod signals;
mod standalone;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::Parser as _;

use self::args::{Cli, Command};
use crate::observe::{logs, panics};

pub use self::files::{worker_settings, SettingsFileError};

/// Wrong arguments.
const USAGE: u8 = 1;

/// Runs the program. `args` begin with the name by which it was called.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let (args, as_script) = args::with_alias(args.into_iter().collect());
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // Apache's script answers 1 to --help as well.
            return if asked && !as_script { ExitCode::SUCCESS } else { ExitCode::from(USAGE) };
        }
    };
    let filter = match cli.log.filter(cli.command.default_log_filter()) {
        Ok(filter) => filter,
        Err(error) => return complain(USAGE, &[error.to_string()]),
    };
    let _flushed_at_the_end = match logs::install(cli.log.log_format.into(), filter) {
        Ok(guard) => guard,
        Err(error) => return complain(USAGE, &[format!("cannot start logging: {error}")]),
    };
    panics::install_hook();
    match cli.command {
        Command::Standalone(args) => standalone::run(&args),
        #[cfg(feature = "demo")]
        Command::Demo(args) => crate::demo::run(&args),
    }
}

/// Tells a person why the program ends. These lines are not log lines: they appear whatever the
/// log filter says.
fn complain(code: u8, lines: &[String]) -> ExitCode {
    for line in lines {
        logs::print_line(&format!("kcql-bridge: {line}"));
    }
    ExitCode::from(code)
}
