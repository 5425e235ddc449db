//! The command line of `kcql-bridge`, and its exit codes.
//!
//! Owns arguments, files and signals; [`crate::worker::Worker`] is the running worker. Exit codes
//! are those of Apache's scripts: 1 usage, 2 worker settings, 3 a connector of the command line,
//! 143 and 130 after SIGTERM and SIGINT.

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

/// Exit code: wrong arguments.
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
        Err(error) => return print_error(USAGE, &[error.to_string()]),
    };
    let _flushed_at_the_end = match logs::install(cli.log.log_format.into(), filter) {
        Ok(guard) => guard,
        Err(error) => return print_error(USAGE, &[format!("cannot start logging: {error}")]),
    };
    panics::install_hook();
    match cli.command {
        Command::Standalone(args) => standalone::run(&args),
        #[cfg(feature = "demo")]
        Command::Demo(args) => crate::demo::run(&args),
    }
}

/// Prints why the program ends. These lines are no log lines: they appear whatever the log filter is.
fn print_error(code: u8, lines: &[String]) -> ExitCode {
    for line in lines {
        logs::print_line(&format!("kcql-bridge: {line}"));
    }
    ExitCode::from(code)
}
