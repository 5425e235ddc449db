//! Producer settings in Java's names, translated to librdkafka's.
//!
//! Users write `producer.*` and `producer.override.*` for the Java client. Every key falls into
//! one of four classes, and the table below says which: translated, accepted because it has no
//! counterpart and no need of one, not supported yet, or unknown. Only the second and the last
//! get a warning; what cannot be honoured and would change security is an error.

use std::collections::BTreeMap;
use std::time::Duration;

use indexmap::IndexMap;

use super::java_keys::{
    JavaType, Number, Rule, BATCH, BUFFER_MEMORY, IDLE, IN_FLIGHT, LEVELS, METADATA_AGE,
    REQUEST_SIZE, RULES, SOCKET_BUFFER,
};
use super::linger::Linger;
use crate::base::Secret;

/// A finished set of librdkafka properties, and the numbers that the pipeline itself needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProducerSettings {
    properties: BTreeMap<String, Setting>,
    /// The largest record, `max.request.size` in Java's words.
    pub max_record_bytes: usize,
    /// Who decides when a batch leaves.
    pub linger: Linger,
}

/// A value, hidden where it is a password.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Setting {
    Plain(String),
    Hidden(Secret),
}

/// Why a set of producer keys is not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The value cannot be read as the key's type or is outside of its range.
    #[error("invalid value {value} for configuration {key}: {reason}")]
    BadValue {
        /// The key as written, without prefix.
        key: String,
        /// The value as written.
        value: String,
        /// What would be right.
        reason: String,
    },
    /// Something that the delivery promise forbids.
    #[error("configuration {key}={value} is refused: {reason}")]
    Refused {
        /// The key as written, without prefix.
        key: String,
        /// The value as written.
        value: String,
        /// Why, and what to write instead.
        reason: String,
    },
    /// TLS and SASL towards Kafka arrive later.
    #[error("configuration {key}={value} is not supported yet; use security.protocol=PLAINTEXT")]
    NotYet {
        /// The key as written, without prefix.
        key: String,
        /// The value as written.
        value: String,
    },
}

/// Java's default of `max.request.size`.
const MAX_REQUEST_SIZE: usize = 1_048_576;

/// The least size of a batch, librdkafka's default.
const BATCH_BYTES: i64 = 1_000_000;

/// Bound of librdkafka's queue unless `buffer.memory` says otherwise.
const QUEUE_KIBIBYTES: usize = 131_072;

/// librdkafka's name for the memory of a producer.
const QUEUE: &str = "queue.buffering.max.kbytes";

impl ProducerSettings {
    /// Connect's own defaults, then the worker's `producer.*`, then the connector's
    /// `producer.override.*` (both without their prefix). Returns warnings beside the settings.
    pub fn from_java(
        worker: &IndexMap<String, String>,
        overrides: &IndexMap<String, String>,
        bootstrap: &str,
        client_id: &str,
    ) -> Result<(Self, Vec<String>), SettingsError> {
        let mut settings = Self::defaults(bootstrap, client_id);
        let mut merged: IndexMap<&str, &str> = IndexMap::new();
        for (key, value) in worker.iter().chain(overrides) {
            merged.insert(key, value.trim());
        }
        let mut warnings = Vec::new();
        for (key, value) in &merged {
            settings.apply(key, value, &mut warnings)?;
        }
        settings.fit_compression(&merged, &mut warnings)?;
        settings.fit_linger(&mut warnings);
        settings.fit_queue(&mut warnings);
        settings.fit_backoff();
        Ok((settings, warnings))
    }

    fn defaults(bootstrap: &str, client_id: &str) -> Self {
        let mut settings = Self {
            properties: BTreeMap::new(),
            max_record_bytes: MAX_REQUEST_SIZE,
            linger: Linger::default(),
        };
        for (key, value) in [
            ("bootstrap.servers", bootstrap),
            ("client.id", client_id),
            // The promise: a report of success means that all in-sync replicas have the record,
            // and that it is there once.
            ("acks", "all"),
            ("enable.idempotence", "true"),
            ("message.timeout.ms", "0"),
            // The same partition for the same key as the Java producer.
            ("partitioner", "murmur2_random"),
            ("message.max.bytes", "1048576"),
            // The pipeline's budget is the bound; these lie above it, far below the library's
            // own 1 GiB, and a full queue means that the pipeline stops taking messages.
            ("queue.buffering.max.messages", "131072"),
            ("queue.buffering.max.kbytes", &QUEUE_KIBIBYTES.to_string()),
            // A topic that is missing is asked for this long before its records come back to be
            // retried: short, so that status can say so soon.
            ("topic.metadata.propagation.max.ms", "5000"),
            // After some errors librdkafka sends all that is queued again after this pause, which
            // does not grow: short enough to go on soon, too long to burn a core.
            ("retry.backoff.ms", "300"),
            // Else the same, and that is when a new topic is found.
            ("topic.metadata.refresh.fast.interval.ms", "100"),
            // librdkafka waits half of this before it connects to the second broker that it hears
            // of, which is a good part of the time to the first record.
            ("reconnect.backoff.ms", "20"),
            ("reconnect.backoff.max.ms", "1000"),
            ("socket.keepalive.enable", "true"),
            ("log.connection.close", "false"),
        ] {
            settings.set(key, value);
        }
        settings
    }

    /// What the user says of `linger.ms` holds; else it goes with the mode.
    fn fit_linger(&mut self, warnings: &mut Vec<String>) {
        let chosen = self.properties.contains_key("linger.ms");
        if let Some(time) = self.linger.time().filter(|_| !chosen) {
            self.set("linger.ms", &time.as_millis().to_string());
            return;
        }
        if self.linger != Linger::default() {
            warnings.push("producer setting linger.mode has no effect beside linger.ms".to_owned());
        }
        self.linger = Linger::Fixed;
    }

    fn set(&mut self, key: &str, value: &str) {
        let hidden =
            key.contains("password") || key.contains("secret") || key.ends_with("jaas.config");
        let value = if hidden {
            Setting::Hidden(Secret::new(value))
        } else {
            Setting::Plain(value.to_owned())
        };
        self.properties.insert(key.to_owned(), value);
    }

    fn apply(
        &mut self,
        key: &str,
        value: &str,
        warnings: &mut Vec<String>,
    ) -> Result<(), SettingsError> {
        let Some((_, rule)) = RULES.iter().find(|(name, _)| *name == key) else {
            if key.starts_with("sasl.") || key.starts_with("ssl.") {
                warnings.push(format!("producer setting {key} has no effect without TLS or SASL"));
            } else {
                warnings.push(format!("unknown producer setting {key} is ignored"));
            }
            return Ok(());
        };
        match rule {
            Rule::As(name) => self.set(name, value),
            Rule::Number(name, range) => {
                let number = fitted(key, value, range, warnings)?;
                self.set(name, &number.to_string());
            }
            Rule::Ignored(why) => {
                warnings.push(format!("producer setting {key} is ignored: {why}"));
            }
            Rule::Special => self.apply_special(key, value, warnings)?,
        }
        Ok(())
    }

    fn apply_special(
        &mut self,
        key: &str,
        value: &str,
        warnings: &mut Vec<String>,
    ) -> Result<(), SettingsError> {
        match key {
            "acks" if matches!(value, "all" | "-1") => {}
            "acks" => {
                return Err(SettingsError::Refused {
                    key: key.to_owned(),
                    value: value.to_owned(),
                    reason:
                        "an MQTT acknowledgement waits for all in-sync replicas; write acks=all"
                            .to_owned(),
                })
            }
            // Java's Connect switches it off by default; on is never weaker, so it stays on.
            "enable.idempotence" if value.eq_ignore_ascii_case("false") => {
                warnings.push(
                    "producer setting enable.idempotence=false is ignored: it stays on, so that a \
                     retry makes no duplicate"
                        .to_owned(),
                );
            }
            "batch.size" => {
                // Java counts the records of one partition, of which a request holds many; a
                // request of librdkafka holds one, so that its requests would be small and many.
                let bytes = fitted(key, value, &BATCH, warnings)?;
                if bytes < BATCH_BYTES {
                    warnings.push(format!(
                        "producer setting {key}={bytes} is read as {BATCH_BYTES}: a request holds \
                         one batch here, where Java's holds one of each partition"
                    ));
                }
                self.set(key, &bytes.max(BATCH_BYTES).to_string());
            }
            "linger.mode" => {
                self.linger = Linger::of_word(value).ok_or_else(|| SettingsError::BadValue {
                    key: key.to_owned(),
                    value: value.to_owned(),
                    reason: format!("String must be one of: {}", Linger::WORDS.join(", ")),
                })?;
            }
            "buffer.memory" => {
                let bytes = fitted(key, value, &BUFFER_MEMORY, warnings)?;
                self.set(QUEUE, &(bytes >> 10).to_string());
            }
            "connections.max.idle.ms" => {
                let ms = fitted_or_off(key, value, &IDLE, warnings)?;
                self.set(key, &ms.unwrap_or(0).to_string());
            }
            "max.in.flight.requests.per.connection" => {
                let requests = fitted(key, value, &IN_FLIGHT, warnings)?;
                self.set(key, &requests.to_string());
            }
            // Java looks for new partitions and leaders that often. In librdkafka the key of this
            // name says only how long an answer that was not renewed may be used.
            "metadata.max.age.ms" => {
                let ms = fitted(key, value, &METADATA_AGE, warnings)?;
                self.set("topic.metadata.refresh.interval.ms", &ms.to_string());
                self.set(key, &(ms * 3).to_string());
            }
            "compression.type" => match value {
                "none" | "gzip" | "snappy" | "lz4" | "zstd" => self.set(key, value),
                _ => {
                    return Err(SettingsError::BadValue {
                        key: key.to_owned(),
                        value: value.to_owned(),
                        reason: "String must be one of: none, gzip, snappy, lz4, zstd".to_owned(),
                    })
                }
            },
            "max.request.size" => {
                let bytes = fitted(key, value, &REQUEST_SIZE, warnings)?;
                self.set("message.max.bytes", &bytes.to_string());
                self.max_record_bytes = usize::try_from(bytes).unwrap_or(MAX_REQUEST_SIZE);
            }
            "receive.buffer.bytes" | "send.buffer.bytes" => {
                // -1 leaves it to the system in Java, 0 does in librdkafka.
                let bytes = fitted(key, value, &SOCKET_BUFFER, warnings)?;
                self.set(&format!("socket.{key}"), &bytes.max(0).to_string());
            }
            "partitioner.ignore.keys" if value.eq_ignore_ascii_case("true") => {
                self.set("partitioner", "random");
            }
            "security.protocol" if !value.eq_ignore_ascii_case("PLAINTEXT") => {
                return Err(SettingsError::NotYet { key: key.to_owned(), value: value.to_owned() });
            }
            // Among them the levels of compression: see `fit_compression`.
            _ => {}
        }
        Ok(())
    }

    /// Of the levels, that of the type in use counts; Kafka checks all.
    fn fit_compression(
        &mut self,
        merged: &IndexMap<&str, &str>,
        warnings: &mut Vec<String>,
    ) -> Result<(), SettingsError> {
        for (name, range) in LEVELS {
            let key = format!("compression.{name}.level");
            let Some(level) = merged.get(&*key) else { continue };
            let mut lowered = Vec::new();
            let level = fitted(&key, level, range, &mut lowered)?;
            if self.get("compression.type") == Some(name) {
                warnings.append(&mut lowered);
                self.set("compression.level", &level.to_string());
            }
        }
        Ok(())
    }

    /// The queue must hold one record of the largest size, or that could never be sent and would
    /// wait for ever.
    fn fit_queue(&mut self, warnings: &mut Vec<String>) {
        let needed = self.max_record_bytes.div_ceil(1024) * 2;
        let given = self.get(QUEUE).and_then(|kibibytes| kibibytes.parse().ok()).unwrap_or(0);
        if given >= needed {
            return;
        }
        if given != QUEUE_KIBIBYTES {
            warnings.push(format!(
                "producer setting buffer.memory is raised to {} bytes, twice max.request.size",
                needed << 10
            ));
        }
        self.set(QUEUE, &needed.to_string());
    }

    /// Java lets the first pause exceed the longest; librdkafka refuses that.
    fn fit_backoff(&mut self) {
        const LONGEST: &str = "reconnect.backoff.max.ms";
        const LONGEST_UNSET_MS: u64 = 10_000;
        let read = |key| self.get(key).and_then(|ms| ms.parse::<u64>().ok());
        let first = read("reconnect.backoff.ms").unwrap_or(0);
        if first > read(LONGEST).unwrap_or(LONGEST_UNSET_MS) {
            self.set(LONGEST, &first.to_string());
        }
    }

    /// The librdkafka properties.
    pub fn properties(&self) -> impl Iterator<Item = (&str, &str)> {
        self.properties.iter().map(|(key, value)| {
            let value = match value {
                Setting::Plain(value) => value.as_str(),
                Setting::Hidden(secret) => secret.expose(),
            };
            (key.as_str(), value)
        })
    }

    /// Those that another client needs to reach the same Kafka.
    pub(super) fn connection_properties(&self) -> impl Iterator<Item = (&str, &str)> {
        self.properties().filter(|(key, _)| is_connection_property(key))
    }

    /// How long a record waits for others that share its batch.
    pub(super) fn linger_time(&self) -> Duration {
        let millis = self.get("linger.ms").and_then(|text| text.parse().ok());
        Duration::from_millis(millis.unwrap_or_default())
    }

    /// One librdkafka property.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.properties().find(|(name, _)| *name == key).map(|(_, value)| value)
    }
}

/// Whether a property is about connections to Kafka and not about producing.
fn is_connection_property(key: &str) -> bool {
    const WHOLE: [&str; 4] =
        ["bootstrap.servers", "client.dns.lookup", "client.rack", "connections.max.idle.ms"];
    const FAMILIES: [&str; 6] =
        ["security.", "ssl.", "sasl.", "socket.", "reconnect.", "broker.address."];
    WHOLE.contains(&key) || FAMILIES.iter().any(|family| key.starts_with(family))
}

/// A number as Kafka reads it, within the range that librdkafka takes.
fn fitted(
    key: &str,
    value: &str,
    range: &Number,
    warnings: &mut Vec<String>,
) -> Result<i64, SettingsError> {
    let number = java_number(key, value, range)?;
    let fitted = number.clamp(range.least, range.most);
    if fitted != number {
        let bound = if number < fitted { "least" } else { "most" };
        warnings.push(format!(
            "producer setting {key}={number} is read as {fitted}, the {bound} that can be set here"
        ));
    }
    Ok(fitted)
}

/// The same, where a negative number switches something off.
fn fitted_or_off(
    key: &str,
    value: &str,
    range: &Number,
    warnings: &mut Vec<String>,
) -> Result<Option<i64>, SettingsError> {
    if java_number(key, value, range)? < 0 {
        return Ok(None);
    }
    fitted(key, value, range, warnings).map(Some)
}

/// A number of the key's type that is not less than Kafka allows; else Kafka's error.
fn java_number(key: &str, value: &str, range: &Number) -> Result<i64, SettingsError> {
    let bad = |reason: String| SettingsError::BadValue {
        key: key.to_owned(),
        value: value.to_owned(),
        reason,
    };
    let (name, number) = match range.java_type {
        JavaType::Int => ("INT", value.parse().map(i32::into)),
        JavaType::Long => ("LONG", value.parse()),
    };
    let number: i64 = number.map_err(|_| bad(format!("Not a number of type {name}")))?;
    if number < range.java_min {
        return Err(bad(format!("Value must be at least {}", range.java_min)));
    }
    Ok(number)
}

#[cfg(test)]
mod tests;
