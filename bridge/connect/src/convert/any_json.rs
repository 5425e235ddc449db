//! Generates JSON for tests of readers: valid texts of any data, and corrupted ones.

// Compiled for tests only, which report by panicking.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use proptest::sample::{select, Index};

use super::{JsonConverter, JsonSettings};
use crate::data::any::{any_data, any_sample};

/// Fragments to insert.
const PIECES: [&str; 26] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u",
    "\\ud800",
    "\\udc00",
    "null",
    "true",
    "1",
    "-",
    "+",
    ".5",
    "e",
    "1e400",
    "1e-2147483648",
    "\"a\":",
    "\"AQ=\"",
    " ",
    "\u{1}",
    "\u{feff}",
    "12345678901234567890123",
];

/// One way to corrupt a text.
#[derive(Debug, Clone)]
enum Corruption {
    Byte(Index, u8),
    Piece(Index, &'static str),
    Without(Index, usize),
    Until(Index),
    /// Copies a part to another place.
    Repeat(Index, usize, Index),
    /// Replaces a value by other JSON.
    Leaf(Index, &'static str),
}

impl Corruption {
    fn apply(&self, mut text: Vec<u8>) -> Vec<u8> {
        let at = |index: &Index| index.index(text.len() + 1);
        let end = |start: usize, length: usize| (start + length).min(text.len());
        match self {
            Self::Byte(index, byte) => {
                let at = at(index);
                if let Some(slot) = text.get_mut(at) {
                    *slot = *byte;
                }
            }
            Self::Piece(index, piece) => {
                let at = at(index);
                text.splice(at..at, piece.bytes());
            }
            Self::Without(index, length) => {
                let (start, end) = (at(index), end(at(index), *length));
                text.drain(start..end);
            }
            Self::Until(index) => text.truncate(at(index)),
            Self::Repeat(from, length, to) => {
                let (start, end, to) = (at(from), end(at(from), *length), at(to));
                let part = text[start..end].to_vec();
                text.splice(to..to, part);
            }
            Self::Leaf(index, leaf) => {
                let Ok(mut json) = serde_json::from_slice::<serde_json::Value>(&text) else {
                    return text;
                };
                let (mut count, leaf) = (0, serde_json::from_str(leaf).unwrap());
                each_leaf(&mut json, &mut |_| count += 1);
                let mut left = index.index(count.max(1));
                each_leaf(&mut json, &mut |value| {
                    if left == 0 {
                        value.clone_from(&leaf);
                    }
                    left = left.wrapping_sub(1);
                });
                return serde_json::to_vec(&json).unwrap();
            }
        }
        text
    }
}

fn each_leaf(json: &mut serde_json::Value, act: &mut dyn FnMut(&mut serde_json::Value)) {
    match json {
        serde_json::Value::Array(items) if !items.is_empty() => {
            for it in items {
                each_leaf(it, act);
            }
        }
        serde_json::Value::Object(members) if !members.is_empty() => {
            for it in members.values_mut() {
                each_leaf(it, act);
            }
        }
        leaf => act(leaf),
    }
}

fn any_corruption() -> impl Strategy<Value = Corruption> {
    let leaves = vec![
        "null",
        "true",
        "0",
        "-1",
        "128",
        "1e300",
        "0.1",
        "\"\"",
        "\"!\"",
        "\"AQ=\"",
        "\"AQ==\"",
        "[]",
        "{}",
        "[[1]]",
        "{\"a\":1}",
        "\"int8\"",
        "\"struct\"",
        "99999999999999999999",
    ];
    let index = any::<Index>;
    prop_oneof![
        1 => (index(), any::<u8>()).prop_map(|(at, byte)| Corruption::Byte(at, byte)),
        2 => (index(), select(PIECES.to_vec())).prop_map(|(at, piece)| Corruption::Piece(at, piece)),
        1 => (index(), 1_usize..10).prop_map(|(at, length)| Corruption::Without(at, length)),
        1 => index().prop_map(Corruption::Until),
        1 => (index(), 1_usize..30, index()).prop_map(|(at, length, to)| Corruption::Repeat(at, length, to)),
        6 => (index(), select(leaves)).prop_map(|(at, leaf)| Corruption::Leaf(at, leaf)),
    ]
}

fn json(schemas_enable: bool) -> JsonConverter {
    JsonConverter::new(JsonSettings { schemas_enable, ..JsonSettings::default() })
}

/// JSON of any data, with its schema beside it or without.
fn any_whole() -> impl Strategy<Value = Vec<u8>> {
    (any_data(), any::<bool>()).prop_map(|(data, schemas)| {
        let mut out = Vec::new();
        let _ = json(schemas).to_bytes(data.schema.as_ref(), &data.value, &mut out);
        out
    })
}

/// JSON with any number of corruptions, and random bytes.
pub fn any_json_bytes() -> BoxedStrategy<Vec<u8>> {
    let corrupted = (any_whole(), proptest::collection::vec(any_corruption(), 0..4))
        .prop_map(|(text, all)| all.iter().fold(text, |text, corruption| corruption.apply(text)));
    let pieces = proptest::collection::vec(select(PIECES.to_vec()), 0..20);
    prop_oneof![
        6 => corrupted,
        2 => pieces.prop_map(|it| it.concat().into_bytes()),
        1 => proptest::collection::vec(any::<u8>(), 0..40),
    ]
    .boxed()
}

/// A schema as JSON, corrupted or not, and JSON of a value of it.
pub fn any_schema_and_payload() -> BoxedStrategy<(Vec<u8>, Vec<u8>)> {
    let corruptions = || proptest::collection::vec(any_corruption(), 0..3);
    (any_sample(), corruptions(), corruptions())
        .prop_map(|(sample, of_schema, of_payload)| {
            let data = sample.first();
            let mut envelope = Vec::new();
            let _ = json(true).to_bytes(data.schema.as_ref(), &data.value, &mut envelope);
            let envelope = serde_json::from_slice::<serde_json::Value>(&envelope);
            let part = |name: &str, corruptions: &[Corruption]| {
                let json = envelope.as_ref().map_or(&serde_json::Value::Null, |it| &it[name]);
                corruptions.iter().fold(json.to_string().into_bytes(), |text, it| it.apply(text))
            };
            // Mostly a schema that can be used.
            let of_schema = of_schema.get(1..).unwrap_or_default();
            (part("schema", of_schema), part("payload", &of_payload))
        })
        .boxed()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::strategy::ValueTree;

    use super::*;

    #[test]
    fn most_of_it_is_near_to_something_that_is_read() {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let converters = [json(false), json(true)].map(Arc::new);
        let (mut read, mut refused) = ([0, 0], 0);
        for _ in 0..1000 {
            let bytes = any_json_bytes().new_tree(&mut runner).unwrap().current();
            for (converter, read) in converters.iter().zip(&mut read) {
                match converter.from_bytes(Some(&bytes)) {
                    Ok(_) => *read += 1,
                    Err(_) => refused += 1,
                }
            }
        }
        assert!(read.iter().all(|count| *count > 80) && refused > 300, "{read:?} {refused}");
    }
}
