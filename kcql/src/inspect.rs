//! Checking without a plan: the language, and what a connector makes of it. For the MQTT source
//! the answer is that of `compile`. Without a connector only what is wrong for every reader is
//! told, so that statements for any connector can be checked.

use alloc::format;
use alloc::vec::Vec;

use crate::clauses::Connector;
use crate::compile::{compile, Compilation};
use crate::diagnostic::{Code, Diagnostic, Severity, Sink};
use crate::dialect::Dialect;
use crate::options::{CompileOptions, Matching, Mode};
use crate::plan::{Plan, StatementPlan};
use crate::span::Span;
use crate::{check as checks, read};

/// How to check a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckOptions {
    /// The release the text was written for.
    pub dialect: Dialect,
    /// Whose meaning it has.
    pub mode: Mode,
    /// Which of several matching statements count, where that matters.
    pub matching: Matching,
    /// Who reads the text.
    pub connector: Option<Connector>,
    /// Settings of the connector that a converter needs.
    pub avro: AvroSettings,
}

/// What is known of the settings that AvroConverter reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvroSettings {
    /// Only the text is known.
    #[default]
    Unknown,
    /// The connector's configuration is known.
    Known {
        /// Whether `connect.source.converter.avro.schemas` or `avro.schemas` lists schemas.
        listed: bool,
        /// Whether `connect.converter.avro.schemas` makes filters the names they are listed by.
        by_filter: bool,
    },
}

/// Everything there is to say about a text, in its order.
pub fn check(text: &str, options: &CheckOptions) -> Vec<Diagnostic> {
    let compiled = |set_lints| {
        let CheckOptions { dialect, mode, matching, .. } = *options;
        compile(text, &CompileOptions { matching, dialect, mode, set_lints })
    };
    if options.connector == Some(Connector::MqttSource) {
        let Compilation { plan, mut diagnostics } = compiled(true);
        let statements = plan.as_ref().map_or(&[][..], Plan::statements);
        diagnostics.extend(avro_schemas(statements, options.avro));
        diagnostics.sort_by_key(|found| (found.statement, found.span.start));
        return diagnostics;
    }
    let mut sink = Sink::default();
    read::statements(text, options.dialect, options.mode, &mut sink, |statement, _, sink| {
        match options.connector {
            Some(connector) => checks::capabilities(text, statement, connector, sink),
            None if !statement.inserts => select_without_target(statement, sink),
            None => {}
        }
    });
    let correct = !sink.has_errors();
    let mut found = sink.finish();
    if options.connector.is_none() && correct {
        // A filter or a pattern that cannot be is one for nobody.
        found.extend(compiled(false).diagnostics.into_iter().filter(|found| {
            matches!(found.code, Code::InvalidFilter | Code::InvalidRegex | Code::UnsupportedRegex)
        }));
        found.sort_by_key(|found| (found.statement, found.span.start));
    }
    found
}

/// Statements whose converter lacks a setting.
fn avro_schemas(statements: &[StatementPlan], known: AvroSettings) -> Vec<Diagnostic> {
    const LISTED: &str = "connect.source.converter.avro.schemas";
    const BY_FILTER: &str = "connect.converter.avro.schemas";
    let mut sink = Sink::default();
    for (number, statement) in (1..).zip(statements) {
        let class = statement.converter.as_deref().and_then(|class| class.rsplit('.').next());
        if class != Some("AvroConverter") {
            continue;
        }
        let filter = statement.subscription.filter.as_str();
        let wild = filter.split('/').any(|level| matches!(level, "+" | "#"));
        let message = match known {
            AvroSettings::Unknown if wild => {
                format!(
                    "AvroConverter needs {LISTED} and, for a filter with wildcards, {BY_FILTER}"
                )
            }
            AvroSettings::Unknown => format!("AvroConverter needs {LISTED}"),
            AvroSettings::Known { listed: false, .. } => {
                format!("AvroConverter needs {LISTED}, which is missing")
            }
            AvroSettings::Known { by_filter: false, .. } if wild => format!(
                "AvroConverter needs {BY_FILTER} for a filter with wildcards, and it is missing"
            ),
            AvroSettings::Known { .. } => continue,
        };
        sink.report(Code::AvroSchemaMissing, statement.converter_span, number, |d| {
            d.message(message)
                .cause("schemas are files listed by topic; a wildcard is found only by its filter, which the second setting switches on")
                .help(format!("set {LISTED} to `{}=path`", filter.to_lowercase()));
        });
    }
    sink.finish()
}

fn select_without_target(statement: &crate::ast::Statement, sink: &mut Sink) {
    let span = Span::new(statement.span.start, statement.span.start + "SELECT".len());
    sink.report_as(Code::SelectWithoutTarget, Severity::Warning, span, statement.number, |d| {
        d.message("a SELECT without a target")
            .cause("connectors write somewhere; most fail at the first record without a target")
            .help("begin with INSERT INTO and the target, unless the connector is a source that needs none");
    });
}
