//! What commands that answer from a plan share: their arguments, and the steps from the input over
//! its plans to the output. Each command writes its own text about a plan.

use std::io;
use std::process::ExitCode;

use kcql::{compile, CompileOptions, Plan, Severity};

use super::input::Input;
use super::reading_rules::ReadingRules;
use super::{report, Match, ReadingArgs, TableFormat};

#[derive(clap::Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    reading: ReadingArgs,
    /// The form of the output
    #[arg(long, value_enum, default_value = "human")]
    format: TableFormat,
    /// Which of several matching statements get a message
    #[arg(long = "match", value_enum)]
    matching: Option<Match>,
}

/// Which findings are reported beside the answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Findings {
    All,
    /// Those that prevent a plan; `check` reports the rest.
    Errors,
}

impl PlanArgs {
    pub(super) fn read(&self) -> Result<Input, ExitCode> {
        self.reading.read()
    }

    /// Writes what `show` says of each plan of the input.
    pub(super) fn answer(
        &self,
        input: &Input,
        findings: Findings,
        show: impl Fn(&Plan, TableFormat) -> String,
    ) -> ExitCode {
        let ReadingRules { dialect, mode, matching, note } =
            ReadingRules::of(&self.reading, self.matching.map(Into::into), &input.config_keys);
        report::note(input, note.as_deref());
        let options =
            CompileOptions { matching, dialect, mode, set_lints: findings == Findings::All };
        let mut found = Vec::new();
        let mut out = String::new();
        for part in &input.parts {
            let compilation = compile(&part.kcql.text, &options);
            found.extend(report::in_file(part, compilation.diagnostics));
            if let Some(plan) = &compilation.plan {
                out.push_str(&show(plan, self.format));
            }
        }
        found.retain(|found| findings == Findings::All || found.severity == Severity::Error);
        report::human(input, &found);
        report::say(io::stdout(), &out);
        report::exit(found.iter().map(|found| found.severity), false)
    }
}
