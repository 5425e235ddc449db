//! `grammar/kcql.ebnf` speaks of the parser: every rule is a function of that name, or a piece of one
//! that is listed here; every rule used is defined.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

/// Rules that are parts of a function and not functions.
const INSIDE: [&str; 7] =
    ["part_of_path", "entry", "keyword", "word_character", "topic_character", "letter", "digit"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rules() -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join("../grammar/kcql.ebnf")).unwrap();
    text.lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, rule)| (name.trim().into(), rule.into()))
        .collect()
}

fn sources() -> String {
    let parser = fs::read_dir(root().join("src/parser")).unwrap();
    let mut files: Vec<_> = parser.map(|entry| entry.unwrap().path()).collect();
    files.push(root().join("src/lexer.rs"));
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn rules_are_functions() {
    let sources = sources();
    for (rule, _) in rules() {
        let function = sources.contains(&format!("fn {rule}(")) || INSIDE.contains(&rule.as_str());
        assert!(function, "no function is named after the rule {rule}");
    }
}

#[test]
fn used_rules_are_defined() {
    let rules = rules();
    for (rule, body) in &rules {
        // Quoted text, comments and special sequences are not names.
        let body = body.split("(*").next().unwrap();
        let mut outside = String::new();
        let mut until: Option<char> = None;
        for c in body.chars() {
            match until {
                Some(end) if c == end => until = None,
                Some(_) => {}
                None if matches!(c, '"' | '?') => until = Some(c),
                None => outside.push(c),
            }
        }
        for name in outside.split(|c: char| !c.is_ascii_lowercase() && c != '_') {
            let known = name.is_empty() || rules.iter().any(|(rule, _)| rule == name);
            assert!(known, "{rule} uses {name}, which is defined nowhere");
        }
    }
}
