//! Short ways to write a vector: schemas, data with and without schema, records, and the list that
//! collects them under ids of one subject.

use serde_json::{json, Map, Value};

const TRANSFORMS: &str = "org.apache.kafka.connect.transforms.";
/// The record's timestamp in every vector that does not say another.
pub(super) const TIMESTAMP: i64 = 1_700_000_000_123;

/// Stands for half of a surrogate pair, which no text of ours can hold; `line` writes it.
pub(super) const HALF: &str = "\u{f8ff}";

/// A vector as it stands in its file.
pub fn line(vector: &Value) -> String {
    vector.to_string().replace(HALF, "\\ud83d")
}

/// Vectors of one subject, in order.
#[derive(Debug)]
pub struct Catalogue {
    subject: &'static str,
    vectors: Vec<Value>,
}

impl Catalogue {
    pub(super) fn new(subject: &'static str) -> Self {
        Self { subject, vectors: Vec::new() }
    }

    pub(super) fn into_vectors(self) -> Vec<Value> {
        self.vectors
    }

    /// A vector of any operation; `rest` is what follows the id.
    pub(super) fn add(&mut self, id: &str, rest: Value) {
        let mut vector = Map::new();
        vector.insert("id".to_owned(), json!(format!("{}/{id}", self.subject)));
        if let Value::Object(rest) = rest {
            vector.extend(rest);
        }
        self.vectors.push(Value::Object(vector));
    }

    /// One transform; the class without its package.
    pub(super) fn transform(&mut self, id: &str, class: &str, config: Value, record: Value) {
        let class = full(class);
        self.add(
            id,
            json!({"op": "transform", "class": class, "config": config, "record": record}),
        );
    }

    /// The same transform in its forms for the value and for the key, each on such a record.
    pub(super) fn both(&mut self, id: &str, class: &str, config: &Value, data: &Value) {
        self.transform(
            &format!("{id}/value"),
            &format!("{class}$Value"),
            config.clone(),
            valued(data.clone()),
        );
        self.transform(
            &format!("{id}/key"),
            &format!("{class}$Key"),
            config.clone(),
            keyed(data.clone()),
        );
    }

    /// The form for the value.
    pub(super) fn value(&mut self, id: &str, class: &str, config: Value, data: Value) {
        self.transform(id, &format!("{class}$Value"), config, valued(data));
    }

    /// A list of transforms.
    pub(super) fn chain(&mut self, id: &str, links: &[(&str, Value)], record: Value) {
        self.add(id, json!({"op": "transform", "chain": chain(links), "record": record}));
    }

    /// A list of transforms, and records that go through them one after another.
    pub(super) fn sequence(&mut self, id: &str, links: &[(&str, Value)], records: &[Value]) {
        self.add(id, json!({"op": "transform", "chain": chain(links), "records": records}));
    }

    /// A predicate; the class without its package.
    pub(super) fn predicate(&mut self, id: &str, class: &str, config: Value, record: Value) {
        let class = format!("{TRANSFORMS}predicates.{class}");
        self.add(
            id,
            json!({"op": "predicate", "class": class, "config": config, "record": record}),
        );
    }

    /// What a converter writes.
    pub(super) fn to_bytes(&mut self, id: &str, class: &str, config: Value, data: Value) {
        self.add(
            id,
            json!({
                "op": "to_bytes", "class": class, "config": config, "position": "value",
                "topic": "t", "data": data,
            }),
        );
    }

    /// What a converter reads; `None` is a record without the part.
    pub(super) fn from_bytes(
        &mut self,
        id: &str,
        class: &str,
        config: Value,
        bytes: Option<&[u8]>,
    ) {
        self.add(
            id,
            json!({
                "op": "from_bytes", "class": class, "config": config, "position": "value",
                "topic": "t", "bytes": bytes.map(hex),
            }),
        );
    }

    /// What a header converter writes.
    pub(super) fn header_to_bytes(&mut self, id: &str, class: &str, config: Value, data: Value) {
        self.add(
            id,
            json!({
                "op": "header_to_bytes", "class": class, "config": config, "topic": "t",
                "data": data,
            }),
        );
    }

    /// What a header converter reads.
    pub(super) fn header_from_bytes(
        &mut self,
        id: &str,
        class: &str,
        config: Value,
        bytes: Option<&[u8]>,
    ) {
        self.add(
            id,
            json!({
                "op": "header_from_bytes", "class": class, "config": config, "topic": "t",
                "bytes": bytes.map(hex),
            }),
        );
    }
}

fn chain(links: &[(&str, Value)]) -> Vec<Value> {
    links.iter().map(|(class, config)| json!({"class": full(class), "config": config})).collect()
}

fn full(class: &str) -> String {
    if class.contains('.') {
        class.to_owned()
    } else {
        format!("{TRANSFORMS}{class}")
    }
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A schema of this type.
pub(super) fn required(kind: &str) -> Value {
    json!({"type": kind, "optional": false})
}

/// A schema of this type whose value may be null.
pub(super) fn optional(kind: &str) -> Value {
    json!({"type": kind, "optional": true})
}

/// The schema with these members set.
pub(super) fn with(mut schema: Value, members: &Value) -> Value {
    if let (Some(schema), Some(members)) = (schema.as_object_mut(), members.as_object()) {
        for (name, value) in members {
            schema.insert(name.clone(), value.clone());
        }
    }
    schema
}

/// One of Connect's logical types, by the last part of its name.
pub fn logical(name: &str) -> Value {
    let kind = match name {
        "Decimal" => "bytes",
        "Timestamp" => "int64",
        _ => "int32",
    };
    let schema = json!({
        "type": kind, "optional": false, "version": 1,
        "name": format!("org.apache.kafka.connect.data.{name}"),
    });
    if name == "Decimal" {
        with(schema, &json!({"parameters": {"scale": "2"}}))
    } else {
        schema
    }
}

/// A struct's schema of these fields.
pub(super) fn structure(fields: &[(&str, Value)]) -> Value {
    let fields: Vec<Value> =
        fields.iter().map(|(name, schema)| with(schema.clone(), &json!({"field": name}))).collect();
    json!({"type": "struct", "optional": false, "fields": fields})
}

/// Data with a schema.
pub(super) fn data(schema: Value, payload: Value) -> Value {
    json!({"schema": schema, "payload": payload})
}

/// Data without schema, of the types that JSON itself has.
pub(super) fn plain(payload: Value) -> Value {
    json!({"schema": null, "payload": payload})
}

/// Data without schema, of these types.
pub(super) fn typed(payload: Value, types: Value) -> Value {
    json!({"schema": null, "payload": payload, "types": types})
}

/// A record with this value.
pub(super) fn valued(data: Value) -> Value {
    json!({"topic": "t", "timestamp": TIMESTAMP, "value": data})
}

/// A record with this key.
pub(super) fn keyed(data: Value) -> Value {
    json!({"topic": "t", "timestamp": TIMESTAMP, "key": data})
}

/// A header of a record.
pub(super) fn header(name: &str, data: Value) -> Value {
    json!({"name": name, "data": data})
}
