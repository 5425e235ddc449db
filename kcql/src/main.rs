//! The `kcql` program: arguments in, exit code out. Everything it says is made by the library.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
