//! Messages that carry their number, and the arrivals of which of them arrived how often.

use std::collections::HashMap;

use crate::consume::{Reader, Record};
use crate::publisher::Message;
use crate::wait;
use std::time::Duration;

/// A payload of `bytes` bytes (or a little more, if that is too few) that begins with its number.
pub fn payload(number: u64, bytes: usize) -> Vec<u8> {
    let mut text = format!("{number} ").into_bytes();
    let fill = b"abcdefghijklmnopqrstuvwxyz".iter().copied().cycle();
    let missing = bytes.saturating_sub(text.len());
    text.extend(fill.take(missing));
    text
}

/// The number that [`payload`] put in front.
///
/// # Panics
/// When the payload is none of ours.
#[track_caller]
pub fn number(payload: &[u8]) -> u64 {
    let text = std::str::from_utf8(payload).expect("a numbered payload");
    let number = text.split(' ').next().and_then(|digits| digits.parse().ok());
    number.unwrap_or_else(|| panic!("no numbered payload: {text:?}"))
}

/// A QoS 1 message of 100 bytes on `telemetry/<building>/<meter>`, 100 topics in turn.
pub fn reading(number: u64) -> Message {
    let topic = format!("telemetry/b{}/m{}", number / 10 % 10, number % 10);
    Message::new(topic, payload(number, 100))
}

/// How often each number arrived.
#[derive(Debug, Default)]
pub struct Arrivals {
    copies: HashMap<u64, u32>,
}

impl Arrivals {
    /// Enters records; answers how many of them had arrived before.
    pub fn enter(&mut self, records: &[Record]) -> usize {
        let mut repeated = 0;
        for record in records {
            let number = number(record.value.as_deref().expect("a value"));
            let copies = self.copies.entry(number).or_default();
            repeated += usize::from(*copies > 0);
            *copies += 1;
        }
        repeated
    }

    /// Different numbers that arrived.
    pub fn distinct(&self) -> usize {
        self.copies.len()
    }

    /// Which of `expected` did not arrive.
    pub fn missing(&self, expected: &[u64]) -> Vec<u64> {
        expected.iter().copied().filter(|number| !self.copies.contains_key(number)).collect()
    }

    /// Reads on until all of `expected` have arrived; answers the repeated ones on the way.
    #[track_caller]
    pub fn complete(&mut self, reader: &mut Reader, expected: &[u64], timeout: Duration) -> usize {
        let deadline = wait::now() + timeout;
        let mut repeated = 0;
        let mut missing = self.missing(expected);
        while !missing.is_empty() {
            let left = deadline.saturating_duration_since(wait::now());
            let Some(record) = reader.next(left) else {
                let first = &missing[..missing.len().min(10)];
                panic!("{} of {} messages are lost: {first:?} …", missing.len(), expected.len());
            };
            let number = number(record.value.as_deref().expect("a value"));
            repeated += self.enter(&[record]);
            if missing.last() == Some(&number) {
                missing.retain(|number| !self.copies.contains_key(number));
            }
        }
        repeated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_survives_its_payload() {
        assert_eq!(payload(7, 10).len(), 10);
        assert_eq!(payload(12_345, 2).len(), 6);
        assert_eq!(number(&payload(12_345, 100)), 12_345);
        assert_eq!(reading(123).topic, "telemetry/b2/m3");
    }

    #[test]
    fn the_account_knows_what_is_missing_and_what_came_twice() {
        let record = |n| Record {
            partition: 0,
            offset: 0,
            key: None,
            value: Some(payload(n, 9)),
            timestamp_ms: None,
            headers: Vec::new(),
        };
        let mut arrivals = Arrivals::default();
        assert_eq!(arrivals.enter(&[record(1), record(2), record(1)]), 1);
        assert_eq!(arrivals.enter(&[record(2)]), 1);
        assert_eq!((arrivals.distinct(), arrivals.missing(&[0, 1, 2, 3])), (2, vec![0, 3]));
    }
}
