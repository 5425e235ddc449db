//! MQTT topic filters: which texts are filters, and which topics a filter matches (MQTT 3.1.1,
//! 4.7). The broker decides by the same rules what it delivers, so routing must follow them
//! exactly. Invariant: a [`Filter`] is always legal; nothing checks it again.

mod algebra;
mod suspicious;
mod topic;

use alloc::string::String;

pub(crate) use algebra::passes;
pub use algebra::Relation;
pub use suspicious::SuspiciousFilter;
pub use topic::{check_mqtt_topic, MqttTopicError};

use crate::span::Span;

/// What MQTT's two-byte length field can carry.
pub const MAX_FILTER_BYTES: usize = 65_535;

const SHARE: &str = "$share/";

/// Why a text is no MQTT filter; offsets are bytes into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// No character at all.
    #[error("a filter must have at least one character")]
    Empty,
    /// More bytes than the protocol can carry.
    #[error("a filter of {bytes} bytes is longer than the {MAX_FILTER_BYTES} that MQTT allows")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The character NUL.
    #[error("a filter cannot hold the character NUL")]
    Nul {
        /// Where.
        at: usize,
    },
    /// A level after `#`.
    #[error("`#` must be the last level of a filter")]
    HashNotLast {
        /// Where.
        at: usize,
    },
    /// `#` beside other characters.
    #[error("`#` must be a whole level")]
    HashInLevel {
        /// Where.
        at: usize,
    },
    /// `+` beside other characters.
    #[error("`+` must be a whole level")]
    PlusInLevel {
        /// Where.
        at: usize,
    },
    /// `$share/` without a group.
    #[error("`$share` needs the name of a group: $share/group/filter")]
    NoShareGroup,
    /// A group with a wildcard in its name.
    #[error("the name of a share group cannot hold a wildcard")]
    WildcardInGroup {
        /// Where.
        at: usize,
    },
    /// `$share/group` without a filter.
    #[error("`$share/group` needs a filter after it: $share/group/filter")]
    NoShareFilter,
}

impl FilterError {
    /// The part of the filter's text that is wrong.
    pub fn span(self, text: &str) -> Span {
        match self {
            Self::Nul { at }
            | Self::HashNotLast { at }
            | Self::HashInLevel { at }
            | Self::PlusInLevel { at }
            | Self::WildcardInGroup { at } => Span::new(at, at + 1),
            Self::Empty | Self::TooLong { .. } | Self::NoShareGroup | Self::NoShareFilter => {
                Span::new(0, text.len())
            }
        }
    }
}

/// A legal MQTT topic filter. One with `$share/group/` in front matches what the filter behind the
/// group matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Filter {
    text: String,
    body: usize,
}

impl Filter {
    /// Checks a text.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        if text.len() > MAX_FILTER_BYTES {
            return Err(FilterError::TooLong { bytes: text.len() });
        }
        if let Some(at) = text.find('\0') {
            return Err(FilterError::Nul { at });
        }
        let body = body_offset(text)?;
        let levels = text.get(body..).unwrap_or("");
        if levels.is_empty() {
            return Err(FilterError::Empty);
        }
        check_levels(levels, body)?;
        Ok(Self { text: text.into(), body })
    }

    /// The text as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The filter proper, behind `$share/group/`.
    pub fn body(&self) -> &str {
        self.text.get(self.body..).unwrap_or("")
    }

    /// The group of a shared subscription.
    pub fn share_group(&self) -> Option<&str> {
        self.text.get(SHARE.len()..self.body.checked_sub(1)?)
    }

    /// Whether a broker delivers a message on `topic` to a subscription to this filter.
    pub fn matches(&self, topic: &str) -> bool {
        let filter = self.body();
        if topic.starts_with('$') && filter.starts_with(['+', '#']) {
            return false;
        }
        let mut topic = topic.split('/');
        for level in filter.split('/') {
            match (level, topic.next()) {
                ("#", _) => return true,
                ("+", Some(_)) => {}
                (level, Some(name)) if level == name => {}
                _ => return false,
            }
        }
        topic.next().is_none()
    }
}

fn body_offset(text: &str) -> Result<usize, FilterError> {
    let Some(shared) = text.strip_prefix(SHARE) else {
        return if text == "$share" { Err(FilterError::NoShareGroup) } else { Ok(0) };
    };
    let (group, filter) = shared.split_once('/').unwrap_or((shared, ""));
    if group.is_empty() {
        return Err(FilterError::NoShareGroup);
    }
    if let Some(at) = group.find(['+', '#']) {
        return Err(FilterError::WildcardInGroup { at: SHARE.len() + at });
    }
    if filter.is_empty() {
        return Err(FilterError::NoShareFilter);
    }
    Ok(text.len() - filter.len())
}

fn check_levels(filter: &str, offset: usize) -> Result<(), FilterError> {
    let mut start = offset;
    let end = offset + filter.len();
    for level in filter.split('/') {
        if level.len() > 1 {
            if let Some(at) = level.find('#') {
                return Err(FilterError::HashInLevel { at: start + at });
            }
            if let Some(at) = level.find('+') {
                return Err(FilterError::PlusInLevel { at: start + at });
            }
        }
        if level == "#" && start + 1 != end {
            return Err(FilterError::HashNotLast { at: start });
        }
        start += level.len() + 1;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn matches(filter: &str, topic: &str) -> bool {
        Filter::parse(filter).unwrap().matches(topic)
    }

    #[test]
    fn hash_includes_the_parent_level() {
        assert!(matches("a/#", "a"));
        assert!(matches("a/#", "a/"));
        assert!(matches("a/#", "a/b/c"));
        assert!(!matches("a/#", "ab"));
        assert!(matches("#", "a"));
    }

    #[test]
    fn plus_matches_exactly_one_level_also_an_empty_one() {
        assert!(matches("+/x", "/x"));
        assert!(matches("a/+", "a/"));
        assert!(matches("a/+/c", "a//c"));
        assert!(!matches("a/+", "a"));
        assert!(!matches("a/+", "a/b/c"));
    }

    #[test]
    fn leading_wildcards_do_not_see_dollar_topics() {
        assert!(!matches("#", "$SYS/broker"));
        assert!(!matches("+/broker", "$SYS/broker"));
        assert!(matches("$SYS/#", "$SYS/broker"));
        assert!(matches("a/+", "a/$b"));
    }

    #[test]
    fn a_share_group_is_no_part_of_the_match() {
        assert!(matches("$share/g//a/b", "/a/b"));
        assert!(matches("$share/g/a/+", "a/b"));
        assert!(!matches("$share/g/#", "$SYS/x"));
        assert_eq!(Filter::parse("$share/g/a/+").unwrap().share_group(), Some("g"));
        assert_eq!(Filter::parse("$share/g/a/+").unwrap().body(), "a/+");
        assert_eq!(Filter::parse("a/+").unwrap().share_group(), None);
    }

    #[test]
    fn nothing_is_a_regular_expression() {
        assert!(!matches("a.b/c", "aXb/c"));
        assert!(matches("a(b/c", "a(b/c"));
        assert!(matches("s[1]", "s[1]"));
    }

    #[test]
    fn illegal_filters_name_the_place() {
        for (filter, error) in [
            ("", FilterError::Empty),
            ("a/#/b", FilterError::HashNotLast { at: 2 }),
            ("a/b#", FilterError::HashInLevel { at: 3 }),
            ("a/é+/c", FilterError::PlusInLevel { at: 4 }),
            ("a\0", FilterError::Nul { at: 1 }),
            ("$share", FilterError::NoShareGroup),
            ("$share//a", FilterError::NoShareGroup),
            ("$share/g", FilterError::NoShareFilter),
            ("$share/g/", FilterError::NoShareFilter),
            ("$share/+/a", FilterError::WildcardInGroup { at: 7 }),
            ("$share/g/a/#/b", FilterError::HashNotLast { at: 11 }),
        ] {
            assert_eq!(Filter::parse(filter), Err(error), "{filter:?}");
        }
        let long = "x".repeat(MAX_FILTER_BYTES + 1);
        assert_eq!(Filter::parse(&long), Err(FilterError::TooLong { bytes: 65_536 }));
        assert!(Filter::parse(&long[1..]).is_ok());
    }

    /// Section 4.7 read aloud, on lists of levels and by cases, sharing no line with the code.
    fn by_the_book(filter: &[&str], topic: &[&str]) -> bool {
        match (filter.first(), topic.first()) {
            (Some(&"#"), _) | (None, None) => true,
            (Some(&"+"), Some(_)) => by_the_book(&filter[1..], &topic[1..]),
            (Some(f), Some(t)) => f == t && by_the_book(&filter[1..], &topic[1..]),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn matching_is_what_the_book_says(
            filter in "[ab$/+#]{1,8}",
            topic in "[ab$/]{1,8}",
        ) {
            let Ok(parsed) = Filter::parse(&filter) else { return Ok(()) };
            let levels: Vec<&str> = filter.split('/').collect();
            let names: Vec<&str> = topic.split('/').collect();
            let hidden = topic.starts_with('$') && matches!(levels[0].chars().next(), Some('+' | '#'));
            prop_assert_eq!(parsed.matches(&topic), !hidden && by_the_book(&levels, &names));
        }
    }
}
