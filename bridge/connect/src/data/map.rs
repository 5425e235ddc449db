//! Maps that keep the order in which entries came.
//!
//! A key that comes again replaces its value in place. Small maps are a list, large ones have a
//! table beside it, so no input makes them slow.

use std::fmt;
use std::hash::{Hash, Hasher};

use indexmap::{Equivalent, IndexMap};

use super::Value;

/// Above this many entries, keys are looked up in a table.
const MANY: usize = 16;

/// Entries from key to value in order.
#[derive(Clone)]
pub struct Map(Repr);

#[derive(Clone)]
enum Repr {
    Few(Vec<(Value, Value)>),
    Many(Box<IndexMap<Value, Value>>),
}

impl Map {
    /// An empty map.
    pub const fn new() -> Self {
        Self(Repr::Few(Vec::new()))
    }

    /// An empty map with room.
    pub fn with_capacity(entries: usize) -> Self {
        Self(Repr::Few(Vec::with_capacity(entries.min(MANY))))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::Few(entries) => entries.len(),
            Repr::Many(entries) => entries.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a key.
    pub fn get(&self, key: &Value) -> Option<&Value> {
        match &self.0 {
            Repr::Few(entries) => entries.iter().find(|(k, _)| k == key).map(|(_, value)| value),
            Repr::Many(entries) => entries.get(key),
        }
    }

    /// The value of a key that is a text.
    pub fn get_text(&self, key: &str) -> Option<&Value> {
        match &self.0 {
            Repr::Few(entries) => {
                entries.iter().find(|(k, _)| k.is_text(key)).map(|(_, value)| value)
            }
            Repr::Many(entries) => entries.get(&TextKey(key)),
        }
    }

    /// The value of a key that is a text, to change it.
    pub fn get_text_mut(&mut self, key: &str) -> Option<&mut Value> {
        match &mut self.0 {
            Repr::Few(entries) => {
                entries.iter_mut().find(|(k, _)| k.is_text(key)).map(|(_, value)| value)
            }
            Repr::Many(entries) => entries.get_mut(&TextKey(key)),
        }
    }

    /// Sets the value of a key and gives the one it had.
    pub fn put(&mut self, key: Value, value: Value) -> Option<Value> {
        match &mut self.0 {
            Repr::Few(entries) => {
                if let Some((_, slot)) = entries.iter_mut().find(|(k, _)| *k == key) {
                    return Some(std::mem::replace(slot, value));
                }
                if entries.len() < MANY {
                    entries.push((key, value));
                    return None;
                }
                let mut many: IndexMap<Value, Value> =
                    std::mem::take(entries).into_iter().collect();
                many.insert(key, value);
                self.0 = Repr::Many(Box::new(many));
                None
            }
            Repr::Many(entries) => entries.insert(key, value),
        }
    }

    /// Sets the value of a key that is a text.
    pub fn put_text(&mut self, key: impl Into<String>, value: Value) -> Option<Value> {
        let key = key.into();
        // Comparing texts alone is what makes objects of JSON cheap to build.
        if let Repr::Few(entries) = &mut self.0 {
            if let Some((_, slot)) = entries.iter_mut().find(|(k, _)| k.is_text(&key)) {
                return Some(std::mem::replace(slot, value));
            }
            if entries.len() < MANY {
                entries.push((Value::String(key), value));
                return None;
            }
        }
        self.put(Value::String(key), value)
    }

    /// Takes an entry out; the others keep their order.
    pub fn remove(&mut self, key: &Value) -> Option<Value> {
        match &mut self.0 {
            Repr::Few(entries) => {
                let at = entries.iter().position(|(k, _)| k == key)?;
                Some(entries.remove(at).1)
            }
            Repr::Many(entries) => entries.shift_remove(key),
        }
    }

    /// Takes the entry of a text out.
    pub fn remove_text(&mut self, key: &str) -> Option<Value> {
        match &mut self.0 {
            Repr::Few(entries) => {
                let at = entries.iter().position(|(k, _)| k.is_text(key))?;
                Some(entries.remove(at).1)
            }
            Repr::Many(entries) => entries.shift_remove(&TextKey(key)),
        }
    }

    /// Keeps the entries that `keep` says yes to.
    pub fn retain(&mut self, mut keep: impl FnMut(&Value, &mut Value) -> bool) {
        match &mut self.0 {
            Repr::Few(entries) => entries.retain_mut(|(key, value)| keep(key, value)),
            Repr::Many(entries) => entries.retain(|key, value| keep(key, value)),
        }
    }

    /// Entries in order.
    pub fn iter(&self) -> Iter<'_> {
        match &self.0 {
            Repr::Few(entries) => Iter::Few(entries.iter()),
            Repr::Many(entries) => Iter::Many(entries.iter()),
        }
    }

    /// Values in order, to change them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        let (few, many) = match &mut self.0 {
            Repr::Few(entries) => (Some(entries.iter_mut().map(|(_, value)| value)), None),
            Repr::Many(entries) => (None, Some(entries.values_mut())),
        };
        few.into_iter().flatten().chain(many.into_iter().flatten())
    }
}

impl Default for Map {
    fn default() -> Self {
        Self::new()
    }
}

/// Entries of a map in order.
#[derive(Debug, Clone)]
pub enum Iter<'a> {
    /// Of a small map.
    Few(std::slice::Iter<'a, (Value, Value)>),
    /// Of a large one.
    Many(indexmap::map::Iter<'a, Value, Value>),
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a Value, &'a Value);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Few(entries) => entries.next().map(|(key, value)| (key, value)),
            Self::Many(entries) => entries.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Few(entries) => entries.size_hint(),
            Self::Many(entries) => entries.size_hint(),
        }
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<'a> IntoIterator for &'a Map {
    type Item = (&'a Value, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Entries taken out of a map in order.
#[derive(Debug)]
pub enum IntoIter {
    /// Of a small map.
    Few(std::vec::IntoIter<(Value, Value)>),
    /// Of a large one.
    Many(indexmap::map::IntoIter<Value, Value>),
}

impl Iterator for IntoIter {
    type Item = (Value, Value);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Few(entries) => entries.next(),
            Self::Many(entries) => entries.next(),
        }
    }
}

impl IntoIterator for Map {
    type Item = (Value, Value);
    type IntoIter = IntoIter;

    fn into_iter(self) -> IntoIter {
        match self.0 {
            Repr::Few(entries) => IntoIter::Few(entries.into_iter()),
            Repr::Many(entries) => IntoIter::Many(entries.into_iter()),
        }
    }
}

impl FromIterator<(Value, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (Value, Value)>>(entries: I) -> Self {
        let mut map = Self::new();
        for (key, value) in entries {
            map.put(key, value);
        }
        map
    }
}

// As in Java, order does not count.
impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.iter().all(|(key, value)| other.get(key).is_some_and(|it| it == value))
    }
}

impl Eq for Map {}

impl Hash for Map {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Equal maps may differ in order, so entries stay out of it.
        self.len().hash(state);
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl fmt::Display for Map {
    /// Java's `{k=v, k2=v2}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (i, (key, value)) in self.iter().enumerate() {
            write!(f, "{}{key}={value}", if i == 0 { "" } else { ", " })?;
        }
        f.write_str("}")
    }
}

/// Looks a text up without making a value of it.
struct TextKey<'a>(&'a str);

impl Hash for TextKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Value::hash_text(self.0, state);
    }
}

impl Equivalent<Value> for TextKey<'_> {
    fn equivalent(&self, key: &Value) -> bool {
        key.is_text(self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone)]
    enum Step {
        Put(u8, i64),
        Remove(u8),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            3 => (0_u8..40, any::<i64>()).prop_map(|(key, value)| Step::Put(key, value)),
            1 => (0_u8..40).prop_map(Step::Remove),
        ];
        proptest::collection::vec(step, 0..120)
    }

    proptest! {
        #[test]
        fn behaves_as_a_list_of_entries(steps in steps()) {
            let mut map = Map::new();
            let mut model: Vec<(String, i64)> = Vec::new();
            for step in steps {
                match step {
                    Step::Put(key, value) => {
                        let key = key.to_string();
                        map.put_text(&*key, Value::Int64(value));
                        match model.iter_mut().find(|(k, _)| *k == key) {
                            Some((_, slot)) => *slot = value,
                            None => model.push((key, value)),
                        }
                    }
                    Step::Remove(key) => {
                        let key = key.to_string();
                        let at = model.iter().position(|(k, _)| *k == key);
                        let want = at.map(|at| Value::Int64(model.remove(at).1));
                        prop_assert_eq!(map.remove_text(&key), want);
                    }
                }
                for (key, value) in &model {
                    prop_assert_eq!(map.get_text(key), Some(&Value::Int64(*value)));
                    prop_assert_eq!(map.get(&Value::string(&**key)), Some(&Value::Int64(*value)));
                }
            }
            let order: Vec<_> = map.iter().map(|(k, v)| (k.to_string(), v.clone())).collect();
            let want: Vec<_> = model.into_iter().map(|(k, v)| (k, Value::Int64(v))).collect();
            prop_assert_eq!(order, want);
        }
    }

    #[test]
    fn a_hundred_thousand_keys_are_no_trouble() {
        let map: Map = (0..100_000).map(|i| (Value::Int32(i), Value::Int32(-i))).collect();
        assert_eq!(map.len(), 100_000);
        assert_eq!(map.get(&Value::Int32(99_999)), Some(&Value::Int32(-99_999)));
        let backwards: Map =
            (0..100_000).rev().map(|i| (Value::Int32(i), Value::Int32(-i))).collect();
        assert_eq!(map, backwards);
    }
}
