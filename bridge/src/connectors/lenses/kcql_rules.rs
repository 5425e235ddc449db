//! Rules of the KCQL: the language's own diagnostics, and what goes beyond the language.
//!
//! Whether a topic matches a filter is asked of `kcql` alone.

use kcql::{
    compile, render, CompileOptions, Diagnostic, Dialect, Matching, Mode, Plan, RenderStyle,
    Severity, StatementPlan, Target,
};

use super::super::warnings::Warnings;
use crate::config::{nearest, ParsedConfig};
use crate::kafka::topic_name_error;

pub(super) const KCQL: &str = "connect.mqtt.kcql";

/// The one converter of the connector that is here.
const BYTES: &str = "BytesConverter";
const NOT_YET: &[&str] = &[
    "JsonSimpleConverter",
    "JsonOptNullConverter",
    "JsonConverterWithSchemaEvolution",
    "JsonPassThroughConverter",
    "AvroConverter",
];
const PACKAGES: &[&str] = &[
    "com.datamountaineer.streamreactor.connect.converters.source",
    "io.lenses.streamreactor.connect.converters.source",
];

/// What decides how the KCQL is read.
const MODE: &str = "kcql.mode";
const DIALECT: &str = "kcql.dialect";

/// How the KCQL is read: by the rules of the release that the class belongs to, unless a key says
/// otherwise. The first statement that matches gets a message.
fn options(parsed: &ParsedConfig, of_class: Dialect) -> CompileOptions {
    CompileOptions {
        matching: Matching::FirstInOrder,
        dialect: parsed.string(DIALECT).and_then(Dialect::of_name).unwrap_or(of_class),
        mode: if parsed.string(MODE) == Some("strict") { Mode::Lossless } else { Mode::Compat },
    }
}

/// The plan; what is wrong has been reported by the check.
pub(super) fn plan(parsed: &ParsedConfig, of_class: Dialect) -> Option<Plan> {
    compile(parsed.string(KCQL)?, &options(parsed, of_class)).plan
}

pub(super) fn check(parsed: &mut ParsedConfig, of_class: Dialect, warnings: &mut Warnings) {
    let Some(text) = parsed.string(KCQL).map(str::to_owned) else { return };
    let compilation = compile(&text, &options(parsed, of_class));
    for diagnostic in &compilation.diagnostics {
        match diagnostic.severity {
            Severity::Error => {
                let shown =
                    render(&text, std::slice::from_ref(diagnostic), RenderStyle::Plain, None);
                parsed.add_error(KCQL, format!("Invalid KCQL in configuration {KCQL}:\n{shown}"));
            }
            Severity::Warning | Severity::Note => warnings.push(KCQL, in_one_line(diagnostic)),
        }
    }
    let Some(plan) = &compilation.plan else { return };
    for (number, statement) in (1..).zip(plan.statements()) {
        if let Err(reason) = check_converter(statement.converter.as_deref()) {
            parsed.add_error(KCQL, format!("{KCQL}, statement {number}: {reason}"));
        }
        match &statement.target {
            Target::Literal(topic) => {
                if let Some(reason) = topic_name_error(topic) {
                    let message =
                        format!("{KCQL}, statement {number}: Kafka does not accept topic '{topic}': {reason}");
                    parsed.add_error(KCQL, message);
                }
            }
            Target::FromTopic => warnings.push(
                KCQL,
                format!(
                    "{KCQL}, statement {number}: with the target $ every '/' becomes '_', so that \
                     MQTT topics such as a/b and a_b share a Kafka topic, and a topic with a \
                     character that Kafka does not take fails the task"
                ),
            ),
        }
    }
    warn_of_overlaps(plan.statements(), warnings);
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

fn check_converter(class: Option<&str>) -> Result<(), String> {
    let Some(class) = class else { return Ok(()) };
    let (package, simple) = class.rsplit_once('.').unwrap_or(("", class));
    let known_package = PACKAGES.contains(&package);
    if known_package && simple == BYTES {
        return Ok(());
    }
    if known_package && NOT_YET.contains(&simple) {
        return Err(format!("converter {class} is not supported yet; only {BYTES} is"));
    }
    if simple == "JsonResilientConverter" {
        return Err(format!(
            "{class} is a converter for value.converter and not for WITHCONVERTER"
        ));
    }
    let known: Vec<String> = PACKAGES
        .iter()
        .flat_map(|package| {
            [BYTES].iter().chain(NOT_YET).map(move |name| format!("{package}.{name}"))
        })
        .collect();
    // A right name in a wrong package is likelier than any slip within a name.
    let same_name = known.iter().find(|full| full.rsplit('.').next() == Some(simple));
    let meant =
        same_name.map(String::as_str).or_else(|| nearest(class, known.iter().map(String::as_str)));
    let hint = meant.map_or_else(String::new, |full| format!(" Did you mean {full}?"));
    Err(format!("Class {class} could not be found.{hint}"))
}

/// A text may have thousands of statements: that many pairs are told, and that many statements are
/// looked at for them.
const OVERLAPS_TOLD: usize = 10;
const OVERLAPS_SOUGHT: usize = 1000;

/// A message that several statements could take goes to the first of them only, and a broker may
/// send one copy per subscription. (Of statements with the same source `kcql` itself speaks.)
fn warn_of_overlaps(statements: &[StatementPlan], warnings: &mut Warnings) {
    let sought = || (1_usize..).zip(statements).take(OVERLAPS_SOUGHT);
    let mut overlaps = sought()
        .flat_map(|(i, first)| sought().skip(i).map(move |(j, second)| (i, first, j, second)))
        .filter(|(_, first, _, second)| first.subscription != second.subscription)
        .filter_map(|(i, first, j, second)| {
            let topic = common_topic(first, second)?;
            let (a, b) = (first.subscription.wire(), second.subscription.wire());
            Some(format!(
                "{KCQL}: {a} (statement {i}) and {b} (statement {j}) overlap, for instance on \
                 {topic}: only the first that matches is used, and the broker may send such a \
                 message twice"
            ))
        });
    for overlap in overlaps.by_ref().take(OVERLAPS_TOLD) {
        warnings.push(KCQL, overlap);
    }
    if overlaps.next().is_some() {
        warnings.push(KCQL, format!("{KCQL}: more filters overlap than are listed here"));
    }
}

/// A topic that both statements take, if merging their filters level by level finds one.
fn common_topic(first: &StatementPlan, second: &StatementPlan) -> Option<String> {
    let mut a = first.subscription.filter.as_str().split('/');
    let mut b = second.subscription.filter.as_str().split('/');
    let mut levels: Vec<&str> = Vec::new();
    loop {
        let level = match (a.next(), b.next()) {
            (None | Some("#"), None | Some("#")) => break,
            (Some("#"), Some(rest)) => return finish(levels, rest, b, first, second),
            (Some(rest), Some("#")) => return finish(levels, rest, a, first, second),
            (Some("+"), Some("+")) => "x",
            (Some("+"), Some(literal)) | (Some(literal), Some("+")) => literal,
            (Some(x), Some(y)) if x == y => x,
            _ => return None,
        };
        levels.push(level);
    }
    if levels.is_empty() {
        levels.push("x");
    }
    accepted(&levels, first, second)
}

/// One filter is open from here on: the other decides what follows.
fn finish<'a>(
    mut levels: Vec<&'a str>,
    next: &'a str,
    rest: std::str::Split<'a, char>,
    first: &StatementPlan,
    second: &StatementPlan,
) -> Option<String> {
    for level in std::iter::once(next).chain(rest) {
        match level {
            "#" => break,
            "+" => levels.push("x"),
            literal => levels.push(literal),
        }
    }
    accepted(&levels, first, second)
}

fn accepted(levels: &[&str], first: &StatementPlan, second: &StatementPlan) -> Option<String> {
    let topic = levels.join("/");
    (first.matches(&topic) && second.matches(&topic)).then_some(topic)
}
