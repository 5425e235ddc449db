//! `kcql explain`.

use std::io;
use std::process::ExitCode;

use kcql::{compile, explain::explain, CompileOptions};

use super::{report, Match, Reading};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    reading: Reading,
    /// Which of several matching statements get a message
    #[arg(long = "match", value_enum, default_value = "all")]
    matching: Match,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let input = match arguments.reading.read() {
        Ok(input) => input,
        Err(code) => return code,
    };
    let options = CompileOptions {
        matching: arguments.matching.into(),
        dialect: arguments.reading.dialect(&input),
        mode: arguments.reading.mode(),
    };
    let mut found = Vec::new();
    let mut plans = String::new();
    for part in &input.parts {
        let compilation = compile(&part.kcql.text, &options);
        found.extend(report::in_file(part, compilation.diagnostics));
        if let Some(plan) = &compilation.plan {
            plans.push_str(&explain(plan));
        }
    }
    report::human(&input, &found);
    report::say(io::stdout(), &plans);
    report::exit(found.iter().map(|found| found.severity), false)
}
