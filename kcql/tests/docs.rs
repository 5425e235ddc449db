//! Documents that are made from the tables: `docs/rules/README.md` and the marked regions of
//! `docs/KCQL.md`. `UPDATE_GOLDEN=1` rewrites them, never in CI.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use kcql::rules::RULES;
use kcql::{Dialect, CLAUSES, CONNECTORS};

fn docs(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(file)
}

fn hold(path: &Path, fresh: &str) {
    if env::var_os("UPDATE_GOLDEN").is_some() {
        assert!(env::var_os("CI").is_none(), "golden files are never rewritten in CI");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, fresh).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(committed == fresh, "{} is stale: UPDATE_GOLDEN=1 cargo test -p kcql", path.display());
}

#[test]
fn every_rule_is_in_the_documents() {
    let mut out = String::from(
        "# Rules\n\nEvery code of a diagnostic. `kcql rule CODE` prints the same. Made from the table in\n\
         `kcql/src/rules`; a test holds that the wrong example gives the code and the right one does not.\n",
    );
    for rule in RULES {
        write!(
            out,
            "\n## {} {}\n\nSeverity: {}. {}\n\n**Upstream:** {}\n",
            rule.code,
            rule.code.name(),
            rule.code.severity(),
            rule.cause,
            rule.upstream
        )
        .unwrap();
        if let Some(words) = rule.settings.words() {
            write!(out, "\nExamples are {words}.\n").unwrap();
        }
        if let Some(wrong) = rule.wrong {
            write!(out, "\n```\n{wrong}\n```\n\nput right:\n\n```\n{}\n```\n", rule.right).unwrap();
        }
    }
    hold(&docs("rules/README.md"), &out);
}

fn clauses() -> String {
    let mut out = String::from(
        "| clause | `=` | INSERT | SELECT | default | dialects | acted on by |\n|---|---|---|---|---|---|---|\n",
    );
    for clause in CLAUSES {
        let place = |place: u8| if place == 0 { "–".into() } else { place.to_string() };
        let dialects: Vec<_> = clause.dialects().map(Dialect::name).collect();
        let dialects =
            if dialects.len() == Dialect::ALL.len() { "all".into() } else { dialects.join(", ") };
        let readers: Vec<_> = clause.honoured.iter().map(|reader| reader.name()).collect();
        writeln!(
            out,
            "| `{}` | {} | {} | {} | {} | {dialects} | {} |",
            clause.keyword,
            if clause.equals { "yes" } else { "no" },
            place(clause.insert),
            place(clause.select),
            clause.default,
            if readers.is_empty() { "no connector".into() } else { readers.join(", ") },
        )
        .unwrap();
    }
    out
}

/// The first statement of each clause's own case of the corpus.
fn examples() -> String {
    let folder = docs("../grammar/corpus/language");
    let mut out = String::from("| clause | example |\n|---|---|\n");
    for clause in CLAUSES {
        let stem = format!("ok-clause-{}", clause.keyword.to_lowercase());
        // A clause that is gone has its case in the oldest dialect.
        let gone = if clause.removed.is_some() { "@old" } else { "" };
        let text = fs::read_to_string(folder.join(format!("{stem}{gone}.kcql"))).unwrap();
        let first = text.lines().next().unwrap().trim_end_matches(';');
        assert!(first.contains(clause.keyword), "{first}");
        writeln!(out, "| `{}` | ``{}`` |", clause.keyword, first.replace('|', "\\|")).unwrap();
    }
    out
}

fn connectors() -> String {
    let mut out =
        String::from("| connector | classes | columns | properties |\n|---|---|---|---|\n");
    for info in CONNECTORS {
        let properties: Vec<_> = info
            .properties
            .iter()
            .map(|key| if key.ends_with('.') { format!("`{key}…`") } else { format!("`{key}`") })
            .collect();
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            info.name,
            info.classes.join(", "),
            if info.columns { "read" } else { "ignored" },
            if properties.is_empty() { "none".into() } else { properties.join(", ") },
        )
        .unwrap();
    }
    out
}

#[test]
fn the_tables_of_the_language_are_those_of_the_grammar() {
    let path = docs("KCQL.md");
    let text = fs::read_to_string(&path).unwrap();
    let mut fresh = text.clone();
    for (name, table) in
        [("clauses", clauses()), ("examples", examples()), ("connectors", connectors())]
    {
        let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("<!-- end {name} -->"));
        let from = fresh.find(&begin).unwrap() + begin.len();
        let to = fresh.find(&end).unwrap();
        fresh.replace_range(from..to, &table);
    }
    hold(&path, &fresh);
}
