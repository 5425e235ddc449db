//! Random cases through Java and through us.

use std::fmt::Write as _;

use serde_json::Value;
use tests::vectors::random::{neighbours, sequence, settings, vector, Random};
use tests::vectors::{answer, compare, files, java};

const CASES: u64 = 2_000;
const SEED: u64 = 1;
/// More would only hide the first ones.
const MOST_SHOWN: usize = 20;

fn from_environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn random_cases_are_answered_alike() {
    are_answered_alike("cases", from_environment("CONNECT_ORACLE_CASES", CASES), vector, same);
}

#[test]
fn random_neighbours_of_one_program_are_answered_alike() {
    let count = from_environment("CONNECT_ORACLE_STEPS", CASES / 2);
    are_answered_alike("chains of steps", count, neighbours, same);
}

#[test]
fn random_records_one_after_another_are_answered_alike() {
    let count = from_environment("CONNECT_ORACLE_SEQUENCES", CASES / 2);
    are_answered_alike("sequences", count, sequence, same_each);
}

#[test]
fn random_settings_get_the_same_verdict() {
    let count = from_environment("CONNECT_ORACLE_CASES", CASES) / 2;
    are_answered_alike("settings", count, settings, same_verdict);
}

#[expect(clippy::print_stderr, reason = "a long comparison says what it compared")]
fn are_answered_alike(
    what: &str,
    count: u64,
    make: fn(&mut Random, usize) -> Value,
    same: fn(&java::Jdk, &str, &str, &str) -> bool,
) {
    let seed = from_environment("CONNECT_ORACLE_SEED", SEED);
    let mut random = Random::new(seed);
    let vectors: Vec<String> = (0..usize::try_from(count).unwrap())
        .map(|number| make(&mut random, number).to_string())
        .collect();
    let jdk = java::Jdk::newest();
    let theirs = java::answers(&jdk, &vectors);

    let (mut report, mut wrong, mut errors, mut all) = (String::new(), 0_usize, 0_usize, 0_usize);
    for (vector, theirs) in vectors.iter().zip(&theirs) {
        let ours = answer(vector);
        // A sequence has an answer for each record.
        let ends = ["\"error\":{", "\"dropped\":true", "\"record\":{"];
        errors += theirs.matches(ends[0]).count();
        all += ends.iter().map(|end| theirs.matches(end).count()).sum::<usize>().max(1);
        assert!(!theirs.contains("\"class\":\"vector\""), "no vector: {vector}");
        if !same(&jdk, vector, theirs, &ours) {
            wrong += 1;
            if wrong <= MOST_SHOWN {
                writeln!(report, "{vector}\n  java {theirs}\n  ours {ours}").unwrap();
            }
        }
    }
    eprintln!(
        "{count} {what} of seed {seed}: {errors} of {all} answers are refusals by Java {}, {wrong} \
         answered differently",
        jdk.release
    );
    if let Some(file) = std::env::var_os("ORACLE_REPORT") {
        std::fs::write(format!("{}.{what}", file.to_string_lossy()), &report).unwrap();
    }
    assert!(wrong == 0, "seed {seed}: {wrong} of {count} answered differently:\n{report}");
    // A generator that only makes refusals, or none, compares little.
    let share = errors * 100 / all.max(1);
    assert!((5..70).contains(&share), "{share} % refused");
}

fn same(jdk: &java::Jdk, vector: &str, theirs: &str, ours: &str) -> bool {
    // Identity texts of bytes, which are on the list of differences.
    let nowhere = compare::without_addresses(theirs);
    let has_address = nowhere != theirs;
    if has_address && (is_an_array(&nowhere) || names_the_field(&nowhere, ours)) {
        return true;
    }
    let ours = if has_address {
        compare::without_addresses(&compare::with_identity_texts(ours))
    } else {
        ours.to_owned()
    };
    let (theirs, ours) = (compare::canonical(&nowhere), compare::canonical(&ours));
    theirs == ours
        || only_length_differs(&theirs, &ours)
        || only_order_differs(vector, &theirs, &ours)
        || (!jdk.prints_shortest_floats() && compare::coarse(&theirs) == compare::coarse(&ours))
}

/// Whether each record of a sequence has the same answer.
fn same_each(jdk: &java::Jdk, vector: &str, theirs: &str, ours: &str) -> bool {
    let results = |line: &str| -> Option<Vec<String>> {
        let line: Value = serde_json::from_str(line).unwrap();
        Some(line.get("results")?.as_array()?.iter().map(Value::to_string).collect())
    };
    let (Some(theirs_are), Some(ours_are)) = (results(theirs), results(ours)) else {
        return same(jdk, vector, theirs, ours);
    };
    let mut vector: Value = serde_json::from_str(vector).unwrap();
    let records = vector["records"].take();
    let records = records.as_array().map(Vec::as_slice).unwrap_or_default();
    theirs_are.len() == records.len()
        && ours_are.len() == records.len()
        && records.iter().zip(theirs_are.iter().zip(&ours_are)).all(|(record, (theirs, ours))| {
            vector["record"] = record.clone();
            same(jdk, &vector.to_string(), theirs, ours)
        })
}

/// Whether both refuse settings in the same words, or differ as the list of differences says.
fn same_verdict(_: &java::Jdk, _: &str, theirs: &str, ours: &str) -> bool {
    let listed = [
        "Invalid replacement: ",
        "Invalid pattern for configuration timestamp.format: ",
        "has no counterpart outside of Java",
    ];
    compare::same_verdict(theirs, ours)
        || names_the_field(&compare::without_addresses(theirs), ours)
        || theirs.contains("\"accepted\":true") && listed.iter().any(|text| ours.contains(text))
}

/// Whether the answer is the identity text of bytes and nothing else.
fn is_an_array(theirs: &str) -> bool {
    theirs.contains("\"bytes\":\"5b424030\"")
}

/// Whether ours names the field where Java's message ends in what it made of the setting.
fn names_the_field(theirs: &str, ours: &str) -> bool {
    let specification = "org.apache.kafka.connect.transforms.InsertField$InsertionSpec@0";
    let head =
        theirs.split_once("\"message\":\"").and_then(|(_, text)| text.split_once(specification));
    head.is_some_and(|(head, _)| ours.contains(head))
}

/// Whether a long value is shown in part, which is on the list of differences.
fn only_length_differs(theirs: &str, ours: &str) -> bool {
    ours.split('…').count() > 1
        && ours.split('…').try_fold(theirs, |rest, part| {
            rest.find(part).map(|at| rest.get(at + part.len()..).unwrap_or_default())
        }) == Some("")
}

/// Whether both are errors that differ by what Java leaves to a hash map: the order of a printed
/// map, or which of several bad fields is met first.
fn only_order_differs(vector: &str, theirs: &str, ours: &str) -> bool {
    let error = |line: &str| -> Option<(String, Vec<char>)> {
        let line: Value = serde_json::from_str(line).unwrap();
        let error = line.get("error")?;
        let mut letters: Vec<char> = error["message"].as_str()?.chars().collect();
        letters.sort_unstable();
        Some((error["class"].as_str()?.to_owned(), letters))
    };
    let (Some(theirs_is), Some(ours_is)) = (error(theirs), error(ours)) else { return false };
    theirs_is == ours_is || theirs_is.0 == ours_is.0 && meets_fields_by_hash(vector)
}

/// Whether a transform of the vector goes through several fields of data without schema, in the
/// order of a hash map: only there may another field be the first to be refused.
fn meets_fields_by_hash(vector: &str) -> bool {
    let vector: Value = serde_json::from_str(vector).unwrap();
    let has_schema = |part: &str| !vector["record"][part]["schema"].is_null();
    // No transform takes a schema away or gives one, but a key can be made of the value.
    let (mut key, value) = (has_schema("key"), has_schema("value"));
    vector["chain"].as_array().into_iter().flatten().any(|link| {
        let class = link["class"].as_str().unwrap().rsplit('.').next().unwrap();
        let several = |list: &str| link["config"][list].as_str().is_some_and(|it| it.contains(','));
        let (class, has_schema) = match class.split_once('$') {
            Some((class, "Key")) => (class, key),
            Some((class, _)) => (class, value),
            None => (class, true),
        };
        if class == "ValueToKey" {
            // With a predicate it may have been passed by.
            key = value && (key || link.get("predicate").is_none());
        }
        let by_hash = match class {
            "Cast" => several("spec"),
            "MaskField" => several("fields"),
            "Flatten" => true,
            _ => false,
        };
        by_hash && !has_schema
    })
}

#[test]
fn the_same_seed_makes_the_same_cases() {
    let cases = |seed| -> Vec<String> {
        let mut random = Random::new(seed);
        (0..50).map(|number| vector(&mut random, number).to_string()).collect()
    };
    assert_eq!(cases(7), cases(7));
    assert_ne!(cases(7), cases(8));
    assert!(cases(7).iter().all(|case| files::id(case).starts_with("random/")));
}
