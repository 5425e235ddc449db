//! The producer keys of the Java client, and what becomes of each.
//!
//! Data only; [`super::ProducerSettings`] carries it out. A key that is not in the table is unknown
//! and gets a warning.

/// How a Java key is carried over.
pub(super) enum Rule {
    /// Same value under another (or the same) name.
    As(&'static str),
    /// The same, for a number.
    Number(&'static str, Number),
    /// Handled by a branch of its own in [`super::ProducerSettings::from_java`].
    Special,
    /// Has no counterpart, and none is needed: the reason is told once.
    Ignored(&'static str),
}

/// A number's type and least value in Java, and what librdkafka makes of it.
pub(super) struct Number {
    pub(super) java_type: JavaType,
    /// Kafka refuses what is less.
    pub(super) java_min: i64,
    /// What is outside of this range is read as the nearest number within, with a warning.
    pub(super) least: i64,
    pub(super) most: i64,
}

/// As Kafka's ConfigDef names it, which decides the largest value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JavaType {
    Int,
    Long,
}

const fn int(java_min: i64, least: i64, most: i64) -> Number {
    Number { java_type: JavaType::Int, java_min, least, most }
}

const fn long(java_min: i64, least: i64, most: i64) -> Number {
    Number { java_type: JavaType::Long, java_min, least, most }
}

/// An hour and a day, librdkafka's longest times for some settings.
const HOUR_MS: i64 = 3_600_000;
const INT_MAX: i64 = i32::MAX as i64;

/// The memory of a producer, in bytes; librdkafka counts kibibytes.
pub(super) const BUFFER_MEMORY: Number = long(0, 1024, 1 << 40);

/// How many requests may be under way; the order of records holds up to five.
pub(super) const IN_FLIGHT: Number = int(1, 1, 5);

/// How old metadata may be. Less keeps asking Kafka.
pub(super) const METADATA_AGE: Number = long(0, 100, HOUR_MS);

/// When an idle connection is closed; a negative number is never.
pub(super) const IDLE: Number = long(i64::MIN, 1000, INT_MAX);

/// A batch.
pub(super) const BATCH: Number = int(0, 0, INT_MAX);

/// A socket's buffer; -1 leaves it to the system.
pub(super) const SOCKET_BUFFER: Number = int(-1, -1, 100_000_000);

/// The levels that Kafka's compression types have, and those that librdkafka takes.
pub(super) const LEVELS: &[(&str, Number)] =
    &[("gzip", int(-1, -1, 9)), ("lz4", int(-1, -1, 12)), ("zstd", int(-131_072, -1, 12))];

/// The largest record that `max.request.size` may allow; librdkafka takes no larger one.
pub(super) const REQUEST_SIZE: Number = int(0, 1000, 1_000_000_000);

/// A pause below this before a refused record goes again keeps a core busy for as long as Kafka
/// refuses it.
const RETRY_PAUSE_MIN_MS: i64 = 10;

/// Every producer key that is known, in alphabetical order.
pub(super) const RULES: &[(&str, Rule)] = &[
    ("acks", Rule::Special),
    ("batch.size", Rule::Special),
    ("bootstrap.servers", Rule::As("bootstrap.servers")),
    ("buffer.memory", Rule::Special),
    ("client.dns.lookup", Rule::As("client.dns.lookup")),
    ("client.id", Rule::As("client.id")),
    ("client.rack", Rule::As("client.rack")),
    ("compression.gzip.level", Rule::Special),
    ("compression.lz4.level", Rule::Special),
    ("compression.type", Rule::Special),
    ("compression.zstd.level", Rule::Special),
    ("connections.max.idle.ms", Rule::Special),
    ("delivery.timeout.ms", Rule::Ignored("a record is retried until Kafka has it")),
    ("enable.idempotence", Rule::Special),
    ("enable.metrics.push", Rule::As("enable.metrics.push")),
    ("interceptor.classes", Rule::Ignored("Java classes cannot be loaded")),
    ("key.serializer", Rule::Ignored("converters serialize")),
    ("linger.mode", Rule::Special),
    ("linger.ms", Rule::Number("linger.ms", long(0, 0, 900_000))),
    ("max.block.ms", Rule::Ignored("the pipeline waits without a limit and keeps the message")),
    ("max.in.flight.requests.per.connection", Rule::Special),
    ("max.request.size", Rule::Special),
    ("metadata.max.age.ms", Rule::Special),
    ("metadata.max.idle.ms", Rule::Ignored("librdkafka has no such setting")),
    ("metadata.recovery.strategy", Rule::As("metadata.recovery.strategy")),
    ("metric.reporters", Rule::Ignored("Java classes cannot be loaded")),
    ("metrics.num.samples", Rule::Ignored("there are no Java metrics")),
    ("metrics.recording.level", Rule::Ignored("there are no Java metrics")),
    ("metrics.sample.window.ms", Rule::Ignored("there are no Java metrics")),
    ("partitioner.adaptive.partitioning.enable", Rule::Ignored("records have keys")),
    ("partitioner.availability.timeout.ms", Rule::Ignored("records have keys")),
    ("partitioner.class", Rule::Ignored("keyed records go where Java's default puts them")),
    ("partitioner.ignore.keys", Rule::Special),
    ("receive.buffer.bytes", Rule::Special),
    ("reconnect.backoff.max.ms", Rule::Number("reconnect.backoff.max.ms", long(0, 0, HOUR_MS))),
    ("reconnect.backoff.ms", Rule::Number("reconnect.backoff.ms", long(0, 0, HOUR_MS))),
    ("request.timeout.ms", Rule::Number("request.timeout.ms", int(0, 1, 900_000))),
    ("retries", Rule::Ignored("a record is retried until Kafka has it")),
    (
        "retry.backoff.max.ms",
        Rule::Number("retry.backoff.max.ms", long(0, RETRY_PAUSE_MIN_MS, 300_000)),
    ),
    ("retry.backoff.ms", Rule::Number("retry.backoff.ms", long(0, RETRY_PAUSE_MIN_MS, 300_000))),
    ("security.protocol", Rule::Special),
    ("send.buffer.bytes", Rule::Special),
    (
        "socket.connection.setup.timeout.max.ms",
        Rule::Ignored("socket.connection.setup.timeout.ms alone decides"),
    ),
    (
        "socket.connection.setup.timeout.ms",
        Rule::Number("socket.connection.setup.timeout.ms", long(i64::MIN, 1000, INT_MAX)),
    ),
    ("value.serializer", Rule::Ignored("converters serialize")),
];
