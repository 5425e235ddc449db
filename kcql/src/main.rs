//! The `kcql` program: arguments in, exit code out. The library produces all of its output.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
