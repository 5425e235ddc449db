//! Load generator and helpers of the benchmarks.
