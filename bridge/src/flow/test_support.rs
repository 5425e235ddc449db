//! What the tests of this folder share: a spec from KCQL text, and a sink that remembers.

use std::sync::Arc;
use std::time::Duration;

use connect::convert::Converter;
use indexmap::IndexMap;

use super::errors::{DeadLetters, ErrorPolicy};
use super::mapper::{BytesMapper, RecordMapper};
use super::notice::Notice;
use super::spec::SourceSpec;
use super::topics::CreateTopics;
use crate::base::budget::Limits;
use crate::convert::{BytesRecordEncoder, KeyForm};
use crate::kafka::{
    OwnedRecord, ProducerSettings, Record, RecordSink, SendError, TopicCreation, TopicSettings,
};
use crate::mqtt::{ConnectOptions, HostPort, QoS, SubscriptionRequest};

pub(super) fn spec(kcql: &str) -> SourceSpec {
    spec_matching(kcql, kcql::Matching::FirstInOrder)
}

pub(super) fn spec_matching(kcql: &str, matching: kcql::Matching) -> SourceSpec {
    let options = kcql::CompileOptions { matching, ..kcql::CompileOptions::default() };
    let compilation = kcql::compile(kcql, &options);
    let plan = compilation.plan.unwrap_or_else(|| panic!("{:?}", compilation.diagnostics));
    let subscriptions = plan
        .statements()
        .iter()
        .map(|statement| SubscriptionRequest {
            filter: statement.subscription.wire(),
            qos: QoS::ExactlyOnce,
        })
        .collect();
    let none = IndexMap::new();
    let (producer, _) = ProducerSettings::from_java(&none, &none, "127.0.0.1:1", "c").unwrap();
    SourceSpec {
        connector: "c".into(),
        task: 0,
        mqtt: ConnectOptions {
            hosts: vec![HostPort { host: "h".into(), port: 1 }],
            client_id: "c".into(),
            username: None,
            password: None,
            clean_session: false,
            keep_alive: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(5),
            reconnect_backoff_max: Duration::from_secs(10),
            subscriptions,
            inbound_packet_limit: 1 << 20,
        },
        mappers: plan.statements().iter().map(|_| RecordMapper::Bytes(mapper())).collect(),
        errors: ErrorPolicy { source_passes_over: true, ..ErrorPolicy::default() },
        plan: Arc::new(plan),
        producer,
        topics: None,
        limits: Limits::default(),
        forward_duplicates: true,
        stop_grace: Duration::from_secs(1),
    }
}

/// Dead letters with their context, of the first task of `c`.
pub(super) fn letters(topic: &str) -> DeadLetters {
    DeadLetters { topic: topic.into(), context_headers: true, connector: "c".into(), task: 0 }
}

/// Topics of one partition are created, or only this one.
pub(super) fn creation(only: Option<&str>) -> CreateTopics {
    let settings = TopicSettings {
        group: "default".into(),
        partitions: 1,
        replication_factor: 1,
        settings: IndexMap::new(),
    };
    CreateTopics { creation: TopicCreation::new(Vec::new(), settings), only: only.map(Into::into) }
}

/// A mapper that writes payloads as they are.
pub(super) fn mapper() -> BytesMapper {
    mapper_of(&Converter::ByteArray)
}

/// A mapper with this converter for values.
pub(super) fn mapper_of(value: &Converter) -> BytesMapper {
    let name = "io.lenses.streamreactor.common.converters.MsgKey";
    let key = Converter::string();
    let encoder = BytesRecordEncoder::new(&key, value, KeyForm::TopicAndId(name)).unwrap();
    BytesMapper::new(encoder, value.class_name())
}

/// Takes every record, or refuses the next one as told, or all for one topic.
#[derive(Default)]
pub(super) struct Sink {
    pub(super) sent: Vec<OwnedRecord>,
    pub(super) refuse_next: Option<SendError>,
    pub(super) refuse_for: Option<(&'static str, SendError)>,
}

impl RecordSink for Sink {
    fn flush(&mut self) {}

    fn send(&mut self, record: Record<'_>) -> Result<(), SendError> {
        if let Some(error) = self.refuse_next.take() {
            return Err(error);
        }
        if let Some((_, error)) = self.refuse_for.as_ref().filter(|it| it.0 == record.topic) {
            return Err(error.clone());
        }
        self.sent.push(record.to_owned_record());
        Ok(())
    }
}

/// Connect's log lines among what is told.
pub(super) fn error_lines(notices: impl Iterator<Item = Notice>) -> Vec<String> {
    notices
        .filter_map(|notice| match notice {
            Notice::Error { line, .. } => Some(line),
            _ => None,
        })
        .collect()
}
