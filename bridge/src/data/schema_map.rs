//! What belongs to schemas, found by their identity, within a bound.
//!
//! Holding a schema keeps its address from being used again, so an address stands for one schema.
//! What does not fit any more goes all at once: shapes of messages are few or endless.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::Schema;

/// Fields of all schemas together that are held at most, give or take the last schema.
const FIELDS_MAX: usize = 100_000;

/// From schemas to what is known of them.
#[derive(Debug)]
pub struct SchemaMap<V> {
    most: usize,
    /// Of all that are held.
    fields: usize,
    entries: HashMap<usize, (Arc<Schema>, V), BuildHasherDefault<Spread>>,
}

impl<V> SchemaMap<V> {
    /// A map of at most so many schemas.
    pub fn new(most: usize) -> Self {
        Self { most, fields: 0, entries: HashMap::default() }
    }

    /// What is known of this very schema.
    pub fn get(&self, schema: &Arc<Schema>) -> Option<&V> {
        self.entries.get(&(Arc::as_ptr(schema) as usize)).map(|(_, value)| value)
    }

    /// Remembers something of a schema.
    pub fn put(&mut self, schema: &Arc<Schema>, value: V) {
        if self.entries.len() >= self.most || self.fields >= FIELDS_MAX {
            self.entries.clear();
            self.fields = 0;
        }
        if self.most > 0 {
            let held = (Arc::clone(schema), value);
            if self.entries.insert(Arc::as_ptr(schema) as usize, held).is_none() {
                self.fields += schema.fields().len();
            }
        }
    }
}

/// Spreads addresses. Nobody outside chooses them, so no more is needed.
#[derive(Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, number: usize) {
        // The golden ratio, after which high and low bits both depend on all of the address.
        let mixed = (self.0 ^ number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Field, Type};
    use super::*;

    #[test]
    fn a_schema_is_known_by_identity_and_all_go_when_one_too_many_comes() {
        let schemas: Vec<_> = (0..3).map(|_| Arc::new(Schema::plain(Type::Int8))).collect();
        let mut map = SchemaMap::new(2);
        map.put(&schemas[0], 'a');
        map.put(&schemas[1], 'b');
        assert_eq!((map.get(&schemas[0]), map.get(&schemas[1])), (Some(&'a'), Some(&'b')));
        assert_eq!(map.get(&schemas[2]), None, "equal, but another one");
        map.put(&schemas[2], 'c');
        assert_eq!((map.get(&schemas[0]), map.get(&schemas[2])), (None, Some(&'c')));
    }

    #[test]
    fn an_address_is_never_that_of_a_schema_that_has_gone() {
        let mut map = SchemaMap::new(1000);
        for n in 0..1000 {
            let schema = Arc::new(Schema::plain(Type::Int8).versioned(n));
            assert_eq!(map.get(&schema), None);
            map.put(&schema, n);
        }
    }

    #[test]
    fn a_few_wide_schemas_are_as_much_as_many_narrow_ones() {
        let field = |n: usize| Field::new(format!("f{n}"), Schema::int8());
        let wide = || Arc::new(Schema::structure((0..1000).map(field)).unwrap());
        let mut map = SchemaMap::new(usize::MAX);
        let first = wide();
        map.put(&first, 0);
        map.put(&first, 1);
        for n in 2..=100 {
            map.put(&wide(), n);
        }
        assert_eq!(map.get(&first), Some(&1), "put twice, it counts once");
        map.put(&wide(), 101);
        assert_eq!((map.get(&first), map.entries.len()), (None, 1));
    }

    #[test]
    fn without_room_nothing_is_kept() {
        let schema = Schema::int8();
        let mut map = SchemaMap::new(0);
        map.put(&schema, 1);
        assert_eq!(map.get(&schema), None);
    }
}
