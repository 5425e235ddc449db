//! The language KCQL: text in, diagnostics and an immutable routing plan out. No input or output,
//! no clock, no panic.
