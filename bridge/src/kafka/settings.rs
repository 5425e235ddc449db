//! Producer settings in Java's names, translated to librdkafka's.
//!
//! Users write `producer.*` and `producer.override.*` for the Java client. Every key falls into
//! one of four classes, and the table below says which: translated, accepted because it has no
//! counterpart and no need of one, not supported yet, or unknown. Only the second and the last are
//! quiet enough for a warning; what cannot be honoured and would change security is an error.

use std::collections::BTreeMap;
use std::time::Duration;

use indexmap::IndexMap;

use super::java_keys::{Rule, RULES};
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

/// What a record of the largest size costs beside key and value in a batch of its own; librdkafka
/// counts it towards `message.max.bytes`, Java counts it towards `max.request.size`, too.
const REQUEST_SIZE_MIN: i64 = 1000;

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
        for (key, value) in merged {
            settings.apply(key, value, &mut warnings)?;
        }
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
            Rule::Number(name, min, max) => {
                let number = number(key, value, *min, *max)?;
                self.set(name, &number.to_string());
            }
            Rule::Kibibytes(name) => {
                let bytes = number(key, value, 1 << 20, 1 << 40)?;
                self.set(name, &(bytes >> 10).to_string());
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
                let bytes = number(key, value, 0, i64::from(i32::MAX))?;
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
            "max.in.flight.requests.per.connection" => {
                let wanted = number(key, value, 1, 1_000_000)?;
                if wanted > 5 {
                    warnings.push(format!("producer setting {key}={wanted} is lowered to 5"));
                }
                self.set(key, &wanted.min(5).to_string());
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
            "compression.gzip.level" | "compression.lz4.level" | "compression.zstd.level" => {
                let level = number(key, value, -1, 22)?;
                self.set("compression.level", &level.min(12).to_string());
            }
            "max.request.size" => {
                let bytes = number(key, value, REQUEST_SIZE_MIN, 1_000_000_000)?;
                self.set("message.max.bytes", &bytes.to_string());
                self.max_record_bytes = usize::try_from(bytes).unwrap_or(MAX_REQUEST_SIZE);
            }
            "request.timeout.ms" => {
                let ms = number(key, value, 1, 900_000)?;
                self.set("request.timeout.ms", &ms.to_string());
            }
            "receive.buffer.bytes" | "send.buffer.bytes" => {
                // -1 leaves it to the system in Java, 0 does in librdkafka.
                let bytes = number(key, value, -1, 100_000_000)?;
                self.set(&format!("socket.{key}"), &bytes.max(0).to_string());
            }
            "partitioner.ignore.keys" if value.eq_ignore_ascii_case("true") => {
                self.set("partitioner", "random");
            }
            "security.protocol" if !value.eq_ignore_ascii_case("PLAINTEXT") => {
                return Err(SettingsError::NotYet { key: key.to_owned(), value: value.to_owned() });
            }
            _ => {}
        }
        Ok(())
    }

    /// The queue must hold one record of the largest size, or that could never be sent and would
    /// wait for ever.
    fn fit_queue(&mut self, warnings: &mut Vec<String>) {
        const QUEUE: &str = "queue.buffering.max.kbytes";
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

fn number(key: &str, value: &str, min: i64, max: i64) -> Result<i64, SettingsError> {
    let bad = |reason: String| SettingsError::BadValue {
        key: key.to_owned(),
        value: value.to_owned(),
        reason,
    };
    let number: i64 = value.parse().map_err(|_| bad("Not a number of type INT".to_owned()))?;
    if number < min {
        return Err(bad(format!("Value must be at least {min}")));
    }
    if number > max {
        return Err(bad(format!("Value must be no more than {max}")));
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> IndexMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    fn from(pairs: &[(&str, &str)]) -> Result<(ProducerSettings, Vec<String>), SettingsError> {
        ProducerSettings::from_java(&map(pairs), &map(&[]), "k:9092", "c")
    }

    #[test]
    fn the_mode_decides_the_linger_unless_the_user_does() {
        for (mode, linger, ms) in [
            ("latency", Linger::Latency, "1"),
            ("Balanced", Linger::Balanced, "5"),
            ("efficiency", Linger::Efficiency, "20"),
        ] {
            let (settings, warnings) = from(&[("linger.mode", mode)]).unwrap();
            assert_eq!((settings.linger, settings.get("linger.ms")), (linger, Some(ms)));
            assert_eq!(warnings, Vec::<String>::new());
        }
        let (settings, _) = from(&[]).unwrap();
        assert_eq!(settings.linger, Linger::Balanced);
        let (settings, warnings) = from(&[("linger.ms", "0"), ("linger.mode", "latency")]).unwrap();
        assert_eq!((settings.linger, settings.get("linger.ms")), (Linger::Fixed, Some("0")));
        assert_eq!(warnings, ["producer setting linger.mode has no effect beside linger.ms"]);
        let error = from(&[("linger.mode", "fast")]).unwrap_err().to_string();
        assert!(error.ends_with("must be one of: latency, balanced, efficiency"), "{error}");
    }

    #[test]
    fn a_batch_of_javas_size_is_raised_since_a_request_holds_one() {
        let (settings, warnings) = from(&[("batch.size", "16384")]).unwrap();
        assert_eq!(settings.get("batch.size"), Some("1000000"));
        assert!(warnings[0].starts_with("producer setting batch.size=16384 is read as 1000000"));
        let (settings, warnings) = from(&[("batch.size", "5000000")]).unwrap();
        assert_eq!(settings.get("batch.size"), Some("5000000"));
        assert_eq!(warnings, Vec::<String>::new());
    }

    #[test]
    fn defaults_hold_the_delivery_promise() {
        let (settings, warnings) = from(&[]).unwrap();
        for (key, value) in [
            ("bootstrap.servers", "k:9092"),
            ("acks", "all"),
            ("enable.idempotence", "true"),
            ("message.timeout.ms", "0"),
            ("partitioner", "murmur2_random"),
            ("message.max.bytes", "1048576"),
        ] {
            assert_eq!(settings.get(key), Some(value), "{key}");
        }
        assert!(warnings.is_empty());
    }

    #[test]
    fn java_names_become_librdkafkas() {
        let (settings, warnings) = from(&[
            ("linger.ms", " 20 "),
            ("buffer.memory", "33554432"),
            ("compression.type", "zstd"),
            ("max.request.size", "2000000"),
            ("send.buffer.bytes", "-1"),
        ])
        .unwrap();
        assert_eq!(settings.get("linger.ms"), Some("20"));
        assert_eq!(settings.get("queue.buffering.max.kbytes"), Some("32768"));
        assert_eq!(settings.get("message.max.bytes"), Some("2000000"));
        assert_eq!(settings.get("socket.send.buffer.bytes"), Some("0"));
        assert_eq!(settings.max_record_bytes, 2_000_000);
        assert!(warnings.is_empty(), "{warnings:?}");
    }

    #[test]
    fn an_override_beats_the_worker() {
        let (settings, _) = ProducerSettings::from_java(
            &map(&[("linger.ms", "1")]),
            &map(&[("linger.ms", "2")]),
            "k:1",
            "c",
        )
        .unwrap();
        assert_eq!(settings.get("linger.ms"), Some("2"));
    }

    #[test]
    fn weaker_acks_and_open_security_are_refused() {
        assert!(matches!(from(&[("acks", "1")]), Err(SettingsError::Refused { .. })));
        assert!(matches!(
            from(&[("security.protocol", "SASL_SSL")]),
            Err(SettingsError::NotYet { .. })
        ));
        assert!(matches!(from(&[("linger.ms", "soon")]), Err(SettingsError::BadValue { .. })));
        assert!(from(&[("compression.type", "rar")]).is_err());
    }

    #[test]
    fn what_has_no_counterpart_is_said() {
        let (_, warnings) =
            from(&[("max.block.ms", "1"), ("no.such.key", "1"), ("enable.idempotence", "false")])
                .unwrap();
        assert_eq!(warnings.len(), 3, "{warnings:?}");
    }

    #[test]
    fn the_queue_holds_the_largest_record_in_whatever_order_the_keys_come() {
        let large = ("max.request.size", "200000000");
        let small = ("buffer.memory", "33554432");
        let (alone, silent) = from(&[large]).unwrap();
        assert!(silent.is_empty());
        for pairs in [[large, small], [small, large]] {
            let (settings, warnings) = from(&pairs).unwrap();
            for settings in [&alone, &settings] {
                let queue: usize =
                    settings.get("queue.buffering.max.kbytes").unwrap().parse().unwrap();
                assert!(queue * 1024 >= 200_000_000, "{queue}");
            }
            assert_eq!(warnings.len(), 1, "{warnings:?}");
        }
    }

    #[test]
    fn a_first_pause_over_the_longest_raises_that() {
        let (settings, _) = from(&[("reconnect.backoff.ms", "20000")]).unwrap();
        assert_eq!(settings.get("reconnect.backoff.max.ms"), Some("20000"));
        let (settings, _) = from(&[("reconnect.backoff.ms", "20")]).unwrap();
        assert_eq!(settings.get("reconnect.backoff.max.ms"), Some("1000"));
    }

    #[test]
    fn every_translated_property_is_known_to_librdkafka() {
        use rdkafka::config::ClientConfig;
        use rdkafka::producer::{BaseProducer, DefaultProducerContext};
        let pairs: Vec<(&str, &str)> = vec![
            ("batch.size", "16384"),
            ("buffer.memory", "33554432"),
            ("client.dns.lookup", "use_all_dns_ips"),
            ("client.rack", "r"),
            ("compression.type", "gzip"),
            ("compression.gzip.level", "6"),
            ("connections.max.idle.ms", "540000"),
            ("enable.metrics.push", "true"),
            ("linger.ms", "5"),
            ("max.in.flight.requests.per.connection", "1"),
            ("max.request.size", "1048576"),
            ("metadata.max.age.ms", "300000"),
            ("metadata.recovery.strategy", "rebootstrap"),
            ("partitioner.ignore.keys", "true"),
            ("receive.buffer.bytes", "32768"),
            ("reconnect.backoff.max.ms", "1000"),
            ("reconnect.backoff.ms", "50"),
            ("request.timeout.ms", "30000"),
            ("retry.backoff.max.ms", "1000"),
            ("retry.backoff.ms", "100"),
            ("send.buffer.bytes", "131072"),
            ("socket.connection.setup.timeout.ms", "10000"),
        ];
        let (settings, _) = from(&pairs).unwrap();
        let mut config = ClientConfig::new();
        for (key, value) in settings.properties() {
            config.set(key, value);
        }
        let made: Result<BaseProducer<DefaultProducerContext>, _> = config.create();
        assert!(made.is_ok(), "{:?}", made.err());
    }
}
