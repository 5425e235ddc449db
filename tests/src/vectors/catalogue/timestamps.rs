//! TimestampConverter: every source to every target, precisions, defaults, configurations.

use serde_json::{json, Value};

use super::date_texts;
use super::shorthand::{
    data, logical, optional, plain, required, structure, typed, with, Catalogue,
};

const TARGETS: [&str; 5] = ["string", "unix", "Date", "Time", "Timestamp"];
const FORMAT: &str = "yyyy-MM-dd HH:mm:ss.SSS";

pub(super) fn fill(c: &mut Catalogue) {
    matrix(c);
    fields(c);
    configs(c);
    date_texts::printing(c);
    date_texts::reading(c);
}

/// Sources with schema and without.
fn sources() -> Vec<(&'static str, Value, Value)> {
    let text = json!("2023-11-14 22:13:20.123");
    vec![
        ("string", data(required("string"), text.clone()), plain(text)),
        (
            "unix",
            data(required("int64"), json!(1_700_000_000_123_i64)),
            plain(json!(1_700_000_000_123_i64)),
        ),
        (
            "date",
            data(logical("Date"), json!(19_675)),
            typed(json!(1_699_920_000_000_i64), json!("date")),
        ),
        ("time", data(logical("Time"), json!(80_000_123)), typed(json!(80_000_123), json!("date"))),
        (
            "timestamp",
            data(logical("Timestamp"), json!(1_700_000_000_123_i64)),
            typed(json!(1_700_000_000_123_i64), json!("date")),
        ),
        ("negative", data(logical("Timestamp"), json!(-1)), typed(json!(-1), json!("date"))),
        (
            "int32",
            data(required("int32"), json!(1_700_000)),
            typed(json!(1_700_000), json!("int32")),
        ),
        ("float64", data(required("double"), json!(1.5)), plain(json!(1.5))),
        ("boolean", data(required("boolean"), json!(true)), plain(json!(true))),
        ("bad-string", data(required("string"), json!("yesterday")), plain(json!("yesterday"))),
        ("empty-string", data(required("string"), json!("")), plain(json!(""))),
        ("big", data(required("int64"), json!(i64::MAX)), plain(json!(i64::MAX))),
        ("null", data(optional("int64"), json!(null)), plain(json!(null))),
        (
            "null-timestamp",
            data(with(logical("Timestamp"), &json!({"optional": true})), json!(null)),
            plain(json!(null)),
        ),
        (
            "decimal",
            data(logical("Decimal"), json!("AJY=")),
            typed(json!("1.50"), json!("decimal:2")),
        ),
        (
            "map",
            data(structure(&[("a", required("int64"))]), json!({"a": 1})),
            plain(json!({"a": 1})),
        ),
    ]
}

fn matrix(c: &mut Catalogue) {
    for (name, with_schema, without) in sources() {
        for target in TARGETS {
            let config = json!({"target.type": target, "format": FORMAT});
            c.value(
                &format!("whole/schema/{name}/{target}"),
                "TimestampConverter",
                config.clone(),
                with_schema.clone(),
            );
            c.value(
                &format!("whole/plain/{name}/{target}"),
                "TimestampConverter",
                config,
                without.clone(),
            );
        }
    }
    for precision in ["milliseconds", "seconds", "microseconds", "nanoseconds"] {
        for n in [
            0_i64,
            1,
            -1,
            1_700_000_000,
            -1_500,
            1_700_000_000_123,
            1_700_000_000_123_456,
            1_700_000_000_123_456_789,
            i64::MAX,
            i64::MIN,
        ] {
            let config = |target: &str| json!({"target.type": target, "unix.precision": precision});
            c.value(
                &format!("precision/{precision}/from/{n}"),
                "TimestampConverter",
                config("Timestamp"),
                data(required("int64"), json!(n)),
            );
            c.value(
                &format!("precision/{precision}/to/{n}"),
                "TimestampConverter",
                config("unix"),
                data(logical("Timestamp"), json!(n)),
            );
            c.value(
                &format!("precision/{precision}/date/{n}"),
                "TimestampConverter",
                config("Date"),
                plain(json!(n)),
            );
            c.value(
                &format!("precision/{precision}/time/{n}"),
                "TimestampConverter",
                config("Time"),
                plain(json!(n)),
            );
        }
    }
}

fn fields(c: &mut Catalogue) {
    let schema = || {
        with(
            structure(&[
                ("ts", with(optional("int64"), &json!({"default": 5, "doc": "gone"}))),
                ("n", required("string")),
            ]),
            &json!({"name": "s", "version": 2, "doc": "d", "parameters": {"p": "q"}}),
        )
    };
    for target in TARGETS {
        for kept in ["true", "false"] {
            let config = json!({
                "target.type": target, "format": FORMAT, "field": "ts",
                "replace.null.with.default": kept,
            });
            for (id, payload) in [("value", json!(1_700_000_000_123_i64)), ("null", json!(null))] {
                let payload = json!({"ts": payload, "n": "x"});
                c.both(
                    &format!("field/{target}/{kept}/{id}/schema"),
                    "TimestampConverter",
                    &config,
                    &data(schema(), payload.clone()),
                );
                c.value(
                    &format!("field/{target}/{kept}/{id}/plain"),
                    "TimestampConverter",
                    config.clone(),
                    plain(payload),
                );
            }
        }
        let config = json!({"target.type": target, "format": FORMAT, "field": "missing"});
        c.value(
            &format!("field/{target}/missing/schema"),
            "TimestampConverter",
            config.clone(),
            data(schema(), json!({"ts": 1, "n": "x"})),
        );
        c.value(
            &format!("field/{target}/missing/plain"),
            "TimestampConverter",
            config.clone(),
            plain(json!({"ts": 1})),
        );
        c.value(
            &format!("field/{target}/tombstone"),
            "TimestampConverter",
            config.clone(),
            plain(json!(null)),
        );
        c.value(
            &format!("field/{target}/string"),
            "TimestampConverter",
            config.clone(),
            plain(json!("x")),
        );
        c.value(
            &format!("field/{target}/string-schema"),
            "TimestampConverter",
            config,
            data(required("string"), json!("x")),
        );
        for (attribute, value) in
            [("optional", json!(true)), ("default", json!(4)), ("doc", json!("d"))]
        {
            c.value(
                &format!("whole/{target}/{attribute}"),
                "TimestampConverter",
                json!({"target.type": target, "format": FORMAT}),
                data(with(required("int64"), &json!({attribute: value})), json!(3)),
            );
        }
    }
}

fn configs(c: &mut Catalogue) {
    for (id, config) in [
        ("nothing", json!({})),
        ("unknown-target", json!({"target.type": "date"})),
        ("empty-target", json!({"target.type": ""})),
        ("string-without-format", json!({"target.type": "string"})),
        ("string-with-empty-format", json!({"target.type": "string", "format": ""})),
        ("string-with-blank-format", json!({"target.type": "string", "format": " "})),
        ("bad-format", json!({"target.type": "string", "format": "yyyy-bb"})),
        ("open-quote", json!({"target.type": "string", "format": "yyyy 'at"})),
        ("bad-format-unused", json!({"target.type": "unix", "format": "b"})),
        ("bad-precision", json!({"target.type": "unix", "unix.precision": "days"})),
        ("precision-case", json!({"target.type": "unix", "unix.precision": "SECONDS"})),
        ("read-without-format", json!({"target.type": "unix"})),
        ("dotted-field", json!({"target.type": "unix", "field": "a.b", "format": FORMAT})),
    ] {
        c.value(
            &format!("config/{id}"),
            "TimestampConverter",
            config.clone(),
            data(required("string"), json!("2023-01-01")),
        );
        c.value(&format!("config/{id}/number"), "TimestampConverter", config, plain(json!(1)));
    }
    let unix = json!({"target.type": "unix", "format": FORMAT});
    c.value("long-text", "TimestampConverter", unix, plain(json!("x".repeat(201))));
}
