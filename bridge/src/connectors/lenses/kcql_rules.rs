//! Rules of the KCQL: the language's own diagnostics, and what goes beyond the language.
//!
//! Whether a topic matches a filter is asked of `kcql` alone.

use kcql::{
    compile, render, CompileOptions, Diagnostic, Dialect, Matching, Mode, Plan, RenderStyle,
    Severity, Target,
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
        ..CompileOptions::default()
    }
}

/// The plan; what is wrong has been reported by the check.
pub(super) fn plan(parsed: &ParsedConfig, of_class: Dialect) -> Option<Plan> {
    // The check has compared the statements with each other.
    let options = CompileOptions { set_lints: false, ..options(parsed, of_class) };
    compile(parsed.string(KCQL)?, &options).plan
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
            Target::FromTopic(_) => {}
        }
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
