//! WITHREGEX. Upstream compiles the text with Java's engine; ours runs in linear time, so that no
//! pattern and no topic can stall a task. This module says which Java patterns cannot be had, and
//! writes the rest so that they mean the same: Java's `\d`, `\w` and `\s` are ASCII.
//! Invariant: a [`Pattern`] matches whole topics only.

use alloc::string::{String, ToString};

use regex::Regex;

use super::reach;
use crate::filter::Filter;

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Java's engine can do it, a linear-time one cannot.
    #[error("{what} cannot be matched in linear time")]
    Unsupported {
        /// The construct.
        what: &'static str,
        /// Offset of its first byte.
        at: usize,
        /// How many bytes it has.
        len: usize,
    },
    /// No regular expression.
    #[error("{reason}")]
    Syntax {
        /// What the engine says.
        reason: String,
    },
}

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    translated: String,
    regex: Regex,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Pattern {
    /// Compiles a pattern in Java's notation.
    pub fn compile(text: &str) -> Result<Self, PatternError> {
        let translated = translate(text)?;
        // Alone first, so that `a)(b` does not slip through inside the group.
        compiled(&translated)?;
        let regex = compiled(&["\\A(?:", &translated, ")\\z"].concat())?;
        Ok(Self { text: text.into(), translated, regex })
    }

    /// The pattern as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is certain that no topic of the filter matches.
    pub(crate) fn misses(&self, filter: &Filter) -> bool {
        reach::misses(&self.translated, filter)
    }

    /// Whether the whole of `topic` matches.
    pub fn matches(&self, topic: &str) -> bool {
        self.regex.is_match(topic)
    }
}

fn compiled(pattern: &str) -> Result<Regex, PatternError> {
    Regex::new(pattern).map_err(|error| PatternError::Syntax { reason: reason(&error) })
}

/// The one line of the engine's message that is not a drawing.
fn reason(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "the pattern is too big when compiled".into(),
        other => {
            let text = other.to_string();
            let line = text.lines().rev().find_map(|line| line.trim().strip_prefix("error: "));
            line.map_or_else(|| text.lines().next_back().unwrap_or("").into(), String::from)
        }
    }
}

/// Rewrites Java's ASCII classes and finds what only a backtracking engine can do.
fn translate(text: &str) -> Result<String, PatternError> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut class_depth = 0usize;
    let mut after_quantifier = false;
    while let Some(c) = rest.chars().next() {
        let at = text.len() - rest.len();
        let in_class = class_depth > 0;
        let mut len = c.len_utf8();
        let mut quantifier = false;
        let unsupported = |what, len| Err(PatternError::Unsupported { what, at, len });
        match c {
            '\\' => {
                len = escape_len(rest);
                let escape = rest.get(..len).unwrap_or(rest);
                if let Some(what) = backtracking_escape(escape, in_class) {
                    return unsupported(what, len);
                }
                out.push_str(ascii_class(escape, in_class).unwrap_or(escape));
            }
            '(' if !in_class => {
                if let Some((what, len)) = backtracking_group(rest) {
                    return unsupported(what, len);
                }
                out.push(c);
            }
            '+' if !in_class && after_quantifier => {
                return unsupported("a possessive quantifier", 1);
            }
            _ => {
                match c {
                    '[' => class_depth += 1,
                    ']' => class_depth = class_depth.saturating_sub(1),
                    _ => {}
                }
                quantifier = !in_class && matches!(c, '*' | '+' | '?' | '}');
                out.push(c);
            }
        }
        // `(?` opens a group and `a??` is lazy: neither makes a `+` behind it possessive.
        after_quantifier = quantifier && !(c == '?' && (after_quantifier || out.ends_with("(?")));
        rest = rest.get(len..).unwrap_or("");
    }
    Ok(out)
}

fn escape_len(rest: &str) -> usize {
    rest.chars().take(2).map(char::len_utf8).sum()
}

fn backtracking_escape(escape: &str, in_class: bool) -> Option<&'static str> {
    match escape.as_bytes().get(1)? {
        b'1'..=b'9' | b'k' if !in_class => Some("a back-reference"),
        b'G' => Some("the end of the previous match"),
        _ => None,
    }
}

fn backtracking_group(rest: &str) -> Option<(&'static str, usize)> {
    [
        ("(?=", "a look-ahead"),
        ("(?!", "a look-ahead"),
        ("(?<=", "a look-behind"),
        ("(?<!", "a look-behind"),
        ("(?>", "an atomic group"),
    ]
    .iter()
    .find(|(opening, _)| rest.starts_with(opening))
    .map(|&(opening, what)| (what, opening.len()))
}

fn ascii_class(escape: &str, in_class: bool) -> Option<&'static str> {
    Some(match (escape, in_class) {
        ("\\d", _) => "[0-9]",
        ("\\D", _) => "[^0-9]",
        ("\\w", _) => "[0-9A-Za-z_]",
        ("\\W", _) => "[^0-9A-Za-z_]",
        ("\\s", _) => "[\\t\\n\\x0B\\f\\r ]",
        ("\\S", _) => "[^\\t\\n\\x0B\\f\\r ]",
        // Java's name for the same anchor.
        ("\\Z", false) => "\\z",
        // Java takes these escapes, the engine does not know them.
        ("\\/", _) => "/",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unsupported(text: &str) -> (usize, usize) {
        match Pattern::compile(text) {
            Err(PatternError::Unsupported { at, len, .. }) => (at, len),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_whole_topic_must_match() {
        let pattern = Pattern::compile("a/.+|b").unwrap();
        assert!(pattern.matches("a/x"));
        assert!(pattern.matches("b"));
        assert!(!pattern.matches("xb"));
        assert!(!pattern.matches("a/"));
    }

    #[test]
    fn digits_are_ascii_as_in_java() {
        let pattern = Pattern::compile(r"m-\d+/[\w-]+").unwrap();
        assert!(pattern.matches("m-12/a_b-c"));
        assert!(!pattern.matches("m-١/a"));
        assert!(!pattern.matches("m-1/é"));
    }

    #[test]
    fn what_needs_backtracking_is_named_with_its_place() {
        assert_eq!(unsupported("a(?!b)"), (1, 3));
        assert_eq!(unsupported("(?<=a)b"), (0, 4));
        assert_eq!(unsupported("(?>a)"), (0, 3));
        assert_eq!(unsupported("a++"), (2, 1));
        assert_eq!(unsupported("a{1,2}+"), (6, 1));
        assert_eq!(unsupported("a?+"), (2, 1));
        assert_eq!(unsupported(r"(a)\1"), (3, 2));
        assert_eq!(unsupported(r"(?<n>a)\k<n>"), (7, 2));
    }

    #[test]
    fn what_only_looks_like_it_is_taken() {
        for text in [r"[+*]+", r"a\++", r"(?i)a+", r"(?<n>a)+", r"[\]+]+", r"a+?", r"\\+"] {
            assert!(Pattern::compile(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn broken_patterns_say_why_in_one_line() {
        for text in ["a(", "a)(b", "[a", "*a"] {
            match Pattern::compile(text) {
                Err(PatternError::Syntax { reason }) => assert!(!reason.contains('\n'), "{reason}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        assert_eq!(
            Pattern::compile("a{900}{900}{900}").unwrap_err().to_string(),
            "the pattern is too big when compiled"
        );
    }
}
