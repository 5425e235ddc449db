//! Schemas that were derived from others, so that a transform builds each of them once.
//!
//! A schema is known again by identity, or by equality where another object says the same. The
//! number is bounded: sixteen, as in Java; the one that was not used for longest goes.

use std::sync::{Arc, Mutex, PoisonError};

use crate::data::{ConnectError, Schema};

const SCHEMAS_MAX: usize = 16;

/// From a schema to the one made of it, with a plan `P` for the values that go along.
#[derive(Debug)]
pub(super) struct SchemaCache<P = ()>(Mutex<Vec<Entry<P>>>);

#[derive(Debug)]
struct Entry<P> {
    from: Arc<Schema>,
    made: Arc<Schema>,
    plan: Arc<P>,
}

impl<P> Default for SchemaCache<P> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
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
    ) -> Result<(Arc<Schema>, Arc<P>), ConnectError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known
            .iter()
            .position(|entry| Arc::ptr_eq(&entry.from, schema))
            .or_else(|| known.iter().position(|entry| entry.from == *schema));
        let entry = if let Some(at) = found {
            known.remove(at)
        } else {
            let (made, plan) = make(schema)?;
            if known.len() >= SCHEMAS_MAX {
                known.remove(0);
            }
            Entry { from: Arc::clone(schema), made: Arc::new(made), plan: Arc::new(plan) }
        };
        let answer = (Arc::clone(&entry.made), Arc::clone(&entry.plan));
        // What was asked for last stands at the end.
        known.push(entry);
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Type;

    #[test]
    fn each_schema_is_made_once_and_the_oldest_goes() {
        let cache = SchemaCache::default();
        let schema = |n: i32| Arc::new(Schema::plain(Type::Int32).versioned(n));
        let mut made = 0;
        let mut ask = |schema: &Arc<Schema>| {
            cache
                .get(schema, |schema| {
                    made += 1;
                    Ok(Schema::clone(schema).optional())
                })
                .map(|_| made)
                .unwrap()
        };
        let first = schema(0);
        assert_eq!((ask(&first), ask(&first), ask(&schema(0))), (1, 1, 1));
        for n in 1..16 {
            ask(&schema(n));
        }
        assert_eq!(ask(&first), 16);
        ask(&schema(16));
        assert_eq!(ask(&first), 17);
        assert_eq!(ask(&schema(1)), 18);
    }
}
