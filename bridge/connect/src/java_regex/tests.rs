//! What Java answers, pattern by pattern.
//!
//! `java-answers.tsv` holds, per line: pattern, text, replacement, and what Java made of them: the
//! groups of a whole match (`M|=whole|=group|~`, where `~` alone is a group that took no part, `-`
//! where it does not match), the text after `replaceFirst` and after `replaceAll`; or `E` and the
//! text of the error. `~hhhh` stands for a UTF-16 unit, `!` precedes an error of the replacement.

use proptest::prelude::*;

use super::*;

fn plain(escaped: &str) -> String {
    let mut units = Vec::new();
    let mut chars = escaped.chars();
    while let Some(c) = chars.next() {
        if c == '~' {
            let hex: String = chars.by_ref().take(4).collect();
            units.push(u16::from_str_radix(&hex, 16).unwrap());
        } else {
            units.push(c as u16);
        }
    }
    String::from_utf16(&units).unwrap()
}

fn escaped(text: &str) -> String {
    text.encode_utf16()
        .map(|unit| match u8::try_from(unit) {
            Ok(byte @ (b' '..=b'}')) => char::from(byte).to_string(),
            _ => format!("~{unit:04x}"),
        })
        .collect()
}

fn ours(pattern: &str, text: &str, replacement: &str) -> String {
    let regex = match JavaRegex::new(pattern) {
        Ok(regex) => regex,
        Err(error) => return format!("E{}", escaped(&error.to_string())),
    };
    let groups = match regex.groups(text).unwrap() {
        None => "-".to_owned(),
        Some(groups) => groups.into_iter().fold("M".to_owned(), |all, group| match group {
            Some(group) => format!("{all}|={}", escaped(group)),
            None => format!("{all}|~"),
        }),
    };
    let replacement = Replacement::new(replacement, &regex);
    let shown = |result: Result<String, MatchError>| match result {
        Ok(text) => escaped(&text),
        Err(error) => format!("!{}", escaped(&error.to_string())),
    };
    let first = shown(regex.replace_first(text, &replacement));
    let all = shown(regex.replace_all(text, &replacement));
    format!("{groups}\t{first}\t{all}")
}

#[test]
fn answers_are_javas() {
    let lines = include_str!("java-answers.tsv");
    let mut wrong = Vec::new();
    for line in lines.lines() {
        let mut cells = line.splitn(4, '\t');
        let mut cell = || cells.next().unwrap();
        let (pattern, text, replacement, java) =
            (plain(cell()), plain(cell()), plain(cell()), cell());
        let ours = ours(&pattern, &text, &replacement);
        if ours != java {
            wrong.push(format!("{line}\n  ours {ours}"));
        }
    }
    assert!(lines.lines().count() > 1000);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn errors_are_javas_word_for_word() {
    let text = |pattern| JavaRegex::new(pattern).unwrap_err().to_string();
    assert_eq!(text("("), "Unclosed group near index 1\n(");
    assert_eq!(text("a*?*"), "Dangling meta character '*' near index 3\na*?*\n   ^");
    assert_eq!(text(")"), "Unmatched closing ')'\n)");
    assert_eq!(text("(?c)(b"), "Unclosed group near index 6\n(?c)(b");
}

#[test]
fn what_has_no_counterpart_is_refused_and_not_guessed() {
    for (pattern, what) in [
        (r"\p{InTamil}", "the character property {InTamil}"),
        (
            r"(?:\b{g}.)+",
            "\\b{g} in one pattern with groups that are repeated, counts, lazy or possessive \
             quantifiers, look-ahead or atomic groups",
        ),
        (r"\N{HIGH SURROGATES D800}", "half of a surrogate pair"),
        ("(?c)a", "canonical equivalence (?c)"),
        (r"\uD83D", "half of a surrogate pair"),
    ] {
        assert_eq!(
            JavaRegex::new(pattern).unwrap_err(),
            PatternError::Unsupported { what: what.into(), pattern: pattern.into() }
        );
    }
    let deep = format!("{}{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(matches!(JavaRegex::new(&deep), Err(PatternError::Unsupported { .. })));
    let wide = format!("(?U){}", r"\w".repeat(5_000));
    assert!(matches!(JavaRegex::new(&wide), Err(PatternError::Unsupported { .. })));
    let long = |bytes: usize| JavaRegex::new(&"a".repeat(bytes));
    assert!(long(64 * 1024).is_ok());
    assert!(matches!(long(64 * 1024 + 1), Err(PatternError::Unsupported { .. })));
}

#[test]
fn a_search_that_explodes_ends_in_an_error() {
    let text = "x".repeat(40);
    let error = JavaRegex::new("(x+x+)+y").unwrap().groups(&text).unwrap_err();
    assert_eq!(error, MatchError::TooManySteps("(x+x+)+y".into()));
    let error = JavaRegex::new("(?=x)(x+x+)+y").unwrap().matches(&text).unwrap_err();
    assert_eq!(error, MatchError::TooManySteps("(?=x)(x+x+)+y".into()));
}

#[test]
fn a_pattern_with_an_automaton_is_decided_however_much_it_backtracks() {
    let text = "x".repeat(60_000);
    for pattern in ["(x+x+)+y", "(x*)*y", "(x|x)*y", "(.*.*.*.*)y", "^(x?){60}(x+)+y$"] {
        let regex = JavaRegex::new(pattern).unwrap();
        assert_eq!(regex.matches(&text), Ok(false), "{pattern}");
        assert_eq!(regex.matches(&format!("{text}y")), Ok(true), "{pattern}");
    }
}

/// What the automaton answers, for a pattern that has one.
fn by_automaton(pattern: &str, text: &str) -> Option<bool> {
    Some(JavaRegex::new(pattern).ok()?.automaton.as_ref()?.matches(text))
}

#[test]
fn an_automaton_answers_as_java_does() {
    let mut compared = 0;
    for line in include_str!("java-answers.tsv").lines() {
        let mut cells = line.splitn(4, '\t');
        let mut cell = || cells.next().unwrap();
        let (pattern, text, _, java) = (plain(cell()), plain(cell()), cell(), cell());
        if let Some(answer) = by_automaton(&pattern, &text) {
            assert_eq!(answer, java.starts_with('M'), "{line}");
            compared += 1;
        }
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn what_no_automaton_can_do_has_none() {
    for pattern in
        [r"(a)\1", "(?=a)a", "(?<!a)a", "(?>a)", "a++", r"\X", r"\bx", "(?:a{1000}){1000}"]
    {
        assert!(JavaRegex::new(pattern).unwrap().automaton().is_none(), "{pattern}");
    }
    for pattern in ["", "a*?", "[a-c&&[^b]]{2,5}", r"^\p{L}+$", r"\R", "(?:a|b)+", "(?m)^a$"] {
        assert!(JavaRegex::new(pattern).unwrap().automaton().is_some(), "{pattern}");
    }
}

proptest! {
    #[test]
    fn an_automaton_answers_as_the_machine_does(
        pattern in "(a|b|\\.|\\[\\^a\\]|\\(a\\|\\)|\\(|\\)|\\||\\^|\\$|a\\?|b\\*|a\\+\\?|\\)\\*|\\)\\{2\\}|\\)\\{0,3\\}\\?|\\(\\?m\\)|\\\\R){1,9}",
        text in "[ab\n\r]{0,8}",
    ) {
        let Some(answer) = by_automaton(&pattern, &text) else { return Ok(()) };
        let by_machine = JavaRegex::new(&pattern).unwrap().groups(&text);
        prop_assert_eq!(Ok(answer), by_machine.map(|groups| groups.is_some()), "{} {:?}", pattern, text);
    }
}

#[test]
fn what_anchors_and_look_behinds_look_at_counts_too() {
    let marks = "\u{301}".repeat(30_000);
    let finds = |pattern: &str, text: &str| {
        let found = JavaRegex::new(pattern).unwrap().next(text, 0, 0);
        found.map(|places| places.is_some())
    };
    assert_eq!(finds(r"\b{g}x", &marks), Ok(false), "one cluster, measured once");
    assert!(finds(r"\bx", &marks).is_err(), "each mark looks back for its letter");
    assert_eq!(finds(r"\bx", &"a".repeat(60_000)), Ok(false));
    assert_eq!(finds(r"(?<=a)x", &"a".repeat(60_000)), Ok(false), "only near places are looked at");
    assert!(finds(r"(?<=a{9000})x", &"a".repeat(60_000)).is_err());
}

proptest! {
    #[test]
    fn no_pattern_and_no_text_panics(pattern in "[a-c()\\[\\]{}|*+?.^$\\\\0-9pPQEwdbux<>=!:&-]{0,20}", text in "[a-cé\n]{0,10}") {
        if let Ok(regex) = JavaRegex::new(&pattern) {
            let _ = regex.groups(&text);
            let _ = regex.replace_all(&text, &Replacement::new(&pattern, &regex));
        }
    }

    #[test]
    fn what_matches_as_a_whole_is_found_in_front(
        pattern in "[ab.]([ab.😀][*+?]?|\\([ab]\\|[ab]*\\)[*+?]?){0,6}",
        text in "[ab😀]{0,8}"
    ) {
        let regex = JavaRegex::new(&pattern).unwrap();
        if regex.matches(&text).unwrap() {
            let places = regex.next(&text, 0, 0).unwrap().unwrap();
            prop_assert_eq!(places[0].map(|(start, _)| start), Some(0));
        }
    }

    #[test]
    fn plain_patterns_mean_what_the_crate_regex_means(pattern in "[ab.]([ab.][*+?]?|\\([ab]\\|[ab]\\)[*+?]?){0,6}", text in "[ab]{0,8}") {
        let other = regex::Regex::new(&format!("^(?:{pattern})$")).unwrap();
        let ours = JavaRegex::new(&pattern).unwrap();
        prop_assert_eq!(ours.matches(&text).unwrap(), other.is_match(&text));
    }
}
