//! Schemas that were derived from others, so that a transform builds each of them once.
//!
//! A schema is found by identity, or by equality with one of the last few new schemas. The cache is
//! bounded by the weight that the transform is given. Java caches sixteen, which are too few where
//! each MQTT topic has its own schema; the size of the cache changes no result.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::data::{ConnectError, Schema, SchemaMap};

/// Schemas known by identity.
const SCHEMAS_MAX: usize = 8192;
/// Schemas that another object is compared with.
const RECENT_MAX: usize = 16;

/// From a schema to the one made of it, with a plan `P` for the values that go along.
#[derive(Debug)]
pub(super) struct SchemaCache<P = ()>(Mutex<Cached<P>>);

#[derive(Debug)]
struct Cached<P> {
    all: SchemaMap<Derived<P>>,
    /// Those that were new last, the newest in front.
    recent: VecDeque<(Arc<Schema>, Derived<P>)>,
    /// What one of them may weigh.
    recent_room: usize,
}

/// A schema, and the plan for its values.
type Derived<P> = (Arc<Schema>, Arc<P>);

impl<P> SchemaCache<P> {
    /// A cache that has room for so much, as [`Schema::weight`] counts.
    pub(super) fn new(room: usize) -> Self {
        // A quarter of it for the recent ones, the rest for those known by identity.
        let recent = room / 4;
        let all = SchemaMap::new(SCHEMAS_MAX, room - recent);
        let recent_room = recent / RECENT_MAX;
        Self(Mutex::new(Cached { all, recent: VecDeque::new(), recent_room }))
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
    ) -> Result<Derived<P>, ConnectError> {
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
            if schema.weight().saturating_add(made.weight()) <= known.recent_room {
                known.recent.truncate(RECENT_MAX - 1);
                let new = (Arc::clone(&made), Arc::clone(&plan));
                known.recent.push_front((Arc::clone(schema), new));
            }
            (made, plan)
        };
        let beside = made.weight();
        // A schema that does not fit is built again next time.
        let _ = known.all.put(schema, (Arc::clone(&made), Arc::clone(&plan)), beside);
        Ok((made, plan))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Weak;

    use crate::data::{Field, Type, SCHEMAS_ROOM};

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
        let (cache, mut made) = (SchemaCache::new(SCHEMAS_ROOM), 0);
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
        let (cache, mut made) = (SchemaCache::new(SCHEMAS_ROOM), 0);
        for n in 0..17 {
            ask(&cache, &mut made, &schema(n));
        }
        assert_eq!(ask(&cache, &mut made, &schema(1)), 17);
        assert_eq!(ask(&cache, &mut made, &schema(0)), 18);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (cache, mut made) = (SchemaCache::new(SCHEMAS_ROOM), 0);
        let first = schema(0);
        ask(&cache, &mut made, &first);
        let held = Arc::strong_count(&first);
        for n in 1..9000 {
            ask(&cache, &mut made, &schema(n));
        }
        assert!(held > 1 && Arc::strong_count(&first) == 1);
        assert_eq!(ask(&cache, &mut made, &first), 9001);
    }

    #[test]
    fn what_is_held_weighs_no_more_than_there_is_room_for() {
        const ROOM: usize = 4000;
        let wide = |n: usize| {
            let field = |n: usize| Field::new(format!("f{n}"), Schema::int8());
            Arc::new(Schema::structure((0..n).map(field)).unwrap())
        };
        let cache = SchemaCache::new(ROOM);
        let mut all = Vec::new();
        for n in 0..500 {
            // Now and then one that is larger than the whole room.
            let from = wide(if n % 50 == 0 { 5000 } else { n % 90 });
            let make = |schema: &Arc<Schema>| Ok(Schema::clone(schema).optional());
            let made = cache.get(&from, make).unwrap();
            assert_eq!(made.fields().len(), from.fields().len());
            all.extend([Arc::downgrade(&from), Arc::downgrade(&made)]);
            drop((from, made));
            let held: usize = all.iter().filter_map(Weak::upgrade).map(|it| it.weight()).sum();
            assert!(held <= ROOM, "{held} after {n}");
        }
    }
}
