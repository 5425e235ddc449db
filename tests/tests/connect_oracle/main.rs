//! Transforms, predicates and converters against Apache Kafka Connect's own classes.
//!
//! Everyday tests compare with the committed answers and need no JVM; those in `live` ask Java
//! again, also about random cases. CONNECT_ORACLE_CASES, CONNECT_ORACLE_STEPS,
//! CONNECT_ORACLE_SEQUENCES and CONNECT_ORACLE_SEED choose how many and which; ORACLE_REWRITE=1 writes vectors, answers and documentation anew.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod differences;
mod document;
mod golden;
mod live;
mod random;
mod vectors;

/// Writes vectors, answers and documentation anew, once, where that is wanted; every test begins
/// with it.
fn prepare() {
    static WRITTEN: std::sync::Once = std::sync::Once::new();
    WRITTEN.call_once(|| {
        if std::env::var_os("ORACLE_REWRITE").is_some() {
            vectors::write();
            live::write();
            document::write();
            differences::write();
        }
    });
}
