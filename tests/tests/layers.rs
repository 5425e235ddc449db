//! The rules of the house, held by reading the sources: who may import whom, a text at the head of
//! every module, lints in every member, no fixture that nobody reads, no traces of a machine.
//!
//! The second half shows each rule failing on sources made for it.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use tests::tidy::circles::circles;
use tests::tidy::layers::against_layers;
use tests::tidy::{
    read_tree, unread_fixtures, with_words, without_lints, without_module_text, Source,
};

fn repository() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("workspace");
    let sources = read_tree(root).expect("the repository's files");
    assert!(sources.iter().any(|source| source.path == "bridge/src/lib.rs"));
    sources
}

fn none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn nothing_imports_upwards() {
    none(&against_layers(&repository()));
}

/// Crates whose modules must not need each other in a circle.
const CRATES: [&str; 3] = ["bridge/src/", "bridge/connect/src/", "kcql/src/"];

#[test]
fn no_modules_of_a_folder_need_each_other_in_a_circle() {
    none(&circles(&repository(), &CRATES));
}

#[test]
fn every_module_begins_with_its_text() {
    none(&without_module_text(&repository()));
}

#[test]
fn every_member_inherits_the_lints_and_unsafe_code_is_denied() {
    none(&without_lints(&repository()));
}

#[test]
fn every_fixture_is_read_by_a_test() {
    none(&unread_fixtures(&repository()));
}

#[test]
fn no_file_mentions_the_machine_it_was_written_on() {
    // Put together here, since this file is read too.
    let words: Vec<String> =
        ["work", "root", "home"].iter().map(|folder| format!("/{folder}/")).collect();
    none(&with_words(&repository(), &words));
}

// --- the rules themselves

fn imports(path: &str, text: &str) -> Vec<String> {
    against_layers(&[Source::new(path, text)])
}

#[test]
fn an_import_upwards_is_found_however_it_is_written() {
    for text in [
        "use crate::flow::Ledger;",
        "use crate::{base::Seq, flow::{Ledger, run}};",
        "use super::super::flow;",
        "fn f() { crate::flow::run(); }",
        "fn f(x: &crate::flow::Ledger<'_>) -> char { '\"' }",
        "pub(crate) use crate::flow as river;",
        "/* /* */ */ use crate /* there */ :: flow :: Ledger;",
    ] {
        let found = imports("bridge/src/mqtt/session.rs", &format!("//! Text.\n{text}\n"));
        assert_eq!(found, ["bridge/src/mqtt/session.rs:2: mqtt must not import flow"], "{text}");
    }
}

#[test]
fn what_only_looks_like_an_import_is_left_alone() {
    for text in [
        "// use crate::flow::Ledger;",
        "/* crate::flow */",
        "const A: &str = \"crate::flow\"; const B: &str = r#\"\"crate::flow\"#;",
        "const C: char = '\"'; use crate::base::Seq; const D: char = '\\\"';",
        "mod tests { use super::*; use super::super::session; }",
        "use crate::mqtt::flow::Window; use self::flow::Window;",
        "use crate::base::clock; use crate::observe::TaskCounters;",
        "fn f<'a>(flow: &'a str) -> &'a str { flow }",
    ] {
        assert_eq!(imports("bridge/src/mqtt/session.rs", text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn each_layer_is_held_to_its_own_row() {
    let lines = |path: &str, text: &str| imports(path, text).len();
    assert_eq!(lines("bridge/src/base/mod.rs", "use crate::observe::X;"), 1);
    assert_eq!(lines("bridge/src/base/mod.rs", "use super::config::X;"), 1);
    assert_eq!(lines("bridge/src/kafka/mod.rs", "use crate::mqtt::QoS;"), 1);
    assert_eq!(lines("bridge/src/flow/mod.rs", "use crate::config::ConfigMap;"), 1);
    assert_eq!(lines("bridge/src/flow/mod.rs", "use crate::{mqtt::QoS, kafka::P};"), 0);
    assert_eq!(lines("bridge/src/rest/mod.rs", "use crate::flow::Health;"), 1);
    assert_eq!(lines("bridge/src/rest/mod.rs", "use crate::runtime::Herder;"), 0);
    assert_eq!(lines("bridge/src/rest/mod.rs", "use crate::runtime::standalone::X;"), 1);
    assert_eq!(lines("bridge/src/runtime/mod.rs", "use crate::rest::Server;"), 1);
    assert_eq!(lines("bridge/src/runtime/mod.rs", "use crate::demo::Demo;"), 1);
    assert_eq!(lines("bridge/src/observe/mod.rs", "use crate::flow::Health;"), 1);
    assert_eq!(lines("bridge/src/cli/mod.rs", "use crate::{rest::S, flow::H, demo::D};"), 0);
    assert_eq!(lines("bridge/src/main.rs", "use kcql_bridge::cli;"), 0);
    assert_eq!(lines("bridge/src/attic/mod.rs", "use crate::base::Seq;"), 1);
}

#[test]
fn a_circle_is_found_whatever_its_length_and_parents_and_tests_make_none() {
    let source = |name: &str, text: &str| Source::new(&format!("bridge/src/{name}.rs"), text);
    let of = |sources: &[Source]| circles(sources, &["bridge/src/"]);
    let long = [
        source("a/x", "use super::y::Y;"),
        source("a/y", "fn f(z: crate::a::z::Z) {}"),
        source("a/z/mod", "use super::x::X;"),
        source("a/mod", "mod x; mod y; mod z;"),
    ];
    assert_eq!(of(&long), ["bridge/src/a: x -> y, y -> z, z -> x"]);
    let over_folders = [source("a/x", "use crate::b::B;"), source("b/mod", "use crate::a::x::X;")];
    assert_eq!(of(&over_folders), ["bridge/src/: a -> b, b -> a"]);
    let parent_and_child = [source("a/mod", "mod x; use x::X;"), source("a/x", "use super::A;")];
    assert_eq!(of(&parent_and_child), Vec::<String>::new());
    let tests = [
        source("a/x", "use super::y::Y;"),
        source("a/y", "#[cfg(test)]\nmod tests {\n    use super::super::x::X;\n}\n"),
    ];
    assert_eq!(of(&tests), Vec::<String>::new());
}

#[test]
fn the_layers_of_the_data_framework_are_held_too() {
    let lines = |path: &str, text: &str| imports(path, text).len();
    assert_eq!(lines("bridge/connect/src/data/mod.rs", "use crate::config::ConfigMap;"), 1);
    assert_eq!(lines("bridge/connect/src/config/mod.rs", "use crate::data::Value;"), 0);
    assert_eq!(lines("bridge/connect/src/convert/mod.rs", "use crate::transform::Chain;"), 1);
    assert_eq!(lines("bridge/connect/src/attic/mod.rs", "use crate::data::Value;"), 1);
}

#[test]
fn crates_stay_in_the_layer_that_owns_them() {
    let lines = |path: &str, text: &str| imports(path, text).len();
    assert_eq!(lines("bridge/src/flow/mod.rs", "use rdkafka::error::KafkaError;"), 1);
    assert_eq!(lines("bridge/src/kafka/mod.rs", "use rdkafka::error::KafkaError;"), 0);
    assert_eq!(lines("bridge/src/mqtt/mod.rs", "use kcql::Filter;"), 1);
    assert_eq!(lines("bridge/src/flow/mod.rs", "fn f() -> ::rumqttc::QoS {}"), 1);
    assert_eq!(lines("bridge/src/demo/mod.rs", "use {rumqttd::Broker, rumqttc::QoS};"), 0);
    assert_eq!(lines("bridge/src/flow/mod.rs", "fn f(kcql: &str) { kcql.len(); }"), 0);
    assert_eq!(lines("bridge/src/mqtt/mod.rs", "use connect::data::Value;"), 1);
    assert_eq!(lines("bridge/src/flow/mod.rs", "use connect::data::Value;"), 0);
}

#[test]
fn the_language_reaches_for_nothing_outside() {
    let lines = |path: &str, text: &str| imports(path, text).len();
    assert_eq!(lines("kcql/src/lexer.rs", "use std::{fmt, fs::File};"), 1);
    assert_eq!(lines("kcql/src/plan/mod.rs", "fn f() { std::time::Instant::now(); }"), 1);
    assert_eq!(lines("kcql/src/lib.rs", "use kcql_bridge::base;"), 1);
    assert_eq!(lines("kcql/src/plan/mod.rs", "use connect::data::Value;"), 1);
    assert_eq!(lines("kcql/src/plan/mod.rs", "use connect::java_regex::JavaRegex;"), 0);
    assert_eq!(lines("kcql/src/cli/mod.rs", "use connect::data::Value;"), 0);
    assert_eq!(lines("kcql/src/main.rs", "use std::io::Write;"), 0);
    assert_eq!(lines("kcql/src/lexer.rs", "use std::iter; use alloc::string::String;"), 0);
}

#[test]
fn tests_may_use_any_crate_but_no_upper_layer() {
    let text = "//! T.\n\n#[cfg(test)]\nmod tests {\n    use rumqttc::QoS;\n    use crate::rest::S;\n}\nuse rumqttc::QoS;\n";
    let found = imports("bridge/src/flow/a.rs", text);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("a.rs:6: flow must not import rest"), "{found:?}");
    assert!(found[1].contains("a.rs:8: flow must not use the crate rumqttc"), "{found:?}");
    let sources = [
        Source::new("kcql/src/x/mod.rs", "#[cfg(test)]\nmod gen;\n#[cfg(test)]\nmod tests;"),
        Source::new("kcql/src/y.rs", "#[cfg(test)]\n#[path = \"y_tests.rs\"]\nmod tests;"),
        Source::new("kcql/src/x/gen.rs", "use std::fs;"),
        Source::new("kcql/src/x/tests.rs", "use std::fs;"),
        Source::new("kcql/src/x/tests/deep/part.rs", "use std::fs;"),
        Source::new("kcql/src/y_tests.rs", "use std::fs;"),
        Source::new("kcql/src/z_tests.rs", "use std::fs;"),
    ];
    let found = against_layers(&sources);
    assert_eq!(found, ["kcql/src/z_tests.rs:1: the language must not import std::fs"]);
}

#[test]
fn a_module_without_a_text_is_found() {
    let sources = [
        Source::new("a.rs", "//! What it owns.\n"),
        Source::new("b.rs", "use std::fmt;\n//! Too late.\n"),
        Source::new("c.txt", "no code"),
    ];
    assert_eq!(without_module_text(&sources), ["b.rs: begins without a module text (//!)"]);
}

#[test]
fn a_member_without_lints_and_a_workspace_without_the_ban_are_found() {
    let good = "[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n";
    let ban = "[workspace.lints.rust]\nunsafe_code = \"deny\"\n";
    let sources = [Source::new("Cargo.toml", ban), Source::new("a/Cargo.toml", good)];
    assert_eq!(without_lints(&sources), Vec::<String>::new());
    let sources = [
        Source::new("Cargo.toml", "[workspace.lints.rust]\n[workspace]\nunsafe_code=\"deny\""),
        Source::new("a/Cargo.toml", "[lints]\n[dependencies]\nworkspace = true\n"),
    ];
    assert_eq!(without_lints(&sources).len(), 2);
    let allows = "#![allow(unsafe_code)]\nfn f() {}\n";
    let sources = [
        Source::new("Cargo.toml", ban),
        Source::new("bridge/src/kafka/native.rs", allows),
        Source::new("bridge/src/mqtt/mod.rs", allows),
        Source::new("bridge/src/mqtt/text.rs", "// allow(unsafe_code)"),
    ];
    let only = "bridge/src/mqtt/mod.rs: only bridge/src/kafka/native.rs may hold unsafe code";
    assert_eq!(without_lints(&sources), [only]);
}

#[test]
fn a_fixture_that_nobody_reads_is_found() {
    let sources = [
        Source::new("grammar/corpus/good/a.kcql", ""),
        Source::new("grammar/corpus/good/a.plan", ""),
        Source::new("grammar/clauses.toml", ""),
        Source::new("grammar/lonely.toml", ""),
        Source::new("kcql/tests/fixtures/odd.txt", ""),
        Source::new("docs/lonely.md", ""),
        Source::new("kcql/src/a.rs", "read_dir(\"corpus/good\"); ext == \"kcql\""),
        Source::new("kcql/src/b.rs", "include_str!(\"../../grammar/clauses.toml\")"),
    ];
    let found = unread_fixtures(&sources);
    let expected =
        ["grammar/corpus/good/a.plan", "grammar/lonely.toml", "kcql/tests/fixtures/odd.txt"];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    assert!(found.iter().zip(expected).all(|(found, path)| found.starts_with(path)), "{found:?}");
}

#[test]
fn a_forbidden_word_is_found_with_its_line() {
    let sources = [Source::new("a.md", "fine\nsee secret/place\n")];
    let found = with_words(&sources, &["secret/".to_owned()]);
    assert_eq!(found, ["a.md:2: mentions secret/"]);
}
