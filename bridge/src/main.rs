//! The `kcql-bridge` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    kcql_bridge::cli::run(std::env::args_os())
}
