//! The transforms of a connector in their order, each with its predicate: made once from the
//! config, then run per record without looking anything up by name.

mod config;
mod program;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

pub use config::{ChainConfigError, ChainProblem};

use super::{Needs, Predicate, TopicRoute, Transform};
use crate::config::ConfigMap;
use crate::data::{ConnectError, Header, Record, SCHEMAS_ROOM};
use config::Builder;
use program::Program;

/// The bound on the schemas that all transforms of a chain together cache, as
/// [`crate::data::Schema::weight`] counts: some hundred megabytes.
const ROOM: usize = 2_000_000;

/// The share of each stage, and of its program.
fn room_of_each(stages: usize) -> usize {
    (ROOM / (2 * stages.max(1))).min(SCHEMAS_ROOM)
}

/// All transforms of a connector.
#[derive(Debug, Default)]
pub struct Chain {
    stages: Vec<Stage>,
    /// The program that begins at each stage, if any, by index of the stage.
    programs: Vec<Option<Program>>,
}

/// The outcome of running a chain on a sample record that stands for others.
#[derive(Debug)]
pub enum SampleOutcome {
    /// All of them become such a record.
    Passes(Record),
    /// All of them fail.
    Fails(TransformFailure),
    /// It depends on the record.
    Unknown,
}

#[derive(Debug)]
struct Stage {
    alias: Arc<str>,
    class: Arc<str>,
    transform: Box<dyn Transform>,
    condition: Option<Condition>,
}

#[derive(Debug)]
struct Condition {
    predicate: Box<dyn Predicate>,
    negate: bool,
}

/// A transform could not do its work: stage TRANSFORMATION in Connect's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransformFailure {
    /// Which transform, by its alias in the config.
    pub alias: Arc<str>,
    /// Its class.
    pub class: Arc<str>,
    /// What Java would have thrown.
    pub error: ConnectError,
}

impl fmt::Display for TransformFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "transform '{}' ({}): {}", self.alias, self.class, self.error)
    }
}

impl std::error::Error for TransformFailure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl Chain {
    /// Makes the chain of a connector's config. `now_ms` is the present time, which two-digit
    /// years in patterns depend on.
    pub fn from_config(config: &ConfigMap, now_ms: i64) -> Result<Self, ChainConfigError> {
        let mut builder = Builder { config, now_ms, problems: Vec::new() };
        let stages = builder.stages();
        if builder.problems.is_empty() {
            return Ok(Self::of_stages(stages));
        }
        Err(ChainConfigError { problems: builder.problems })
    }

    /// The chain of transforms that are made already, each with the full name of its class, which
    /// is its alias too.
    pub fn of_transforms(
        transforms: impl IntoIterator<Item = (String, Box<dyn Transform>)>,
    ) -> Self {
        let stage = |(class, transform): (String, _)| {
            let class: Arc<str> = class.into();
            Stage { alias: Arc::clone(&class), class, transform, condition: None }
        };
        Self::of_stages(transforms.into_iter().map(stage).collect())
    }

    fn of_stages(stages: Vec<Stage>) -> Self {
        let room = room_of_each(stages.len());
        let programs = (0..stages.len()).map(|at| Program::of(stages.get(at..)?, room)).collect();
        Self { stages, programs }
    }

    /// Whether there is no transform.
    pub fn is_empty(&self) -> bool {
        self.stages.is_empty()
    }

    /// What all of them together look at or change.
    pub fn needs(&self) -> Needs {
        self.stages.iter().fold(Needs::NOTHING, |needs, stage| {
            let condition = stage.condition.as_ref().map(|it| it.predicate.needs());
            needs.and(stage.transform.needs()).and(condition.unwrap_or_default())
        })
    }

    /// The headers that they add to every record, if all they do is that or to make one topic from
    /// another, whatever the record.
    pub fn constant_headers(&self) -> Option<Vec<&Header>> {
        let mut headers = Vec::new();
        for stage in &self.stages {
            match (stage.route(), stage.constant_header()) {
                (Some(_), _) => {}
                (None, Some(header)) => headers.push(header),
                (None, None) => return None,
            }
        }
        Some(headers)
    }

    /// The topic that records of `topic` go to, if no record is needed to tell.
    pub fn route(&self, topic: &Arc<str>) -> Option<Result<Arc<str>, TransformFailure>> {
        let mut topic = Arc::clone(topic);
        for stage in &self.stages {
            let Some(route) = stage.route() else {
                stage.constant_header()?;
                continue;
            };
            match route.route(&topic) {
                Ok(next) => topic = next,
                Err(error) => return Some(Err(stage.failure(error))),
            }
        }
        Some(Ok(topic))
    }

    /// Runs a sample record that stands for others. At a transform with a predicate the outcome
    /// depends on the record, so a sample does not decide it.
    pub fn apply_to_sample(&self, mut sample: Record) -> SampleOutcome {
        for stage in &self.stages {
            if stage.condition.is_some() {
                return SampleOutcome::Unknown;
            }
            match stage.apply(sample) {
                Ok(Some(next)) => sample = next,
                Ok(None) => return SampleOutcome::Unknown,
                Err(error) => return SampleOutcome::Fails(stage.failure(error)),
            }
        }
        SampleOutcome::Passes(sample)
    }

    /// Runs a record through; nothing comes out if a transform drops it.
    pub fn apply(&self, mut record: Record) -> Result<Option<Record>, TransformFailure> {
        let (mut stages, mut programs) = (self.stages.as_slice(), self.programs.as_slice());
        while let Some(stage) = stages.first() {
            let program = programs.first().and_then(Option::as_ref);
            let together = program.and_then(|program| program.run(stages, &mut record));
            if together.is_none() {
                match stage.apply(record).map_err(|error| stage.failure(error))? {
                    Some(next) => record = next,
                    None => return Ok(None),
                }
            }
            let done = together.unwrap_or(1);
            stages = stages.get(done..).unwrap_or_default();
            programs = programs.get(done..).unwrap_or_default();
        }
        Ok(Some(record))
    }
}

impl Stage {
    fn apply(&self, record: Record) -> Result<Option<Record>, ConnectError> {
        if let Some(condition) = &self.condition {
            if condition.predicate.test(&record)? == condition.negate {
                return Ok(Some(record));
            }
        }
        self.transform.apply(record)
    }

    fn route(&self) -> Option<&dyn TopicRoute> {
        if self.condition.is_some() {
            return None;
        }
        self.transform.topic_only()
    }

    fn constant_header(&self) -> Option<&Header> {
        if self.condition.is_some() {
            return None;
        }
        self.transform.constant_header()
    }

    fn failure(&self, error: ConnectError) -> TransformFailure {
        TransformFailure { alias: Arc::clone(&self.alias), class: Arc::clone(&self.class), error }
    }
}
