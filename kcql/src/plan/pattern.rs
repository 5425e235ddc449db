//! WITHREGEX: a regular expression of Java that decides by the whole MQTT topic. Syntax and answers
//! are those of `connect::java_regex`, as everywhere in the bridge. Invariant: a [`Pattern`] matches
//! whole topics only.

use connect::java_regex::{JavaRegex, MatchError, PatternError};

use super::regex_reach;
use crate::filter::Filter;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Pattern(JavaRegex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Pattern {
    /// Compiles a pattern in Java's notation.
    pub fn compile(text: &str) -> Result<Self, PatternError> {
        JavaRegex::new(text).map(Self)
    }

    /// The pattern as it was given.
    pub fn as_str(&self) -> &str {
        self.0.pattern()
    }

    /// Whether it is certain that no topic of the filter matches.
    pub(crate) fn misses(&self, filter: &Filter) -> bool {
        regex_reach::misses(&self.0, filter)
    }

    /// Whether the whole of `topic` matches. Fails if a pattern with look-around, back-references or
    /// the like needs too many steps to decide.
    pub fn matches(&self, topic: &str) -> Result<bool, MatchError> {
        self.0.matches(topic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_topic_must_match() {
        let pattern = Pattern::compile("a/.+|b").unwrap();
        for (topic, matches) in [("a/x", true), ("b", true), ("xb", false), ("a/", false)] {
            assert_eq!(pattern.matches(topic), Ok(matches), "{topic}");
        }
    }

    #[test]
    fn patterns_mean_what_they_mean_in_java() {
        for (pattern, topic, matches) in [
            (r"m-\d+/[\w-]+", "m-12/a_b-c", true),
            (r"m-\d+/[\w-]+", "m-١/a", false),
            (r"m-\d+/[\w-]+", "m-1/é", false),
            ("a(?!/private).*", "a/public", true),
            ("a(?!/private).*", "a/private/x", false),
            (".*(?<!/debug)", "a/debug", false),
            (r"(\w+)/\1", "b1/b1", true),
            (r"(\w+)/\1", "b1/b2", false),
            ("a++b", "aab", true),
            ("(?>a|ab)c", "abc", false),
            (r"\Qa.b\E/.*", "a.b/c", true),
            (r"\Qa.b\E/.*", "axb/c", false),
            (r"\p{Alpha}+", "é", false),
            (r"\p{IsAlphabetic}+", "é", true),
            ("(?i)é", "É", false),
            ("(?iu)é", "É", true),
            ("a.b", "a\u{85}b", false),
            ("[a-z&&[^b]]", "b", false),
            (r"\x41\u0042", "AB", true),
        ] {
            assert_eq!(Pattern::compile(pattern).unwrap().matches(topic), Ok(matches), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_backtracks_without_end_is_refused_for_the_topic() {
        let pattern = Pattern::compile("(?=x)(x+x+)+y").unwrap();
        assert!(matches!(pattern.matches(&"x".repeat(40)), Err(MatchError::TooManySteps(_))));
        assert_eq!(pattern.matches("xxy"), Ok(true));
    }
}
