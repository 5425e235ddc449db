//! Kafka topics as targets: which names Kafka takes, and how `$` makes one from an MQTT topic, which
//! depends on the release. Knows no filter. Invariant: a literal target is legal in Kafka.

use alloc::borrow::Cow;
use alloc::string::String;

use connect::config::topic_name_error;

use crate::dialect::SlashRule;

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

/// Whether Kafka takes a name for a topic.
pub fn is_legal_topic(name: &str) -> bool {
    topic_name_error(name).is_none()
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
        for (name, legal) in [("a.B-9_", true), ("a/b", false), ("é", false), ("..", false)] {
            assert_eq!(is_legal_topic(name), legal, "{name}");
        }
    }
}
