//! `kcql check`.

use std::path::PathBuf;
use std::process::ExitCode;

use kcql::{check, CheckOptions, Connector, Severity};

use super::reading_rules::ReadingRules;
use super::suppressions::Suppressions;
use super::{report, Format, Match, ReadingArgs};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    reading: ReadingArgs,
    /// How findings are written
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// The connector that reads the text, to report what it ignores; for a configuration its class
    /// decides
    #[arg(long, value_parser = super::connectors())]
    connector: Option<Connector>,
    /// Exit with 1 for warnings too
    #[arg(long)]
    deny_warnings: bool,
    /// Suppressions; else the nearest kcql.toml from the input's folder upwards
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Which of several matching statements get a message
    #[arg(long = "match", value_enum)]
    matching: Option<Match>,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, ExitCode> {
    let input = arguments.reading.read()?;
    let way = ReadingRules::of(
        &arguments.reading,
        arguments.matching.map(Into::into),
        &input.config_keys,
    );
    report::note(&input, way.note.as_deref());
    let options = CheckOptions {
        dialect: way.dialect,
        mode: way.mode,
        matching: way.matching,
        connector: arguments.connector.or(input.connector),
        avro: input.settings.avro,
    };
    let allowances = Suppressions::load(arguments.config.as_deref(), input.name.as_deref())
        .map_err(|message| report::usage(&message))?;
    let found: Vec<_> = input
        .parts
        .iter()
        .map(|part| {
            let found = allowances.apply(&part.kcql.text, check(&part.kcql.text, &options));
            (part.key.as_deref(), report::in_file(part, found))
        })
        .collect();
    report::write(&input, &way, &found, arguments.format);
    let severities = found.iter().flat_map(|(_, found)| found).map(|found| found.severity);
    // Entries that a later one of the same key replaces were reported above.
    let severities = severities.chain(input.replaced.iter().map(|_| Severity::Warning));
    Ok(report::exit(severities, arguments.deny_warnings))
}
