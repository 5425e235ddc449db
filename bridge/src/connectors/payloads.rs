//! Messages whose payloads are the values of records as they are, and samples of such records.
//!
//! Used to find out, before the first message, what every message would meet. Knows no class of
//! transforms. Invariant: the samples differ in topic, packet id and payload, so what holds for all
//! of them does not depend on the content of a message.

use bytes::Bytes;
use connect::convert::Position;
use connect::data::{ConnectError, Record, SchemaAndValue};
use kcql::{Plan, Subscription, Target};

use crate::convert::source::{Converted, MqttMessage, SourceConverter};
use crate::flow::Converters;

/// Messages whose payloads are the values of records as they are.
pub struct Payloads {
    /// Makes records of them.
    pub source: SourceConverter,
    /// The filter of their topics, without the group that shares it.
    pub filter: String,
    /// Where it goes, if that is not made of its topic.
    pub kafka_topic: Option<String>,
    /// Whose they are, to people.
    pub whose: String,
    /// What to do where a transform is to look into them.
    pub remedy: String,
}

impl Payloads {
    /// Those of a connector that knows no other values.
    pub(super) fn of_connector(
        source: SourceConverter,
        filter: &str,
        kafka_topic: &str,
    ) -> Option<Self> {
        Some(Self {
            source,
            filter: Subscription::parse(filter).ok()?.filter.as_str().to_owned(),
            kafka_topic: Some(kafka_topic.to_owned()),
            whose: "of this connector".to_owned(),
            remedy: "transforms of topic, key and headers work, and a Lenses connector reads JSON"
                .to_owned(),
        })
    }

    /// Those of a connector whose only plan this is.
    pub(super) fn of_plan(source: SourceConverter, plan: &Plan) -> Option<Self> {
        let statement = plan.statements().first()?;
        let filter = statement.subscription.filter.as_str();
        Self::of_connector(source, filter, literal_topics(plan).next()?)
    }

    /// One of their records.
    pub(super) fn any_record(&mut self) -> Option<Record> {
        self.sample(SAMPLES.first()?)
    }

    /// One record for each sample.
    pub(super) fn samples(&mut self) -> Option<Vec<Record>> {
        SAMPLES.iter().map(|sample| self.sample(sample)).collect()
    }

    fn sample(
        &mut self,
        (levels, packet_id, payload): &(&str, u16, &'static [u8]),
    ) -> Option<Record> {
        let message = MqttMessage {
            topic: &self.filter.replace(['+', '#'], levels),
            packet_id: *packet_id,
            qos: 1,
            retained: false,
            duplicate: false,
            payload: &Bytes::from_static(payload),
        };
        let Converted { key, value, headers } = self.source.convert(message, None).ok()?;
        let topic = self.kafka_topic.as_deref().unwrap_or("a").into();
        Some(Record { topic, partition: None, timestamp: None, key, value, headers })
    }
}

/// What stands for the wildcards of a filter, the packet id, the payload.
const SAMPLES: [(&str, u16, &[u8]); 4] =
    [("a", 1, b""), ("7", 2, b"1"), ("b/1", 3, b"{\"a\":[true]}"), ("c/x-1/2", 40_000, b"\xff\0")];

/// The Kafka topics that statements name; none that comes of a message's own topic.
pub(super) fn literal_topics(plan: &Plan) -> impl Iterator<Item = &str> {
    plan.statements().iter().filter_map(|statement| match &statement.target {
        Target::Literal(topic) => Some(topic.as_str()),
        Target::FromTopic(_) => None,
    })
}

/// Which converters cannot write a record, and what they say.
pub(super) fn refusals(converters: &Converters, record: &Record) -> Vec<(Position, ConnectError)> {
    let out = &mut Vec::new();
    let topic = &*record.topic;
    let SchemaAndValue { schema, value } = &record.key;
    let key = converters.key.to_bytes(topic, schema.as_ref(), value, out);
    let SchemaAndValue { schema, value } = &record.value;
    let value = converters.value.to_bytes(topic, schema.as_ref(), value, out);
    let mut written = vec![(Position::Key, key), (Position::Value, value)];
    for header in &record.headers {
        let SchemaAndValue { schema, value } = &header.data;
        let (converter, name) = (&converters.header, &header.name);
        let header = converter.header_to_bytes(topic, name, schema.as_ref(), value, out);
        written.push((Position::Header, header));
    }
    let refused = |(position, written): (Position, Result<bool, ConnectError>)| {
        written.err().map(|error| (position, error))
    };
    written.into_iter().filter_map(refused).collect()
}
