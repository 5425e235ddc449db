//! `kcql fmt`: prints the text in canonical form. Of a configuration the whole file is printed,
//! with nothing changed but the KCQL in it.

use std::io;
use std::process::ExitCode;

use kcql::model::Statement;
use kcql::{format, parse, Dialect, FormatOptions, Layout, Mode, ParseOptions, Span};
use similar::TextDiff;

use super::input::{Input, Part};
use super::reading_rules::ReadingRules;
use super::{report, ReadingArgs};

#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command")]
pub(super) struct Arguments {
    #[command(flatten)]
    reading: ReadingArgs,
    /// Print nothing; exit with 1 if the text is not formatted
    #[arg(long)]
    check: bool,
    /// Print the changes instead of the text; exit with 1 if there are any
    #[arg(long, conflicts_with = "check")]
    diff: bool,
    /// Put everything on one line
    #[arg(long)]
    one_line: bool,
    /// Leave comments out, which Stream Reactor cannot read
    #[arg(long)]
    no_comments: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, ExitCode> {
    let input = arguments.reading.read()?;
    let way = ReadingRules::of(&arguments.reading, None, &input.config_keys);
    report::note(&input, way.note.as_deref());
    // In a configuration a value is one line.
    let one_line = arguments.one_line || input.syntax.is_some();
    let options = FormatOptions {
        dialect: way.dialect,
        layout: if one_line { Layout::OneLine } else { Layout::Lines },
        comments: !arguments.no_comments,
    };
    let mut out = input.text.clone();
    // Replaced from the end, so that earlier offsets stay valid.
    for part in input.parts.iter().rev() {
        let formatted = format(&part.kcql.text, &options).map_err(|errors| {
            report::human(&input, &report::in_file(part, errors));
            ExitCode::from(1)
        })?;
        if way.mode != Mode::Strict {
            check_upstream_meaning(&input, part, &formatted, way.dialect)?;
        }
        let span = part.place;
        let escaped = match input.syntax {
            Some(syntax) => syntax.escape(&formatted),
            None => formatted,
        };
        out.replace_range(span.start..span.end, &escaped);
    }
    if input.syntax.is_none() && input.text.contains("\r\n") {
        out = out.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    if input.syntax.is_none() && options.layout == Layout::OneLine {
        out.push('\n');
    }
    let same = out == input.text || (input.name.is_none() && out.trim_end() == input.text);
    if arguments.diff && !same {
        let name = input.name.as_deref().unwrap_or("kcql");
        let diff = TextDiff::from_lines(&input.text, &out);
        report::say(io::stdout(), &diff.unified_diff().header(name, name).to_string());
    }
    if arguments.diff || arguments.check {
        return Ok(ExitCode::from(u8::from(!same)));
    }
    // Formatted values are ASCII in such a file, and the rest of it is as it was.
    let latin: Option<Vec<u8>> = out.chars().map(|c| u8::try_from(c).ok()).collect();
    match latin.filter(|_| input.latin) {
        Some(bytes) => report::say_bytes(io::stdout(), &bytes),
        None => report::say(io::stdout(), &out),
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses to format text that upstream reads differently: the formatted text would change what the
/// connector does.
fn check_upstream_meaning(
    input: &Input,
    part: &Part,
    formatted: &str,
    dialect: Dialect,
) -> Result<(), ExitCode> {
    let options = ParseOptions { dialect, mode: Mode::Compat };
    let models = |all: Vec<Statement>| -> Vec<Statement> {
        let bare = |one| Statement { text: String::new(), span: Span::default(), ..one };
        all.into_iter().map(bare).collect()
    };
    let before = parse(&part.kcql.text, &options);
    if models(before.statements) == models(parse(formatted, &options).statements) {
        return Ok(());
    }
    report::human(input, &report::in_file(part, before.diagnostics));
    let message = "not formatted: Stream Reactor reads this text otherwise than it is meant, and \
                   would read the formatted one as it is meant; put right what is lost, or use --strict";
    report::say(io::stderr(), &format!("error: {message}\n"));
    Err(ExitCode::from(1))
}
