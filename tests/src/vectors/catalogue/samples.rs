//! One or more values of every type, in the three forms in which a vector can hold them. Numbers are
//! those at which Java's printing, casts and widths change.

use serde_json::{json, Value};

use super::shorthand::{data, logical, optional, required, structure, typed};

/// A type with values of it.
pub(super) struct Sample {
    /// Part of an id.
    pub(super) name: &'static str,
    /// The schema, required.
    pub(super) schema: Value,
    /// Payloads under the schema.
    pub(super) payloads: Vec<Value>,
    /// The type without schema: a leaf, or nothing where the tree depends on the value.
    pub(super) leaf: Option<&'static str>,
    /// Payloads without schema, one for each above.
    pub(super) bare: Vec<Value>,
}

impl Sample {
    /// The values under the schema.
    pub(super) fn with_schema(&self) -> Vec<Value> {
        self.payloads.iter().map(|payload| data(self.schema.clone(), payload.clone())).collect()
    }

    /// The values under the schema with these members changed.
    pub(super) fn with_schema_of(&self, members: &Value) -> Vec<Value> {
        let schema = super::shorthand::with(self.schema.clone(), members);
        self.payloads.iter().map(|payload| data(schema.clone(), payload.clone())).collect()
    }

    /// The same values without schema.
    pub(super) fn without_schema(&self) -> Vec<Value> {
        self.bare
            .iter()
            .map(|payload| {
                typed(payload.clone(), self.leaf.map_or_else(|| types(payload), |leaf| json!(leaf)))
            })
            .collect()
    }
}

/// The types of what JSON itself can say, integers as int32.
fn types(payload: &Value) -> Value {
    match payload {
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, item)| (name.clone(), types(item))).collect())
        }
        Value::Array(items) => items.iter().map(types).collect(),
        Value::String(_) => json!("string"),
        Value::Number(_) => json!("int32"),
        Value::Bool(_) => json!("boolean"),
        Value::Null => json!("null"),
    }
}

fn same(name: &'static str, schema: Value, leaf: &'static str, payloads: &[Value]) -> Sample {
    Sample { name, schema, payloads: payloads.to_vec(), leaf: Some(leaf), bare: payloads.to_vec() }
}

/// Types that are one value.
pub(super) fn scalars() -> Vec<Sample> {
    vec![
        same("int8", required("int8"), "int8", &[json!(-128), json!(0), json!(5), json!(127)]),
        same(
            "int16",
            required("int16"),
            "int16",
            &[json!(-32768), json!(0), json!(300), json!(32767)],
        ),
        same(
            "int32",
            required("int32"),
            "int32",
            &[json!(i32::MIN), json!(1), json!(70_000), json!(i32::MAX)],
        ),
        same(
            "int64",
            required("int64"),
            "int64",
            &[
                json!(i64::MIN),
                json!(9_007_199_254_740_991_i64),
                json!(9_007_199_254_740_993_i64),
                json!(i64::MAX),
            ],
        ),
        same(
            "float32",
            required("float"),
            "float32",
            &[
                json!("NaN"),
                json!("-Infinity"),
                json!("-0.0"),
                json!(0.0),
                json!(-1.5),
                json!(0.1),
                json!(16_777_217.0),
                json!(9_999_999.0),
                json!(10_000_000.0),
                json!(0.001),
                json!(0.000_99),
                json!(3.402_823_5e38),
                json!(1.4e-45),
            ],
        ),
        same(
            "float64",
            required("double"),
            "float64",
            &[
                json!("NaN"),
                json!("Infinity"),
                json!("-0.0"),
                json!(0.0),
                json!(2.5),
                json!(-1.999),
                json!(0.1),
                json!(9_999_999.0),
                json!(9_999_999.999),
                json!(10_000_000.0),
                json!(0.001),
                json!(0.000_999),
                json!(9_007_199_254_740_993.0),
                json!(2e-323),
                json!(4.9e-324),
                json!(2.225_073_858_507_201_4e-308),
                json!(1.797_693_134_862_315_7e308),
                json!(1e23),
                json!(123_456_789_012.5),
                json!(1e100),
            ],
        ),
        same("boolean", required("boolean"), "boolean", &[json!(true), json!(false)]),
        same(
            "string",
            required("string"),
            "string",
            &[
                json!(""),
                json!("text"),
                json!("true"),
                json!("TRUE"),
                json!("12"),
                json!(" 12"),
                json!("+12"),
                json!("1e3"),
                json!("300"),
                json!("NaN"),
                json!("0x1p3"),
                json!("1.5f"),
                json!("\u{663}"),
                json!("\u{e9}\u{0}\u{7f}\"\\/\u{8}\n\u{2028}\u{1f600}"),
            ],
        ),
        same(
            "bytes",
            required("bytes"),
            "bytes",
            &[json!(""), json!("AAEC/w=="), json!("aGVsbG8=")],
        ),
        Sample {
            name: "decimal",
            schema: logical("Decimal"),
            payloads: vec![json!("AA=="), json!("AJY="), json!("/w=="), json!("AP//////////////")],
            leaf: Some("decimal:2"),
            bare: vec![
                json!("0.00"),
                json!("1.50"),
                json!("-0.01"),
                json!("51922968585348276285304963292200.95"),
            ],
        },
        Sample {
            name: "date",
            schema: logical("Date"),
            payloads: vec![json!(0), json!(-1), json!(19_675)],
            leaf: Some("date"),
            bare: vec![json!(0), json!(-86_400_000), json!(1_699_920_000_000_i64)],
        },
        Sample {
            name: "time",
            schema: logical("Time"),
            payloads: vec![json!(0), json!(86_399_999)],
            leaf: Some("date"),
            bare: vec![json!(1), json!(86_399_999)],
        },
        Sample {
            name: "timestamp",
            schema: logical("Timestamp"),
            payloads: vec![json!(0), json!(-1), json!(1_700_000_000_123_i64), json!(i64::MIN)],
            leaf: Some("date"),
            bare: vec![json!(2), json!(-1), json!(1_700_000_000_123_i64), json!(i64::MAX)],
        },
    ]
}

/// Types that hold others.
pub(super) fn containers() -> Vec<Sample> {
    let lists = vec![json!([]), json!([1, 2, 2])];
    let maps = vec![json!({}), json!({"b": 1, "a": 2})];
    let structs = vec![json!({"a": 1, "b": null}), json!({"a": 2, "b": "x"})];
    vec![
        Sample {
            name: "array",
            schema: json!({"type": "array", "optional": false, "items": required("int32")}),
            payloads: lists.clone(),
            leaf: None,
            bare: lists,
        },
        Sample {
            name: "map",
            schema: json!({
                "type": "map", "optional": false, "keys": required("string"),
                "values": required("int32"),
            }),
            payloads: maps.clone(),
            leaf: None,
            bare: maps,
        },
        Sample {
            name: "struct",
            schema: structure(&[("a", required("int32")), ("b", optional("string"))]),
            payloads: structs.clone(),
            leaf: None,
            bare: structs,
        },
    ]
}

/// All of them.
pub(super) fn all() -> Vec<Sample> {
    let mut all = scalars();
    all.extend(containers());
    all
}
