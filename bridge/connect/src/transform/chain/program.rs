//! Stages next to each other that change single fields of the same side, run as one step.
//!
//! Caches the mappings per schema. Invariant: a program gives the same results as its stages one
//! after another; a record that the program cannot change goes through the stages.

use std::sync::{Mutex, PoisonError};

use super::super::side::Side;
use super::super::struct_mapping::{MappingStep, StructMapping};
use super::Stage;
use crate::data::{Record, SchemaMap};

/// Schemas whose mappings are kept.
const SCHEMAS_MAX: usize = 8192;

/// See the module.
#[derive(Debug)]
pub(super) struct Program {
    side: Side,
    /// How many stages it stands for.
    stages: usize,
    /// By the schema that comes; none where the stages must run one by one.
    mappings: Mutex<SchemaMap<Option<StructMapping>>>,
}

impl Program {
    /// The program of the longest run of stages from the first one on that can be expressed as one
    /// mapping. `room` bounds its cached schemas and mappings.
    pub(super) fn of(stages: &[Stage], room: usize) -> Option<Self> {
        let side = stages.first()?.mapping_step()?.side();
        let steps = stages.iter().map_while(Stage::mapping_step);
        let stages = steps.take_while(|step| step.side() == side).count();
        Some(Self { side, stages, mappings: Mutex::new(SchemaMap::new(SCHEMAS_MAX, room)) })
    }

    /// Changes the record as the stages would; the first of them is the one that the program begins
    /// with. Returns how many stages it replaced; none where they must run one by one.
    pub(super) fn run(&self, stages: &[Stage], record: &mut Record) -> Option<usize> {
        let schema = self.side.of(record).schema.as_ref()?;
        let mut mappings = self.mappings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mapping) = mappings.get(schema) {
            return self.run_mapping(mapping.as_ref()?, record);
        }
        let steps = stages.iter().take(self.stages).filter_map(Stage::mapping_step);
        let mapping = StructMapping::through(schema, steps);
        let beside = mapping.as_ref().map_or(0, StructMapping::weight);
        match mappings.put(schema, mapping, beside) {
            Ok(mapping) => self.run_mapping(mapping.as_ref()?, record),
            Err(mapping) => self.run_mapping(mapping.as_ref()?, record),
        }
    }

    fn run_mapping(&self, mapping: &StructMapping, record: &mut Record) -> Option<usize> {
        mapping.run(self.side, record).then_some(self.stages)
    }
}

impl Stage {
    fn mapping_step(&self) -> Option<&dyn MappingStep> {
        if self.condition.is_some() {
            return None;
        }
        self.transform.mapping_step()
    }
}

#[cfg(test)]
mod tests;
