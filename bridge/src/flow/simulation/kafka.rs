//! The producer and Kafka of the simulation. Checks what may be expected of any record that it is
//! given; what becomes of the records is decided elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use base64::prelude::{Engine, BASE64_STANDARD};

use crate::base::Seq;
use crate::kafka::{OwnedRecord, Record, RecordSink, SendError};

/// The topic of dead letters.
pub(super) const DEAD: &str = "dead";

/// The number of the message that a record is of, whose value is its payload or JSON's form of it.
pub(super) fn number_of(value: Option<&[u8]>) -> usize {
    let text = std::str::from_utf8(value.unwrap()).unwrap();
    let Some(json) = text.strip_prefix('"') else { return text.parse().unwrap() };
    let bytes = BASE64_STANDARD.decode(json.strip_suffix('"').unwrap()).unwrap();
    String::from_utf8(bytes).unwrap().parse().unwrap()
}

#[derive(Default)]
pub(super) struct Kafka {
    /// The latest message that a topic had a record of.
    pub(super) latest: BTreeMap<String, usize>,
    /// Messages that a topic had a record of.
    pub(super) offered: BTreeSet<(usize, String)>,
    pub(super) disorder: Option<String>,
    pub(super) taken: Vec<OwnedRecord>,
    pub(super) refuse: Option<SendError>,
    pub(super) stalled: bool,
    /// How many records the producer has room for.
    pub(super) room: usize,
    /// Topics that were there at any time, where the worker creates them.
    pub(super) made: Option<BTreeSet<String>>,
    /// Topics that were deleted.
    pub(super) gone: BTreeSet<String>,
    /// Topics that are asked for.
    pub(super) asked: Vec<String>,
    /// Messages that it refuses in topic `t`, however they come.
    pub(super) unwanted: BTreeSet<usize>,
    /// Records that were too large in company, and not in trouble of another kind since.
    pub(super) lonely: BTreeSet<(u64, String)>,
    pub(super) wrong: Option<String>,
    /// How often it has which message in which topic.
    pub(super) has: BTreeMap<(usize, String), usize>,
}

impl Kafka {
    /// Checks what the producer may expect of any record.
    fn check(&mut self, number: usize, record: &Record<'_>) {
        let is_lonely = |seq: Seq, topic: &str| self.lonely.contains(&(seq.0, topic.to_owned()));
        let company = self
            .taken
            .iter()
            .any(|other| is_lonely(record.seq, record.topic) || is_lonely(other.seq, &other.topic));
        let early = self.made.as_ref().is_some_and(|made| !made.contains(record.topic));
        let bytes = number.to_string();
        let wrong = if company {
            "in company"
        } else if early {
            "before its topic is there"
        } else if record.topic == DEAD && record.value != Some(bytes.as_bytes()) {
            "not as the message was"
        } else {
            return;
        };
        self.wrong.get_or_insert(format!("message {number} in '{}' {wrong}", record.topic));
    }
}

impl RecordSink for Kafka {
    fn flush(&mut self) {}

    fn send(&mut self, record: Record<'_>) -> Result<(), SendError> {
        let number = number_of(record.value);
        self.check(number, &record);
        if let Some(error) = self.refuse.take() {
            self.lonely.remove(&(record.seq.0, record.topic.to_owned()));
            return Err(error);
        }
        if self.taken.len() >= self.room {
            return Err(SendError::QueueFull);
        }
        if record.topic == DEAD {
            // It had its turn; should it come again, it may become a record.
            self.offered.extend(["t", "u"].map(|topic| (number, topic.to_owned())));
        }
        if self.offered.insert((number, record.topic.to_owned())) {
            let latest = self.latest.entry(record.topic.to_owned()).or_default();
            // A record that is refused late becomes a dead letter late.
            if number < *latest && record.topic != DEAD {
                let text = format!("message {number} after {latest} in '{}'", record.topic);
                self.disorder.get_or_insert(text);
            }
            *latest = number;
        }
        self.taken.push(record.to_owned_record());
        Ok(())
    }
}
