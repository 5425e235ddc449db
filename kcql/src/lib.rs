//! The language KCQL: text in, diagnostics and an immutable routing plan out.
//!
//! ```text
//! text ─► lexer ─► parser ─► check ─► Plan ─► Router, explain
//!              └─────────┴────────┴─► diagnostics ─► render
//! ```
//!
//! No input or output, no clock, no panic; the time is linear in the text. Only rendering, behind
//! the feature `render`, needs the standard library.
//!
//! ```
//! use kcql::{compile, CompileOptions, Router};
//!
//! let text = "INSERT INTO readings SELECT * FROM telemetry/+/+";
//! let compilation = compile(text, &CompileOptions::default());
//! let plan = compilation.plan.expect("no error");
//! assert_eq!(Router::new(&plan).route("telemetry/b1/m7"), Ok(Some(0)));
//! ```

#![forbid(unsafe_code)]
#![no_std]

extern crate alloc;
#[cfg(any(test, feature = "render"))]
extern crate std;

mod ast;
mod check;
mod class;
mod clauses;
pub mod compat;
mod compile;
mod diagnostic;
mod dialect;
pub mod explain;
mod filter;
mod format;
mod grammar_version;
#[cfg(feature = "cli")]
pub mod host;
mod ignore_case;
mod inspect;
pub mod lexer;
pub mod model;
mod options;
pub mod overlap;
mod parse;
mod parser;
mod plan;
mod read;
mod router;
pub mod rules;
mod span;
mod suggest;
mod token;
mod write_mode;

pub use class::ClassFamily;
pub use clauses::{Clause, Connector, ConnectorInfo, ValueKind, CLAUSES, CONNECTORS};
pub use compile::{compile, Compilation};
#[cfg(feature = "render")]
pub use diagnostic::{render, RenderStyle};
pub use diagnostic::{shown, Applicability, Code, Diagnostic, Fix, Label, Severity, MAX_REPORTED};
pub use dialect::{Dialect, Release, SlashRule};
pub use filter::{
    check_mqtt_topic, Filter, FilterError, MqttTopicError, Relation, SuspiciousFilter,
    MAX_FILTER_BYTES,
};
pub use format::{format, FormatOptions, Layout};
pub use inspect::{check, AvroSettings, CheckOptions};
pub use options::{CompileOptions, Matching, Mode, MAX_TEXT_BYTES};
pub use parse::{parse, ParseOptions, Parsing};
pub use plan::{
    is_legal_topic, Column, Columns, FilterPlanError, IgnoredClause, KeySource, Pattern, Plan,
    StatementPlan, Subscription, Target, DEFAULT_KEY_DELIMITER,
};
pub use router::Router;
pub use span::{Position, Span};
pub use token::{Token, TokenKind};
