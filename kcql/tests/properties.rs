//! What holds for every text, arbitrary or made of KCQL's own words.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use kcql::{compile, Compilation, CompileOptions, Router, Severity, Span, MAX_REPORTED};
use proptest::prelude::*;

/// What begins a terminal's control sequence.
#[cfg(feature = "render")]
const ESCAPE: char = '\u{1b}';

/// Words and marks that lead deep into the parser.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "INSERT INTO ",
        "upsert into ",
        "SELECT ",
        "* ",
        "FROM ",
        "a/+ ",
        "`x/#` ",
        "'y' ",
        "\"z\" ",
        "WITHKEY",
        "(",
        ")",
        ",",
        "=",
        ".",
        ";",
        "WITHREGEX=",
        "`(a` ",
        "WITHCONVERTER=",
        "`a.B` ",
        "KEYDELIMITER=",
        "'-' ",
        "BATCH",
        "5 ",
        "IGNORE ",
        "AS ",
        "a.b ",
        "#",
        "$",
        "é",
        "\u{a0}",
        "\u{200b}",
        "`",
        "'",
        "-- c\n",
        "/* c */",
        "\r\n",
        "PK ",
        "UPSERT PK a INTO ",
        "STOREAS ",
        "PROPERTIES(",
        "sys_time() ",
        "Insert ",
        "WITHTAGS ",
        "\u{0}",
        "𝄞",
        "UPDATE INTO b ",
        "CLUSTERBY a INTO 4 BUCKETS ",
        "SAMPLE 1 EVERY 2 ",
        "WITHOFFSET (1,2),(3) ",
        "limit ",
    ]);
    prop::collection::vec(scrap, 0..40).prop_map(|scraps| scraps.concat())
}

fn inside(text: &str, span: Span) -> bool {
    span.start <= span.end && text.get(span.start..span.end).is_some()
}

fn holds_for(text: &str) -> Result<(), TestCaseError> {
    let Compilation { plan, diagnostics } = compile(text, &CompileOptions::default());
    for found in &diagnostics {
        prop_assert!(inside(text, found.span), "{found:?}");
        prop_assert!(found.labels.iter().all(|label| inside(text, label.span)), "{found:?}");
        prop_assert!(found.fix.iter().all(|fix| inside(text, fix.span)), "{found:?}");
        prop_assert!(!found.message.is_empty() && !found.message.contains('\n'), "{found:?}");
        prop_assert!(found.statement >= 1);
    }
    let errors = diagnostics.iter().any(|found| found.severity == Severity::Error);
    prop_assert_eq!(plan.is_some(), !errors);
    prop_assert!(diagnostics.len() <= 2 * MAX_REPORTED + 2);
    if let Some(plan) = plan {
        prop_assert!(!plan.statements().is_empty());
        for statement in plan.statements() {
            prop_assert!(inside(text, statement.span));
            prop_assert_eq!(&text[statement.span.start..statement.span.end], &statement.text);
        }
        let _ = Router::new(&plan).route("a/b");
    }
    #[cfg(feature = "render")]
    {
        let drawn = kcql::render(text, &diagnostics, kcql::RenderStyle::Plain, None);
        prop_assert_eq!(drawn.is_empty(), diagnostics.is_empty());
        prop_assert!(!drawn.contains(ESCAPE));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        holds_for(&text)?;
    }

    #[test]
    fn scraps_of_kcql_are_answered(text in scraps()) {
        holds_for(&text)?;
    }

    #[test]
    fn a_good_statement_with_one_character_changed_is_answered(at in 0usize..90, with in any::<char>()) {
        let good = "INSERT INTO t SELECT a.b AS c, * FROM `x/+/#` WITHCONVERTER=`p.Q` WITHKEY(`a.b`) KEYDELIMITER='-'";
        let mut characters: Vec<char> = good.chars().collect();
        characters[at] = with;
        holds_for(&characters.into_iter().collect::<String>())?;
    }

    #[test]
    fn every_quoted_name_comes_through_unchanged(name in "[^`\u{0}#+$]{1,40}") {
        // Quotes inside backticks go too.
        prop_assume!(!name.starts_with('\''));
        let text = format!("INSERT INTO t SELECT * FROM `{name}`");
        let plan = compile(&text, &CompileOptions::default()).plan.unwrap();
        prop_assert_eq!(plan.statements()[0].subscription.filter.as_str(), name);
    }
}
