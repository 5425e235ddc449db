//! `kcql parse`: statements as data. `version` counts changes that break readers of the output.

use std::io;
use std::process::ExitCode;

use clap::ValueEnum;
use kcql::{parse, ParseOptions};
use serde_json::json;

use super::reading_rules::ReadingRules;
use super::{report, ReadingArgs};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    reading: ReadingArgs,
    /// The form of the output
    #[arg(long, value_enum, default_value = "json")]
    format: ParseFormat,
}

#[derive(Clone, Copy, ValueEnum)]
enum ParseFormat {
    /// One JSON object
    Json,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, ExitCode> {
    let ParseFormat::Json = arguments.format;
    let input = arguments.reading.read()?;
    let way = ReadingRules::of(&arguments.reading, None, &input.config_keys);
    report::note(&input, way.note.as_deref());
    let options = ParseOptions { dialect: way.dialect, mode: way.mode };
    let (mut statements, mut found) = (Vec::new(), Vec::new());
    for part in &input.parts {
        let parsed = parse(&part.kcql.text, &options);
        statements.extend(parsed.statements.into_iter().map(|mut statement| {
            statement.span = part.kcql.locate(statement.span);
            statement
        }));
        let diagnostics = report::in_file(part, parsed.diagnostics);
        found.extend(diagnostics.into_iter().map(|found| (part.key.as_deref(), found)));
    }
    let diagnostics: Vec<_> =
        found.iter().map(|(key, found)| report::data(&input, *key, found)).collect();
    let out = json!({
        "version": 1,
        "dialect": way.dialect.name(),
        "mode": way.mode_name(),
        "statements": statements,
        "diagnostics": diagnostics,
    });
    report::say(io::stdout(), &format!("{out}\n"));
    Ok(report::exit(found.iter().map(|(_, found)| found.severity), false))
}
