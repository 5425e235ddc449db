//! Which topic names Kafka accepts (org.apache.kafka.common.internals.Topic).

/// The longest name, in characters, which are bytes in a legal one.
pub const TOPIC_NAME_MAX: usize = 249;

/// Why a text is not a valid name of a Kafka topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TopicNameError {
    /// No character.
    #[error("the name is empty")]
    Empty,
    /// `.` or `..`.
    #[error("the name is '.' or '..'")]
    Dots,
    /// Too many characters.
    #[error("the name has {bytes} characters, {TOPIC_NAME_MAX} are allowed")]
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// A character outside letters, digits, `.`, `_` and `-`.
    #[error("the name has a character other than letters, digits, '.', '_' and '-'")]
    Char {
        /// The byte at which the first one begins.
        at: usize,
        /// How many bytes it has.
        len: usize,
    },
}

/// Whether a topic name may have this character.
pub fn is_topic_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

/// What is wrong with `name` as the name of a Kafka topic, if anything. Of several reasons a
/// character that is not allowed comes first.
pub fn topic_name_error(name: &str) -> Option<TopicNameError> {
    if let Some((at, c)) = name.char_indices().find(|&(_, c)| !is_topic_name_char(c)) {
        return Some(TopicNameError::Char { at, len: c.len_utf8() });
    }
    match name {
        "" => Some(TopicNameError::Empty),
        "." | ".." => Some(TopicNameError::Dots),
        name if name.len() > TOPIC_NAME_MAX => Some(TopicNameError::TooLong { bytes: name.len() }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::topic_name_error;

    #[test]
    fn accepts_what_kafka_accepts() {
        for name in ["a", "a.b_c-D9", "...", &"x".repeat(249)] {
            assert_eq!(topic_name_error(name), None, "{name}");
        }
        for name in ["", ".", "..", "a b", "a/b", "ü", "a$", "a\0", &"x".repeat(250)] {
            assert!(topic_name_error(name).is_some(), "{name}");
        }
    }
}
