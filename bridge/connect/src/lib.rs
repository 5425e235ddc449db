//! Kafka Connect's data framework without Kafka: data, configuration, converters, transforms.
//!
//! Owns what Kafka Connect defines for every connector: the data model ([`data`]), tables of
//! configuration keys with Java's parsing and error texts ([`config`]), converters ([`convert`]),
//! single message transforms and predicates ([`transform`]), and the two languages of Java that
//! configurations use, regular expressions ([`java_regex`]) and date patterns ([`java_time`]).
//! Knows no socket, no clock, no client and no connector. Invariant: the same bytes, data and error
//! texts as Apache Kafka Connect's classes, but for a list of differences with reasons.

#![forbid(unsafe_code)]

pub mod config;
pub mod convert;
pub mod data;
pub mod java_regex;
pub mod java_time;
pub mod transform;
