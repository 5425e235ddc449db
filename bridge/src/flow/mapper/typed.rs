//! The mapper of data: a message becomes Connect's data, passes the transforms, and is written by the
//! converters. The order is that of Connect's worker: transforms, then headers, key, value.

use std::sync::Arc;

use bytes::Bytes;
use connect::config::topic_name_error;
use connect::convert::Converter;
use connect::data::{shown, ConnectError, Headers, Record, SchemaAndValue};
use connect::transform::Chain;

use super::Mapped;
use crate::convert::source::{KeyRecipe, MqttMessage, SourceConverter};
use crate::convert::BytesRecordEncoder;
use crate::flow::errors::{RecordFailure, Stage, INVALID_TOPIC, WORKER};
use crate::flow::record_buffer::RecordBuffer;
use crate::kafka::RecordHeader;
use crate::mqtt::Message;

/// The converters of a connector.
#[derive(Debug, Clone)]
pub struct Converters {
    /// `key.converter`.
    pub key: Converter,
    /// `value.converter`.
    pub value: Converter,
    /// `header.converter`.
    pub header: Converter,
}

/// See the module.
#[derive(Debug)]
pub struct TypedMapper {
    source: SourceConverter,
    source_class: String,
    keys: Option<KeyRecipe>,
    chain: Arc<Chain>,
    converters: Converters,
    /// Writes keys that nothing looks at; the record has none then.
    default_key: Option<BytesRecordEncoder>,
    /// Records are kept for the log of failures.
    keeps_records: bool,
    /// Failures may quote the payload.
    shows_payloads: bool,
    /// The last topic that Kafka was found to accept.
    legal: Option<Arc<str>>,
}

impl TypedMapper {
    /// A mapper of these parts; `source_class` names the source's converter to people, and with
    /// `keeps_records` failures carry the record for the log.
    pub fn new(
        source: SourceConverter,
        source_class: String,
        keys: Option<KeyRecipe>,
        chain: Arc<Chain>,
        converters: Converters,
        keeps_records: bool,
    ) -> Self {
        Self {
            source,
            source_class,
            keys,
            chain,
            converters,
            default_key: None,
            keeps_records,
            shows_payloads: false,
            legal: None,
        }
    }

    /// The same for records whose key is made from topic and packet id, where no transform and no
    /// log looks at it: written at once by `encoder`.
    #[must_use]
    pub fn writing_default_keys(self, encoder: BytesRecordEncoder) -> Self {
        let source = self.source.without_default_key();
        Self { source, default_key: Some(encoder), ..self }
    }

    /// The same, whose failures may quote the payload.
    #[must_use]
    pub fn showing_payloads(self, shows_payloads: bool) -> Self {
        Self { shows_payloads, ..self }
    }

    pub(super) fn write(
        &mut self,
        publish: &Message,
        topic: &Arc<str>,
        buffer: &mut RecordBuffer,
    ) -> Result<Mapped, Box<RecordFailure>> {
        let record = self.record(publish, topic)?;
        let kept = self.keeps_records.then(|| Box::new(record.clone()));
        let shows = self.shows_payloads;
        let failed = |stage, class: &str, alias: Option<&str>, error: ConnectError| {
            Box::new(RecordFailure {
                alias: alias.map(str::to_owned),
                record: kept.clone(),
                ..RecordFailure::new(stage, class, &*publish.topic, error.shown_to_users(shows))
            })
        };
        let record = match self.chain.apply(record) {
            Ok(Some(record)) => record,
            Ok(None) => return Ok(Mapped::Dropped),
            Err(failure) => {
                let alias = Some(&*failure.alias);
                let class = &*failure.class;
                return Err(failed(Stage::Transformation, class, alias, failure.error));
            }
        };
        if let Some(error) = self.illegal(&record.topic, &publish.topic) {
            return Err(failed(Stage::KafkaProduce, WORKER, None, error));
        }
        buffer.set_topic(&record.topic);
        let Converters { key, value, header } = &self.converters;
        self.write_headers(&record.topic, &record.headers, buffer)
            .map_err(|error| failed(Stage::HeaderConverter, header.class_name(), None, error))?;
        if let Some(encoder) = &self.default_key {
            encoder.key(&publish.topic, publish.packet_number(), buffer.key());
        } else {
            let SchemaAndValue { schema, value: data } = &record.key;
            let has_key = key
                .to_bytes(&record.topic, schema.as_ref(), data, buffer.key())
                .map_err(|error| failed(Stage::KeyConverter, key.class_name(), None, error))?;
            if !has_key {
                buffer.key_is_null();
            }
        }
        let SchemaAndValue { schema, value: data } = &record.value;
        let has_value = value
            .to_bytes(&record.topic, schema.as_ref(), data, buffer.value())
            .map_err(|error| failed(Stage::ValueConverter, value.class_name(), None, error))?;
        if !has_value {
            buffer.value_is_null();
        }
        Ok(Mapped::Record)
    }

    /// See [`SourceConverter::take_wrapped_integers`].
    pub(super) fn take_wrapped_integers(&mut self) -> Vec<String> {
        self.source.take_wrapped_integers()
    }

    fn record(
        &mut self,
        publish: &Message,
        topic: &Arc<str>,
    ) -> Result<Record, Box<RecordFailure>> {
        let message = MqttMessage {
            topic: &publish.topic,
            packet_id: publish.packet_number(),
            qos: publish.qos as u8,
            retained: publish.retain,
            duplicate: publish.dup,
            payload: &publish.payload,
        };
        let converted = self.source.convert(message, self.keys.as_ref()).map_err(|error| {
            let class = &*self.source_class;
            Box::new(RecordFailure::new(Stage::TaskPoll, class, &*publish.topic, error))
        })?;
        Ok(Record {
            topic: Arc::clone(topic),
            partition: None,
            timestamp: None,
            key: converted.key,
            value: converted.value,
            headers: converted.headers,
        })
    }

    fn write_headers(
        &self,
        topic: &str,
        headers: &Headers,
        buffer: &mut RecordBuffer,
    ) -> Result<(), ConnectError> {
        for header in headers {
            let mut bytes = Vec::new();
            let SchemaAndValue { schema, value } = &header.data;
            let converter = &self.converters.header;
            let has_value = converter.header_to_bytes(
                topic,
                &header.name,
                schema.as_ref(),
                value,
                &mut bytes,
            )?;
            let value = has_value.then(|| Bytes::from(bytes));
            buffer.headers.push(RecordHeader { name: Arc::clone(&header.name), value });
        }
        Ok(())
    }

    fn illegal(&mut self, topic: &Arc<str>, mqtt_topic: &str) -> Option<ConnectError> {
        if self.legal.as_ref() == Some(topic) {
            return None;
        }
        match topic_name_error(topic) {
            None => {
                self.legal = Some(Arc::clone(topic));
                None
            }
            Some(reason) => {
                // It may come out of the payload.
                let quoted = format!("'{}'", shown(topic));
                let text = format!(
                    "the transforms give a message on MQTT topic '{mqtt_topic}' the Kafka topic \
                     {quoted}, which Kafka does not accept: {reason}"
                );
                let error = ConnectError::of(INVALID_TOPIC, text);
                // The MQTT topic may always be quoted, so it is no secret under another name.
                Some(if **topic == *mqtt_topic { error } else { error.quoting(quoted) })
            }
        }
    }
}

#[cfg(test)]
mod tests;
