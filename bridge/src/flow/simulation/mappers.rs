//! The mappers of the simulation: what becomes of a message before it is a record.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use connect::convert::{Converter, JsonSettings};
use connect::data::ConnectError;

use super::super::errors::Stage;
use super::super::mapper::{BytesMapper, FailingMapper, Outcome, RecordMapper};
use super::super::test_support::mapper_of;
use super::kafka::number_of;
use super::Random;

/// A mapper whose values are JSON texts and thus no payloads.
pub(super) fn mapper_of_texts() -> BytesMapper {
    mapper_of(&Converter::json(JsonSettings { schemas_enable: false, ..JsonSettings::default() }))
}

/// Messages that no mapper can write, until somebody mends them.
#[derive(Clone, Default)]
pub(super) struct Poison(Arc<Mutex<Poisoned>>);

#[derive(Default)]
struct Poisoned {
    all: BTreeSet<usize>,
    /// Those that a task met since it started.
    met: Vec<usize>,
}

impl Poison {
    pub(super) fn new(all: BTreeSet<usize>) -> Self {
        Self(Arc::new(Mutex::new(Poisoned { all, met: Vec::new() })))
    }

    fn meets(&self, number: usize) -> bool {
        let mut it = self.0.lock().unwrap();
        let is_bad = it.all.contains(&number);
        if is_bad {
            it.met.push(number);
        }
        is_bad
    }

    /// Those that the task met.
    pub(super) fn met(&self) -> Vec<usize> {
        self.0.lock().unwrap().met.clone()
    }

    /// Another task starts.
    pub(super) fn forget_met(&self) {
        self.0.lock().unwrap().met.clear();
    }

    pub(super) fn mend(&self, number: usize) {
        self.0.lock().unwrap().all.remove(&number);
    }

    /// A mapper that fails for good for these messages.
    pub(super) fn in_mapper(&self, mapper: BytesMapper) -> RecordMapper {
        let poison = self.clone();
        RecordMapper::Failing(FailingMapper::new(mapper, move |publish| {
            if poison.meets(number_of(&publish.payload)) {
                return Outcome::Failure(Stage::ValueConverter, ConnectError::data("poison"));
            }
            Outcome::Record
        }))
    }
}

/// Fails a few times for about every third message, at any stage that is tried again.
pub(super) fn flaky(seed: u64, mapper: BytesMapper) -> RecordMapper {
    let mut random = Random(seed | 1);
    let mut left: BTreeMap<usize, usize> = BTreeMap::new();
    RecordMapper::Failing(FailingMapper::new(mapper, move |publish| {
        let number = number_of(&publish.payload);
        let times = left.entry(number).or_insert_with(|| {
            if random.one_in(3) {
                1 + random.below(4)
            } else {
                0
            }
        });
        if *times == 0 {
            return Outcome::Record;
        }
        *times -= 1;
        let stages = [
            Stage::Transformation,
            Stage::HeaderConverter,
            Stage::KeyConverter,
            Stage::ValueConverter,
        ];
        Outcome::passing(stages[random.below(4)])
    }))
}
