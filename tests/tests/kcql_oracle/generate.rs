//! Statements for the comparison, from a seed: half of them grammatical, with every clause of the
//! table in turn, half of them broken by swapping, dropping, doubling and replacing tokens or by
//! strange characters. Knows nothing of what a statement means. Same seed, same statements.

use kcql::{Clause, CLAUSES};

use crate::value::value;

/// Words of one kind.
pub(crate) const FIELDS: &[&str] = &[
    "a",
    "b",
    "id",
    "x1",
    "1col",
    "_",
    "_key",
    "_header",
    "_value",
    "topic",
    "key",
    "offset",
    "Partition",
    "timestamp",
    "Insert",
    "WithKey",
    "a@b",
    "s",
    "A",
    "KEY",
    "as1",
];
/// Words of one kind.
pub(crate) const TOPICS: &[&str] = &[
    "a-b",
    "/s/+",
    "ns:tbl",
    "_{YYYY-MM}",
    "--",
    "//",
    "`x y`",
    "`a;b`",
    "`$`",
    "`'q'`",
    "`#`",
    "`\u{e9}\u{1f600}`",
    "`select`",
    "`.`",
    "`\n`",
];
/// Words of one kind.
pub(crate) const ODD: &[&str] = &[
    "'",
    "''",
    "'x'",
    "'a b'",
    "\"",
    "`",
    "``",
    "#",
    "$",
    "%",
    ";",
    "|",
    "||",
    "^[",
    "]",
    "?",
    "**",
    "a*",
    "\u{e9}",
    "\u{1f600}",
    "\u{a0}",
    "\u{200b}",
    "\u{0}",
    "\u{feff}",
    "(",
    ")",
    "()",
    "=",
    ",",
    ".",
    "..",
    "*",
    "-5",
    "1.5",
    "sys_time()",
    "SYS_TIME()",
    "Sys_Time()",
    "sys_time ()",
    "AS",
    "as",
    "into",
    "FROM",
    "select",
    "Batch",
    "WHERE",
    "WITHFOO",
    "EVERY",
    "BUCKETS",
    "\r\n",
    "\t",
    "\u{b}",
    "a|b",
    "'\n",
];

/// SplitMix64: small, and the same on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap()
    }

    /// True once in `n` times.
    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of these words.
    pub(crate) fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// The statement with this number.
pub(crate) fn statement(random: &mut Random, number: usize) -> String {
    let mut tokens = valid(random, &CLAUSES[number % CLAUSES.len()]);
    if number % 2 == 1 {
        for _ in 0..=random.below(2) {
            mutate(random, &mut tokens);
        }
    }
    let mut text = String::new();
    for token in tokens {
        text.push_str(&token);
        // Words need a blank between them; marks have one now and then.
        let blank = ["\n", "\t", "  ", "\r\n"];
        match random.below(40) {
            0 => text.push_str(random.pick(&blank)),
            1 => {}
            _ => text.push(' '),
        }
    }
    text
}

fn mutate(random: &mut Random, tokens: &mut Vec<String>) {
    if tokens.is_empty() {
        return;
    }
    let (at, other) = (random.below(tokens.len()), random.below(tokens.len()));
    match random.below(10) {
        0 => tokens.swap(at, other),
        1 | 2 => drop(tokens.remove(at)),
        3 => tokens.insert(at, tokens[other].clone()),
        4 | 5 => tokens.insert(at, random.pick(ODD).to_owned()),
        6 => random.pick(ODD).clone_into(&mut tokens[at]),
        7 => {
            let clause = &CLAUSES[random.below(CLAUSES.len())];
            tokens[at] = spelled(random, clause.keyword);
        }
        8 => {
            let token = &mut tokens[at];
            *token = token
                .char_indices()
                .map(
                    |(i, c)| {
                        if i % 2 == 0 {
                            c.to_ascii_lowercase()
                        } else {
                            c.to_ascii_uppercase()
                        }
                    },
                )
                .collect();
        }
        _ => {
            let token = &mut tokens[at];
            let inside: Vec<usize> = token.char_indices().map(|(i, _)| i).collect();
            let place = inside[random.below(inside.len())];
            token.insert_str(place, random.pick(ODD));
        }
    }
    tokens.retain(|token| !token.is_empty());
}

/// A keyword in one of its two spellings.
pub(crate) fn spelled(random: &mut Random, keyword: &str) -> String {
    if random.one_in(3) {
        keyword.to_lowercase()
    } else {
        keyword.to_owned()
    }
}

fn valid(random: &mut Random, wanted: &Clause) -> Vec<String> {
    let insert = wanted.select == 0 || (wanted.insert != 0 && random.one_in(2));
    let mut out = Vec::new();
    if insert {
        match random.below(8) {
            0 => say(&mut out, "UPSERT INTO"),
            1 => say(&mut out, "UPDATE INTO"),
            2 => say(&mut out, "UPSERT PK id INTO"),
            _ => {
                out.push(spelled(random, "INSERT"));
                out.push(spelled(random, "INTO"));
            }
        }
        name(random, &mut out);
    }
    out.push(spelled(random, "SELECT"));
    columns(random, &mut out, true);
    out.push(spelled(random, "FROM"));
    name(random, &mut out);
    let place = |clause: &Clause| if insert { clause.insert } else { clause.select };
    let mut clauses: Vec<&Clause> = CLAUSES
        .iter()
        .filter(|clause| place(clause) > 0)
        .filter(|clause| clause.keyword == wanted.keyword || random.one_in(20))
        .collect();
    clauses.sort_by_key(|clause| place(clause));
    for clause in clauses {
        out.push(if clause.keyword == "PROJECTTO" && random.one_in(2) {
            "projectTo".to_owned()
        } else {
            spelled(random, clause.keyword)
        });
        if clause.equals != random.one_in(40) {
            out.push("=".to_owned());
        }
        value(random, clause.keyword, &mut out);
    }
    out
}

/// Several words.
pub(crate) fn say(out: &mut Vec<String>, words: &str) {
    out.extend(words.split(' ').map(str::to_owned));
}

fn name(random: &mut Random, out: &mut Vec<String>) {
    for _ in 0..=random.below(3) {
        match random.below(5) {
            0 => out.push(".".to_owned()),
            1 | 2 => out.push(random.pick(TOPICS).to_owned()),
            _ => out.push(random.pick(FIELDS).to_owned()),
        }
    }
}

/// A dotted path.
pub(crate) fn path(random: &mut Random, out: &mut Vec<String>) {
    out.push(random.pick(FIELDS).to_owned());
    while random.one_in(2) {
        out.push(".".to_owned());
        if random.one_in(8) {
            out.push("*".to_owned());
            return;
        }
        out.push(random.pick(FIELDS).to_owned());
    }
}

/// A list of columns.
pub(crate) fn columns(random: &mut Random, out: &mut Vec<String>, aliases: bool) {
    for number in 0..=random.below(3) {
        if number > 0 {
            out.push(",".to_owned());
        }
        if aliases && random.one_in(4) {
            out.push("*".to_owned());
            continue;
        }
        path(random, out);
        if aliases && random.one_in(3) {
            out.push(spelled(random, "AS"));
            out.push(random.pick(FIELDS).to_owned());
        }
    }
}
