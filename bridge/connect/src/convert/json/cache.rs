//! A bounded cache of the JSON of schemas, by identity of the schema.

use std::sync::{Arc, Mutex, PoisonError};

use crate::data::{ConnectError, Schema, SchemaMap, SCHEMAS_ROOM};

#[derive(Debug)]
pub(super) struct TextCache {
    texts: Mutex<SchemaMap<Arc<[u8]>>>,
}

impl TextCache {
    pub(super) fn new(size: usize) -> Self {
        Self { texts: Mutex::new(SchemaMap::new(size, SCHEMAS_ROOM)) }
    }

    /// The text of a schema, made by `make` where it is not known.
    pub(super) fn get(
        &self,
        schema: &Arc<Schema>,
        make: impl FnOnce(&mut Vec<u8>) -> Result<(), ConnectError>,
    ) -> Result<Arc<[u8]>, ConnectError> {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = texts.get(schema) {
            return Ok(Arc::clone(text));
        }
        let mut text = Vec::new();
        make(&mut text)?;
        let text: Arc<[u8]> = text.into();
        // A field takes some seventy bytes in a text, as much as in a schema.
        let beside = text.len() / 64;
        Ok(texts.put(schema, text, beside).map_or_else(|text| text, Arc::clone))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::super::data::Type;
    use super::*;

    #[test]
    fn a_text_is_made_once_per_schema_and_no_more_than_fit_are_kept() {
        let cache = TextCache::new(2);
        let made = std::cell::Cell::new(0);
        let get = |schema: &Arc<Schema>| {
            let make = |out: &mut Vec<u8>| {
                made.set(made.get() + 1);
                out.extend_from_slice(schema.to_string().as_bytes());
                Ok(())
            };
            cache.get(schema, make).unwrap()
        };
        let schemas: Vec<_> = (0..3).map(|_| Arc::new(Schema::plain(Type::Int8))).collect();
        for _ in 0..3 {
            assert_eq!(&*get(&schemas[0]), b"Schema{INT8}");
            get(&schemas[1]);
        }
        assert_eq!(made.get(), 2);
        get(&schemas[2]);
        get(&schemas[0]);
        assert_eq!(made.get(), 4);
    }

    #[test]
    fn long_texts_fill_the_room_as_large_schemas_do() {
        let cache = TextCache::new(usize::MAX);
        let made = std::cell::Cell::new(0);
        let get = |schema: &Arc<Schema>, len: usize| {
            let make = |out: &mut Vec<u8>| {
                made.set(made.get() + 1);
                out.resize(len, b'x');
                Ok(())
            };
            cache.get(schema, make).unwrap().len()
        };
        // A doc, say, which does not count in the weight of its schema.
        let [first, second, third] = [(); 3].map(|()| Arc::new(Schema::plain(Type::Int8)));
        let room = 64 * SCHEMAS_ROOM;
        let (most, too_much) = (room / 3 * 2, room);
        for _ in 0..2 {
            assert_eq!(get(&first, most), most);
        }
        assert_eq!(made.get(), 1, "it is kept");
        for _ in 0..2 {
            assert_eq!(get(&second, too_much), too_much);
        }
        assert_eq!(made.get(), 3, "made each time, since there is no room for it");
        get(&first, most);
        assert_eq!(made.get(), 3, "and the first one is still there");
        get(&third, most);
        get(&first, most);
        assert_eq!(made.get(), 5, "there is no room for both");
    }
}
