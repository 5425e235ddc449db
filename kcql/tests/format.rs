//! Formatting: the same meaning in one spelling.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod generate;

use kcql::model::Statement;
use kcql::{compat, format, parse, Dialect, FormatOptions, Layout, ParseOptions, Span};
use proptest::prelude::*;

fn formatted(text: &str, dialect: Dialect, layout: Layout) -> String {
    let options = FormatOptions { dialect, layout, comments: true };
    format(text, &options).unwrap_or_else(|errors| panic!("{text}\n{errors:?}"))
}

/// Models without what tells where they stood.
fn meanings(statements: Vec<Statement>) -> Vec<Statement> {
    let bare = |one: Statement| Statement { text: String::new(), span: Span::default(), ..one };
    statements.into_iter().map(bare).collect()
}

fn strict(text: &str, dialect: Dialect) -> Vec<Statement> {
    meanings(parse(text, &ParseOptions { dialect, ..ParseOptions::default() }).statements)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_meaning_stays_for_us_and_for_upstream_and_twice_is_once(
        (dialect, texts) in generate::dialects().prop_flat_map(|dialect| {
            (Just(dialect), prop::collection::vec(generate::statement(dialect), 1..3))
        }),
        shuffle in any::<bool>(),
    ) {
        let mut text = texts.join(";\n");
        if shuffle {
            // Clauses stand on lines of their own.
            let mut lines: Vec<&str> = texts[0].lines().collect();
            lines[1..].reverse();
            text = lines.join("\n");
        }
        let meant = strict(&text, dialect);
        prop_assert!(!meant.is_empty(), "{text}");
        for layout in [Layout::Lines, Layout::OneLine] {
            let out = formatted(&text, dialect, layout);
            prop_assert_eq!(strict(&out, dialect), meant.clone(), "{}\n{}", text, out);
            let upstream = compat::parse(&out, dialect);
            prop_assert!(upstream.statements.is_ok(), "{}\n{}\n{:?}", text, out, upstream);
            prop_assert_eq!(meanings(upstream.statements.unwrap()), meant.clone(), "{}\n{}", text, out);
            prop_assert_eq!(formatted(&out, dialect, layout), out);
        }
    }

    #[test]
    fn no_comment_is_lost(
        parts in prop::collection::vec(
            prop::sample::select(vec![" ", "\n", " -- a\n", " // b\n", " /* c */", " /* d\n e */ ", "\n-- f\n"]), 8
        )
    ) {
        let words = ["INSERT INTO", "t", "SELECT", "a, b", "FROM", "f", "WITHKEY(a)", ";SELECT * FROM g"];
        let mut text = String::new();
        for (part, word) in parts.iter().zip(words) {
            text.push_str(part);
            text.push(' ');
            text.push_str(word);
        }
        let count = |text: &str| "abcdef".chars().filter(|c| {
            text.contains(&format!("-- {c}")) || text.contains(&format!("// {c}")) || text.contains(&format!("/* {c}"))
        }).count();
        for layout in [Layout::Lines, Layout::OneLine] {
            let out = formatted(&text, Dialect::Latest, layout);
            prop_assert_eq!(count(&out), count(&text), "{}\n=>\n{}", text, out);
            prop_assert_eq!(formatted(&out, Dialect::Latest, layout), out.clone(), "{}", out);
            prop_assert_eq!(strict(&out, Dialect::Latest), strict(&text, Dialect::Latest));
        }
    }
}

#[test]
fn names_are_quoted_where_upstream_needs_it() {
    let text =
        "insert into `t` select `a`, `b c` from `x/+/y` withkey (`a`, b.c) keydelimiter='.' \
                withconverter=a.B properties(k.e='1', `f`=007)";
    assert_eq!(
        formatted(text, Dialect::Latest, Layout::Lines),
        "INSERT INTO t\nSELECT a, `b c`\nFROM x/+/y\nWITHCONVERTER=`a.B`\nWITHKEY(a, `b.c`)\n\
         PROPERTIES('k.e'=1, f=007)\n"
    );
}

#[test]
fn comments_stay_with_what_they_are_about() {
    let text = "-- all\nINSERT INTO t SELECT * FROM f -- the filter\n-- the key\nWITHKEY(a) LIMIT 5; -- done\n\
                /* next */ INSERT INTO u SELECT * FROM g\n-- end";
    assert_eq!(
        formatted(text, Dialect::Latest, Layout::Lines),
        "-- all\nINSERT INTO t\nSELECT *\nFROM f -- the filter\n-- the key\nWITHKEY(a)\nLIMIT 5; -- done\n\n\
         /* next */\nINSERT INTO u\nSELECT *\nFROM g\n-- end\n"
    );
    assert_eq!(
        formatted(text, Dialect::Latest, Layout::OneLine),
        "/* all */ INSERT INTO t SELECT * FROM f /* the filter */ /* the key */ WITHKEY(a) LIMIT 5; /* done */ \
         /* next */ INSERT INTO u SELECT * FROM g /* end */"
    );
    let options = FormatOptions { comments: false, ..FormatOptions::default() };
    assert_eq!(
        format("INSERT INTO t SELECT * FROM f -- x", &options).unwrap(),
        "INSERT INTO t\nSELECT *\nFROM f\n"
    );
}

#[test]
fn one_line_is_one_line_whatever_the_comments() {
    let text = "INSERT INTO t SELECT * /* a\r\n  b\n\n*/ FROM f -- c */ d\n; -- e";
    let out = formatted(text, Dialect::Latest, Layout::OneLine);
    assert_eq!(out, "INSERT INTO t SELECT * /* a b */ FROM f /* c * / d */ /* e */");
    assert_eq!(formatted(&out, Dialect::Latest, Layout::OneLine), out);
}

#[test]
fn a_text_with_errors_is_left_alone() {
    assert!(format("INSERT INTO t SELECT * FROM /s/#", &FormatOptions::default()).is_err());
}
