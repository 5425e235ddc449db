//! Which topic names Kafka accepts (org.apache.kafka.common.internals.Topic).

/// What is wrong with `name` as the name of a Kafka topic, if anything.
pub fn topic_name_error(name: &str) -> Option<&'static str> {
    const LENGTH_MAX: usize = 249;
    if name.is_empty() {
        return Some("the name is empty");
    }
    if name == "." || name == ".." {
        return Some("the name is '.' or '..'");
    }
    if name.len() > LENGTH_MAX {
        return Some("the name is longer than 249 characters");
    }
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')) {
        return Some("the name has a character other than letters, digits, '.', '_' and '-'");
    }
    None
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
