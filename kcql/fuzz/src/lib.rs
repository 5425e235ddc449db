//! What the fuzzer does to a text, one function a target, and what must hold of it. The first byte
//! of an input chooses the dialect. The same functions run on the seeds and on mutations of the
//! corpus in `cargo test`. Invariant: a function returns for every input, or what it found is a bug.

use kcql::model::Statement;
use kcql::{
    check, compat, compile, format, lexer, parse, CheckOptions, CompileOptions, Connector,
    Diagnostic, Dialect, Filter, FormatOptions, Layout, Matching, Mode, ParseOptions, Relation,
    Router, Severity, Span, MAX_REPORTED,
};

/// A target: an input goes in, and a bug comes out as a panic.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Target); 5] =
    [("lexer", lexer), ("parser", parser), ("fmt", fmt), ("filter", filter), ("compat", compat)];

/// The lexer loses nothing: tokens lie end to end.
pub fn lexer(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let mut end = 0;
    for token in lexer::tokens(text) {
        let span = token.span();
        assert!(span.start == end && span.end > end, "{token:?} of {text:?}");
        assert!(text.get(span.start..span.end).is_some(), "{token:?} of {text:?}");
        end = span.end;
    }
    assert_eq!(end, text.len(), "{text:?}");
}

/// Every reading answers: places lie in the text, and there is a result exactly when there is no
/// error.
pub fn parser(input: &[u8]) {
    if let Some((dialect, text)) = taken_apart(input) {
        every_reading(text, dialect);
    }
}

/// What is formatted stays so when it is formatted again, and means the same.
pub fn fmt(input: &[u8]) {
    if let Some((dialect, text)) = taken_apart(input) {
        formatting(text, dialect);
    }
}

/// A filter against another: the relation, the witnesses and the matching agree.
pub fn filter(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let mut parts = text.splitn(3, '\n');
    let (a, b) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let topic = parts.next().unwrap_or("a/b");
    let (Ok(a), Ok(b)) = (Filter::parse(a), Filter::parse(b)) else { return };
    let relation = a.relation(&b);
    let turned = match relation {
        Relation::Contains => Relation::ContainedIn,
        Relation::ContainedIn => Relation::Contains,
        same => same,
    };
    assert_eq!(b.relation(&a), turned, "{a:?} {b:?}");
    let witness = a.witness(&b);
    assert_eq!(witness.is_none(), relation == Relation::Disjoint, "{a:?} {b:?}");
    if let Some(witness) = witness {
        assert!(a.matches(&witness) && b.matches(&witness), "{a:?} {b:?} {witness}");
    }
    if let Some(witness) = a.witness_against(&b) {
        assert!(a.matches(&witness) && !b.matches(&witness), "{a:?} {b:?} {witness}");
    }
    // The empty text is no topic, and one with wildcards is none either.
    if topic.is_empty() || topic.contains(['+', '#', '\0']) {
        return;
    }
    match (relation, a.matches(topic), b.matches(topic)) {
        (Relation::Disjoint, true, true)
        | (Relation::Equal | Relation::ContainedIn, true, false)
        | (Relation::Equal | Relation::Contains, false, true) => {
            panic!("{relation:?} {a:?} {b:?} {topic:?}")
        }
        _ => {}
    }
}

/// A text that the strict reading has nothing to remark on means the same upstream.
pub fn compat(input: &[u8]) {
    if let Some((dialect, text)) = taken_apart(input) {
        upstream_agrees(text, dialect);
    }
}

fn taken_apart(input: &[u8]) -> Option<(Dialect, &str)> {
    let (first, rest) = input.split_first()?;
    let dialect = Dialect::ALL.get(usize::from(*first) % Dialect::ALL.len())?;
    Some((*dialect, std::str::from_utf8(rest).ok()?))
}

fn sound(text: &str, found: &[Diagnostic]) {
    assert!(found.len() <= 2 * MAX_REPORTED + 2, "{text:?}");
    for one in found {
        let spans =
            one.labels.iter().map(|label| label.span).chain(one.fix.iter().map(|fix| fix.span));
        for span in spans.chain([one.span]) {
            assert!(text.get(span.start..span.end).is_some(), "{one:?} of {text:?}");
        }
        assert!(!one.message.is_empty() && one.cause.is_some(), "{one:?}");
    }
}

fn is_wrong(found: &[Diagnostic]) -> bool {
    found.iter().any(|one| one.severity == Severity::Error)
}

/// See [`parser`].
pub fn every_reading(text: &str, dialect: Dialect) {
    for mode in [Mode::Strict, Mode::Compat, Mode::Lossless] {
        let parsed = parse(text, &ParseOptions { dialect, mode });
        sound(text, &parsed.diagnostics);
        let wrong = is_wrong(&parsed.diagnostics);
        // Upstream reads a text of semicolons as no statements at all.
        let empty = parsed.statements.is_empty();
        assert!(empty == wrong || (empty && mode != Mode::Strict), "{mode:?} {text:?}");
        for matching in [Matching::FirstInOrder, Matching::All] {
            let options = CompileOptions { dialect, mode, matching, ..CompileOptions::default() };
            let compiled = compile(text, &options);
            sound(text, &compiled.diagnostics);
            let wrong = is_wrong(&compiled.diagnostics);
            assert_eq!(compiled.plan.is_none(), wrong, "{mode:?} {text:?}");
            if let Some(plan) = &compiled.plan {
                routes(plan);
            }
        }
    }
    for connector in [None, Some(Connector::MqttSource), Some(Connector::S3Sink)] {
        sound(text, &check(text, &CheckOptions { dialect, connector, ..CheckOptions::default() }));
    }
}

/// The router answers what asking every statement answers.
fn routes(plan: &kcql::Plan) {
    let router = Router::new(plan);
    for topic in ["a", "a/b", "/a", "$SYS/x", "x/y/z/1"] {
        let mut all = Vec::new();
        let (routed, first) = (router.route_all(topic, &mut all), router.route(topic));
        let (Ok(()), Ok(first)) = (routed, first) else { continue };
        let matching = |index: &usize| {
            plan.statements().get(*index).is_some_and(|s| s.matches(topic) == Ok(true))
        };
        assert!(all.iter().all(matching), "{topic} {plan:?}");
        assert_eq!(first.is_some(), !all.is_empty(), "{topic} {plan:?}");
        if plan.matching() == Matching::All {
            let scanned: Vec<usize> = (0..plan.statements().len()).filter(matching).collect();
            assert_eq!(all, scanned, "{topic} {plan:?}");
        }
    }
}

/// Statements without their texts and places.
fn bare(statements: Vec<Statement>) -> Vec<Statement> {
    let bare = |one| Statement { text: String::new(), span: Span::default(), ..one };
    statements.into_iter().map(bare).collect()
}

/// See [`fmt`].
pub fn formatting(text: &str, dialect: Dialect) {
    for layout in [Layout::Lines, Layout::OneLine] {
        let options = FormatOptions { dialect, layout, comments: true };
        let Ok(formatted) = format(text, &options) else { continue };
        assert_eq!(format(&formatted, &options).as_ref(), Ok(&formatted), "{text:?}");
        let strictly = |text: &str| {
            let parsed = parse(text, &ParseOptions { dialect, mode: Mode::Strict });
            bare(parsed.statements)
        };
        assert_eq!(strictly(&formatted), strictly(text), "{dialect:?} {text:?} {formatted:?}");
        let options = FormatOptions { comments: false, ..options };
        let Ok(plain) = format(text, &options) else { panic!("{text:?}") };
        let upstream = compat::parse(&plain, dialect).statements.map(bare);
        if let Ok(upstream) = upstream {
            assert_eq!(upstream, strictly(text), "{dialect:?} {text:?} {plain:?}");
        }
    }
}

/// See [`compat`].
pub fn upstream_agrees(text: &str, dialect: Dialect) {
    let strict = parse(text, &ParseOptions { dialect, mode: Mode::Strict });
    if strict.diagnostics.is_empty() {
        // Upstream refuses blanks behind a last `;`, which a file may well end with.
        let upstream = compat::parse(text.trim_end(), dialect).statements.map(bare);
        assert_eq!(upstream.ok(), Some(bare(strict.statements)), "{dialect:?} {text:?}");
    }
}
