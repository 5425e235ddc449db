//! The `kcql-bridge` program.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// For librdkafka as well: its messages are allocated on one thread and freed on another, which the
/// C library pays for with a lock.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    kcql_bridge::cli::run(std::env::args_os())
}
