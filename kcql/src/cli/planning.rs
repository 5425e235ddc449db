//! What the commands share that answer from a plan: their arguments, and the way from the input over
//! its plans to the output. What is said of a plan is the command's own.

use std::io;
use std::process::ExitCode;

use kcql::{compile, CompileOptions, Plan, Severity};

use super::input::Input;
use super::reading::Way;
use super::{report, Match, Reading, TableFormat};

#[derive(clap::Args)]
pub(super) struct Planning {
    #[command(flatten)]
    reading: Reading,
    /// The form of the output
    #[arg(long, value_enum, default_value = "human")]
    format: TableFormat,
    /// Which of several matching statements get a message
    #[arg(long = "match", value_enum)]
    matching: Option<Match>,
}

/// Which findings are told beside the answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Everything,
    /// What keeps a plan from being made; the rest is the business of `check`.
    Errors,
}

impl Planning {
    pub(super) fn read(&self) -> Result<Input, ExitCode> {
        self.reading.read()
    }

    /// Writes what `show` says of each plan of the input.
    pub(super) fn answer(
        &self,
        input: &Input,
        told: Told,
        show: impl Fn(&Plan, TableFormat) -> String,
    ) -> ExitCode {
        let Way { dialect, mode, matching, note } =
            Way::of(&self.reading, self.matching.map(Into::into), &input.origin);
        report::note(input, note.as_deref());
        let options =
            CompileOptions { matching, dialect, mode, set_lints: told == Told::Everything };
        let mut found = Vec::new();
        let mut out = String::new();
        for part in &input.parts {
            let compilation = compile(&part.kcql.text, &options);
            found.extend(report::in_file(part, compilation.diagnostics));
            if let Some(plan) = &compilation.plan {
                out.push_str(&show(plan, self.format));
            }
        }
        found.retain(|found| told == Told::Everything || found.severity == Severity::Error);
        report::human(input, &found);
        report::say(io::stdout(), &out);
        report::exit(found.iter().map(|found| found.severity), false)
    }
}
