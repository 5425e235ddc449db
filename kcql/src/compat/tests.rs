//! Effects of the rules of upstream's parser.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::{parse, parse_one, Loss, Statement, KNOWN_DIFFERENCES};
use crate::dialect::Dialect::{Latest, Old, V10, V6_2, V7_0};

fn one(text: &str) -> Statement {
    parse_one(text, Latest).statements.unwrap().remove(0)
}

fn losses(text: &str) -> Vec<(Loss, String)> {
    let warnings = parse_one(text, Latest).warnings;
    warnings.into_iter().map(|w| (w.loss, w.span.of(text).to_string())).collect()
}

#[test]
fn unknown_characters_vanish_and_blanks_with_them() {
    let text = "INSERT INTO my t SELECT * FROM /s/# x";
    let statement = one(text);
    assert_eq!(statement.source, "/s/x");
    assert_eq!(statement.target.as_deref(), Some("myt"));
    let spans = losses(text);
    assert!(spans.contains(&(Loss::Dropped, "#".into())), "{spans:?}");
    assert!(spans.contains(&(Loss::Glued, " ".into())), "{spans:?}");
}

#[test]
fn a_clause_out_of_order_ends_the_statement() {
    let text = "INSERT INTO a SELECT * FROM t BATCH=5 PK id";
    let statement = one(text);
    assert_eq!(statement.batch_size, 5);
    assert!(statement.primary_keys.is_empty());
    assert_eq!(losses(text), [(Loss::Leftover, "PK id".into())]);
}

#[test]
fn removed_words_are_names_in_later_dialects() {
    let text = "INSERT INTO a SELECT * FROM t WITHPARTITIONER=x";
    let source = |dialect| parse_one(text, dialect).statements.unwrap().remove(0).source;
    assert_eq!(source(V6_2), "t");
    assert_eq!(source(V7_0), "tWITHPARTITIONER");
    assert!(parse_one("UPDATE INTO a SELECT * FROM t", V7_0).statements.is_ok());
    assert!(parse_one("UPDATE INTO a SELECT * FROM t", V10).statements.is_err());
}

#[test]
fn statements_are_split_at_every_semicolon() {
    let count = |text| parse(text, Latest).statements.map(|all| all.len());
    assert_eq!(count("SELECT * FROM a;SELECT * FROM b;"), Ok(2));
    assert_eq!(count(";"), Ok(0));
    assert!(count("SELECT * FROM a;\n").is_err());
    assert!(count("SELECT * FROM `x;y`").is_err());
    assert_eq!(count("SELECT * FROM a\nSELECT * FROM b"), Ok(1));
    let refused = parse("SELECT * FROM a; ", Latest).statements.unwrap_err();
    assert_eq!(refused.statement, 2);
}

#[test]
fn plain_parts_of_a_column_come_first() {
    let names = |text: &str| {
        let fields = one(text).fields;
        fields.into_iter().map(|f| (f.parents, f.name)).collect::<Vec<_>>()
    };
    let below = |parent: &str, name: &str| (Some(vec![parent.to_string()]), name.to_string());
    assert_eq!(names("SELECT `a`.b FROM t"), [below("b", "a")]);
    assert_eq!(names("SELECT a-b.c FROM t"), [below("c", "a-b")]);
    assert_eq!(names("SELECT now() AS t, f(a,b) FROM t").len(), 2);
    assert!(names("SELECT 'a b' AS x FROM t").is_empty());
}

#[test]
fn only_some_repetitions_are_found() {
    let ok = |text| parse_one(text, Old).statements.is_ok();
    assert!(!ok("SELECT a, a FROM t"));
    assert!(ok("SELECT a.b, a.b FROM t"));
    assert!(!ok("SELECT x, _key.x FROM t"));
    assert!(ok("SELECT _key.x, x FROM t"));
    assert!(ok("SELECT _key.x, _key.x FROM t"));
}

#[test]
fn a_tag_may_hide_its_own_sign() {
    let ok = |text| parse_one(text, Old).statements.is_ok();
    assert!(ok("INSERT INTO a SELECT * FROM t WITHTAG(b AS c)"));
    assert!(!ok("INSERT INTO a SELECT * FROM t WITHTAG(a as c)"));
}

#[test]
fn every_known_difference_is_one() {
    for difference in KNOWN_DIFFERENCES {
        let artefact = super::parse_one_as_artefact(difference.example).statements;
        let last = parse_one(difference.example, Old).statements;
        assert_ne!(artefact.ok(), last.ok(), "{}", difference.name);
    }
}

#[test]
fn deep_nesting_and_garbage_end() {
    let deep = alloc::format!("SELECT {}a{} FROM t", "f(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(one(&deep).fields.len(), 1);
    let garbage = "`'a.".repeat(250_000);
    assert!(parse(&garbage, Latest).statements.is_err());
}

#[test]
fn spans_lie_in_the_text_that_was_given() {
    let text = "SELECT * FROM a ; SELECT * FROM \u{e9}b c";
    let outcome = parse(text, Latest);
    let second = &outcome.statements.unwrap()[1];
    assert_eq!(second.span.of(text), second.text);
    assert!(outcome.warnings.iter().all(|w| w.statement == 2 && !w.span.of(text).is_empty()));
}
