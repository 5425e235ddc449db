//! Kafka topics as targets: which names Kafka takes, and how `$` makes one from an MQTT topic, which
//! depends on the release. Knows no filter. Invariant: a literal target is legal in Kafka.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::dialect::SlashRule;

/// The longest name Kafka takes.
pub const MAX_TOPIC_CHARS: usize = 249;

/// Where records go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One topic, legal in Kafka.
    Literal(String),
    /// `$`: a topic named after the MQTT topic of each message.
    FromTopic(SlashRule),
}

impl Target {
    /// The Kafka topic for a message on `mqtt_topic`. What `$` yields may be illegal in Kafka: MQTT
    /// allows more characters.
    pub fn resolve<'a>(&'a self, mqtt_topic: &str) -> Cow<'a, str> {
        match self {
            Self::Literal(name) => Cow::Borrowed(name),
            Self::FromTopic(_) => {
                let mut name = String::with_capacity(mqtt_topic.len());
                self.resolve_into(mqtt_topic, &mut name);
                Cow::Owned(name)
            }
        }
    }

    /// The same into a buffer, which is cleared first.
    pub fn resolve_into(&self, mqtt_topic: &str, name: &mut String) {
        name.clear();
        match self {
            Self::Literal(literal) => name.push_str(literal),
            Self::FromTopic(rule) => {
                let (before, behind) = rule.parts(mqtt_topic);
                name.push_str(before);
                let mut after_slash = false;
                for c in behind.chars() {
                    match c {
                        '/' if after_slash => {}
                        '/' => name.push('_'),
                        c => name.push(c),
                    }
                    after_slash = c == '/';
                }
            }
        }
    }
}

/// Why a name is no Kafka topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TargetError {
    /// No character.
    #[error("the name is empty")]
    Empty,
    /// `.` or `..`.
    #[error("`.` and `..` are no names")]
    Dots,
    /// Too many characters.
    #[error("the name has {chars} characters, {MAX_TOPIC_CHARS} are allowed")]
    TooLong { chars: usize },
    /// A character outside letters, digits, `.`, `_` and `-`.
    #[error("only letters, digits, `.`, `_` and `-` are allowed")]
    Char { at: usize, len: usize },
}

pub(crate) fn is_kafka_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

/// Whether Kafka takes a name for a topic.
pub fn is_legal_topic(name: &str) -> bool {
    legal_target(name).is_ok()
}

/// Whether Kafka takes the name.
pub(crate) fn legal_target(name: &str) -> Result<(), TargetError> {
    if let Some((at, c)) = name.char_indices().find(|&(_, c)| !is_kafka_char(c)) {
        return Err(TargetError::Char { at, len: c.len_utf8() });
    }
    match name {
        "" => Err(TargetError::Empty),
        "." | ".." => Err(TargetError::Dots),
        name if name.len() > MAX_TOPIC_CHARS => Err(TargetError::TooLong { chars: name.len() }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollar_leaves_out_one_slash_and_joins_levels_with_one_underscore() {
        for (topic, first, leading) in [
            ("/I/Love/Kafka", "I_Love_Kafka", "I_Love_Kafka"),
            ("Foo/Bar/Baz", "FooBar_Baz", "Foo_Bar_Baz"),
            ("d/e/f", "de_f", "d_e_f"),
            ("a//b", "a_b", "a_b"),
            ("a///b", "a_b", "a_b"),
            ("//a", "_a", "_a"),
            ("a/b/", "ab_", "a_b_"),
            ("a/", "a", "a_"),
            ("/", "", ""),
            ("///", "_", "_"),
            ("ab", "ab", "ab"),
            ("é b", "é b", "é b"),
        ] {
            assert_eq!(Target::FromTopic(SlashRule::First).resolve(topic), first, "{topic}");
            assert_eq!(Target::FromTopic(SlashRule::Leading).resolve(topic), leading, "{topic}");
        }
    }

    #[test]
    fn a_literal_is_borrowed() {
        assert!(matches!(Target::Literal("t".into()).resolve("a/b"), Cow::Borrowed("t")));
    }

    #[test]
    fn kafka_takes_letters_digits_and_three_marks() {
        assert_eq!(legal_target("a.B-9_"), Ok(()));
        assert_eq!(legal_target("a/b"), Err(TargetError::Char { at: 1, len: 1 }));
        assert_eq!(legal_target("é"), Err(TargetError::Char { at: 0, len: 2 }));
        assert_eq!(legal_target(".."), Err(TargetError::Dots));
        assert_eq!(legal_target(""), Err(TargetError::Empty));
        assert_eq!(legal_target(&"x".repeat(249)), Ok(()));
        assert_eq!(legal_target(&"x".repeat(250)), Err(TargetError::TooLong { chars: 250 }));
    }
}
