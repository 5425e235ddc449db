//! Upstream's lexer: the longest match wins; of two equally long ones the kind declared first.
//! Characters that begin no token are dropped, with the partial token that was read. Knows nothing
//! of clauses. Invariant: tokens and dropped stretches are in the order of the text and never
//! overlap.

use alloc::vec::Vec;

use crate::grammar_version::{GrammarVersion, Word};
use crate::span::Span;

/// The kinds of tokens, in the order in which they are declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word(Word),
    Equal,
    Int,
    Asterisk,
    Comma,
    Dot,
    LeftParen,
    RightParen,
    /// Letters, digits, `_` and `@`.
    Field,
    /// The same less `@`, with `- + / { } :`; or anything in backticks.
    Topic,
    /// A key delimiter.
    Delimiter,
    /// A field, a dot, a name in backticks.
    EscapedField,
    /// Text in single quotes.
    Text,
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// The tokens of a text and the stretches that belong to none.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub(super) tokens: Vec<Token>,
    pub(super) dropped: Vec<Span>,
}

/// Reads `text`; spans count from `base`.
pub(super) fn tokens(text: &str, base: usize, edition: &GrammarVersion) -> Tokens {
    let mut out = Tokens::default();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let blanks = run(rest, |b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'));
        if blanks > 0 {
            at += blanks;
            continue;
        }
        let length = match longest(rest, edition) {
            Ok((kind, length)) => {
                let span = Span::new(base + at, base + at + length);
                out.tokens.push(Token { kind, span });
                length
            }
            Err(length) => {
                let span = Span::new(base + at, base + at + length);
                match out.dropped.last_mut() {
                    Some(last) if last.end == span.start => last.end = span.end,
                    _ => out.dropped.push(span),
                }
                length
            }
        };
        at += length;
    }
    out
}

/// The kind of a token that may stand in a name without quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BareKind {
    Field,
    Topic,
    Int,
    Dot,
}

/// The tokens of a text, if all of it is tokens of such kinds and there is no blank.
pub(crate) fn bare_kinds(text: &str, edition: &GrammarVersion) -> Option<Vec<BareKind>> {
    let read = tokens(text, 0, edition);
    let mut end = 0;
    let mut kinds = Vec::with_capacity(read.tokens.len());
    for token in &read.tokens {
        if token.span.start != end {
            return None;
        }
        end = token.span.end;
        kinds.push(match token.kind {
            Kind::Field => BareKind::Field,
            // A token of this kind may also be in backticks.
            Kind::Topic if !token.span.of(text).starts_with('`') => BareKind::Topic,
            Kind::Int => BareKind::Int,
            Kind::Dot => BareKind::Dot,
            _ => return None,
        });
    }
    (end == text.len() && end > 0).then_some(kinds)
}

/// The token at the start of `rest`, or how many bytes are dropped there.
fn longest(rest: &str, edition: &GrammarVersion) -> Result<(Kind, usize), usize> {
    let mut best: Option<(Kind, usize)> = None;
    // Called in the order of declaration, so that an equal length never replaces.
    let mut offer = |kind: Kind, length: usize| {
        if length > best.map_or(0, |(_, best)| best) {
            best = Some((kind, length));
        }
    };
    let field = run(rest, is_field);
    let topic = run(rest, is_topic);
    if rest.starts_with("sys_time()") || rest.starts_with("SYS_TIME()") {
        offer(Kind::Word(Word::SysTime), 10);
    }
    if let Some(word) = rest.get(..field).and_then(|word| edition.word(word)) {
        offer(Kind::Word(word), field);
    }
    let mark = match rest.as_bytes().first() {
        Some(b'=') => Some(Kind::Equal),
        Some(b'*') => Some(Kind::Asterisk),
        Some(b',') => Some(Kind::Comma),
        Some(b'.') => Some(Kind::Dot),
        Some(b'(') => Some(Kind::LeftParen),
        Some(b')') => Some(Kind::RightParen),
        _ => None,
    };
    if let Some(mark) = mark {
        offer(mark, 1);
    }
    offer(Kind::Int, run(rest, |b| b.is_ascii_digit()));
    offer(Kind::Field, field);
    offer(Kind::Topic, topic);
    let backticked = backticked(rest);
    if let Ok(length) = backticked {
        offer(Kind::Topic, length);
    }
    if edition.strings {
        offer(Kind::Delimiter, quoted_delimiter(rest));
    } else {
        offer(Kind::Delimiter, run(rest, is_delimiter));
    }
    if edition.escaped_field && field > 0 {
        let behind = rest.get(field..).and_then(|rest| rest.strip_prefix('.'));
        if let Some(Ok(length)) = behind.map(self::backticked) {
            offer(Kind::EscapedField, field + 1 + length);
        }
    }
    let string = string(rest);
    if let (true, Ok(length)) = (edition.strings, string) {
        offer(Kind::Text, length);
    }
    best.ok_or_else(|| match (backticked, string) {
        (Err(length), _) if length > 0 => length,
        (_, Err(length)) if length > 0 && edition.strings => length,
        _ => rest.chars().next().map_or(1, char::len_utf8),
    })
}

fn run(text: &str, wanted: impl Fn(u8) -> bool) -> usize {
    text.bytes().take_while(|&byte| wanted(byte)).count()
}

fn is_field(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@')
}

fn is_topic(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/' | b'{' | b'}' | b':')
}

fn is_delimiter(byte: u8) -> bool {
    is_topic(byte)
        || matches!(byte, b'|' | b'#' | b'@' | b'`' | b'^' | b'[' | b']' | b'*' | b'?' | b'$')
}

/// The length of a backticked name, or how much is read before it turns out to be none: through
/// the character that cannot be, or to the end.
fn backticked(rest: &str) -> Result<usize, usize> {
    let Some(inner) = rest.strip_prefix('`') else { return Err(0) };
    match inner.find('`') {
        Some(0) => Err(2),
        Some(length) => Ok(length + 2),
        None => Err(rest.len()),
    }
}

/// The same for text in quotes, which ends with its line.
fn string(rest: &str) -> Result<usize, usize> {
    let Some(inner) = rest.strip_prefix('\'') else { return Err(0) };
    match inner.find(['\'', '\r', '\n']) {
        Some(length) if inner.get(length..).is_some_and(|end| end.starts_with('\'')) => {
            Ok(length + 2)
        }
        Some(length) => Err(length + 2),
        None => Err(rest.len()),
    }
}

fn quoted_delimiter(rest: &str) -> usize {
    match rest.as_bytes() {
        [b'\'', delimiter, b'\'', ..] if is_delimiter(*delimiter) => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;

    fn read(text: &str, edition: GrammarVersion) -> Vec<(&str, Kind)> {
        let tokens = tokens(text, 0, &edition).tokens;
        tokens.into_iter().map(|token| (token.span.of(text), token.kind)).collect()
    }

    fn dropped(text: &str) -> Vec<&str> {
        let dropped = tokens(text, 0, &GrammarVersion::of(Dialect::Latest)).dropped;
        dropped.into_iter().map(|span| span.of(text)).collect()
    }

    #[test]
    fn the_longest_match_wins_and_the_first_kind_on_a_tie() {
        let latest = GrammarVersion::of(Dialect::Latest);
        assert_eq!(
            read("into into1 7 7a a-b a@b 'x' 'xy'", latest),
            [
                ("into", Kind::Word(Word::Into)),
                ("into1", Kind::Field),
                ("7", Kind::Int),
                ("7a", Kind::Field),
                ("a-b", Kind::Topic),
                ("a@b", Kind::Field),
                ("'x'", Kind::Delimiter),
                ("'xy'", Kind::Text),
            ]
        );
        assert_eq!(read("ns.`t`", latest), [("ns.`t`", Kind::EscapedField)]);
        assert_eq!(read("ns.`t`", GrammarVersion::of(Dialect::Old)).len(), 3);
        assert_eq!(read("/s/#", GrammarVersion::artefact()), [("/s/#", Kind::Delimiter)]);
    }

    #[test]
    fn what_begins_no_token_is_dropped_with_what_was_read_of_it() {
        assert_eq!(dropped("/s/#"), ["#"]);
        assert_eq!(dropped("caf\u{e9} \u{1f600}$;"), ["\u{e9}", "\u{1f600}$;"]);
        assert_eq!(dropped("a 'b c\nd"), ["'b c\n"]);
        assert_eq!(dropped("a `b c\nd"), ["`b c\nd"]);
        assert_eq!(dropped("a `` b"), ["``"]);
    }

    #[test]
    fn the_clock_is_one_token_without_blanks() {
        let latest = GrammarVersion::of(Dialect::Latest);
        assert_eq!(read("sys_time()", latest), [("sys_time()", Kind::Word(Word::SysTime))]);
        assert_eq!(read("Sys_Time()", latest).len(), 3);
        assert_eq!(read("sys_time ()", latest).len(), 3);
    }
}
