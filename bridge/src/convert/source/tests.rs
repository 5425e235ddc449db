//! The whole of it, message by message: the original's tables, and what no input may do.
