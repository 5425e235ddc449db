//! The program. Exit codes: 0 clean, 1 errors in the text (or warnings, where those are denied), 2
//! wrong usage or a file that cannot be read. For people diagnostics go to standard error; what was
//! asked for goes to standard output. Each command has a file of its own.

mod capabilities;
mod check;
mod explain;
mod fmt;
mod input;
mod key;
mod overlap;
mod parse;
mod planning;
mod reading_rules;
mod report;
mod route;
mod rule;
mod suppressions;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use kcql::{Connector, Dialect, Matching};

use input::Input;

const EXAMPLES: &str = "\
Examples:
  kcql check 'INSERT INTO readings SELECT * FROM telemetry/+/+'
  kcql check connector.json
  cat connector.kcql | kcql check -
  kcql explain 'INSERT INTO `$` SELECT * FROM `telemetry/#` WITHKEY(uuid)'
  kcql fmt --diff connector.kcql
  kcql parse --dialect old --compat 'INSERT INTO a SELECT * FROM b WITHFOO'

An argument that is an existing path is a file, `-` is standard input, one that
contains a blank is KCQL. In a connector's configuration, JSON or .properties,
every connect.*.kcql is read, the way its connector.class reads it (kcql.mode,
kcql.dialect and kcql.match in it decide otherwise); a note says which way.

Exit codes: 0 nothing wrong (warnings are allowed unless denied), 1 errors in
the KCQL, 2 wrong usage or a file that cannot be read.";

#[derive(Parser)]
#[command(name = "kcql", version, about = "Checks, formats and explains KCQL", after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Say nothing if the text is right; show every error with place, cause and fix if not
    #[command(after_help = EXAMPLES)]
    Check(check::Arguments),
    /// Print the statements as data
    Parse(parse::Arguments),
    /// Print the text in canonical form
    Fmt(fmt::Arguments),
    /// Print what the MQTT source does by this text
    #[command(after_help = EXAMPLES)]
    Explain(explain::Arguments),
    /// Print what becomes of a message on a topic
    Route(route::Arguments),
    /// Print which statements can get the same message
    Overlap(overlap::Arguments),
    /// Print the rule behind a code: why it exists, a wrong and a right example
    Rule(rule::Arguments),
    /// Print which clause which connector acts on
    Capabilities(capabilities::Arguments),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// The arguments of every command that reads a text.
#[derive(Args)]
struct ReadingArgs {
    /// KCQL, a file, or `-` for standard input
    #[arg(value_name = "TEXT|FILE|-")]
    input: String,
    /// The release the text was written for
    #[arg(long, value_parser = dialects())]
    dialect: Option<Dialect>,
    /// Read by the rules of Stream Reactor's own parser, with a warning for everything it loses
    #[arg(long)]
    compat: bool,
    /// Make everything that upstream loses an error, whatever the class of the configuration is
    #[arg(long, conflicts_with = "compat")]
    strict: bool,
}

impl ReadingArgs {
    fn read(&self) -> Result<Input, ExitCode> {
        Input::read(&self.input).map_err(|error| report::usage(&error.to_string()))
    }
}

/// How diagnostics are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, to standard error
    Human,
    /// As data, to standard output
    Json,
    /// As annotations of GitHub, to standard output
    Github,
}

/// The form of an answer.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TableFormat {
    /// For people
    Human,
    /// One JSON object
    Json,
}

/// Which of several matching statements get a message.
#[derive(Clone, Copy, ValueEnum)]
enum Match {
    /// All of them
    All,
    /// The first in written order, as Lenses' connector does it
    First,
}

impl From<Match> for Matching {
    fn from(wanted: Match) -> Self {
        match wanted {
            Match::All => Self::All,
            Match::First => Self::FirstInOrder,
        }
    }
}

/// The names of dialects, which completions know too.
fn dialects() -> impl TypedValueParser<Value = Dialect> {
    PossibleValuesParser::new(Dialect::ALL.iter().map(|dialect| dialect.name()))
        .try_map(|name| Dialect::of_name(&name).ok_or("there is no such dialect"))
}

/// The names of connectors.
fn connectors() -> impl TypedValueParser<Value = Connector> {
    PossibleValuesParser::new(kcql::CONNECTORS.iter().map(|info| info.name))
        .try_map(|name| Connector::of_name(&name).ok_or("there is no such connector"))
}

/// KCQL that begins with a comment looks like an option. An argument that begins with `-` and has a
/// blank is no option, so it is moved behind `--`.
fn texts_last(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let is_text = |argument: &OsString| {
        let text = argument.to_string_lossy();
        let first = text.split(char::is_whitespace).next().unwrap_or("");
        text.starts_with('-') && first.len() < text.len() && !first.contains('=')
    };
    let mut arguments: Vec<OsString> = arguments.collect();
    let free = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
    let behind = arguments.split_off(free);
    let (texts, mut all): (Vec<_>, Vec<_>) = arguments.into_iter().partition(is_text);
    if !texts.is_empty() && behind.is_empty() {
        all.push("--".into());
    }
    all.extend(behind);
    all.extend(texts);
    all
}

/// Parses the arguments and does what they say.
pub(crate) fn run() -> ExitCode {
    let outcome = match Arguments::parse_from(texts_last(std::env::args_os())).command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Parse(arguments) => parse::run(&arguments),
        Command::Fmt(arguments) => fmt::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Route(arguments) => route::run(&arguments),
        Command::Overlap(arguments) => overlap::run(&arguments),
        Command::Rule(arguments) => Ok(rule::run(&arguments)),
        Command::Capabilities(arguments) => Ok(capabilities::run(&arguments)),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "kcql", &mut script);
            report::say(io::stdout(), &String::from_utf8_lossy(&script));
            Ok(ExitCode::SUCCESS)
        }
    };
    // An error is an exit code too.
    report::end(outcome.unwrap_or_else(|code| code))
}
