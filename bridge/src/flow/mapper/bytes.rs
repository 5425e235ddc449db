//! The fast mapper: bytes in, bytes out. Keys and values are written from templates, and a payload
//! that passes unchanged is not copied before the producer does.

use std::sync::Arc;

use connect::transform::{Chain, TransformFailure};

use super::Mapped;
use crate::convert::{BytesRecordEncoder, BytesValue};
use crate::flow::errors::{RecordFailure, Stage};
use crate::flow::record_buffer::{RecordBuffer, SharedHeaders};
use crate::kafka::RecordHeader;
use crate::mqtt::Message;

/// See the module.
#[derive(Debug, Clone)]
pub struct BytesMapper {
    encoder: BytesRecordEncoder,
    /// Full class name of the value's converter.
    value_class: &'static str,
    /// Transforms, all of which make one topic from another.
    chain: Arc<Chain>,
    /// What every record gets, if anything.
    headers: Option<SharedHeaders>,
}

impl BytesMapper {
    /// A mapper with this encoder; `value_class` names the value's converter to people.
    pub fn new(encoder: BytesRecordEncoder, value_class: &'static str) -> Self {
        Self { encoder, value_class, chain: Arc::default(), headers: None }
    }

    /// The same with transforms of topics and constant headers.
    #[must_use]
    pub fn with(self, chain: Arc<Chain>, headers: Vec<RecordHeader>) -> Self {
        let headers = (!headers.is_empty()).then(|| headers.into());
        Self { chain, headers, ..self }
    }

    pub(super) fn route(&self, topic: Arc<str>) -> Result<Arc<str>, TransformFailure> {
        self.chain.route(&topic).unwrap_or(Ok(topic))
    }

    pub(super) fn write(
        &self,
        publish: &Message,
        topic: &Arc<str>,
        buffer: &mut RecordBuffer,
    ) -> Result<Mapped, Box<RecordFailure>> {
        buffer.set_topic(topic);
        if let Some(headers) = &self.headers {
            buffer.share_headers(headers);
        }
        self.encoder.key(&publish.topic, publish.packet_number(), buffer.key());
        match self.encoder.value(&publish.payload, buffer.value()) {
            Ok(BytesValue::Payload) => buffer.value_is_payload(),
            Ok(BytesValue::Written) => {}
            Err(error) => {
                let (stage, class) = (Stage::ValueConverter, self.value_class);
                return Err(Box::new(RecordFailure::new(stage, class, &*publish.topic, error)));
            }
        }
        Ok(Mapped::Record)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::base::Seq;
    use crate::flow::test_support::mapper;
    use crate::mqtt::QoS;

    #[test]
    fn every_record_has_the_headers_that_the_mapper_was_given() {
        let header = |name: &str, value: Option<&'static str>| RecordHeader {
            name: name.into(),
            value: value.map(Bytes::from),
        };
        let headers = vec![header("unit", Some("kWh")), header("unit", None)];
        for (mapper, want) in [
            (mapper(), Vec::new()),
            (mapper().with(Arc::default(), Vec::new()), Vec::new()),
            (mapper().with(Arc::default(), headers.clone()), headers),
        ] {
            for payload in ["a", "b"] {
                let publish = Message::new("a/b", QoS::AtLeastOnce, payload);
                let mut buffer = RecordBuffer::default();
                assert_eq!(mapper.write(&publish, &"t".into(), &mut buffer), Ok(Mapped::Record));
                let record = buffer.as_record(Seq(0), payload.as_bytes());
                assert_eq!((record.headers, record.value), (&*want, Some(payload.as_bytes())));
            }
        }
    }
}
