//! Cast: every type to every type, whole and as a field, with and without schema.

use serde_json::{json, Value};

use super::samples::{all, scalars};
use super::shorthand::{
    data, logical, optional, plain, required, structure, typed, with, Catalogue,
};

const TARGETS: [&str; 8] =
    ["int8", "int16", "int32", "int64", "float32", "float64", "boolean", "string"];

pub(super) fn fill(c: &mut Catalogue) {
    for sample in all() {
        for target in TARGETS {
            for (n, data) in sample.with_schema().into_iter().enumerate() {
                c.value(
                    &format!("whole/schema/{}-{n}/{target}", sample.name),
                    "Cast",
                    json!({"spec": target}),
                    data,
                );
            }
            for (n, data) in sample.without_schema().into_iter().enumerate() {
                c.value(
                    &format!("whole/plain/{}-{n}/{target}", sample.name),
                    "Cast",
                    json!({"spec": target}),
                    data,
                );
            }
        }
    }
    fields(c);
    defaults(c);
    nulls(c);
    specs(c);
}

fn fields(c: &mut Catalogue) {
    let samples = scalars();
    let names: Vec<(&str, Value)> =
        samples.iter().map(|sample| (sample.name, sample.schema.clone())).collect();
    let mut payload = serde_json::Map::new();
    let mut bare = serde_json::Map::new();
    let mut types = serde_json::Map::new();
    for sample in &samples {
        // The last value is the one that fits least.
        payload.insert(sample.name.to_owned(), sample.payloads[1].clone());
        bare.insert(sample.name.to_owned(), sample.bare[1].clone());
        types.insert(sample.name.to_owned(), json!(sample.leaf));
    }
    for sample in &samples {
        for target in TARGETS {
            let spec = json!({"spec": format!("{}:{target}", sample.name)});
            c.value(
                &format!("field/schema/{}/{target}", sample.name),
                "Cast",
                spec.clone(),
                data(
                    structure(&[
                        (sample.name, sample.schema.clone()),
                        ("other", optional("string")),
                    ]),
                    json!({sample.name: sample.payloads[1], "other": null}),
                ),
            );
            c.value(
                &format!("field/plain/{}/{target}", sample.name),
                "Cast",
                spec,
                typed(
                    json!({sample.name: sample.bare[1], "other": 1}),
                    json!({sample.name: sample.leaf, "other": "int16"}),
                ),
            );
        }
    }
    let wide = with(structure(&names), &json!({"name": "wide", "version": 3, "doc": "d"}));
    let spec = json!({"spec": "int8:string, float64:int32 ,boolean:int64"});
    c.both("several/schema", "Cast", &spec, &data(wide, Value::Object(payload)));
    c.both("several/plain", "Cast", &spec, &typed(Value::Object(bare), Value::Object(types)));
}

fn defaults(c: &mut Catalogue) {
    for (name, schema, default) in [
        ("int8", required("int8"), json!(7)),
        ("int64", required("int64"), json!(300)),
        ("float64", required("double"), json!(1.9)),
        ("string", required("string"), json!("42")),
        ("bad-string", required("string"), json!("forty")),
        ("boolean", required("boolean"), json!(true)),
        ("date", logical("Date"), json!(1)),
        ("decimal", logical("Decimal"), json!("AJY=")),
    ] {
        for optional in [true, false] {
            for kept in ["true", "false"] {
                let schema =
                    with(schema.clone(), &json!({"optional": optional, "default": default}));
                let payload = if optional { json!(null) } else { default.clone() };
                for target in ["int32", "string"] {
                    let id = format!("{name}/{optional}/{kept}/{target}");
                    let config =
                        |spec: String| json!({"spec": spec, "replace.null.with.default": kept});
                    c.value(
                        &format!("default/whole/{id}"),
                        "Cast",
                        config(target.to_owned()),
                        data(schema.clone(), payload.clone()),
                    );
                    c.value(
                        &format!("default/field/{id}"),
                        "Cast",
                        config(format!("f:{target}")),
                        data(
                            structure(&[("f", schema.clone()), ("g", schema.clone())]),
                            json!({"f": payload, "g": payload}),
                        ),
                    );
                }
            }
        }
    }
}

fn nulls(c: &mut Catalogue) {
    for spec in ["int32", "f:int32"] {
        let config = json!({"spec": spec});
        c.both(&format!("null/plain/{spec}"), "Cast", &config, &plain(json!(null)));
        c.both(
            &format!("null/optional/{spec}"),
            "Cast",
            &config,
            &data(
                with(structure(&[("f", required("string"))]), &json!({"optional": true})),
                json!(null),
            ),
        );
        c.value(
            &format!("null/optional-string/{spec}"),
            "Cast",
            config.clone(),
            data(optional("string"), json!(null)),
        );
        c.value(
            &format!("not-a-struct/{spec}"),
            "Cast",
            config.clone(),
            data(required("string"), json!("12")),
        );
        c.value(&format!("not-a-map/{spec}"), "Cast", config.clone(), plain(json!("12")));
        c.value(&format!("list/{spec}"), "Cast", config, plain(json!([1])));
    }
    let config = json!({"spec": "f:int32,missing:string"});
    c.value("missing/plain", "Cast", config.clone(), plain(json!({"f": "1"})));
    c.value(
        "missing/schema",
        "Cast",
        config.clone(),
        data(structure(&[("f", required("string"))]), json!({"f": "1"})),
    );
    c.value("field-null/plain", "Cast", config.clone(), plain(json!({"f": null})));
    c.value(
        "field-null/schema",
        "Cast",
        config,
        data(structure(&[("f", optional("string"))]), json!({"f": null})),
    );
}

fn specs(c: &mut Catalogue) {
    let value = || {
        data(
            structure(&[("a", required("int32")), ("b:c", required("int32"))]),
            json!({"a": 1, "b:c": 2}),
        )
    };
    for (id, spec) in [
        ("empty", json!("")),
        ("blank", json!(" ")),
        ("unknown-type", json!("a:int33")),
        ("upper-case", json!("a:INT64")),
        ("mixed-case", json!("a:Float64")),
        ("bytes", json!("a:bytes")),
        ("array", json!("a:array")),
        ("struct", json!("struct")),
        ("two-whole", json!("int8,int16")),
        ("whole-and-field", json!("int8,a:int16")),
        ("field-and-whole", json!("a:int16,int8")),
        ("two-colons", json!("b:c:int64")),
        ("escaped-colon", json!("b\\:c:int64")),
        ("no-field", json!(":int8")),
        ("no-type", json!("a:")),
        ("same-field-twice", json!("a:int8,a:string")),
        ("blanks", json!(" a : int8 ")),
        ("trailing-comma", json!("a:int8,")),
        ("escaped-comma", json!("a:int8\\,b:int8")),
    ] {
        c.value(&format!("spec/{id}"), "Cast", json!({"spec": spec}), value());
    }
    for spec in ["a:boolean,a:int16", "a:int8,a:string", "a:string,a:int64"] {
        c.value(
            &format!("spec/same-field-twice/{spec}"),
            "Cast",
            json!({"spec": spec}),
            plain(json!({"a": -300})),
        );
    }
    let long = "x".repeat(201);
    c.value("long-text", "Cast", json!({"spec": "a:int8"}), plain(json!({"a": long})));
    c.value("spec/absent", "Cast", json!({}), value());
    c.value(
        "spec/bad-boolean",
        "Cast",
        json!({"spec": "a:int8", "replace.null.with.default": "yes"}),
        value(),
    );
    c.value("spec/unknown-key", "Cast", json!({"spec": "a:int8", "other": "x"}), value());
    c.transform("abstract", "Cast", json!({"spec": "int8"}), super::shorthand::valued(value()));
}
