//! The `kcql` program.
fn main() {}
