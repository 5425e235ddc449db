//! Checks a text without making a plan: the language, and what a connector ignores. For the MQTT
//! source the findings are those of `compile`. Without a connector only what is wrong for every
//! connector is reported.

use alloc::format;
use alloc::vec::Vec;

use crate::ast::Statement;
use crate::clauses::Connector;
use crate::compile::{compile, Compilation};
use crate::diagnostic::{Code, Diagnostic, Severity, Sink};
use crate::dialect::Dialect;
use crate::options::{CompileOptions, Matching, Mode};
use crate::plan::{is_legal_topic, Plan, StatementPlan};
use crate::span::Span;
use crate::{check as checks, read};

/// How to check a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckOptions {
    /// The release the text was written for.
    pub dialect: Dialect,
    /// The mode: strict, or by upstream's rules.
    pub mode: Mode,
    /// Which of several matching statements get a message.
    pub matching: Matching,
    /// The connector that reads the text, if known.
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

/// All findings about a text, in its order.
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
    // Whether each statement writes to Kafka, as far as that is known.
    let mut kafka_targets = Vec::new();
    read::statements(text, options.dialect, options.mode, &mut sink, |statement, _, sink| {
        match options.connector {
            Some(connector) => checks::capabilities(text, statement, connector, sink),
            None if !statement.inserts => select_without_target(statement, sink),
            None => {}
        }
        if kafka_targets.len() < statement.number {
            kafka_targets.resize(statement.number, KafkaTarget::No);
        }
        if let Some(last) = kafka_targets.last_mut() {
            *last = KafkaTarget::of(options.connector, statement);
        }
    });
    let correct = !sink.has_errors();
    let mut found = sink.finish();
    if correct {
        let errors = compiled(false).diagnostics;
        let relevant = errors.into_iter().filter_map(|error| {
            let target = kafka_targets.get(error.statement.saturating_sub(1)).copied();
            for_any_reader(error, options.connector, target.unwrap_or(KafkaTarget::No))
        });
        found.extend(relevant);
        found.sort_by_key(|found| (found.statement, found.span.start));
    }
    found
}

/// Whether the target of a statement is a Kafka topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KafkaTarget {
    /// The connector is a source, or the statement can be for a source only.
    Yes,
    /// The connector is not known, and the statement can be for a sink, too.
    Perhaps,
    /// The connector is a sink, or is both.
    No,
}

impl KafkaTarget {
    fn of(connector: Option<Connector>, statement: &Statement) -> Self {
        let source = statement.source.as_ref().map(|name| name.value.as_str());
        match connector {
            Some(connector) if connector.is_source() => Self::Yes,
            Some(_) => Self::No,
            // A sink reads from a Kafka topic, or from all of its topics.
            None if source.is_some_and(|name| name == "*" || is_legal_topic(name)) => Self::Perhaps,
            None => Self::Yes,
        }
    }
}

/// Converts an error of the MQTT source's compilation for any connector; none if another connector
/// may accept the text.
fn for_any_reader(
    error: Diagnostic,
    connector: Option<Connector>,
    target: KafkaTarget,
) -> Option<Diagnostic> {
    let known = connector.is_some();
    match (error.code, target) {
        (Code::IllegalTarget, KafkaTarget::Yes) => Some(error),
        (Code::IllegalTarget, KafkaTarget::Perhaps) => {
            let help = "for a sink, whose targets have other rules, give --connector";
            let help = error.help.as_ref().map_or(help.into(), |first| format!("{first}; {help}"));
            Some(Diagnostic { severity: Severity::Note, help: Some(help), ..error })
        }
        // An invalid filter, pattern or class name is invalid for every connector.
        (Code::InvalidFilter | Code::InvalidRegex | Code::UnsupportedRegex, _) if !known => {
            Some(error)
        }
        (Code::BadConverter | Code::NoStatement, _) if !known => Some(error),
        _ => None,
    }
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

fn select_without_target(statement: &Statement, sink: &mut Sink) {
    let span = Span::new(statement.span.start, statement.span.start + "SELECT".len());
    sink.report_as(Code::SelectWithoutTarget, Severity::Warning, span, statement.number, |d| {
        d.message("a SELECT without a target")
            .cause("connectors write somewhere; most fail at the first record without a target")
            .help("begin with INSERT INTO and the target, unless the connector is a source that needs none");
    });
}
