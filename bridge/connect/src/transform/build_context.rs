//! What a transform gets at its construction besides its settings.
//!
//! Needs no other module of this folder, so that transforms and the table of classes can both use
//! it.

/// What a transform gets at its construction besides its settings.
#[derive(Debug, Clone, Copy)]
pub(super) struct BuildContext {
    /// The present time, which two-digit years in patterns depend on.
    pub(super) now_ms: i64,
    /// The bound on cached schemas, as [`crate::data::Schema::weight`] counts.
    pub(super) room: usize,
}
