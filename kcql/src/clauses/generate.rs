//! Makes `table.rs` from `grammar/clauses.toml` and fails when the committed file differs. With
//! `UPDATE_GOLDEN=1` it writes the file instead.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write as _;
use std::{env, fs};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../grammar/clauses.toml");
const TARGET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/clauses/table.rs");

fn release(row: &toml::Table, key: &str) -> String {
    row.get(key).map_or_else(
        || "None".to_string(),
        |value| {
            let parts: Vec<&str> = value.as_str().unwrap().split('.').collect();
            format!("Some(Release({}))", parts.join(", "))
        },
    )
}

fn capitalised(value: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(1);
        format!("{}{rest}", first.to_uppercase())
    };
    value.split('-').map(word).collect()
}

fn texts(row: &toml::Table, key: &str) -> Vec<String> {
    let items = row.get(key).and_then(toml::Value::as_array);
    items.into_iter().flatten().map(|item| item.as_str().unwrap().to_string()).collect()
}

fn connectors(names: &[String]) -> String {
    let all: Vec<_> =
        names.iter().map(|name| format!("Connector::{}", capitalised(name))).collect();
    format!("&[{}]", all.join(", "))
}

fn clause(out: &mut String, row: &toml::Table) {
    let least = row.get("least").map_or("0".to_string(), ToString::to_string);
    let most =
        row.get("most").map_or("0".to_string(), |most| most.as_str().unwrap().to_uppercase());
    let instead = row.get("instead").map(|value| value.as_str().unwrap());
    writeln!(
        out,
        "    Clause {{\n        keyword: {:?},\n        insert: {},\n        select: {},\n        \
         equals: {},\n        value: ValueKind::{},\n        choices: &{:?},\n        range: ({}, {}),\n        \
         keeps_quotes: {},\n        default: {:?},\n        honoured: {},\n        since: {},\n        \
         removed: {},\n        instead: {instead:?},\n    }},",
        row["keyword"].as_str().unwrap(),
        row["insert"],
        row["select"],
        row["equals"],
        capitalised(row["value"].as_str().unwrap()),
        texts(row, "choices"),
        least,
        most,
        row.contains_key("quotes"),
        row["default"].as_str().unwrap(),
        connectors(&texts(row, "honoured")),
        release(row, "since"),
        release(row, "removed"),
    )
    .unwrap();
}

fn table(toml: &str) -> String {
    let data: toml::Table = toml.parse().unwrap();
    let rows = |name: &str| -> Vec<toml::Table> {
        data[name].as_array().unwrap().iter().map(|row| row.as_table().unwrap().clone()).collect()
    };
    let mut out = String::from(
        "//! Made from `grammar/clauses.toml` by the test beside it; do not edit. Rewrite it with\n\
         //! `UPDATE_GOLDEN=1 cargo test -p kcql clauses`.\n\n\
         use super::{Clause, ConnectorInfo, ValueKind, INT, LONG};\nuse crate::dialect::Release;\n\n\
         /// Every clause, in the order upstream reads them.\npub static CLAUSES: &[Clause] = &[\n",
    );
    for row in rows("clause") {
        clause(&mut out, &row);
    }
    out.push_str(
        "];\n\n/// A connector that reads KCQL.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\n\
         #[expect(missing_docs, reason = \"names of products\")]\npub enum Connector {\n",
    );
    let connectors = rows("connector");
    for row in &connectors {
        writeln!(out, "    {},", capitalised(row["name"].as_str().unwrap())).unwrap();
    }
    out.push_str("}\n\n/// Every connector.\npub static CONNECTORS: &[ConnectorInfo] = &[\n");
    for row in &connectors {
        let name = row["name"].as_str().unwrap();
        writeln!(
            out,
            "    ConnectorInfo {{\n        connector: Connector::{},\n        name: {name:?},\n        \
             classes: &{:?},\n        package: {:?},\n        columns: {},\n        properties: &{:?},\n    }},",
            capitalised(name),
            texts(row, "classes"),
            row.get("package").map(|package| package.as_str().unwrap()),
            row["columns"],
            texts(row, "properties"),
        )
        .unwrap();
    }
    out.push_str("];\n");
    out
}

#[test]
fn the_committed_table_is_what_the_grammar_says() {
    let fresh = table(&fs::read_to_string(SOURCE).unwrap());
    if env::var_os("UPDATE_GOLDEN").is_some() {
        assert!(env::var_os("CI").is_none(), "golden files are never rewritten in CI");
        fs::write(TARGET, fresh).unwrap();
    } else {
        let committed = fs::read_to_string(TARGET).unwrap();
        assert!(
            fresh == committed,
            "table.rs is stale: UPDATE_GOLDEN=1 cargo test -p kcql clauses"
        );
    }
}
