//! What the tests of this folder share: a spec from KCQL text, and a sink that remembers.

use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;

use super::spec::SourceSpec;
use crate::base::budget::Limits;
use crate::convert::{BytesRecordEncoder, Converter};
use crate::kafka::{OwnedRecord, ProducerSettings, Record, RecordSink, SendError};
use crate::mqtt::{ConnectOptions, HostPort, QoS, SubscriptionRequest};

pub(super) fn spec(kcql: &str) -> SourceSpec {
    let compilation = kcql::compile(kcql, &kcql::CompileOptions::default());
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
            subscriptions,
            inbound_packet_limit: 1 << 20,
        },
        plan: Arc::new(plan),
        encoder: encoder(),
        producer,
        limits: Limits::default(),
        forward_duplicates: true,
        stop_grace: Duration::from_secs(1),
    }
}

fn encoder() -> BytesRecordEncoder {
    let name = "io.lenses.streamreactor.common.converters.MsgKey";
    BytesRecordEncoder::new(&Converter::string(), &Converter::ByteArray, name).unwrap()
}

/// Takes every record, or refuses the next one as told.
#[derive(Default)]
pub(super) struct Sink {
    pub(super) sent: Vec<OwnedRecord>,
    pub(super) refuse_next: Option<SendError>,
}

impl RecordSink for Sink {
    fn send(&mut self, record: Record<'_>) -> Result<(), SendError> {
        if let Some(error) = self.refuse_next.take() {
            return Err(error);
        }
        self.sent.push(record.to_owned_record());
        Ok(())
    }
}
