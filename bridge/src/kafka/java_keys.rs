//! The producer keys of the Java client, and what becomes of each.
//!
//! Data only; [`super::ProducerSettings`] carries it out. A key that is not in the table is unknown
//! and gets a warning.

/// How a Java key is carried over.
pub(super) enum Rule {
    /// Same value under another (or the same) name.
    As(&'static str),
    /// The same, for a number within a range.
    Number(&'static str, i64, i64),
    /// Bytes in Java, kibibytes in librdkafka.
    Kibibytes(&'static str),
    /// Handled by a branch of its own in [`super::ProducerSettings::from_java`].
    Special,
    /// Has no counterpart, and none is needed: the reason is told once.
    Ignored(&'static str),
}

/// Every producer key that is known, in alphabetical order.
pub(super) const RULES: &[(&str, Rule)] = &[
    ("acks", Rule::Special),
    ("batch.size", Rule::Special),
    ("bootstrap.servers", Rule::As("bootstrap.servers")),
    ("buffer.memory", Rule::Kibibytes("queue.buffering.max.kbytes")),
    ("client.dns.lookup", Rule::As("client.dns.lookup")),
    ("client.id", Rule::As("client.id")),
    ("client.rack", Rule::As("client.rack")),
    ("compression.gzip.level", Rule::Special),
    ("compression.lz4.level", Rule::Special),
    ("compression.type", Rule::Special),
    ("compression.zstd.level", Rule::Special),
    ("connections.max.idle.ms", Rule::Number("connections.max.idle.ms", 0, 2_147_483_647)),
    ("delivery.timeout.ms", Rule::Ignored("a record is retried until Kafka has it")),
    ("enable.idempotence", Rule::Special),
    ("enable.metrics.push", Rule::As("enable.metrics.push")),
    ("interceptor.classes", Rule::Ignored("Java classes cannot be loaded")),
    ("key.serializer", Rule::Ignored("converters serialize")),
    ("linger.mode", Rule::Special),
    ("linger.ms", Rule::Number("linger.ms", 0, 900_000)),
    ("max.block.ms", Rule::Ignored("the pipeline waits without a limit and keeps the message")),
    ("max.in.flight.requests.per.connection", Rule::Special),
    ("max.request.size", Rule::Special),
    ("metadata.max.age.ms", Rule::Number("metadata.max.age.ms", 1, 86_400_000)),
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
    ("reconnect.backoff.max.ms", Rule::Number("reconnect.backoff.max.ms", 0, 3_600_000)),
    ("reconnect.backoff.ms", Rule::Number("reconnect.backoff.ms", 0, 3_600_000)),
    ("request.timeout.ms", Rule::Special),
    ("retries", Rule::Ignored("a record is retried until Kafka has it")),
    ("retry.backoff.max.ms", Rule::Number("retry.backoff.max.ms", 1, 300_000)),
    ("retry.backoff.ms", Rule::Number("retry.backoff.ms", 1, 300_000)),
    ("security.protocol", Rule::Special),
    ("send.buffer.bytes", Rule::Special),
    (
        "socket.connection.setup.timeout.max.ms",
        Rule::Ignored("socket.connection.setup.timeout.ms alone decides"),
    ),
    (
        "socket.connection.setup.timeout.ms",
        Rule::Number("socket.connection.setup.timeout.ms", 1000, 2_147_483_647),
    ),
    ("value.serializer", Rule::Ignored("converters serialize")),
];
