//! The lanes of the simulation: what becomes of a message before it is a record.

use std::collections::BTreeMap;

use super::super::errors::Stage;
use super::super::lane::{BytesLane, FailingLane, Lane, Outcome};
use super::super::test_support::lane_of;
use super::kafka::number_of;
use super::Random;
use crate::convert::{Converter, JsonSettings};

/// A lane whose values are JSON texts and thus no payloads.
pub(super) fn lane_of_texts() -> BytesLane {
    lane_of(&Converter::json(JsonSettings { schemas_enable: false, ..JsonSettings::default() }))
}

/// Fails a few times for about every third message, at any stage that is tried again.
pub(super) fn flaky(seed: u64, lane: BytesLane) -> Lane {
    let mut random = Random(seed | 1);
    let mut left: BTreeMap<usize, usize> = BTreeMap::new();
    Lane::Failing(FailingLane::new(lane, move |publish| {
        let number = number_of(Some(&publish.payload));
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
