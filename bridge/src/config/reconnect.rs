//! The key of ours that every MQTT source has: the longest pause between attempts to reach its
//! broker. It begins with `kcql.`, as all keys do that the replaced connectors don't know.

use connect::config::{ConfigKey, Importance, Kind, Validator};

/// Name of the key; Kafka's clients have one of nearly the same name.
pub const RECONNECT_BACKOFF_MAX: &str = "kcql.reconnect.backoff.max.ms";

/// The first pause, in milliseconds: a longest one below it makes no sense.
const FIRST_MS: i64 = 100;

pub(super) fn reconnect_key() -> ConfigKey {
    ConfigKey::new(
        RECONNECT_BACKOFF_MAX,
        Kind::Long,
        "The longest pause between attempts to reach the MQTT broker, in milliseconds. The first \
         pause is up to 100 ms, each further one up to twice as long. They start anew once a \
         subscription stood and a message was acknowledged or five seconds passed.",
    )
    .default("10000")
    .check(Validator::AtLeast(FIRST_MS))
    .importance(Importance::Low)
}
