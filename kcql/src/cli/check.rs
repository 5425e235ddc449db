//! `kcql check`.

use std::process::ExitCode;

use kcql::{check, CheckOptions, Connector};

use super::{report, Format, Match, Reading};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    reading: Reading,
    /// How findings are written
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Who reads the text: what it ignores is told too; the class of a configuration says so itself
    #[arg(long, value_parser = super::connector)]
    connector: Option<Connector>,
    /// Exit with 1 for warnings too
    #[arg(long)]
    deny_warnings: bool,
    /// Which of several matching statements get a message
    #[arg(long = "match", value_enum, default_value = "all")]
    matching: Match,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let input = match arguments.reading.read() {
        Ok(input) => input,
        Err(code) => return code,
    };
    let options = CheckOptions {
        dialect: arguments.reading.dialect(&input),
        mode: arguments.reading.mode(),
        matching: arguments.matching.into(),
        connector: arguments.connector.or(input.connector),
    };
    let found: Vec<_> = input
        .parts
        .iter()
        .map(|part| (part.key.as_deref(), report::in_file(part, check(&part.kcql.text, &options))))
        .collect();
    report::write(&input, &found, arguments.format);
    let severities = found.iter().flat_map(|(_, found)| found).map(|found| found.severity);
    report::exit(severities, arguments.deny_warnings)
}
