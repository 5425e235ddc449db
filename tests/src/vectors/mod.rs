//! Vectors for transforms, predicates and converters: their format, the committed ones, what the
//! bridge answers, what Java answers, and how two answers compare.
//!
//! The only part of this crate that links the product: it asks the product's pure layers directly,
//! as Java is asked, and of settings the validation that a posted connector passes. The format stands in `tests/oracle/connect/vectors/README.md`.

pub mod catalogue;
mod chained;
pub mod compare;
mod configured;
pub mod differences;
mod envelope;
pub mod files;
pub mod java;
mod ours;
pub mod random;
mod vector;

pub use ours::answer;
