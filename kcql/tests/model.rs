//! The strict reading and upstream's agree on every text that upstream reads without loss.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod generate;

use kcql::{parse, Dialect, ParseOptions, Severity};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn both_readings_of_a_portable_statement_are_one_model(
        (dialect, text) in generate::dialects().prop_flat_map(|dialect| (Just(dialect), generate::statement(dialect)))
    ) {
        let theirs = kcql::compat::parse(&text, dialect);
        prop_assert!(theirs.statements.is_ok(), "upstream refuses {text}\n{:?}", theirs.statements);
        let ours = parse(&text, &ParseOptions { dialect, ..ParseOptions::default() });
        let errors: Vec<_> =
            ours.diagnostics.iter().filter(|found| found.severity == Severity::Error).collect();
        prop_assert!(errors.is_empty(), "{text}\n{errors:?}");
        prop_assert_eq!(ours.statements, theirs.statements.unwrap(), "{}", text);
    }
}

#[test]
fn a_text_of_several_statements_has_a_model_for_each() {
    let text = " INSERT INTO a SELECT * FROM `x;y` ;\n\nSELECT b FROM c LIMIT 5;";
    let parsed = parse(text, &ParseOptions { dialect: Dialect::Latest, ..ParseOptions::default() });
    let texts: Vec<_> = parsed.statements.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts, ["INSERT INTO a SELECT * FROM `x;y`", "SELECT b FROM c LIMIT 5"]);
    assert_eq!(parsed.statements[1].target, None);
    assert_eq!(parsed.statements[1].limit, 5);
}
