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

fn kind(value: &str) -> String {
    let (first, rest) = value.split_at(1);
    format!("ValueKind::{}{rest}", first.to_uppercase())
}

fn table(toml: &str) -> String {
    let data: toml::Table = toml.parse().unwrap();
    let rows = data["clause"].as_array().unwrap();
    let mut out = String::from(
        "//! Made from `grammar/clauses.toml` by the test beside it; do not edit. Rewrite it with\n\
         //! `UPDATE_GOLDEN=1 cargo test -p kcql clauses`.\n\n\
         use super::{Clause, ValueKind};\nuse crate::dialect::Release;\n\n\
         /// Every clause, in the order upstream reads them.\npub static CLAUSES: &[Clause] = &[\n",
    );
    for row in rows {
        let row = row.as_table().unwrap();
        writeln!(
            out,
            "    Clause {{\n        keyword: {:?},\n        insert: {},\n        select: {},\n        \
             equals: {},\n        value: {},\n        default: {:?},\n        mqtt_source: {},\n        \
             since: {},\n        removed: {},\n    }},",
            row["keyword"].as_str().unwrap(),
            row["insert"],
            row["select"],
            row["equals"],
            kind(row["value"].as_str().unwrap()),
            row["default"].as_str().unwrap(),
            row["mqtt_source"],
            release(row, "since"),
            release(row, "removed"),
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
