//! Commands of the program and their exit codes: 0 clean, 1 errors in the text, 2 usage or a file
//! that cannot be read. Diagnostics go to standard error, what was asked for to standard output.

mod input;

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kcql::{compile, explain::explain, render, Compilation, CompileOptions, Matching, RenderStyle};

use input::Input;

const EXAMPLES: &str = "\
Examples:
  kcql check 'INSERT INTO readings SELECT * FROM telemetry/+/+'
  kcql check connector.kcql
  cat connector.kcql | kcql check -
  kcql explain 'INSERT INTO `$` SELECT * FROM `telemetry/#` WITHKEY(uuid)'

An argument that is an existing path is a file, `-` is standard input, one that
contains a blank is KCQL.

Exit codes: 0 nothing wrong (warnings are allowed), 1 errors in the KCQL,
2 wrong usage or a file that cannot be read.";

#[derive(Parser)]
#[command(name = "kcql", version, about = "Checks and explains KCQL", after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Say nothing if the text is right; show every error with place, cause and cure if not
    #[command(after_help = EXAMPLES)]
    Check {
        /// KCQL, a file, or `-`
        #[arg(value_name = "TEXT|FILE|-")]
        input: String,
    },
    /// Print what the text makes the MQTT source do
    #[command(after_help = EXAMPLES)]
    Explain {
        /// KCQL, a file, or `-`
        #[arg(value_name = "TEXT|FILE|-")]
        input: String,
        /// Give a message to every matching statement and not only to the first
        #[arg(long)]
        all: bool,
    },
}

/// Parses the arguments and does what they say.
pub(crate) fn run() -> ExitCode {
    let (argument, matching, print_plan) = match Arguments::parse().command {
        Command::Check { input } => (input, Matching::default(), false),
        Command::Explain { input, all: true } => (input, Matching::All, true),
        Command::Explain { input, all: false } => (input, Matching::FirstInOrder, true),
    };
    let input = match Input::read(&argument) {
        Ok(input) => input,
        Err(error) => {
            say(io::stderr(), &format!("error: {error}\n"));
            return ExitCode::from(2);
        }
    };
    let options = CompileOptions { matching, ..CompileOptions::default() };
    let Compilation { plan, diagnostics } = compile(&input.text, &options);
    if !diagnostics.is_empty() {
        let style = if colour() { RenderStyle::Colour } else { RenderStyle::Plain };
        let blocks = render(&input.text, &diagnostics, style, input.name.as_deref());
        say(io::stderr(), &format!("{blocks}\n"));
    }
    match plan {
        None => ExitCode::from(1),
        Some(plan) => {
            if print_plan {
                say(io::stdout(), &explain(&plan));
            }
            ExitCode::SUCCESS
        }
    }
}

/// Writes; a reader that has gone away is no error of ours.
fn say(mut to: impl io::Write, text: &str) {
    let _ = to.write_all(text.as_bytes());
    let _ = to.flush();
}

fn colour() -> bool {
    let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    !forbidden && !dumb && io::stderr().is_terminal()
}
