//! The bridge's data path in one thread: packets in, records into a sink that only counts them,
//! each reported as delivered at once.
//!
//! No socket, no producer, no clock within a run, so that instructions can be counted and come out
//! the same every time.

use std::sync::Arc;
use std::time::Instant;

use ::tests::bridge::{BYTES, STRING};
use ::tests::fake_broker::publish;
use bytes::{BufMut as _, Bytes, BytesMut};
use kcql_bridge::base::clock;
use kcql_bridge::config::{ConfigMap, WorkerConfig};
use kcql_bridge::connectors::Registry;
use kcql_bridge::flow::{Core, SourceSpec};
use kcql_bridge::kafka::{Record, RecordSink, SendError, Taken};
use kcql_bridge::observe::TaskCounters;
use rumqttc::mqttbytes::QoS;

use crate::ways::{Way, PREFIX};

/// Messages that come in one read.
pub const BATCH: u16 = 100;

/// A core that is connected and subscribed.
pub struct Path {
    core: Core,
    sink: Counting,
    reports: Taken,
    input: BytesMut,
    /// A hundred messages to a hundred topics.
    packets: Vec<u8>,
    now: Instant,
}

/// What came out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Records.
    pub records: u64,
    /// Bytes of their keys and values, and of their headers' values.
    pub bytes: u64,
}

#[derive(Default)]
struct Counting {
    reports: Taken,
    tally: Tally,
    last: Option<(Vec<u8>, Vec<u8>)>,
    keeps_last: bool,
}

impl RecordSink for Counting {
    fn send(&mut self, record: Record<'_>) -> Result<(), SendError> {
        let (key, value) = (record.key.unwrap_or_default(), record.value.unwrap_or_default());
        let headers =
            record.headers.iter().map(|header| header.value.as_ref().map_or(0, Bytes::len));
        self.tally.records += 1;
        self.tally.bytes += (key.len() + value.len() + headers.sum::<usize>()) as u64;
        if self.keeps_last {
            self.last = Some((key.to_vec(), value.to_vec()));
        }
        self.reports.delivered.push(record.seq);
        Ok(())
    }
}

impl Path {
    /// The path of a connector that takes this way, with messages of this payload.
    pub fn new(way: Way, payload: &[u8]) -> Self {
        let mut path = Self {
            core: Core::new(spec(way), Arc::new(TaskCounters::default())),
            sink: Counting::default(),
            reports: Taken::default(),
            input: BytesMut::new(),
            packets: packets(payload),
            now: clock::now(),
        };
        path.core.connected("broker", path.now).unwrap();
        path.core.output().clear();
        // CONNACK without a session, then SUBACK of the only filter with QoS 1.
        path.input.put_slice(&[0x20, 2, 0, 0, 0x90, 3, 0, 1, 1]);
        path.pump();
        let subscribed = path.core.notices().count();
        assert!(subscribed >= 2, "connected and subscribed");
        path
    }

    /// Sends this many batches through.
    pub fn run(&mut self, batches: u64) -> Tally {
        for _ in 0..batches {
            self.input.put_slice(&self.packets);
            self.pump();
            std::mem::swap(&mut self.reports, &mut self.sink.reports);
            self.core.reported(&mut self.reports, &mut self.sink, self.now).unwrap();
            self.reports.clear();
            self.core.output().clear();
        }
        assert_eq!(self.core.outstanding(), 0);
        self.sink.tally
    }

    /// Key and value of the last record of one batch.
    pub fn sample(&mut self) -> (Vec<u8>, Vec<u8>) {
        self.sink.keeps_last = true;
        self.run(1);
        self.sink.keeps_last = false;
        self.sink.last.take().unwrap()
    }

    fn pump(&mut self) {
        self.core.pump(&mut self.input, &mut self.sink, self.now).unwrap();
        assert!(self.input.is_empty(), "everything was taken");
    }
}

/// What a worker makes of the connector, its defaults those of the classic pair.
fn spec(way: Way) -> SourceSpec {
    let worker: ConfigMap = [
        ("bootstrap.servers", "k:9092"),
        ("key.converter", STRING),
        ("value.converter", BYTES),
        ("offset.storage.file.filename", "offsets"),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .collect();
    let (worker, _) = WorkerConfig::standalone(&worker).unwrap();
    let connector = way.connector("tcp://broker:1883");
    let config: ConfigMap = connector
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    let compiled = Registry::default().compile("bench", &config, &worker, "w");
    compiled.unwrap_or_else(|error| panic!("{}: {error}", way.name())).remove(0)
}

fn packets(payload: &[u8]) -> Vec<u8> {
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
    use crate::ways::{HEADER, PAYLOAD, WAYS};

    fn sample(way: Way) -> (String, String) {
        let (key, value) = Path::new(way, PAYLOAD.as_bytes()).sample();
        (String::from_utf8(key).unwrap(), String::from_utf8(value).unwrap())
    }

    #[test]
    fn every_way_gives_a_record_for_each_message() {
        for way in WAYS {
            let mut path = Path::new(way, PAYLOAD.as_bytes());
            assert_eq!(path.run(3).records, 3 * u64::from(BATCH), "{}", way.name());
            assert_eq!(path.sample().0, b"Struct{topic=blast/100,id=100}");
        }
    }

    #[test]
    fn the_ways_do_what_they_are_named_after() {
        let bytes = Path::new(Way::Bytes, PAYLOAD.as_bytes()).run(1).bytes;
        let with_header = Path::new(Way::InsertHeader, PAYLOAD.as_bytes()).run(1).bytes;
        assert_eq!(with_header - bytes, u64::from(BATCH) * HEADER.1.len() as u64);
        assert_eq!(sample(Way::Json { schemas: false }).1, PAYLOAD);
        let transformed = sample(Way::Transformed { schemas: false }).1;
        let wanted = PAYLOAD
            .replace(r#""site":"berlin-3","#, "")
            .replace(r#""ts":1764000000123"#, r#""time":1764000000123,"topic":"bench""#);
        assert_eq!(transformed, wanted);
        for (way, plain) in [
            (Way::Json { schemas: true }, PAYLOAD.to_owned()),
            (Way::Transformed { schemas: true }, transformed),
        ] {
            let value = sample(way).1;
            assert!(value.starts_with(r#"{"schema":{"type":"struct","fields":["#), "{value}");
            assert!(value.ends_with(&format!(r#","payload":{plain}}}"#)), "{value}");
        }
    }
}
