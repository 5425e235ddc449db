//! A mapper for tests: fails as it is told, and else writes payloads as they are.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;

use connect::data::ConnectError;
use connect::transform::TransformFailure;

use super::{BytesMapper, Mapped};
use crate::flow::errors::{RecordFailure, Stage};
use crate::flow::record_buffer::RecordBuffer;
use crate::mqtt::Message;

/// What becomes of a message this time.
#[derive(Debug, Clone)]
pub(in crate::flow) enum Outcome {
    /// Its record.
    Record,
    /// A transform drops it.
    Dropped,
    /// This stage fails.
    Failure(Stage, ConnectError),
}

impl Outcome {
    /// This stage fails for a reason that passes.
    pub(in crate::flow) fn passing(stage: Stage) -> Self {
        Self::Failure(stage, ConnectError::retriable("not now"))
    }
}

type Script = Box<dyn FnMut(&Message) -> Outcome + Send>;

/// See the module.
pub struct FailingMapper {
    inner: BytesMapper,
    script: Script,
    /// How often a transform of topics fails for a reason that passes.
    routing_errors: AtomicU32,
}

impl fmt::Debug for FailingMapper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FailingMapper").finish_non_exhaustive()
    }
}

impl FailingMapper {
    pub(in crate::flow) fn new(
        inner: BytesMapper,
        script: impl FnMut(&Message) -> Outcome + Send + 'static,
    ) -> Self {
        Self { inner, script: Box::new(script), routing_errors: AtomicU32::new(0) }
    }

    /// The same, whose first topics are not found for a reason that passes.
    pub(in crate::flow) fn failing_to_route(self, times: u32) -> Self {
        Self { routing_errors: AtomicU32::new(times), ..self }
    }

    pub(super) fn route(&self, topic: Arc<str>) -> Result<Arc<str>, TransformFailure> {
        let left = |times: u32| times.checked_sub(1);
        if self.routing_errors.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_err() {
            return Ok(topic);
        }
        Err(TransformFailure {
            alias: "route".into(),
            class: "test.Route".into(),
            error: ConnectError::retriable("not now"),
        })
    }

    pub(super) fn write(
        &mut self,
        publish: &Message,
        topic: &Arc<str>,
        buffer: &mut RecordBuffer,
    ) -> Result<Mapped, Box<RecordFailure>> {
        match (self.script)(publish) {
            Outcome::Record => self.inner.write(publish, topic, buffer),
            Outcome::Dropped => Ok(Mapped::Dropped),
            Outcome::Failure(stage, error) => {
                // A mapper may fail with half a record written.
                buffer.value().extend_from_slice(b"half a rec");
                Err(Box::new(RecordFailure::new(stage, "test.Step", &*publish.topic, error)))
            }
        }
    }
}
