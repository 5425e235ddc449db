//! The `kcql-bridge` program.
fn main() {}
