//! The three predicates, with what they refuse.

use serde_json::{json, Value};

use super::shorthand::{data, header, keyed, optional, plain, required, valued, Catalogue};

pub(super) fn fill(c: &mut Catalogue) {
    let record: Value = json!({
        "topic": "t", "value": plain(json!(1)),
        "headers": [header("h", plain(json!(null))), header("h", plain(json!(2))), header("", plain(json!(3)))],
    });
    for (id, config) in [
        ("there", json!({"name": "h"})),
        ("not-there", json!({"name": "x"})),
        ("case", json!({"name": "H"})),
        ("blank", json!({"name": " h"})),
        ("empty", json!({"name": ""})),
        ("spaces", json!({"name": "  "})),
        ("absent", json!({})),
        ("extra-key", json!({"name": "h", "negate": "true"})),
    ] {
        c.predicate(&format!("header/{id}"), "HasHeaderKey", config.clone(), record.clone());
        c.predicate(&format!("header/none/{id}"), "HasHeaderKey", config, valued(plain(json!(1))));
    }
    for (id, record) in [
        ("tombstone", valued(plain(json!(null)))),
        ("null-with-schema", valued(data(optional("string"), json!(null)))),
        ("empty-string", valued(data(required("string"), json!("")))),
        ("no-value", keyed(plain(json!("k")))),
        ("value", valued(plain(json!({})))),
        ("false", valued(plain(json!(false)))),
    ] {
        c.predicate(&format!("tombstone/{id}"), "RecordIsTombstone", json!({}), record);
    }
    for (n, (pattern, topic)) in [
        ("t", "t"),
        ("t", "tt"),
        ("t.*", "topic"),
        ("", ""),
        ("", "t"),
        ("(?i)TOPIC", "topic"),
        ("a|b", "b"),
        ("a|b", "ab"),
        ("[", "t"),
        ("(", "t"),
        ("*", "t"),
        ("a{2", "aa"),
        ("\\", "t"),
        ("my-.+\\.v[0-9]{1,3}", "my-topic.v12"),
    ]
    .into_iter()
    .enumerate()
    {
        c.predicate(
            &format!("topic/{n}"),
            "TopicNameMatches",
            json!({"pattern": pattern}),
            json!({"topic": topic, "value": plain(json!(1))}),
        );
    }
    c.predicate("topic/absent", "TopicNameMatches", json!({}), valued(plain(json!(1))));
    c.predicate("unknown", "NoSuchPredicate", json!({}), valued(plain(json!(1))));
}
