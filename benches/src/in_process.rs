//! The bridge's data path, or one by hand, in one thread: packets in, records into a sink that only counts them,
//! each reported as delivered at once.
//!
//! No socket, no producer, no clock within a run, so that instructions can be counted and come out
//! the same every time.

use std::sync::Arc;
use std::time::Instant;

use ::tests::bridge::{BYTES, STRING};
use ::tests::fake_broker::publish;
use bytes::{BufMut as _, Bytes, BytesMut};
use connect::config::ConfigMap;
use kcql_bridge::base::{clock, Seq};
use kcql_bridge::config::WorkerConfig;
use kcql_bridge::connectors::{ConnectorRequest, Registry};
use kcql_bridge::flow::{Core, SourceSpec};
use kcql_bridge::kafka::{Record, RecordHeader, RecordSink, ReportBatch, SendError};
use kcql_bridge::observe::TaskCounters;
use rumqttc::mqttbytes::QoS;

use crate::handwritten::Handwritten;
use crate::mock::TOPIC;
use crate::workloads::{Workload, HEADER, PREFIX};

/// Messages that come in one read.
pub const BATCH: u16 = 100;

/// A core that is connected and subscribed, and what it reads.
pub(crate) struct Source {
    pub(crate) core: Core,
    input: BytesMut,
    /// A hundred messages to a hundred topics.
    packets: Vec<u8>,
    now: Instant,
}

/// The bridge's data path, or one by hand, before a sink that counts.
pub struct Path<S> {
    side: S,
    sink: Counting,
    reports: ReportBatch,
}

/// What came out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Records.
    pub records: u64,
    /// Bytes of their keys and values, and of their headers' values.
    pub bytes: u64,
}

/// Takes every record and reports it.
#[derive(Default)]
pub struct Counting {
    reports: ReportBatch,
    totals: Totals,
    last: Option<(Vec<u8>, Vec<u8>)>,
    keeps_last: bool,
}

impl RecordSink for Counting {
    fn flush(&mut self) {}

    fn send(&mut self, record: Record<'_>) -> Result<(), SendError> {
        let (key, value) = (record.key.unwrap_or_default(), record.value.unwrap_or_default());
        let headers =
            record.headers.iter().map(|header| header.value.as_ref().map_or(0, Bytes::len));
        self.totals.records += 1;
        self.totals.bytes += (key.len() + value.len() + headers.sum::<usize>()) as u64;
        if self.keeps_last {
            self.last = Some((key.to_vec(), value.to_vec()));
        }
        self.reports.delivered.push(record.seq);
        Ok(())
    }
}

/// From packets to records, and from reports to acknowledgements.
pub trait DataPath {
    /// Reads a batch of messages.
    fn read(&mut self, sink: &mut Counting);

    /// Takes reports and lets the acknowledgements go.
    fn report(&mut self, reports: &mut ReportBatch, sink: &mut Counting);

    /// Messages on their workload.
    fn outstanding(&self) -> usize;
}

impl Source {
    /// A core of this task, for messages with this payload.
    pub(crate) fn new(spec: SourceSpec, payload: &[u8], sink: &mut impl RecordSink) -> Self {
        let mut source = Self {
            core: Core::new(spec, Arc::new(TaskCounters::default())),
            input: BytesMut::new(),
            packets: packets(payload),
            now: clock::now(),
        };
        source.core.connected("broker", source.now).unwrap();
        source.core.output().clear();
        // CONNACK without a session, then SUBACK of the only filter with QoS 1.
        source.input.put_slice(&[0x20, 2, 0, 0, 0x90, 3, 0, 1, 1]);
        source.work(sink);
        let subscribed = source.core.notices().count();
        assert!(subscribed >= 2, "connected and subscribed");
        source
    }

    /// Reads a batch.
    pub(crate) fn pump(&mut self, sink: &mut impl RecordSink) {
        self.input.put_slice(&self.packets);
        self.work(sink);
    }

    fn work(&mut self, sink: &mut impl RecordSink) {
        self.core.pump(&mut self.input, sink, self.now).unwrap();
        assert!(self.input.is_empty(), "everything was taken");
    }
}

/// The bridge's.
pub struct Bridge(Source);

impl DataPath for Bridge {
    fn read(&mut self, sink: &mut Counting) {
        self.0.pump(sink);
    }

    fn report(&mut self, reports: &mut ReportBatch, sink: &mut Counting) {
        self.0.core.reported(reports, sink, self.0.now).unwrap();
        self.0.core.output().clear();
    }

    fn outstanding(&self) -> usize {
        self.0.core.outstanding()
    }
}

/// By hand.
pub struct HandwrittenPath {
    hand: Handwritten,
    topic: &'static str,
    headers: Vec<RecordHeader>,
    input: Vec<u8>,
    packets: Vec<u8>,
}

impl DataPath for HandwrittenPath {
    fn read(&mut self, sink: &mut Counting) {
        let Self { hand, topic, headers, input, packets } = self;
        // What a socket does for both sides.
        input.clear();
        input.extend_from_slice(packets);
        hand.pump(input, |seq, key, value| {
            let (key, value) = (Some(key), Some(value));
            sink.send(Record { seq: Seq(seq), is_dead_letter: false, topic, key, value, headers })
                .unwrap();
        });
    }

    fn report(&mut self, reports: &mut ReportBatch, _: &mut Counting) {
        for seq in reports.delivered.drain(..) {
            self.hand.delivered(seq.0);
        }
        self.hand.acks().clear();
    }

    fn outstanding(&self) -> usize {
        self.hand.outstanding()
    }
}

impl Path<Bridge> {
    /// The path of a connector that takes this workload, with messages of this payload.
    pub fn new(workload: Workload, payload: &[u8]) -> Self {
        let mut sink = Counting::default();
        let source = Source::new(spec(workload, "k:9092", &[]), payload, &mut sink);
        Self { side: Bridge(source), sink, reports: ReportBatch::default() }
    }
}

impl Path<HandwrittenPath> {
    /// The path by hand, with the constant header or without.
    pub fn by_hand(with_header: bool, payload: &[u8]) -> Self {
        let header =
            RecordHeader { name: HEADER.0.into(), value: Some(HEADER.1.as_bytes().into()) };
        let headers = if with_header { vec![header] } else { Vec::new() };
        let (hand, packets) = (Handwritten::default(), packets(payload));
        let side = HandwrittenPath { hand, topic: TOPIC, headers, input: Vec::new(), packets };
        Self { side, sink: Counting::default(), reports: ReportBatch::default() }
    }
}

impl<S: DataPath> Path<S> {
    /// Sends this many batches through.
    pub fn run(&mut self, batches: u64) -> Totals {
        for _ in 0..batches {
            self.side.read(&mut self.sink);
            std::mem::swap(&mut self.reports, &mut self.sink.reports);
            self.side.report(&mut self.reports, &mut self.sink);
            self.reports.clear();
        }
        assert_eq!(self.side.outstanding(), 0);
        self.sink.totals
    }

    /// Key and value of the last record of one batch.
    pub fn sample(&mut self) -> (Vec<u8>, Vec<u8>) {
        self.sink.keeps_last = true;
        self.run(1);
        self.sink.keeps_last = false;
        self.sink.last.take().unwrap()
    }
}

/// What a worker makes of the connector, its defaults those of the classic pair.
pub(crate) fn spec(workload: Workload, kafka: &str, more: &[(&str, &str)]) -> SourceSpec {
    let worker: ConfigMap = [
        ("bootstrap.servers", kafka),
        ("key.converter", STRING),
        ("value.converter", BYTES),
        ("offset.storage.file.filename", "offsets"),
    ]
    .iter()
    .chain(more)
    .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
    .collect();
    let (worker, _) = WorkerConfig::standalone(&worker).unwrap();
    let connector = workload.connector("tcp://broker:1883");
    let mut config: ConfigMap = connector
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    config.insert("name".to_owned(), "bench".to_owned());
    let request = ConnectorRequest { name: "bench", config: &config, nulls: &[], worker_id: "w" };
    let compiled = Registry::default().compile(request, &worker).unwrap();
    compiled.tasks.unwrap_or_else(|error| panic!("{}: {error}", workload.name())).remove(0)
}

/// Packets of a batch.
pub(crate) fn packets(payload: &[u8]) -> Vec<u8> {
    let mut out = BytesMut::new();
    for id in 1..=BATCH {
        let topic = format!("{PREFIX}/{id}");
        publish(&topic, QoS::AtLeastOnce, id, payload.to_vec()).write(&mut out).unwrap();
    }
    out.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workloads::{PAYLOAD, WORKLOADS};

    fn sample(workload: Workload) -> (String, String) {
        let (key, value) = Path::new(workload, PAYLOAD.as_bytes()).sample();
        (String::from_utf8(key).unwrap(), String::from_utf8(value).unwrap())
    }

    #[test]
    fn every_way_gives_a_record_for_each_message() {
        for workload in WORKLOADS {
            let mut path = Path::new(workload, PAYLOAD.as_bytes());
            assert_eq!(path.run(3).records, 3 * u64::from(BATCH), "{}", workload.name());
            assert_eq!(path.sample().0, b"Struct{topic=blast/100,id=100}");
        }
    }

    #[test]
    fn by_hand_the_same_comes_out() {
        for (with_header, workload) in [(false, Workload::Bytes), (true, Workload::InsertHeader)] {
            let mut hand = Path::by_hand(with_header, PAYLOAD.as_bytes());
            let mut bridge = Path::new(workload, PAYLOAD.as_bytes());
            assert_eq!(hand.run(3), bridge.run(3));
            assert_eq!(hand.sample(), bridge.sample());
        }
    }

    #[test]
    fn the_ways_do_what_they_are_named_after() {
        let bytes = Path::new(Workload::Bytes, PAYLOAD.as_bytes()).run(1).bytes;
        let with_header = Path::new(Workload::InsertHeader, PAYLOAD.as_bytes()).run(1).bytes;
        assert_eq!(with_header - bytes, u64::from(BATCH) * HEADER.1.len() as u64);
        assert_eq!(sample(Workload::Json { schemas: false }).1, PAYLOAD);
        let transformed = sample(Workload::Transformed { schemas: false }).1;
        let wanted = PAYLOAD
            .replace(r#""site":"berlin-3","#, "")
            .replace(r#""ts":1764000000123"#, r#""time":1764000000123,"topic":"bench""#);
        assert_eq!(transformed, wanted);
        for (workload, plain) in [
            (Workload::Json { schemas: true }, PAYLOAD.to_owned()),
            (Workload::Transformed { schemas: true }, transformed),
        ] {
            let value = sample(workload).1;
            assert!(value.starts_with(r#"{"schema":{"type":"struct","fields":["#), "{value}");
            assert!(value.ends_with(&format!(r#","payload":{plain}}}"#)), "{value}");
        }
    }
}
