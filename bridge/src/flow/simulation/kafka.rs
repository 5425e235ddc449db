//! The producer and Kafka of the simulation.
//!
//! Takes records or refuses them at once, for every reason that the producer has; reports what
//! became of those that it took; creates topics, or not. Checks what may be expected of any record.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use base64::prelude::{Engine, BASE64_STANDARD};

use super::super::driver::KafkaClient;
use super::super::errors::TOO_LARGE;
use super::Random;
use crate::base::Seq;
use crate::kafka::{
    FailedRecord, OwnedRecord, ProduceError, Record, RecordSink, ReportBatch, SendError,
    TopicError, TopicOutcome,
};

/// The topic of dead letters. In some scenarios it has other records, too.
pub(super) const DEAD: &str = "dead";

const DENIED: &str = "org.apache.kafka.common.errors.TopicAuthorizationException";
const INVALID: &str = "org.apache.kafka.common.InvalidRecordException";

/// The number of the message that a record is of, whose value is its payload or JSON's form of it.
pub(super) fn number_of(value: &[u8]) -> usize {
    let text = std::str::from_utf8(value).unwrap();
    let Some(json) = text.strip_prefix('"') else { return text.parse().unwrap() };
    let bytes = BASE64_STANDARD.decode(json.strip_suffix('"').unwrap()).unwrap();
    String::from_utf8(bytes).unwrap().parse().unwrap()
}

/// What the task saw in its last look at the reports.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) delivered: Vec<Seq>,
    /// Refused for good, at send or in a report.
    pub(super) refused: Vec<Seq>,
}

/// A record within a message, for the task that runs: the same may come again.
type Place = (u64, String, bool);

fn place_of(record: Record<'_>) -> Place {
    (record.seq.0, record.topic.to_owned(), record.is_dead_letter)
}

pub(super) struct Kafka {
    random: Random,
    /// Records that the producer has and that were not reported.
    pub(super) in_flight: Vec<OwnedRecord>,
    reports: ReportBatch,
    /// Of these the records that were refused for good.
    refused_in_reports: Vec<Seq>,
    /// The task was woken and has not looked yet.
    pub(super) has_news: bool,
    pub(super) seen: Rc<RefCell<Seen>>,
    /// Numbers of messages, by the number of the task.
    numbers: BTreeMap<u64, usize>,
    /// How often it has which message, by topic, and whether as dead letters.
    pub(super) has: BTreeMap<(usize, String, bool), usize>,

    pub(super) stalled: bool,
    /// The producer takes no record, since Kafka confirms nothing.
    pub(super) holds_back: bool,
    /// The producer cannot go on.
    pub(super) is_fatal: bool,
    /// How many records the producer has room for.
    pub(super) room: usize,
    /// Refuses the next record so.
    pub(super) refuse_next: Option<SendError>,
    /// Topics without the right to write.
    pub(super) denied: BTreeSet<String>,
    /// Messages whose records it refuses in topic `t`, however they come: at send or in a report.
    pub(super) unwanted: BTreeSet<usize>,
    /// Rights that were taken are not given back, but for dead letters.
    pub(super) keeps_denying: bool,
    /// A record that is refused for good ends the task.
    pub(super) is_strict: bool,
    /// Topics that existed at any time, where the worker creates them.
    pub(super) created: Option<BTreeSet<String>>,
    /// Topics that do not exist any more.
    pub(super) gone: BTreeSet<String>,
    /// Topics that are being created.
    requested: Vec<String>,
    outcomes: BTreeMap<String, Result<TopicOutcome, TopicError>>,

    /// The latest message that a topic had a record of.
    latest: BTreeMap<String, usize>,
    /// Records that had their turn and were not given back, by message and topic: a message may come
    /// again from its broker.
    taken: BTreeMap<(usize, String), usize>,
    /// Messages that a topic had a record of.
    offered: BTreeSet<(usize, String)>,
    /// Records that were too large in company, and must go with nothing else on the way.
    isolated: BTreeSet<Place>,
    /// Dead letters that were too large with their value.
    too_large_letters: BTreeSet<u64>,
    /// Messages of which a record was refused for good, by topic.
    pub(super) refused: BTreeSet<(usize, String)>,
    /// The first message whose refusal ends the task that runs.
    pub(super) failed: Option<usize>,
    pub(super) refused_letter: bool,
    pub(super) refused_creation: bool,
    /// The first rule that was broken.
    pub(super) problem: Option<String>,
}

impl Kafka {
    pub(super) fn new(random: Random, creates: bool, is_strict: bool) -> Self {
        Self {
            random,
            in_flight: Vec::new(),
            reports: ReportBatch::default(),
            refused_in_reports: Vec::new(),
            has_news: false,
            seen: Rc::default(),
            numbers: BTreeMap::new(),
            has: BTreeMap::new(),
            stalled: false,
            holds_back: false,
            is_fatal: false,
            room: usize::MAX,
            refuse_next: None,
            denied: BTreeSet::new(),
            unwanted: BTreeSet::new(),
            keeps_denying: false,
            is_strict,
            created: creates.then(BTreeSet::new),
            gone: BTreeSet::new(),
            requested: Vec::new(),
            outcomes: BTreeMap::new(),
            latest: BTreeMap::new(),
            taken: BTreeMap::new(),
            offered: BTreeSet::new(),
            isolated: BTreeSet::new(),
            too_large_letters: BTreeSet::new(),
            refused: BTreeSet::new(),
            failed: None,
            refused_letter: false,
            refused_creation: false,
            problem: None,
        }
    }

    /// The next record is refused at once, for any reason that is allowed.
    pub(super) fn refuse_one(&mut self, may_refuse_for_good: bool) {
        let reasons = if may_refuse_for_good { 5 } else { 2 };
        self.refuse_next = Some(match self.random.below(reasons) {
            0 => SendError::QueueFull,
            1 => SendError::TopicMissing,
            2 => SendError::TooLarge,
            _ => SendError::Failed { class: INVALID, reason: "simulated".into() },
        });
    }

    /// Nothing goes wrong any more, but for messages that are refused however they come.
    pub(super) fn end_trouble(&mut self) {
        self.stalled = false;
        self.refuse_next = None;
        let keeps_denying = self.keeps_denying;
        self.denied.retain(|topic| keeps_denying && topic != DEAD);
        if self.created.is_none() {
            self.gone.clear();
        }
    }

    /// Another task starts, with a producer of its own. What the last one still had may or may not
    /// have reached Kafka.
    pub(super) fn restart(&mut self) {
        for record in std::mem::take(&mut self.in_flight) {
            if self.random.one_in(2) {
                self.store(&record);
            }
        }
        self.reports.clear();
        self.refused_in_reports.clear();
        self.has_news = false;
        self.is_fatal = false;
        self.holds_back = false;
        self.numbers.clear();
        self.isolated.clear();
        self.too_large_letters.clear();
        self.requested.clear();
        self.outcomes.clear();
        self.failed = None;
        self.refused_letter = false;
        self.refused_creation = false;
    }

    fn number(&self, record: &OwnedRecord) -> usize {
        self.numbers[&record.seq.0]
    }

    fn store(&mut self, record: &OwnedRecord) {
        let place = (self.number(record), record.topic.clone(), record.is_dead_letter);
        *self.has.entry(place).or_default() += 1;
    }

    fn refused_for_good(&mut self, number: usize, topic: &str, is_dead_letter: bool) {
        self.refused_letter |= is_dead_letter;
        if !is_dead_letter {
            // It had its turn; should the message come again, it may be taken.
            self.had_its_turn(number, topic);
            self.refused.insert((number, topic.to_owned()));
        }
        if is_dead_letter || self.is_strict {
            self.failed = Some(self.failed.map_or(number, |first| first.min(number)));
        }
    }

    /// The order of the message's further records in this topic does not matter any more.
    fn had_its_turn(&mut self, number: usize, topic: &str) {
        let place = (number, topic.to_owned());
        *self.taken.entry(place.clone()).or_default() += 1;
        self.offered.insert(place);
    }

    fn break_rule(&mut self, text: String) {
        self.problem.get_or_insert(text);
    }

    /// The producer ends for a reason of its own.
    pub(super) fn end_producer(&mut self) {
        if !self.is_fatal {
            self.is_fatal = true;
            self.reports.fatal = Some("simulated".into());
            self.has_news = true;
        }
    }

    /// The producer gives back the records from some message on, which it has not sent, and takes
    /// none until those that it has sent are reported.
    pub(super) fn hold_back(&mut self) {
        if self.is_fatal || self.in_flight.is_empty() {
            return;
        }
        self.holds_back = true;
        self.has_news = true;
        let first = self.in_flight[self.random.below(self.in_flight.len())].seq;
        let (sent, unsent) =
            std::mem::take(&mut self.in_flight).into_iter().partition(|record| record.seq < first);
        self.in_flight = sent;
        for record in &unsent {
            self.given_back(record);
        }
        self.reports.returned.extend(unsent);
    }

    /// Kafka has not seen this record. If it has seen no other one of the message, the next record
    /// of its topic may be of this message.
    fn given_back(&mut self, record: &OwnedRecord) {
        let place = (self.number(record), record.topic.clone());
        let taken = self.taken.entry(place.clone()).or_default();
        *taken = taken.saturating_sub(1);
        if *taken == 0 && !record.is_dead_letter && self.offered.remove(&place) {
            let (number, topic) = place;
            let latest = self.latest.entry(topic).or_default();
            *latest = (*latest).min(number.saturating_sub(1));
        }
    }

    /// Some of the records in flight, or all, are confirmed or come back.
    pub(super) fn report(&mut self, everything: bool) {
        if self.stalled || self.is_fatal {
            return;
        }
        let count = self.in_flight.len();
        let count = if everything { count } else { self.random.below(count + 1) };
        for _ in 0..count {
            let at = self.random.below(self.in_flight.len());
            let record = self.in_flight.swap_remove(at);
            let error = self.error_for(&record, everything);
            // Of one that may succeed later its own size is not known yet.
            if error.as_ref().is_none_or(|error| !error.retriable) {
                self.isolated.remove(&place_of(record.as_record()));
            }
            match error {
                None => {
                    self.store(&record);
                    self.reports.delivered.push(record.seq);
                }
                Some(error) => {
                    let in_company = !self.in_flight.is_empty();
                    // Of dead letters one message may have two.
                    if error.class == TOO_LARGE && in_company && !record.is_dead_letter {
                        self.isolated.insert(place_of(record.as_record()));
                    }
                    self.reports.failed.push(FailedRecord { record, error });
                }
            }
            self.has_news = true;
        }
    }

    fn error_for(&mut self, record: &OwnedRecord, everything: bool) -> Option<ProduceError> {
        let failed = |retriable, topic_missing, class| {
            Some(ProduceError { retriable, topic_missing, class, reason: "simulated".into() })
        };
        let number = self.number(record);
        let in_company = !self.in_flight.is_empty();
        // Of a task that fails the records that came back before count.
        let rarity = if self.is_strict { 4 } else { 20 };
        if self.gone.contains(&record.topic) {
            return failed(true, true, "UnknownTopicOrPartitionException");
        }
        let is_unwanted = self.unwanted.contains(&number) && record.topic == "t";
        if is_unwanted && !record.is_dead_letter {
            if number.is_multiple_of(2) && !self.is_strict {
                self.refused.insert((number, record.topic.clone()));
                return failed(false, false, TOO_LARGE);
            }
            self.refused_for_good(number, &record.topic, false);
            self.refused_in_reports.push(record.seq);
            return failed(false, false, INVALID);
        }
        if everything || !self.random.one_in(rarity) {
            return None;
        }
        if in_company && self.random.one_in(2) {
            // Only what has company may be found too large with it.
            return failed(false, false, TOO_LARGE);
        }
        failed(true, self.random.one_in(2), "KafkaException")
    }

    /// Topics that were asked for are there, or not yet, or never will be.
    pub(super) fn create_topics(&mut self, everything: bool) {
        let kept = if everything { 0 } else { self.random.below(self.requested.len() + 1) };
        for topic in self.requested.split_off(kept) {
            let outcome = if !everything && self.random.one_in(4) {
                Err(TopicError { retriable: true, message: "not yet".into() })
            } else if !everything && self.is_strict && self.random.one_in(8) {
                self.refused_creation = true;
                Err(TopicError { retriable: false, message: "never".into() })
            } else {
                self.gone.remove(&topic);
                self.created.get_or_insert_default().insert(topic.clone());
                Ok(TopicOutcome::Created)
            };
            self.outcomes.insert(topic, outcome);
            self.has_news = true;
        }
    }

    /// Checks what the producer may expect of any record.
    fn check(&mut self, number: usize, record: &Record<'_>) {
        let place = place_of(*record);
        let is_isolated = |place: &Place| self.isolated.contains(place);
        let in_company = !self.in_flight.is_empty()
            && (is_isolated(&place)
                || self.in_flight.iter().any(|other| is_isolated(&place_of(other.as_record()))));
        let early = self.created.as_ref().is_some_and(|created| !created.contains(record.topic));
        let bytes = number.to_string();
        let is_the_message = record.value == Some(bytes.as_bytes())
            || record.value.is_none() && self.too_large_letters.contains(&record.seq.0);
        let problem = if in_company {
            "in company"
        } else if early {
            "before its topic exists"
        } else if record.is_dead_letter && !is_the_message {
            "not as the message was"
        } else if record.is_dead_letter && record.topic != DEAD {
            "as a dead letter in another topic"
        } else {
            return;
        };
        self.break_rule(format!("message {number} in '{}' {problem}", record.topic));
    }

    /// A record is the first of its message in its topic only after those of earlier messages.
    fn check_order(&mut self, number: usize, record: &Record<'_>) {
        if record.is_dead_letter {
            // It had its turn, and is late; should the message come again, it may become a record.
            for topic in ["t", "u", DEAD] {
                self.had_its_turn(number, topic);
            }
            return;
        }
        if self.offered.insert((number, record.topic.to_owned())) {
            let latest = self.latest.entry(record.topic.to_owned()).or_default();
            let before = std::mem::replace(latest, number);
            if number < before {
                let topic = record.topic;
                self.break_rule(format!("message {number} after {before} in '{topic}'"));
            }
        }
    }

    /// Why the record is not taken, if so.
    fn refusal(&mut self, number: usize, record: &Record<'_>) -> Option<SendError> {
        if self.is_fatal {
            return Some(SendError::Fatal("simulated".into()));
        }
        if self.holds_back {
            return Some(SendError::QueueFull);
        }
        if let Some(error) = self.refuse_next.take() {
            return Some(error);
        }
        if self.denied.contains(record.topic) {
            return Some(SendError::Failed { class: DENIED, reason: "simulated".into() });
        }
        let is_unwanted = record.topic == "t" && self.unwanted.contains(&number);
        if is_unwanted && number.is_multiple_of(3) && !record.is_dead_letter {
            return Some(SendError::Failed { class: INVALID, reason: "simulated".into() });
        }
        // The producer may have learned of it, or not.
        if self.gone.contains(record.topic) && self.random.one_in(2) {
            return Some(SendError::TopicMissing);
        }
        (self.in_flight.len() >= self.room).then_some(SendError::QueueFull)
    }
}

impl RecordSink for Kafka {
    fn flush(&mut self) {}

    fn send(&mut self, record: Record<'_>) -> Result<(), SendError> {
        let number = match record.value {
            Some(value) => *self.numbers.entry(record.seq.0).or_insert_with(|| number_of(value)),
            None => self.numbers[&record.seq.0],
        };
        self.check(number, &record);
        if let Some(error) = self.refusal(number, &record) {
            match &error {
                // An isolated record stays so.
                SendError::QueueFull | SendError::TopicMissing | SendError::Fatal(_) => {}
                SendError::TooLarge if record.is_dead_letter && record.value.is_some() => {
                    self.too_large_letters.insert(record.seq.0);
                    self.isolated.remove(&place_of(record));
                }
                SendError::TooLarge | SendError::Failed { .. } => {
                    self.isolated.remove(&place_of(record));
                    let is_dead_letter = record.is_dead_letter;
                    self.refused_for_good(number, record.topic, is_dead_letter);
                    self.seen.borrow_mut().refused.push(record.seq);
                }
            }
            return Err(error);
        }
        self.check_order(number, &record);
        *self.taken.entry((number, record.topic.to_owned())).or_default() += 1;
        self.in_flight.push(record.to_owned_record());
        Ok(())
    }
}

impl KafkaClient for Kafka {
    fn take_reports(&mut self, into: &mut ReportBatch) {
        std::mem::swap(&mut self.reports, into);
        self.has_news = false;
        // As the producer does: it goes on when all that it had is reported.
        self.holds_back &= !self.in_flight.is_empty();
        let mut seen = self.seen.borrow_mut();
        seen.delivered.clone_from(&into.delivered);
        seen.refused = std::mem::take(&mut self.refused_in_reports);
    }

    fn create_topic(&mut self, topic: &str) -> bool {
        let is_accepted = !self.random.one_in(8);
        if is_accepted {
            self.requested.push(topic.to_owned());
        }
        is_accepted
    }

    fn topic_outcome(&mut self, topic: &str) -> Option<Result<TopicOutcome, TopicError>> {
        self.outcomes.remove(topic)
    }

    fn check_topic(&mut self, _: &str) {}
}
