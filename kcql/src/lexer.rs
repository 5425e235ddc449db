//! Text to tokens, with nom. A comment begins where a token may: `--` and `/*` anywhere, `//` only
//! before a blank, because `//a` is an MQTT filter. The lexer never fails and drops nothing: text
//! outside the language becomes a token of its own, which the parser reports. It knows no keyword.
//! Invariants: tokens concatenate to the text; the time is linear, because at most one quote per
//! line and one backtick per text can be without a partner.

use alloc::vec::Vec;

use nom::branch::alt;
use nom::bytes::complete::{is_not, tag, take_till, take_until, take_while, take_while1};
use nom::character::complete::{char, one_of};
use nom::combinator::{map, value};
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

use crate::token::{Token, TokenKind};

type Lexed<'t> = IResult<&'t str, TokenKind, ()>;

/// All tokens of a text, blanks included. A text of 4 GiB or more yields none.
pub fn tokens(text: &str) -> Lexer<'_> {
    let end = u32::try_from(text.len()).unwrap_or(0);
    let text = if end == 0 { "" } else { text };
    Lexer { text, rest: text, end, touching: false, comment_ahead: true, last_block_end: None }
}

/// The tokens without blanks and comments, each with a flag for whether it touches the one before.
pub(crate) fn significant(text: &str) -> Vec<Token> {
    tokens(text).filter(|token| token.kind != TokenKind::Blank).collect()
}

/// Iterator over the tokens of a text, see [`tokens`].
#[derive(Clone, Debug)]
pub struct Lexer<'t> {
    text: &'t str,
    rest: &'t str,
    end: u32,
    touching: bool,
    /// Whether a comment may begin here.
    comment_ahead: bool,
    /// Where the last `*/` of the text is, found on first use: a search for each `/*` would not be
    /// linear.
    last_block_end: Option<usize>,
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let start = self.offset();
        let comment = if self.comment_ahead { self.comment() } else { None };
        let lexed = match comment {
            Some(comment) => Ok(comment),
            None if start == 0 => alt((byte_order_mark, token)).parse(self.rest),
            None => token(self.rest),
        };
        let (rest, kind) = lexed.ok()?;
        self.rest = rest;
        self.comment_ahead = comment_may_follow(kind);
        let glued = self.touching && kind != TokenKind::Invisible;
        self.touching = match kind {
            TokenKind::Blank | TokenKind::Comment | TokenKind::UnclosedComment => false,
            // An empty token separates nothing.
            TokenKind::Invisible => {
                let token = Token::new(kind, start, self.offset(), false);
                self.touching && !token.span().of(self.text).contains(char::is_whitespace)
            }
            _ => true,
        };
        Some(Token::new(kind, start, self.offset(), glued))
    }
}

impl<'t> Lexer<'t> {
    /// The comment that begins here.
    fn comment(&mut self) -> Option<(&'t str, TokenKind)> {
        let rest = self.rest;
        let behind_slashes = rest.strip_prefix("//").map(|behind| behind.chars().next());
        let to_line_end = take_till(|c| matches!(c, '\n' | '\r'));
        if rest.starts_with("--") || behind_slashes.is_some_and(|c| c.is_none_or(is_blank)) {
            let lexed: Lexed<'t> = value(TokenKind::Comment, to_line_end).parse(rest);
            return lexed.ok();
        }
        if !rest.starts_with("/*") {
            return None;
        }
        let text = self.text;
        let last = *self.last_block_end.get_or_insert_with(|| text.rfind("*/").unwrap_or(0));
        let at = text.len() - rest.len();
        let closed: Lexed<'t> = if last >= at + 2 {
            let block = (tag("/*"), take_until("*/"), tag("*/"));
            value(TokenKind::Comment, block).parse(rest)
        } else {
            value(TokenKind::UnclosedComment, to_line_end).parse(rest)
        };
        closed.ok()
    }

    fn offset(&self) -> u32 {
        // `end` is the length of the text, of which `rest` is a tail.
        self.end.saturating_sub(u32::try_from(self.rest.len()).unwrap_or(0))
    }
}

/// Whether a comment may begin after a token of this kind.
fn comment_may_follow(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Blank
            | TokenKind::Comment
            | TokenKind::UnclosedComment
            | TokenKind::Comma
            | TokenKind::Open
            | TokenKind::Close
            | TokenKind::Semicolon
    )
}

fn token(input: &str) -> Lexed<'_> {
    alt((blank, word, mark, backticked, quoted, double_quoted, unclosed, invisible, other))
        .parse(input)
}

fn byte_order_mark(input: &str) -> Lexed<'_> {
    value(TokenKind::Blank, char('\u{feff}')).parse(input)
}

fn blank(input: &str) -> Lexed<'_> {
    value(TokenKind::Blank, take_while1(is_blank)).parse(input)
}

fn word(input: &str) -> Lexed<'_> {
    value(TokenKind::Word, take_while1(is_word)).parse(input)
}

fn mark(input: &str) -> Lexed<'_> {
    map(one_of("=*,.();"), |mark| match mark {
        '=' => TokenKind::Equals,
        '*' => TokenKind::Star,
        ',' => TokenKind::Comma,
        '.' => TokenKind::Dot,
        '(' => TokenKind::Open,
        ')' => TokenKind::Close,
        _ => TokenKind::Semicolon,
    })
    .parse(input)
}

fn backticked(input: &str) -> Lexed<'_> {
    value(TokenKind::Backticked, delimited(char('`'), take_till(|c| c == '`'), char('`')))
        .parse(input)
}

fn quoted(input: &str) -> Lexed<'_> {
    let inner = take_while(|c| c != '\'' && c != '\n' && c != '\r');
    value(TokenKind::Quoted, delimited(char('\''), inner, char('\''))).parse(input)
}

fn double_quoted(input: &str) -> Lexed<'_> {
    let inner = is_not("\"\r\n");
    value(TokenKind::DoubleQuoted, delimited(char('"'), inner, char('"'))).parse(input)
}

/// An unclosed quote takes only the word after it, so that the rest of the text is still checked.
fn unclosed(input: &str) -> Lexed<'_> {
    let inner = take_till(|c| is_blank(c) || matches!(c, ';' | '`' | '\'' | '"'));
    value(TokenKind::Unclosed, preceded(one_of("`'"), inner)).parse(input)
}

fn invisible(input: &str) -> Lexed<'_> {
    value(TokenKind::Invisible, take_while1(is_invisible)).parse(input)
}

fn other(input: &str) -> Lexed<'_> {
    let run = take_while1(|c| {
        !is_word(c) && !is_blank(c) && !is_invisible(c) && !"=*,.();`'\"".contains(c)
    });
    value(TokenKind::Other, alt((run, tag("\"")))).parse(input)
}

/// Characters that upstream takes into a name without quotes.
pub(crate) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '-' | '+' | '/' | '{' | '}' | ':')
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_invisible(c: char) -> bool {
    match c {
        '\u{ad}'
        | '\u{180e}'
        | '\u{feff}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' => true,
        c => c.is_whitespace() && !is_blank(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use proptest::prelude::*;

    fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
        significant(text).into_iter().map(|token| (token.kind, token.span().of(text))).collect()
    }

    #[test]
    fn a_topic_with_wildcards_is_one_word_but_for_the_hash() {
        use TokenKind::{Other, Word};
        assert_eq!(kinds("telemetry/+/#"), [(Word, "telemetry/+/"), (Other, "#")]);
    }

    #[test]
    fn quotes_hide_semicolons_and_backticks_hide_line_ends() {
        use TokenKind::{Backticked, Quoted, Semicolon};
        assert_eq!(
            kinds("'a;b';`c\n;`"),
            [(Quoted, "'a;b'"), (Semicolon, ";"), (Backticked, "`c\n;`")]
        );
    }

    #[test]
    fn an_unclosed_quote_takes_one_word_only() {
        use TokenKind::{Unclosed, Word};
        assert_eq!(kinds("'a/b WITHKEY"), [(Unclosed, "'a/b"), (Word, "WITHKEY")]);
        assert_eq!(kinds("`a b\n"), [(Unclosed, "`a"), (Word, "b")]);
    }

    #[test]
    fn glue_tells_whether_a_blank_stood_between() {
        let glued: Vec<bool> = significant("a.b . c").iter().map(|token| token.glued).collect();
        assert_eq!(glued, [false, true, true, false, false]);
    }

    #[test]
    fn a_no_break_space_and_a_byte_order_mark_are_not_part_of_words() {
        use TokenKind::{Invisible, Word};
        assert_eq!(kinds("\u{feff}a\u{a0}b"), [(Word, "a"), (Invisible, "\u{a0}"), (Word, "b")]);
    }

    #[test]
    fn comments_begin_where_tokens_do() {
        use TokenKind::{Comment, Semicolon, UnclosedComment, Word};
        assert_eq!(
            kinds("a -- don't `\nb// c;-- d"),
            [
                (Word, "a"),
                (Comment, "-- don't `"),
                (Word, "b//"),
                (Word, "c"),
                (Semicolon, ";"),
                (Comment, "-- d")
            ]
        );
        assert_eq!(kinds("a//b //c // d"), [(Word, "a//b"), (Word, "//c"), (Comment, "// d")]);
        assert_eq!(kinds("/* a\n;' */b"), [(Comment, "/* a\n;' */"), (Word, "b")]);
        assert_eq!(kinds("/* a\nb"), [(UnclosedComment, "/* a"), (Word, "b")]);
        assert_eq!(kinds("/*/ a"), [(UnclosedComment, "/*/ a")]);
    }

    proptest! {
        #[test]
        fn tokens_concatenate_to_the_text(text in "\\PC*|[ a-z`'\"=.;#$\n\u{a0}\u{0}é]{0,60}") {
            let joined: String = tokens(&text).map(|token| token.span().of(&text)).collect();
            prop_assert_eq!(joined, text);
        }
    }
}
