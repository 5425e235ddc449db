//! The methods of Java's library that upstream applies to values: splitting, trimming, unquoting
//! and parsing numbers. Knows no tokens. Invariant: where Java throws, the result is `None`.

use alloc::vec::Vec;

/// `text.split(";")`: the parts, with their offsets, less empty ones at the end.
pub(super) fn split_statements(text: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let mut start = 0;
    for part in text.split(';') {
        parts.push((start, part));
        start += part.len() + 1;
    }
    // A text without a separator is one part, even an empty one.
    if parts.len() > 1 {
        while parts.last().is_some_and(|(_, part)| part.is_empty()) {
            parts.pop();
        }
    }
    parts
}

/// What upstream's lexer skips.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// `String.trim`: removes characters up to U+0020 at both ends.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c <= ' ')
}

/// Removes one pair of quotes, if the first and the last character are that quote. A single quote
/// character is both; removing it throws in Java.
pub(super) fn without_pair(text: &str, mark: char) -> Option<&str> {
    if text.starts_with(mark) && text.ends_with(mark) {
        text.strip_prefix(mark)?.strip_suffix(mark)
    } else {
        Some(text)
    }
}

/// `Integer.parseInt` of digits, not below `least`.
pub(super) fn int(text: &str, least: i32) -> Option<i32> {
    text.parse().ok().filter(|value| *value >= least)
}

/// `Long.parseLong` of digits, not below `least`.
pub(super) fn long(text: &str, least: i64) -> Option<i64> {
    text.parse().ok().filter(|value| *value >= least)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        split_statements(text).into_iter().map(|(_, part)| part).collect()
    }

    #[test]
    fn empty_parts_go_at_the_end_only() {
        assert_eq!(parts("a;b;;"), ["a", "b"]);
        assert_eq!(parts(";a"), ["", "a"]);
        assert_eq!(parts("a; "), ["a", " "]);
        assert_eq!(parts(";").len(), 0);
        assert_eq!(parts(""), [""]);
        assert_eq!(split_statements("ab;c"), [(0, "ab"), (3, "c")]);
    }

    #[test]
    fn a_lone_mark_cannot_be_cut() {
        assert_eq!(without_pair("'a'", '\''), Some("a"));
        assert_eq!(without_pair("'a", '\''), Some("'a"));
        assert_eq!(without_pair("''", '\''), Some(""));
        assert_eq!(without_pair("'", '\''), None);
    }

    #[test]
    fn numbers_have_leading_zeros_and_bounds() {
        assert_eq!(int("007", 1), Some(7));
        assert_eq!(int("0", 1), None);
        assert_eq!(int("2147483648", 1), None);
        assert_eq!(long("9223372036854775807", 1), Some(i64::MAX));
    }
    #[test]
    fn control_characters_are_trimmed_like_blanks() {
        assert_eq!(trim("\u{1}a "), "a");
    }
}
