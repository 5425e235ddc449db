//! What the parser takes and what it says otherwise, one rule a test.

use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};

use crate::diagnostic::MAX_REPORTED;
use crate::model::WriteMode;
use crate::{compile, Code, CompileOptions, Plan, Target};

fn codes(text: &str) -> Vec<Code> {
    compile(text, &CompileOptions::default()).diagnostics.iter().map(|found| found.code).collect()
}

fn plan(text: &str) -> Plan {
    let compilation = compile(text, &CompileOptions::default());
    compilation.plan.unwrap_or_else(|| panic!("{text}: {:?}", compilation.diagnostics))
}

/// Target and filter of a text's first statement.
fn route(text: &str) -> (String, String) {
    let plan = plan(text);
    let statement = &plan.statements()[0];
    let target = match &statement.target {
        Target::Literal(name) => name.clone(),
        Target::FromTopic(_) => "$".into(),
    };
    (target, statement.subscription.wire())
}

fn names(target: &str, source: &str) -> (String, String) {
    route(&format!("INSERT INTO {target} SELECT * FROM {source}"))
}

#[test]
fn a_statement_of_a_real_configuration_becomes_a_plan_without_remarks() {
    let class = "com.datamountaineer.streamreactor.connect.converters.source.BytesConverter";
    let text = format!(
        "INSERT INTO smap_telemetry_data SELECT * FROM telemetry/+/+ WITHCONVERTER=`{class}`"
    );
    assert_eq!(codes(&text), []);
    let plan = plan(&text);
    let [statement] = plan.statements() else { panic!() };
    assert_eq!(statement.text, text);
    assert_eq!(statement.write_mode, Some(WriteMode::Insert));
    assert_eq!(statement.target, Target::Literal("smap_telemetry_data".into()));
    assert_eq!(statement.subscription.wire(), "telemetry/+/+");
    assert_eq!(statement.converter.as_deref(), Some(class));
    assert_eq!((&statement.with_keys, statement.key_delimiter), (&None, None));
    assert!(statement.columns.is_everything() && statement.ignored.is_empty());
}

#[test]
fn names_stand_bare_in_backticks_or_in_quotes() {
    for (target, source) in [("t-1", "a/+"), ("`t-1`", "`a/+`"), ("'t-1'", "'a/+'")] {
        assert_eq!(names(target, source), ("t-1".into(), "a/+".into()));
    }
    assert_eq!(names("`$`", "`a/#`"), ("$".into(), "a/#".into()));
}

#[test]
fn a_name_keeps_its_digits_its_keywords_and_its_backticked_parts() {
    assert_eq!(names("a.2024.v1", "b.7.c").0, "a.2024.v1");
    assert_eq!(
        names("com.edge.batch", "x.autocreate"),
        ("com.edge.batch".into(), "x.autocreate".into())
    );
    assert_eq!(names("ns.`t`", "`a`/b"), ("ns.t".into(), "a/b".into()));
    assert_eq!(names("2024", "limit"), ("2024".into(), "limit".into()));
    assert_eq!(names("a . b", "c. d"), ("a.b".into(), "c.d".into()));
}

#[test]
fn an_unquoted_hash_or_dollar_is_an_error_and_never_dropped() {
    let source = |source: &str| codes(&format!("INSERT INTO t SELECT * FROM {source}"));
    for text in ["/s/#", "#", "$share/g/t", "$SYS/x"] {
        assert_eq!(source(text), [Code::UnquotedWildcard], "{text}");
        let quoted = source(&format!("`{text}`"));
        assert!(quoted.iter().all(|&code| code == Code::SharedSingleTask), "{text}");
    }
    for text in ["caf\u{e9}", "a%b", "a/year=2022", "f(x)"] {
        assert_eq!(source(text), [Code::NeedsQuotes], "{text}");
        assert_eq!(source(&format!("`{text}`")), [], "{text}");
    }
    assert_eq!(codes("INSERT INTO $ SELECT * FROM t"), [Code::UnquotedWildcard]);
}

#[test]
fn two_words_are_never_glued_to_one_name() {
    assert_eq!(codes("INSERT INTO t SELECT * FROM a b"), [Code::NameWithBlank]);
    assert_eq!(codes("INSERT INTO my t SELECT * FROM a"), [Code::NameWithBlank]);
    assert_eq!(codes("INSERT INTO t SELECT * FROM a WITHFOO"), [Code::UnknownClause]);
    assert_eq!(codes("INSERT INTO t SELECT * FROM a WHERE x=1"), [Code::UnknownClause]);
}

#[test]
fn clauses_come_in_any_order_and_once() {
    let text = "INSERT INTO t SELECT * FROM f KEYDELIMITER='-' WITHKEY(a) WITHCONVERTER=`x.Y`";
    assert_eq!(codes(text), [Code::ClauseOrder]);
    let plan = plan(text);
    let statement = &plan.statements()[0];
    assert_eq!(statement.key_delimiter, Some('-'));
    assert_eq!(statement.with_keys, Some(vec!["a".into()]));
    assert_eq!(
        codes("INSERT INTO t SELECT * FROM f WITHREGEX=`f` WITHREGEX=`b`"),
        [Code::DuplicateClause]
    );
}

#[test]
fn keys_are_paths_with_or_without_backticks() {
    let text = "INSERT INTO t SELECT * FROM f WITHCONVERTER=`x.Y` WITHKEY(a, `b.c`, d.e, 7)";
    assert_eq!(codes(text), [Code::DottedKey]);
    let keys = ["a", "b.c", "d.e", "7"].map(String::from);
    assert_eq!(plan(text).statements()[0].with_keys, Some(keys.to_vec()));
}

#[test]
fn any_one_character_is_a_key_delimiter() {
    for (written, c) in
        [("'-'", '-'), ("'.'", '.'), ("';'", ';'), ("`|`", '|'), ("'\u{e9}'", '\u{e9}'), ("-", '-')]
    {
        let text = format!("INSERT INTO t SELECT * FROM f KEYDELIMITER={written}");
        assert_eq!(plan(&text).statements()[0].key_delimiter, Some(c), "{written}");
    }
    assert_eq!(codes("INSERT INTO t SELECT * FROM f KEYDELIMITER='||'"), [Code::BadKeyDelimiter]);
}

#[test]
fn what_the_source_does_not_act_on_is_listed_and_hides_nothing() {
    for value in
        ["AUTOCREATE", "PARTITIONBY a, b.c", "STOREAS `x` (a=b)", "PROPERTIES ('a;)'=b, c=1)"]
    {
        let text = format!("INSERT INTO t SELECT * FROM f {value} WITHREGEX=`f`");
        let plan = plan(&text);
        let statement = &plan.statements()[0];
        assert_eq!(statement.ignored[0].text, value);
        assert_eq!(statement.regex.as_deref(), Some("f"), "{value} hid what follows");
    }
}

#[test]
fn a_clause_with_a_wrong_value_is_complained_about_once() {
    assert_eq!(codes("INSERT INTO t SELECT * FROM f BATCH=x"), [Code::BadValue]);
    assert_eq!(codes("INSERT INTO t SELECT * FROM f LIMIT 0"), [Code::NumberOutOfRange]);
}

#[test]
fn comments_are_allowed_where_tokens_are() {
    let text = "-- one; `\nINSERT INTO t /* two\n' */ SELECT * FROM a//b // three\n; /* four";
    assert_eq!(
        codes(text),
        [Code::CommentInName, Code::CommentInName, Code::CommentInName, Code::UnclosedComment]
    );
    assert_eq!(route("INSERT INTO t SELECT * FROM //a -- b").1, "//a");
}

#[test]
fn all_errors_of_all_statements_come_in_one_pass_with_their_numbers() {
    let text =
        "INSERT INTO a/b SELECT * FROM c; ; INSERT INTO d SELECT * FROM `e/#/f` WITHREGEX=`(`;\n\
                SELECT * FROM g; INSERT INTO h SELECT * FROM i";
    let found = compile(text, &CompileOptions::default()).diagnostics;
    let found: Vec<_> = found.iter().map(|found| (found.statement, found.code)).collect();
    assert_eq!(
        found,
        [
            (1, Code::IllegalTarget),
            (1, Code::EmptyStatement),
            (2, Code::InvalidFilter),
            (2, Code::InvalidRegex),
            (3, Code::MissingTarget),
        ]
    );
}

#[test]
fn a_semicolon_in_quotes_ends_no_statement() {
    let plan = plan("INSERT INTO a SELECT * FROM `x;y`; INSERT INTO b SELECT * FROM 'p;q';\n");
    assert_eq!(plan.statements().len(), 2);
    assert_eq!(plan.statements()[1].text, "INSERT INTO b SELECT * FROM 'p;q'");
}

#[test]
fn a_forgotten_semicolon_loses_no_statement() {
    let text = "INSERT INTO a SELECT * FROM b\nINSERT INTO c SELECT * FROM `d/#/e`";
    assert_eq!(codes(text), [Code::MissingSeparator, Code::InvalidFilter]);
}

#[test]
fn places_inside_names_are_exact() {
    let text = "INSERT INTO t SELECT * FROM `\u{e9}/#/b`";
    let found = compile(text, &CompileOptions::default()).diagnostics;
    assert_eq!(found[0].span.of(text), "#");
    let text = "INSERT INTO t SELECT * FROM f WITHREGEX='a/b*?*'";
    let found = compile(text, &CompileOptions::default()).diagnostics;
    assert_eq!(found.last().map(|found| found.span.of(text)), Some("*"));
}

#[test]
fn rubbish_is_answered_briefly() {
    for scrap in ["a ", ";x", "'", "`", "(", "INSERT INTO ", "-- ", "/*\n", "\u{0}", "#", "a.", ","]
    {
        let text = scrap.repeat((300 << 10) / scrap.len());
        let found = compile(&text, &CompileOptions::default()).diagnostics;
        assert!(!found.is_empty() && found.len() <= 2 * MAX_REPORTED + 2, "{scrap}");
    }
}

#[test]
fn a_hundred_thousand_levels_of_parentheses_are_no_depth() {
    let text = format!("INSERT INTO t SELECT * FROM f WITHTAG {}", "(".repeat(100_000));
    assert!(codes(&text).contains(&Code::Unclosed));
}
