//! Writes diagnostics: for people, as data, as annotations. Places are those in the user's file.
//! Invariant: all three formats have the same diagnostics.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use kcql::{render, shown, Applicability, Diagnostic, Position, RenderStyle, Severity, Span};
use serde_json::{json, Value};

use super::input::{Input, Part};
use super::reading_rules::ReadingRules;
use super::Format;

/// The diagnostics of a part of the input, in places of the file.
pub(crate) fn in_file(part: &Part, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let place = |span: Span| part.kcql.locate(span);
    found
        .into_iter()
        .map(|mut found| {
            // A fix can be shown where the text stands in the file as it is.
            let fits = |fix: &kcql::Fix| {
                part.kcql.is_verbatim(fix.span) && !fix.replacement.contains(['"', '\\', '\n'])
            };
            found.fix = found.fix.filter(fits);
            if let Some(fix) = &mut found.fix {
                fix.span = place(fix.span);
            } else if found.help.is_none() {
                found.help = Some("see the cause".into());
            }
            found.span = place(found.span);
            for label in &mut found.labels {
                label.span = place(label.span);
            }
            found
        })
        .collect()
}

/// Writes diagnostics in a format.
pub(crate) fn write(
    input: &Input,
    way: &ReadingRules,
    found: &[(Option<&str>, Vec<Diagnostic>)],
    format: Format,
) {
    let all = || found.iter().flat_map(|(_, found)| found);
    match format {
        Format::Human => {
            let all: Vec<Diagnostic> = all().cloned().collect();
            human(input, &all);
        }
        Format::Json => {
            let list: Vec<Value> = found
                .iter()
                .flat_map(|(key, found)| found.iter().map(|found| data(input, *key, found)))
                .collect();
            let out = json!({
                "version": 1,
                "reading": {
                    "dialect": way.dialect.name(),
                    "mode": way.mode_name(),
                    "match": way.matching_name(),
                },
                "diagnostics": list,
            });
            say(io::stdout(), &format!("{out}\n"));
        }
        Format::Github => {
            let lines: String = all().map(|found| annotation(input, found)).collect();
            say(io::stdout(), &lines);
        }
    }
}

/// Says how a configuration is read, in every format: standard output is for the answer.
pub(crate) fn note(input: &Input, note: Option<&str>) {
    let name = input.name.as_deref().unwrap_or("kcql");
    if let Some(note) = note {
        say(io::stderr(), &format!("note: {name} is {note}\n"));
    }
    for key in &input.replaced {
        say(
            io::stderr(),
            &format!("warning: {name} has {} again; only the last value counts\n", key_name(key)),
        );
    }
}

/// The longest key of a configuration that is shown whole, in bytes.
const MAX_KEY_BYTES: usize = 200;

/// A key of a configuration, shortened for display.
fn key_name(key: &str) -> Cow<'_, str> {
    if key.len() > MAX_KEY_BYTES {
        shown(key).into()
    } else {
        key.into()
    }
}

/// For people.
pub(crate) fn human(input: &Input, found: &[Diagnostic]) {
    if !found.is_empty() {
        let style = if colour() { RenderStyle::Colour } else { RenderStyle::Plain };
        let blocks = render(&input.text, found, style, input.name.as_deref());
        say(io::stderr(), &format!("{blocks}\n"));
    }
}

/// One diagnostic as data.
pub(crate) fn data(input: &Input, key: Option<&str>, found: &Diagnostic) -> Value {
    let position = Position::of(&input.text, found.span.start);
    let labels: Vec<Value> = found
        .labels
        .iter()
        .map(|label| json!({ "span": [label.span.start, label.span.end], "text": label.text }))
        .collect();
    let fix = found.fix.as_ref().map(|fix| {
        json!({
            "span": [fix.span.start, fix.span.end],
            "replacement": fix.replacement,
            "safe": fix.applicability == Applicability::Safe,
        })
    });
    json!({
        "code": found.code.as_str(),
        "name": found.code.name(),
        "severity": found.severity.to_string(),
        "message": found.message,
        "file": input.name,
        "key": key.map(key_name),
        "span": [found.span.start, found.span.end],
        "line": position.line,
        "column": position.column,
        "statement": found.statement,
        "labels": labels,
        "cause": found.cause,
        "help": found.help,
        "fix": fix,
    })
}

/// A workflow command of GitHub Actions.
fn annotation(input: &Input, found: &Diagnostic) -> String {
    let (start, end) =
        (Position::of(&input.text, found.span.start), Position::of(&input.text, found.span.end));
    let level = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut text = found.message.clone();
    for more in [&found.cause, &found.help].into_iter().flatten() {
        text.push('\n');
        text.push_str(more);
    }
    let property = |text: &str| escaped(text).replace(':', "%3A").replace(',', "%2C");
    let mut place = String::new();
    if let Some(name) = &input.name {
        place = format!("file={},", property(name));
    }
    // Columns may only be given within one line.
    let columns = if start.line == end.line {
        format!(",col={},endColumn={}", start.column, end.column.max(start.column))
    } else {
        String::new()
    };
    format!(
        "::{level} {place}line={},endLine={}{columns},title={}::{}\n",
        start.line,
        end.line,
        property(&format!("{} {}", found.code, found.code.name())),
        escaped(&text)
    )
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Reports a usage error.
pub(crate) fn usage(message: &str) -> ExitCode {
    say(io::stderr(), &format!("error: {message}\n"));
    ExitCode::from(2)
}

/// The exit code for what was found.
pub(crate) fn exit(found: impl Iterator<Item = Severity>, deny_warnings: bool) -> ExitCode {
    let refused = |severity: Severity| {
        severity == Severity::Error || (deny_warnings && severity == Severity::Warning)
    };
    let mut found = found;
    ExitCode::from(u8::from(found.any(refused)))
}

/// Writes; a closed pipe is no error.
pub(crate) fn say(to: impl io::Write, text: &str) {
    say_bytes(to, text.as_bytes());
}

/// The same for bytes that may not be UTF-8.
pub(crate) fn say_bytes(mut to: impl io::Write, bytes: &[u8]) {
    let written = to.write_all(bytes).and_then(|()| to.flush());
    if let Err(error) = written {
        if error.kind() != io::ErrorKind::BrokenPipe && !LOST.swap(true, Ordering::Relaxed) {
            // If standard error cannot be written either, only the exit code reports it.
            let _ = writeln!(io::stderr(), "kcql: the answer could not be written: {error}");
        }
    }
}

/// Whether a write failed, so that the output is incomplete.
static LOST: AtomicBool = AtomicBool::new(false);

/// The final exit code: incomplete output is an error.
pub(crate) fn end(code: ExitCode) -> ExitCode {
    if LOST.load(Ordering::Relaxed) {
        ExitCode::from(2)
    } else {
        code
    }
}

fn colour() -> bool {
    let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    !forbidden && !dumb && io::stderr().is_terminal()
}
