//! A bounded map keyed by the identity of schemas.
//!
//! Holding a schema keeps its address from being used again, so an address stands for one schema.
//! When an entry does not fit, the whole map is cleared: in practice there are few schemas or an
//! unbounded number. Invariant: the total weight never exceeds the limit; an entry that alone
//! exceeds it is not kept.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::Schema;

/// The room of one map that stands alone, in what [`Schema::weight`] counts: some ten megabytes.
pub const SCHEMAS_ROOM: usize = 200_000;

/// From schemas to what is known of them.
#[derive(Debug)]
pub struct SchemaMap<V> {
    most: usize,
    room: usize,
    /// Of all that is held.
    weight: usize,
    entries: HashMap<usize, (Arc<Schema>, V), BuildHasherDefault<AddressHasher>>,
}

impl<V> SchemaMap<V> {
    /// A map of at most so many schemas, which has room for so much weight.
    pub fn new(most: usize, room: usize) -> Self {
        Self { most, room, weight: 0, entries: HashMap::default() }
    }

    /// What is known of this very schema.
    pub fn get(&self, schema: &Arc<Schema>) -> Option<&V> {
        self.entries.get(&(Arc::as_ptr(schema) as usize)).map(|(_, value)| value)
    }

    /// Remembers something of a schema, which weighs so much beside the schema itself. Gives it
    /// back where there is no room for it at all.
    pub fn put(&mut self, schema: &Arc<Schema>, value: V, beside: usize) -> Result<&V, V> {
        let place = Arc::as_ptr(schema) as usize;
        let weight = schema.weight().saturating_add(beside);
        if self.most == 0 || weight > self.room {
            return Err(value);
        }
        let is_new = !self.entries.contains_key(&place);
        if is_new && (self.entries.len() >= self.most || self.weight > self.room - weight) {
            self.entries.clear();
            self.weight = 0;
        }
        if is_new {
            self.weight += weight;
        }
        let held = (Arc::clone(schema), value);
        Ok(&self.entries.entry(place).insert_entry(held).into_mut().1)
    }
}

/// Hashes addresses of schemas. No input chooses them, so a keyed hash is not needed.
#[derive(Debug, Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
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

    fn wide(fields: usize) -> Arc<Schema> {
        let field = |n: usize| Field::new(format!("f{n}"), Schema::int8());
        Arc::new(Schema::structure((0..fields).map(field)).unwrap())
    }

    #[test]
    fn a_schema_is_known_by_identity_and_all_go_when_one_too_many_comes() {
        let schemas: Vec<_> = (0..3).map(|_| Arc::new(Schema::plain(Type::Int8))).collect();
        let mut map = SchemaMap::new(2, SCHEMAS_ROOM);
        map.put(&schemas[0], 'a', 0).unwrap();
        map.put(&schemas[1], 'b', 0).unwrap();
        assert_eq!((map.get(&schemas[0]), map.get(&schemas[1])), (Some(&'a'), Some(&'b')));
        assert_eq!(map.get(&schemas[2]), None, "equal, but another one");
        assert_eq!(map.put(&schemas[2], 'c', 0), Ok(&'c'));
        assert_eq!((map.get(&schemas[0]), map.get(&schemas[2])), (None, Some(&'c')));
    }

    #[test]
    fn an_address_is_never_that_of_a_schema_that_has_gone() {
        let mut map = SchemaMap::new(1000, SCHEMAS_ROOM);
        for n in 0..1000 {
            let schema = Arc::new(Schema::plain(Type::Int8).versioned(n));
            assert_eq!(map.get(&schema), None);
            map.put(&schema, n, 0).unwrap();
        }
    }

    #[test]
    fn a_few_wide_schemas_are_as_much_as_many_narrow_ones() {
        let weight = wide(100).weight();
        let mut map = SchemaMap::new(usize::MAX, 3 * weight);
        let (first, second) = (wide(100), wide(100));
        for value in [0, 1] {
            map.put(&first, value, 0).unwrap();
        }
        map.put(&second, 2, weight).unwrap();
        assert_eq!(map.get(&first), Some(&1), "put twice, it counts once");
        map.put(&wide(1), 3, 0).unwrap();
        assert_eq!((map.get(&first), map.get(&second), map.entries.len()), (None, None, 1));
    }

    #[test]
    fn what_weighs_more_than_there_is_room_for_is_not_kept_and_drives_nothing_out() {
        let mut map = SchemaMap::new(usize::MAX, 1000);
        let (small, large) = (wide(10), wide(1000));
        map.put(&small, 's', 0).unwrap();
        assert_eq!(map.put(&large, 'l', 0), Err('l'));
        assert_eq!(map.put(&wide(10), 'h', 1000), Err('h'));
        assert_eq!((map.get(&small), map.get(&large)), (Some(&'s'), None));
    }

    #[test]
    fn what_is_held_never_weighs_more_than_there_is_room_for() {
        let mut map = SchemaMap::new(usize::MAX, 500);
        for n in 0..2000_usize {
            let _ = map.put(&wide(n * 7 % 130), n, n % 50);
            let held: usize =
                map.entries.values().map(|(schema, n)| schema.weight() + n % 50).sum();
            assert_eq!(map.weight, held);
            assert!(held <= 500);
        }
    }

    #[test]
    fn without_room_nothing_is_kept() {
        let schema = Schema::int8();
        let mut map = SchemaMap::new(0, SCHEMAS_ROOM);
        assert_eq!(map.put(&schema, 1, 0), Err(1));
        assert_eq!(map.get(&schema), None);
    }
}
