//! Rules of the KCQL: the language's own diagnostics, and what goes beyond the language.
//!
//! Whether a topic matches a filter is asked of `kcql` alone.

use connect::config::{topic_name_error, ParsedConfig};
use connect::convert::Converter;
use kcql::{
    compile, render, CompileOptions, Diagnostic, Dialect, Plan, RenderStyle, Severity,
    StatementPlan, Target,
};

use super::super::compile_request::RecordConverters;
use super::super::converters::warn_of_payloads;
use super::super::payloads::Payloads;
use super::super::warnings::Warnings;
use super::class::Class;
use crate::convert::source::{SourceClass, SourceConverter};

pub(super) const KCQL: &str = "connect.mqtt.kcql";

/// What decides how the KCQL is read.
const MODE: &str = "kcql.mode";
const DIALECT: &str = "kcql.dialect";
const MATCH: &str = "kcql.match";

/// How the KCQL is read, and which of several matching statements get a message: as the class
/// stands for, unless a key says otherwise.
fn options(parsed: &ParsedConfig, class: Class) -> CompileOptions {
    CompileOptions {
        matching: Class::matching(parsed.string(MATCH).unwrap_or_default()),
        dialect: parsed.string(DIALECT).and_then(Dialect::of_name).unwrap_or(class.dialect()),
        mode: class.mode(parsed.string(MODE).unwrap_or_default()),
        ..CompileOptions::default()
    }
}

/// The first statement that hands payloads on as bytes.
pub(super) fn payloads(plan: &Plan, class: Class) -> Option<Payloads> {
    let is_plain = |statement: &&StatementPlan| {
        let source = SourceClass::of_name(statement.converter.as_deref());
        source == Ok(SourceClass::Bytes) && statement.with_keys.is_none()
    };
    let mut all = (1..).zip(plan.statements());
    let (number, statement) = all.find(|(_, statement)| is_plain(statement))?;
    let kafka_topic = match &statement.target {
        Target::Literal(topic) => Some(topic.clone()),
        Target::FromTopic(_) => None,
    };
    Some(Payloads {
        filter: statement.subscription.filter.as_str().to_owned(),
        kafka_topic,
        source: SourceConverter::new(SourceClass::Bytes, class.key_form()),
        whose: format!("of statement {number}"),
        remedy: "where payloads are JSON objects, write WITHCONVERTER=`io.lenses.streamreactor.\
                 connect.converters.source.JsonSimpleConverter` into it"
            .to_owned(),
    })
}

/// Compiles the KCQL, tells what is wrong or odd, and gives the plan if there is one.
pub(super) fn check(
    parsed: &mut ParsedConfig,
    class: Class,
    converters: &RecordConverters,
    warnings: &mut Warnings,
) -> Option<Plan> {
    let text = parsed.string(KCQL)?.to_owned();
    let compilation = compile(&text, &options(parsed, class));
    for diagnostic in &compilation.diagnostics {
        match diagnostic.severity {
            Severity::Error => {
                let shown =
                    render(&text, std::slice::from_ref(diagnostic), RenderStyle::Plain, None);
                parsed.add_error(KCQL, format!("Invalid KCQL in configuration {KCQL}:\n{shown}"));
            }
            Severity::Warning | Severity::Note if diagnostic.code.is_loss() => {
                warnings.push_loss(KCQL, in_one_line(diagnostic));
            }
            Severity::Warning | Severity::Note => warnings.push(KCQL, in_one_line(diagnostic)),
        }
    }
    let plan = compilation.plan?;
    for (number, statement) in (1..).zip(plan.statements()) {
        match SourceClass::of_name(statement.converter.as_deref()) {
            Ok(source) => warn_of_values(source, number, converters, warnings),
            Err(reason) => {
                parsed.add_error(KCQL, format!("{KCQL}, statement {number}: {reason}"));
            }
        }
        if let Target::Literal(topic) = &statement.target {
            if let Some(reason) = topic_name_error(topic) {
                let message = format!(
                    "{KCQL}, statement {number}: Kafka does not accept topic '{topic}': {reason}"
                );
                parsed.add_error(KCQL, message);
            }
        }
    }
    Some(plan)
}

/// Warns of a value's converter that does not go with what the statement makes.
fn warn_of_values(
    source: SourceClass,
    number: usize,
    converters: &RecordConverters,
    warnings: &mut Warnings,
) {
    match (&converters.value, source) {
        (_, SourceClass::Bytes) => warn_of_payloads(converters, warnings),
        (Some(Converter::ByteArray), _) => {
            let name = source.simple_name();
            warnings.push(
                "value.converter",
                format!(
                    "value.converter is ByteArrayConverter, which cannot write what {name} of \
                     statement {number} makes: every message of it fails unless a transform makes \
                     bytes of it; use JsonConverter, or StringConverter for texts"
                ),
            );
        }
        _ => {}
    }
}

fn in_one_line(diagnostic: &Diagnostic) -> String {
    let mut text = format!(
        "{KCQL}, statement {}: {} [{}]",
        diagnostic.statement, diagnostic.message, diagnostic.code
    );
    for more in [&diagnostic.cause, &diagnostic.help].into_iter().flatten() {
        text.push_str("; ");
        text.push_str(more);
    }
    text
}
