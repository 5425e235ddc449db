//! Statements that upstream reads without loss: every clause of a dialect and a form, any subset,
//! each in the spellings upstream takes. Shared by the suites that compare readings and formatting.
#![allow(dead_code, reason = "each suite uses a part")]

use kcql::{Clause, Dialect, ValueKind, CLAUSES};
use proptest::prelude::*;
use proptest::sample::select;

/// The dialects.
pub(crate) fn dialects() -> impl Strategy<Value = Dialect> {
    select(Dialect::ALL)
}

fn field() -> BoxedStrategy<String> {
    // Two letters at least and a digit, so that no keyword of any dialect comes out.
    "[a-z@_]{2,4}[0-9]".boxed()
}

fn topic() -> BoxedStrategy<String> {
    "[a-z_]{1,3}[-+/{}:][a-z0-9]{1,3}".boxed()
}

fn backticked() -> BoxedStrategy<String> {
    "`[a-zA-Z0-9 .,()=*#$é\"\\\\-]{1,8}[a-z]`".boxed()
}

fn quoted() -> BoxedStrategy<String> {
    "'[a-zA-Z0-9 .,()=*#$é-]{2,6}'".boxed()
}

fn number(clause: &Clause) -> BoxedStrategy<String> {
    let (least, most) = clause.range;
    prop_oneof![3 => least..=least + 20, 1 => Just(most)].prop_map(|n| n.to_string()).boxed()
}

fn list(entry: BoxedStrategy<String>, between: &'static str) -> BoxedStrategy<String> {
    prop::collection::vec(entry, 1..4).prop_map(move |entries| entries.join(between)).boxed()
}

/// Different entries, for lists in which upstream wants no repetition.
fn distinct(entry: BoxedStrategy<String>) -> BoxedStrategy<Vec<String>> {
    prop::collection::btree_set(entry, 1..4)
        .prop_map(|entries| entries.into_iter().collect())
        .boxed()
}

fn path(dialect: Dialect) -> BoxedStrategy<String> {
    let plain = list(field(), ".");
    if dialect < Dialect::V10 {
        return prop_oneof![3 => plain.clone(), 1 => plain.prop_map(|path| path + ".*")].boxed();
    }
    let quoted = list("`[a-z][a-z .é-]{0,4}[0-9]`".boxed(), ".");
    prop_oneof![
        3 => plain.clone(),
        1 => plain.prop_map(|path| path + ".*"),
        1 => quoted,
        1 => "[a-z]{1,2}-[a-z0-9]{1,3}",
    ]
    .boxed()
}

/// A column that repeats nobody: its number is in its name.
fn column(dialect: Dialect, number: usize) -> BoxedStrategy<String> {
    let special = select(vec![
        "_.topic",
        "_.partition",
        "_.offset",
        "_.timestamp",
        "_.key.k",
        "_key.a.b",
        "_header.h",
        "_value.v",
        "_key.*",
    ])
    .prop_map(String::from);
    let alias = prop_oneof![
        3 => Just(String::new()),
        1 => field().prop_map(move |alias| format!(" AS {alias}{number}")),
        1 => Just(format!(" AS 'x y {number}'")),
    ];
    let named = (path(dialect), alias).prop_map(move |(path, alias)| {
        let first = if path.starts_with('`') || path.contains('-') {
            format!("`n{number}`")
        } else {
            format!("n{number}")
        };
        format!("{first}.{path}{alias}")
    });
    prop_oneof![5 => named, 1 => special].boxed()
}

fn columns(dialect: Dialect) -> BoxedStrategy<String> {
    let some = (column(dialect, 0), column(dialect, 1), 1..3_usize).prop_map(|(a, b, count)| {
        if count == 1 || a == b || (a.starts_with('_') && b.starts_with('_')) {
            a
        } else {
            format!("{a}, {b}")
        }
    });
    prop_oneof![1 => Just("*".to_string()), 3 => some].boxed()
}

fn choice(clause: &'static Clause, dialect: Dialect) -> BoxedStrategy<String> {
    let keyword = clause.keyword;
    (select(clause.choices), 0..3_u8)
        .prop_map(move |(choice, case)| match case {
            // Reserved words are words only in mixed case.
            _ if choice == "IGNORE" => "Ignore".into(),
            0 => choice.to_string(),
            1 => choice.to_lowercase(),
            _ if keyword == "WITHFORMAT" && dialect == Dialect::Old => choice.into(),
            _ => format!("{}{}", &choice[..1], choice[1..].to_lowercase()),
        })
        .boxed()
}

fn raw_word_or_run() -> BoxedStrategy<String> {
    prop_oneof![field(), list(topic(), "."), backticked()].boxed()
}

/// The value of a clause, with what stands before it.
pub(crate) fn value(clause: &'static Clause, dialect: Dialect) -> BoxedStrategy<String> {
    let value: BoxedStrategy<String> = match clause.value {
        ValueKind::Flag => Just(String::new()).boxed(),
        ValueKind::Int => number(clause),
        ValueKind::Word => field(),
        ValueKind::Choice => choice(clause, dialect),
        ValueKind::Token => prop_oneof![field(), topic(), backticked()].boxed(),
        ValueKind::Part => prop_oneof![field(), topic(), backticked(), "[0-9]{1,4}"].boxed(),
        ValueKind::Group => {
            prop_oneof![field(), topic(), backticked(), "[0-9]{1,4}", quoted()].boxed()
        }
        ValueKind::Run => prop_oneof![list(field(), "."), list(topic(), "."), backticked()].boxed(),
        ValueKind::Dotted => prop_oneof![list(field(), "."), list(topic(), ".")].boxed(),
        ValueKind::Converter => "`[a-z]{1,5}\\.[A-Z][a-z]{1,8}`".boxed(),
        ValueKind::Pattern | ValueKind::Backticked => backticked(),
        ValueKind::Timestamp => {
            prop_oneof![field(), Just("sys_time()".to_string()), Just("SYS_TIME()".to_string())]
                .boxed()
        }
        ValueKind::Columns => prop_oneof![
            field().prop_map(|name| format!("i{name}")),
            (field(), field()).prop_map(|(a, b)| format!("i{a}.x, j{b} AS z9")),
        ]
        .boxed(),
        ValueKind::Fields => list(path(dialect), ", "),
        ValueKind::Paths => {
            let quoted_part = dialect >= Dialect::V6_2;
            let part = if quoted_part {
                prop_oneof![
                    list(field(), "."),
                    (field(), backticked()).prop_map(|(a, b)| format!("{a}.{b}")),
                    quoted()
                ]
                .boxed()
            } else {
                prop_oneof![list(field(), "."), quoted()].boxed()
            };
            distinct(part).prop_map(|parts| parts.join(", ")).boxed()
        }
        ValueKind::Keys => {
            list(prop_oneof![field(), topic(), backticked(), "[0-9]{1,3}"].boxed(), ", ")
                .prop_map(|keys| format!("({keys})"))
                .boxed()
        }
        ValueKind::Delimiter => "'[a-zA-Z0-9_/{}:|#@^*?$+-]'".boxed(),
        ValueKind::Store => {
            let parameter = (raw_word_or_run(), prop_oneof![raw_word_or_run(), "[0-9]{1,3}"]);
            let parameters =
                prop::collection::btree_map(parameter.0, parameter.1, 0..3).prop_map(|map| {
                    let all: Vec<_> =
                        map.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
                    if all.is_empty() {
                        String::new()
                    } else {
                        format!(" ({})", all.join(", "))
                    }
                });
            (raw_word_or_run(), parameters)
                .prop_map(|(format, rest)| format!("{format}{rest}"))
                .boxed()
        }
        ValueKind::Tags => {
            let key = prop_oneof![list(field(), "."), list(topic(), ".")];
            let value = prop_oneof![
                2 => Just(String::new()),
                1 => raw_word_or_run().prop_map(|value| format!(" = {value}")),
                1 => "[0-9]{1,3}".prop_map(|value| format!("={value}")),
                1 => field().prop_map(|alias| format!(" AS {alias}")),
            ];
            let tag = (key, value).prop_map(|(key, value)| format!("{key}{value}"));
            list(tag.boxed(), ", ").prop_map(|tags| format!("({tags})")).boxed()
        }
        ValueKind::Properties => {
            let text = || prop_oneof![field(), topic(), backticked(), quoted()];
            let value = prop_oneof![3 => text(), 1 => "[0-9]{1,3}", 1 => Just("''".to_string())];
            let pair = (text(), value).prop_map(|(key, value)| format!("{key} = {value}"));
            prop::collection::vec(pair, 0..3)
                .prop_map(|pairs| format!("({})", pairs.join(", ")))
                .boxed()
        }
        ValueKind::Buckets => (list(field(), ", "), 1..9_u8)
            .prop_map(|(fields, number)| format!("{fields} INTO {number} BUCKETS"))
            .boxed(),
        ValueKind::Offsets => {
            let pair = prop_oneof![
                (0..9_u8).prop_map(|p| format!("({p})")),
                (0..9_u8, 0..99_u16).prop_map(|(p, o)| format!("({p}, {o})")),
            ];
            list(pair.boxed(), ", ")
        }
        ValueKind::Sample => (1..9_u8, 1..9_u8).prop_map(|(n, m)| format!("{n} EVERY {m}")).boxed(),
    };
    let before = match (clause.equals, clause.value) {
        (true, _) => " = ",
        (false, ValueKind::Flag) => "",
        _ => " ",
    };
    let keyword = clause.keyword;
    (value, any::<bool>())
        .prop_map(move |(value, small)| {
            let keyword = if small { keyword.to_lowercase() } else { keyword.into() };
            format!("{keyword}{before}{value}")
        })
        .boxed()
}

/// The clauses of a form, in upstream's order.
fn clauses(inserts: bool, dialect: Dialect) -> Vec<&'static Clause> {
    let place = move |clause: &Clause| if inserts { clause.insert } else { clause.select };
    let mut all: Vec<_> =
        CLAUSES.iter().filter(|clause| place(clause) > 0 && clause.is_in(dialect)).collect();
    all.sort_by_key(|clause| place(clause));
    all
}

fn names() -> BoxedStrategy<String> {
    prop_oneof![field(), list(field(), "."), topic(), backticked(), quoted()].boxed()
}

/// A statement that upstream reads without loss.
pub(crate) fn statement(dialect: Dialect) -> BoxedStrategy<String> {
    any::<bool>()
        .prop_flat_map(move |inserts| {
            let head = if inserts {
                let write = if dialect < Dialect::V10 {
                    vec!["INSERT INTO", "upsert into", "UPDATE INTO"]
                } else {
                    vec!["INSERT INTO", "upsert into"]
                };
                (select(write), names())
                    .prop_map(|(write, target)| format!("{write} {target} "))
                    .boxed()
            } else {
                Just(String::new()).boxed()
            };
            let all = clauses(inserts, dialect);
            let count = all.len();
            let chosen = prop::sample::subsequence(all, 0..=count.min(12));
            let parts = chosen.prop_flat_map(move |chosen| {
                let mut taken_place = 0;
                let mut parts = Vec::new();
                for clause in chosen {
                    let place = if inserts { clause.insert } else { clause.select };
                    if place != taken_place {
                        parts.push(value(clause, dialect));
                    }
                    taken_place = place;
                }
                parts
            });
            (head, columns(dialect), names(), parts).prop_map(|(head, columns, source, parts)| {
                let mut text = format!("{head}SELECT {columns} FROM {source}");
                for part in parts {
                    text.push('\n');
                    text.push_str(&part);
                }
                text
            })
        })
        .boxed()
}
