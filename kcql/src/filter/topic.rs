//! Topics of MQTT messages: which texts a PUBLISH packet may carry as its topic (MQTT 3.1.1, 4.7).

use super::MAX_FILTER_BYTES;

/// Why no MQTT message can have a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MqttTopicError {
    /// No character at all.
    #[error("an MQTT topic must have at least one character [MQTT-4.7.3-1]")]
    Empty,
    /// More bytes than the protocol can carry.
    #[error(
        "an MQTT topic of {bytes} bytes is longer than the {MAX_FILTER_BYTES} that MQTT allows \
         [MQTT-4.7.3-3]"
    )]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The character NUL.
    #[error("an MQTT topic cannot hold the character NUL [MQTT-4.7.3-2]")]
    Nul,
    /// `+` or `#`, which only filters have.
    #[error("the topic of a message cannot hold the wildcard `{wildcard}` [MQTT-3.3.2-2]")]
    Wildcard {
        /// The first one.
        wildcard: char,
    },
}

/// Checks that an MQTT message can have this topic.
pub fn check_mqtt_topic(topic: &str) -> Result<(), MqttTopicError> {
    if topic.is_empty() {
        return Err(MqttTopicError::Empty);
    }
    if topic.len() > MAX_FILTER_BYTES {
        return Err(MqttTopicError::TooLong { bytes: topic.len() });
    }
    match topic.chars().find(|c| matches!(c, '\0' | '+' | '#')) {
        None => Ok(()),
        Some('\0') => Err(MqttTopicError::Nul),
        Some(wildcard) => Err(MqttTopicError::Wildcard { wildcard }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_what_mqtt_lets_a_message_carry() {
        for topic in ["a", "/", "a//b", "$SYS/x", " ", "é", "a*b", &"x".repeat(MAX_FILTER_BYTES)] {
            assert_eq!(check_mqtt_topic(topic), Ok(()), "{topic:.20}");
        }
        assert_eq!(check_mqtt_topic(""), Err(MqttTopicError::Empty));
        assert_eq!(check_mqtt_topic("a\0+"), Err(MqttTopicError::Nul));
        for wildcard in ['+', '#'] {
            let topic = alloc::format!("a/{wildcard}");
            assert_eq!(check_mqtt_topic(&topic), Err(MqttTopicError::Wildcard { wildcard }));
        }
        let bytes = MAX_FILTER_BYTES + 1;
        let long = "é".repeat(bytes / 2);
        assert_eq!(check_mqtt_topic(&long), Err(MqttTopicError::TooLong { bytes }));
    }
}
