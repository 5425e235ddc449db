//! Whether a message that fails is skipped.

use super::{DeadLetters, RecordFailure, RetryPolicy, Stage};

/// `errors.tolerance`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tolerance {
    /// A failure ends the task.
    #[default]
    None,
    /// A message that fails is skipped.
    All,
}

/// What a connector's config says about failures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorPolicy {
    /// `errors.tolerance`.
    pub tolerance: Tolerance,
    /// The connector itself skips what it cannot make a record of, whatever the tolerance:
    /// `connect.mqtt.converter.throw.on.error=false`.
    pub source_passes_over: bool,
    /// `errors.log.enable`: each failure is logged with its place.
    pub log: bool,
    /// `errors.log.include.messages`: the log shows the record.
    pub log_messages: bool,
    /// How often what failed for a reason that passes is tried again.
    pub retry: RetryPolicy,
    /// Where skipped messages go.
    pub dead_letters: Option<DeadLetters>,
}

impl ErrorPolicy {
    /// Whether a failure in this stage is skipped.
    pub fn tolerates(&self, stage: Stage) -> bool {
        match (self.tolerance, stage) {
            (Tolerance::All, _) => true,
            (Tolerance::None, Stage::TaskPoll) => self.source_passes_over,
            (Tolerance::None, _) => false,
        }
    }

    /// Whether the log shows records.
    pub(in crate::flow) fn logs_records(&self) -> bool {
        self.log && self.log_messages
    }

    /// Whether the step that failed may be tried again.
    pub(in crate::flow) fn may_retry(&self, failure: &RecordFailure) -> bool {
        failure.stage.is_retried() && failure.error.is_retriable() && self.retry.is_on()
    }
}

#[cfg(test)]
mod tests {
    use connect::data::ConnectError;

    use super::*;

    #[test]
    fn the_source_may_pass_over_its_own_failures_and_nothing_else() {
        let lenient = ErrorPolicy { source_passes_over: true, ..ErrorPolicy::default() };
        assert!(lenient.tolerates(Stage::TaskPoll) && !lenient.tolerates(Stage::Transformation));
        let all = ErrorPolicy { tolerance: Tolerance::All, ..ErrorPolicy::default() };
        assert!(all.tolerates(Stage::TaskPoll) && all.tolerates(Stage::KafkaProduce));
        assert!(!ErrorPolicy::default().tolerates(Stage::TaskPoll));
    }

    #[test]
    fn transforms_and_converters_are_tried_again_where_the_reason_passes() {
        let failure = |stage, error| RecordFailure::new(stage, "", "", error);
        let policy =
            ErrorPolicy { retry: RetryPolicy::from_millis(-1, 1), ..ErrorPolicy::default() };
        for (stage, is_step) in [
            (Stage::TaskPoll, false),
            (Stage::Transformation, true),
            (Stage::HeaderConverter, true),
            (Stage::KeyConverter, true),
            (Stage::ValueConverter, true),
            (Stage::KafkaProduce, false),
        ] {
            let passing = failure(stage, ConnectError::retriable("not now"));
            assert_eq!(policy.may_retry(&passing), is_step, "{stage:?}");
            assert!(!ErrorPolicy::default().may_retry(&passing), "the timeout is 0");
            assert!(!policy.may_retry(&failure(stage, ConnectError::data("never"))));
        }
    }
}
