//! Who may import whom, as tables, and the rule that applies them.
//!
//! A layer is a folder (or file) of `bridge/src` or of `bridge/connect/src`. Imports are what the code says, `crate::x` and
//! `super::super::x` alike; comments and strings do not count. Crates of others that belong to one
//! layer are contained in it by the same rule: only `kafka` links librdkafka, only `mqtt` the
//! codec, so that either can be replaced in one place.

use super::code::{paths, test_parts, CodePath, TestParts};
use super::test_files::{module_of, TestFiles};
use super::Source;

/// A crate whose folders are layers: each with those that it may import, besides itself.
struct Layered {
    /// Where its sources lie.
    sources: &'static str,
    /// What others call it.
    name: &'static str,
    layers: &'static [(&'static str, &'static [&'static str])],
}

/// `observe` counts for everybody above `base`. What a user starts, `cli` and `demo`, may use
/// everything, and nothing may use it.
const BRIDGE: Layered = Layered {
    sources: "bridge/src/",
    name: "kcql_bridge",
    layers: &[
        ("base", &[]),
        ("config", &["base"]),
        ("convert", &["base", "config"]),
        ("mqtt", &["base", "observe"]),
        ("kafka", &["base", "observe"]),
        ("flow", &["base", "convert", "mqtt", "kafka", "observe"]),
        ("connectors", &["base", "config", "convert", "mqtt", "kafka", "flow", "observe"]),
        (
            "runtime",
            &["base", "config", "convert", "mqtt", "kafka", "flow", "connectors", "observe"],
        ),
        ("rest", &["base", "runtime", "observe"]),
        ("observe", &["base"]),
        ("worker", &["base", "config", "kafka", "runtime", "rest", "observe"]),
        ("cli", &["*"]),
        ("demo", &["*"]),
    ],
};

const CONNECT: Layered = Layered {
    sources: "bridge/connect/src/",
    name: "connect",
    layers: &[
        ("java_regex", &[]),
        ("java_time", &[]),
        ("data", &[]),
        ("config", &["data", "java_regex"]),
        ("convert", &["data", "config"]),
        ("transform", &["data", "config", "convert", "java_regex", "java_time"]),
    ],
};

/// Files of a crate that are no layer.
const ROOTS: [&str; 2] = ["lib", "main"];

/// Parts of a layer that a layer above it must not name: REST sees the herder, not who it is.
const HIDDEN: [(&str, &str, &[&str]); 1] =
    [("rest", "runtime", &["standalone", "distributed", "task", "worker"])];

/// Crates and the layers that may name them. The top is always allowed.
const CONTAINED: [(&str, &[&str]); 8] = [
    (
        "connect",
        &["base", "config", "convert", "kafka", "flow", "connectors", "runtime", "rest", "worker"],
    ),
    ("kcql", &["flow", "connectors", "runtime"]),
    ("rdkafka", &["kafka"]),
    ("rumqttc", &["mqtt"]),
    ("rumqttd", &[]),
    ("axum", &["rest"]),
    ("tower", &["rest"]),
    ("clap", &[]),
];

/// What the language may not reach for: it is text in, data out.
const IMPURE: [&str; 12] = [
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::sync",
    "std::thread",
    "std::time",
    "tokio",
    "rdkafka",
    "rumqttc",
    "kcql_bridge",
];

/// What the language uses of the data framework; its program may use all of it.
const USED_OF_CONNECT: [&str; 2] = ["connect::java_regex", "connect::config"];

/// What is written where in the sources, as the rules need it.
struct Place<'a> {
    /// Path inside of the crate's `src`.
    inner: &'a str,
    text: &'a str,
    tests: TestParts,
    /// The whole file is a test module.
    is_test: bool,
}

impl Place<'_> {
    /// Tests may hold any crate in their hands to make input and look at output.
    fn is_test(&self, line: usize) -> bool {
        self.is_test || self.tests.lines.iter().any(|lines| lines.contains(&line))
    }
}

/// Imports of the bridge, of `connect` and of the language that the tables do not allow.
pub fn against_layers(sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    let test_files = TestFiles::of(sources);
    for source in sources.iter().filter(|source| source.is_rust()) {
        let place = |inner| Place {
            inner,
            text: &source.text,
            tests: test_parts(&source.text),
            is_test: test_files.contains(&source.path),
        };
        let layered = [&BRIDGE, &CONNECT]
            .into_iter()
            .find_map(|it| Some((it, source.path.strip_prefix(it.sources)?)));
        let mut found = if let Some((layered, inner)) = layered {
            in_layers(layered, &place(inner))
        } else if let Some(inner) = source.path.strip_prefix("kcql/src/") {
            in_kcql(&place(inner))
        } else {
            continue;
        };
        found.dedup();
        problems.extend(
            found.into_iter().map(|(line, text)| format!("{}:{line}: {text}", source.path)),
        );
    }
    problems
}

type Problem = (usize, String);

fn in_layers(layered: &Layered, place: &Place<'_>) -> Vec<Problem> {
    let module = module_of(place.inner);
    let layer = module.first().copied().unwrap_or("lib");
    if ROOTS.contains(&layer) {
        return Vec::new();
    }
    let Some((_, allowed)) = layered.layers.iter().find(|(name, _)| *name == layer) else {
        return vec![(1, format!("`{layer}` is not in the table of layers"))];
    };
    if *allowed == ["*"] {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for path in paths(place.text) {
        let problem = match target(&path, module.len(), layered.name) {
            Some([other, rest @ ..]) if layered.has(other) && other != layer => {
                if allowed.contains(&other.as_str()) {
                    hidden(layer, other, rest)
                } else {
                    Some(format!("{layer} must not import {other}"))
                }
            }
            Some(_) => None,
            None if place.is_test(path.line) || layered.name != BRIDGE.name => None,
            None => uncontained(layer, &path),
        };
        problems.extend(problem.map(|text| (path.line, text)));
    }
    problems
}

fn in_kcql(place: &Place<'_>) -> Vec<Problem> {
    // The program is a shell around the library and does its input and output.
    if matches!(module_of(place.inner).first(), Some(&("main" | "cli"))) {
        return Vec::new();
    }
    let impure = |path: CodePath| {
        let written = path.segments.join("::");
        let reached = |what: &&&str| {
            written
                .strip_prefix(**what)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        };
        let of_connect = path.segments.first().is_some_and(|first| first == "connect");
        let found = if of_connect && !USED_OF_CONNECT.iter().any(|part| reached(&part)) {
            written.as_str()
        } else {
            *IMPURE.iter().find(reached)?
        };
        Some((path.line, format!("the language must not import {found}")))
    };
    let shipped = paths(place.text).into_iter().filter(|path| !place.is_test(path.line));
    shipped.filter_map(impure).collect()
}

/// Where a path leads, counted from the root of the crate; `None` for paths into other crates.
/// `super` may be one too many, inside an inline module; a name that is no layer is then harmless.
fn target<'a>(path: &'a CodePath, depth: usize, name: &str) -> Option<&'a [String]> {
    let segments = &path.segments;
    let supers = segments.iter().take_while(|s| *s == "super" || *s == "self").count();
    match segments.first().map(String::as_str) {
        Some("crate") => Some(&segments[1..]),
        Some(first) if first == name => Some(&segments[1..]),
        Some("super" | "self") if supers >= depth => Some(&segments[supers..]),
        Some("super" | "self") => Some(&[]),
        _ => None,
    }
}

impl Layered {
    fn has(&self, name: &str) -> bool {
        self.layers.iter().any(|(layer, _)| *layer == name)
    }
}

fn hidden(layer: &str, other: &str, rest: &[String]) -> Option<String> {
    let part = rest.first()?;
    let rule = HIDDEN.iter().find(|(above, below, parts)| {
        *above == layer && *below == other && parts.contains(&part.as_str())
    });
    rule.map(|_| format!("{layer} must not know {other}::{part}"))
}

fn uncontained(layer: &str, path: &CodePath) -> Option<String> {
    let first = path.segments.first()?;
    let (name, owners) = CONTAINED.iter().find(|(name, _)| name == first)?;
    (!owners.contains(&layer)).then(|| format!("{layer} must not use the crate {name}"))
}
