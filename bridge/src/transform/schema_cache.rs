//! Schemas that were derived from others, so that a transform builds each of them once.
//!
//! A schema is known again by identity, or by equality where another object says the same as one
//! of the last few that were new. What is remembered is bounded; Java remembers sixteen, too few
//! where each MQTT topic brings a schema of its own, and how many it are changes no result.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::data::{ConnectError, Schema, SchemaMap};

/// Schemas known by identity.
const SCHEMAS_MAX: usize = 8192;
/// Schemas that another object is compared with.
const RECENT_MAX: usize = 16;

/// From a schema to the one made of it, with a plan `P` for the values that go along.
#[derive(Debug)]
pub(super) struct SchemaCache<P = ()>(Mutex<Known<P>>);

#[derive(Debug)]
struct Known<P> {
    all: SchemaMap<Made<P>>,
    /// Those that were new last, the newest in front.
    recent: VecDeque<(Arc<Schema>, Made<P>)>,
}

/// A schema, and the plan for its values.
type Made<P> = (Arc<Schema>, Arc<P>);

impl<P> Default for SchemaCache<P> {
    fn default() -> Self {
        Self(Mutex::new(Known { all: SchemaMap::new(SCHEMAS_MAX), recent: VecDeque::new() }))
    }
}

impl SchemaCache {
    /// The schema made from `schema`, by `make` if it is new.
    pub(super) fn get(
        &self,
        schema: &Arc<Schema>,
        make: impl FnOnce(&Arc<Schema>) -> Result<Schema, ConnectError>,
    ) -> Result<Arc<Schema>, ConnectError> {
        Ok(self.get_with_plan(schema, |schema| Ok((make(schema)?, ())))?.0)
    }
}

impl<P> SchemaCache<P> {
    /// The schema made from `schema` and its plan, by `make` if it is new.
    pub(super) fn get_with_plan(
        &self,
        schema: &Arc<Schema>,
        make: impl FnOnce(&Arc<Schema>) -> Result<(Schema, P), ConnectError>,
    ) -> Result<Made<P>, ConnectError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((made, plan)) = known.all.get(schema) {
            return Ok((Arc::clone(made), Arc::clone(plan)));
        }
        let equal = known.recent.iter().find(|(from, _)| from == schema);
        let (made, plan) = if let Some((_, (made, plan))) = equal {
            (Arc::clone(made), Arc::clone(plan))
        } else {
            let (made, plan) = make(schema)?;
            let (made, plan) = (Arc::new(made), Arc::new(plan));
            known.recent.truncate(RECENT_MAX - 1);
            let new = (Arc::clone(&made), Arc::clone(&plan));
            known.recent.push_front((Arc::clone(schema), new));
            (made, plan)
        };
        known.all.put(schema, (Arc::clone(&made), Arc::clone(&plan)));
        Ok((made, plan))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Type;

    fn schema(n: i32) -> Arc<Schema> {
        Arc::new(Schema::plain(Type::Int32).versioned(n))
    }

    /// How many were made once this one was asked for.
    fn ask(cache: &SchemaCache, made: &mut i32, schema: &Arc<Schema>) -> i32 {
        let make = |schema: &Arc<Schema>| {
            *made += 1;
            Ok(Schema::clone(schema).optional())
        };
        let optional = cache.get(schema, make).unwrap();
        assert_eq!(*optional, Schema::clone(schema).optional());
        *made
    }

    #[test]
    fn each_schema_is_made_once_however_many_come_between() {
        let (cache, mut made) = (SchemaCache::default(), 0);
        let schemas: Vec<_> = (0..1000).map(schema).collect();
        for _ in 0..3 {
            for schema in &schemas {
                ask(&cache, &mut made, schema);
            }
        }
        assert_eq!(made, 1000);
    }

    #[test]
    fn an_equal_one_is_known_among_the_last_sixteen() {
        let (cache, mut made) = (SchemaCache::default(), 0);
        for n in 0..17 {
            ask(&cache, &mut made, &schema(n));
        }
        assert_eq!(ask(&cache, &mut made, &schema(1)), 17);
        assert_eq!(ask(&cache, &mut made, &schema(0)), 18);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (cache, mut made) = (SchemaCache::default(), 0);
        let first = schema(0);
        ask(&cache, &mut made, &first);
        let held = Arc::strong_count(&first);
        for n in 1..9000 {
            ask(&cache, &mut made, &schema(n));
        }
        assert!(held > 1 && Arc::strong_count(&first) == 1);
        assert_eq!(ask(&cache, &mut made, &first), 9001);
    }
}
