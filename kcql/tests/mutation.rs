//! Seeded mutation: the corpus with bytes and pieces changed, read in every way there is. It looks
//! for panics, broken spans and readings that contradict each other, with the functions of the fuzz
//! targets. `KCQL_MUTATIONS` sets the rounds, `KCQL_SEED` the seed, which is printed by a failure.
//! The seeds of the targets, what the fuzzer has found among them, run here as they are.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "a test fails by panicking"
)]

use std::path::Path;
use std::{env, fs};

use kcql::{parse, Dialect, Mode, ParseOptions};

#[allow(unreachable_pub, reason = "it is a crate of its own for the fuzzer")]
#[path = "../fuzz/src/lib.rs"]
mod targets;

/// A generator of numbers that is the same everywhere (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound.max(1)
    }
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn corpus() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../grammar/corpus");
    let mut texts = Vec::new();
    for folder in [folder.clone(), folder.join("language"), folder.join("upstream")] {
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        let kcql = files.iter().filter(|path| path.extension().is_some_and(|e| e == "kcql"));
        texts.extend(kcql.map(|path| fs::read_to_string(path).unwrap()));
    }
    texts
}

/// Pieces that lead into corners.
const PIECES: [&str; 24] = [
    "`",
    "'",
    "\"",
    ";",
    "#",
    "$",
    "(",
    ")",
    ",",
    "=",
    ".",
    "*",
    "--",
    "//",
    "/*",
    "*/",
    "\u{0}",
    "\u{a0}",
    "\u{1f600}",
    "\r\n",
    " AS ",
    " FROM ",
    "INSERT INTO ",
    "9999999999999999999",
];

fn mutate(text: &str, other: &str, random: &mut Random) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(3) {
        let at = random.below(characters.len() + 1);
        match random.below(5) {
            0 if at < characters.len() => drop(characters.remove(at)),
            1 => {
                let piece = PIECES[random.below(PIECES.len())];
                drop(characters.splice(at..at, piece.chars()));
            }
            2 => {
                let end = (at + random.below(12)).min(characters.len());
                let part: Vec<char> = characters[at..end].to_vec();
                let to = random.below(characters.len() + 1);
                drop(characters.splice(to..to, part));
            }
            3 => {
                let end = (at + random.below(12)).min(characters.len());
                drop(characters.drain(at..end));
            }
            _ => {
                let words: Vec<&str> = other.split_inclusive(' ').collect();
                let word = words[random.below(words.len())];
                drop(characters.splice(at..at, word.chars()));
            }
        }
    }
    characters.into_iter().collect()
}

/// Everything that is done to a text, and what must hold of it.
fn hold(text: &str, dialect: Dialect) {
    targets::every_reading(text, dialect);
    targets::formatting(text, dialect);
    targets::upstream_agrees(text, dialect);
    targets::lexer(text.as_bytes());
    targets::filter(format!("{}\na/+/#", text.trim()).as_bytes());
}

#[test]
fn no_change_of_the_corpus_breaks_a_reading() {
    let (rounds, seed) = (number("KCQL_MUTATIONS", 4_000), number("KCQL_SEED", 7));
    let corpus = corpus();
    let mut random = Random(seed | 1);
    for round in 0..rounds {
        let text = &corpus[random.below(corpus.len())];
        let other = &corpus[random.below(corpus.len())];
        let mutant = mutate(text, other, &mut random);
        let dialect = Dialect::ALL[random.below(Dialect::ALL.len())];
        let outcome = std::panic::catch_unwind(|| hold(&mutant, dialect));
        assert!(outcome.is_ok(), "seed {seed}, round {round}, {dialect:?}: {mutant:?}");
    }
}

#[test]
fn deep_and_large_texts_are_answered_in_bounded_time() {
    let deep = |open: &str, close: &str| {
        format!("INSERT INTO t SELECT {}a{} FROM f", open.repeat(100_000), close.repeat(100_000))
    };
    let mut garbage = String::new();
    let mut random = Random(3);
    while garbage.len() < 10 << 20 {
        garbage.push_str(PIECES[random.below(PIECES.len())]);
        garbage.push_str(
            ["a", " ", "INSERT INTO x SELECT * FROM y ", "WITHKEY(", "/*"][random.below(5)],
        );
    }
    for text in [
        deep("f(", ")"),
        deep("(", ")"),
        deep("a.", ""),
        "/*".repeat(1 << 20),
        "`".repeat((1 << 20) + 1),
        "INSERT INTO t SELECT * FROM f PROPERTIES(".to_owned() + &"a=b,".repeat(1 << 18),
        "SELECT a FROM f;".repeat(1 << 16),
        garbage,
    ] {
        for mode in [Mode::Strict, Mode::Compat] {
            let parsed = parse(&text, &ParseOptions { mode, ..ParseOptions::default() });
            assert!(parsed.diagnostics.len() <= 2 * kcql::MAX_REPORTED + 2);
        }
    }
}

#[test]
fn every_target_passes_its_seeds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    for (name, target) in targets::TARGETS {
        let mut seeds = 0;
        for entry in fs::read_dir(folder.join(name)).unwrap() {
            target(&fs::read(entry.unwrap().path()).unwrap());
            seeds += 1;
        }
        assert!(seeds > 0, "{name} has no seeds");
        for (number, text) in corpus().iter().enumerate() {
            // The first byte is the dialect.
            let first = char::from(u8::try_from(number % 5).unwrap());
            target(format!("{first}{text}").as_bytes());
        }
    }
}
