//! Prints what the bridge makes of vectors: one result line for each line of the files named as
//! arguments, or of stdin where there is none or `-`. The format stands in
//! `tests/oracle/connect/vectors/README.md`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::process::ExitCode;

use tests::vectors::answer;

fn main() -> ExitCode {
    let mut files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        files.push("-".to_owned());
    }
    let mut out = BufWriter::new(io::stdout().lock());
    for file in files {
        let done = match file.as_str() {
            "-" => answer_all(io::stdin().lock(), &mut out),
            name => File::open(name).and_then(|file| answer_all(file, &mut out)),
        };
        if let Err(error) = done {
            return fail(&file, &error);
        }
    }
    match out.flush() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail("stdout", &error),
    }
}

fn answer_all(from: impl Read, out: &mut impl Write) -> io::Result<()> {
    for line in BufReader::new(from).split(b'\n') {
        // A line that is no UTF-8 gets an answer as well.
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_start_matches('\u{feff}').trim();
        if !line.is_empty() {
            writeln!(out, "{}", answer(line))?;
        }
    }
    Ok(())
}

#[expect(clippy::print_stderr, reason = "a program's complaint")]
fn fail(what: &str, error: &io::Error) -> ExitCode {
    eprintln!("vectors: {what}: {error}");
    ExitCode::FAILURE
}
