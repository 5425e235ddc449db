//! `docs/DIFFERENCES.md`, written from the list of differences; and that what is to show a
//! difference is there.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use tests::vectors::differences::{self, Difference, Kind, Seen};

const HEAD: &str = "\
# What differs from Kafka Connect, and why

Everything that deliberately is not as in Apache Kafka Connect 4.3.1, or not as in the MQTT connector \
whose configs run here. Whatever is not on this page is meant to be the same, and a difference in it \
is a defect.

Each entry names what shows it: a *vector* of `tests/oracle/connect`, which asks Java and the bridge \
the same question (`make oracle`), or a test. The page is made from \
`tests/oracle/connect/differences.json` (`ORACLE_REWRITE=1 make oracle` writes it), and tests hold \
that each vector still shows a difference and that no other does.
";

/// The groups in the order of the document: heading, a sentence, and who is compared with.
const GROUPS: [(Seen, &str, &str, &str); 5] = [
    (
        Seen::Config,
        "Config",
        "What is accepted, refused or warned of when a connector is posted or a worker starts.",
        "Kafka Connect",
    ),
    (Seen::Values, "Values and bytes", "What stands in records.", "Kafka Connect"),
    (Seen::Errors, "Errors", "Texts of errors, in status, log and dead letters.", "Kafka Connect"),
    (Seen::Running, "Running", "What a task does, and what REST tells of it.", "Kafka Connect"),
    (
        Seen::Connectors,
        "The connectors that are replaced",
        "For users of the MQTT source connectors of Lenses, Evokly and Confluent.",
        "the original",
    ),
];

fn document(list: &[Difference]) -> String {
    let mut out = HEAD.to_owned();
    let links = GROUPS.map(|(_, heading, _, _)| {
        format!("[{heading}](#{})", heading.to_lowercase().replace(' ', "-"))
    });
    write!(out, "\n{}\n", links.join(" · ")).unwrap();
    for (seen, heading, sentence, other) in GROUPS {
        write!(out, "\n## {heading}\n\n{sentence}\n\n").unwrap();
        for difference in list.iter().filter(|it| it.seen == seen) {
            let Difference { what, there, here, reason, .. } = difference;
            writeln!(out, "- **{what}**").unwrap();
            for (label, text) in [(other, there), ("here", here), ("why", reason)] {
                writeln!(out, "  - {label}: {text}").unwrap();
            }
            writeln!(out, "  - shown by {}", shown_by(difference)).unwrap();
        }
    }
    out
}

fn shown_by(difference: &Difference) -> String {
    let mut all = Vec::new();
    if let Some(first) = difference.vectors.first() {
        let more = match difference.vectors.len() - 1 {
            0 => String::new(),
            1 => " and another vector".to_owned(),
            more => format!(" and {more} more vectors"),
        };
        all.push(format!("`{first}`{more}"));
    }
    all.extend(difference.tests.iter().map(|test| format!("`{test}`")));
    all.join(", ")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn file() -> PathBuf {
    root().join("docs/DIFFERENCES.md")
}

/// Makes the document anew.
pub(crate) fn write() {
    fs::write(file(), document(&differences::list())).unwrap();
}

#[test]
fn the_document_is_what_the_list_says() {
    crate::prepare();
    assert!(
        fs::read_to_string(file()).unwrap() == document(&differences::list()),
        "{}: ORACLE_REWRITE=1 make oracle writes it anew",
        file().display()
    );
}

/// Whether the file, below the repository's root, has a test of this name.
fn is_test(test: &str) -> bool {
    let Some((file, name)) = test.split_once("::") else { return false };
    let Ok(text) = fs::read_to_string(root().join(file)) else { return false };
    let Some((before, _)) = text.split_once(&format!("fn {name}(")) else { return false };
    // What stands between the item before it and its name.
    let item = before.rsplit("\n\n").next().unwrap_or_default();
    item.contains("#[test]") || item.contains("::test]")
}

#[test]
fn every_entry_says_all_there_is_to_say() {
    for difference in differences::list() {
        let Difference { kind, what, there, here, reason, vectors, tests, .. } = &difference;
        for text in [there, here, reason] {
            let ends = text.ends_with(['.', ']', ')']) && !text.contains('\n');
            assert!(ends, "{what}: no sentence: {text:?}");
        }
        if *kind == Kind::Run {
            assert!(vectors.is_empty() && !tests.is_empty(), "{what}: a test is to show it");
        } else {
            assert!(!vectors.is_empty(), "{what}: a vector is to show it");
        }
        let missing: Vec<&String> = tests.iter().filter(|test| !is_test(test)).collect();
        assert!(missing.is_empty(), "{what}: no such tests: {missing:?}");
    }
}

#[test]
fn each_is_listed_once() {
    let list = differences::list();
    let whats: BTreeSet<&String> = list.iter().map(|it| &it.what).collect();
    assert_eq!(whats.len(), list.len());
    // The answers of a vector differ for one reason; an older Java may differ besides.
    let mut seen = BTreeSet::new();
    for difference in list.iter().filter(|it| it.kind != Kind::OldJava) {
        for vector in &difference.vectors {
            assert!(seen.insert(vector), "twice: {vector}");
        }
    }
}

#[test]
fn a_test_is_known_by_file_and_name() {
    let this = "tests/tests/connect_oracle/differences.rs";
    assert!(is_test(&format!("{this}::each_is_listed_once")));
    for none in [&format!("{this}::file"), &format!("{this}::no_such"), "no/such/file.rs::x", "x"] {
        assert!(!is_test(none), "{none}");
    }
}
