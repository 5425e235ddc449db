//! Vectors whose answers are the reference's, not Java's: classes that are not Apache's and cannot
//! be asked, and the records of other vendors' connectors as worker converters write them.
//!
//! Each line says `"source":"reference"`. The answers stand beside the vectors here.

use serde_json::{json, Value};

use super::confluent;
use super::shorthand::{
    data, hex, keyed, optional, plain, required, structure, typed, valued, with, Catalogue,
    TIMESTAMP,
};

const CONFLUENT: &str = "io.confluent.connect.transforms.";
const JSON: &str = "org.apache.kafka.connect.json.JsonConverter";
const STRING: &str = "org.apache.kafka.connect.storage.StringConverter";
const HEADERS: &str = "org.apache.kafka.connect.storage.SimpleHeaderConverter";

/// Vectors with their answers.
pub(super) struct Pairs {
    vectors: Catalogue,
    answers: Vec<Value>,
}

impl Pairs {
    pub(super) fn add(&mut self, id: &str, mut vector: Value, answer: &Value) {
        vector["source"] = json!("reference");
        self.vectors.add(id, vector);
        let mut line = json!({"id": format!("reference/{id}")});
        if let (Some(line), Some(answer)) = (line.as_object_mut(), answer.as_object()) {
            line.extend(answer.clone());
        }
        self.answers.push(line);
    }

    pub(super) fn transform(
        &mut self,
        id: &str,
        class: &str,
        config: &Value,
        record: &Value,
        answer: &Value,
    ) {
        let class = format!("{CONFLUENT}{class}");
        self.add(
            id,
            json!({"op": "transform", "class": class, "config": config, "record": record}),
            answer,
        );
    }

    fn to_bytes(
        &mut self,
        id: &str,
        class: &str,
        config: &Value,
        data: &Value,
        text: Option<&str>,
    ) {
        self.add(
            id,
            json!({"op": "to_bytes", "class": class, "config": config, "topic": "t", "data": data}),
            &json!({"bytes": text.map(|text| hex(text.as_bytes()))}),
        );
    }
}

/// The vectors, and the answers in the same order.
pub(super) fn fill() -> (Vec<Value>, Vec<Value>) {
    let mut pairs = Pairs { vectors: Catalogue::new("reference"), answers: Vec::new() };
    lenses(&mut pairs);
    confluent_source(&mut pairs);
    confluent_transforms(&mut pairs);
    extract_topic_by_path(&mut pairs);
    confluent::fill(&mut pairs);
    (pairs.vectors.into_vectors(), pairs.answers)
}

/// The default key, the payload as bytes, and what JsonSimpleConverter infers.
fn lenses(pairs: &mut Pairs) {
    let (off, on) = (json!({"schemas.enable": "false"}), json!({}));
    let key = data(
        with(
            structure(&[("topic", required("string")), ("id", required("string"))]),
            &json!({"name": "io.lenses.streamreactor.common.converters.MsgKey"}),
        ),
        json!({"topic": "/a/b", "id": "7"}),
    );
    pairs.to_bytes("lenses/key/off", JSON, &off, &key, Some(r#"{"topic":"/a/b","id":"7"}"#));
    pairs.to_bytes(
        "lenses/key/on",
        JSON,
        &on,
        &key,
        Some(
            r#"{"schema":{"type":"struct","fields":[{"type":"string","optional":false,"field":"topic"},{"type":"string","optional":false,"field":"id"}],"optional":false,"name":"io.lenses.streamreactor.common.converters.MsgKey"},"payload":{"topic":"/a/b","id":"7"}}"#,
        ),
    );
    pairs.to_bytes("lenses/key/string", STRING, &on, &key, Some("Struct{topic=/a/b,id=7}"));
    let value = data(required("bytes"), json!("aGVsbG8="));
    pairs.to_bytes("lenses/bytes/off", JSON, &off, &value, Some(r#""aGVsbG8=""#));
    pairs.to_bytes(
        "lenses/bytes/on",
        JSON,
        &on,
        &value,
        Some(r#"{"schema":{"type":"bytes","optional":false},"payload":"aGVsbG8="}"#),
    );
    let simple = data(
        with(
            structure(&[
                ("id", optional("int64")),
                ("t", optional("double")),
                ("ok", optional("boolean")),
                ("n", optional("string")),
                ("s", optional("string")),
                ("loc", with(structure(&[("lat", optional("double"))]), &json!({"name": "loc"}))),
                ("arr", json!({"type": "array", "items": optional("int64"), "optional": true})),
            ]),
            &json!({"name": "_a_b"}),
        ),
        json!({
            "id": 5, "t": 0.0001, "ok": true, "n": null, "s": "\u{e9}/", "loc": {"lat": 1e7},
            "arr": [1, 2],
        }),
    );
    pairs.to_bytes(
        "lenses/json-simple/off",
        JSON,
        &off,
        &simple,
        Some(r#"{"id":5,"t":1.0E-4,"ok":true,"n":null,"s":"é/","loc":{"lat":1.0E7},"arr":[1,2]}"#),
    );
    pairs.to_bytes(
        "lenses/json-simple/string",
        STRING,
        &on,
        &simple,
        Some("Struct{id=5,t=1.0E-4,ok=true,s=é/,loc=Struct{lat=1.0E7},arr=[1, 2]}"),
    );
    let through = plain(json!(r#"{"a":1}"#));
    pairs.to_bytes("lenses/pass-through/string", STRING, &on, &through, Some(r#"{"a":1}"#));
    pairs.to_bytes("lenses/pass-through/off", JSON, &off, &through, Some(r#""{\"a\":1}""#));
    pairs.to_bytes(
        "lenses/pass-through/on",
        JSON,
        &on,
        &through,
        Some(r#"{"schema":null,"payload":"{\"a\":1}"}"#),
    );
    let null = data(optional("string"), json!(null));
    pairs.to_bytes("lenses/null/off", JSON, &off, &null, Some("null"));
    pairs.to_bytes(
        "lenses/null/on",
        JSON,
        &on,
        &null,
        Some(r#"{"schema":{"type":"string","optional":true},"payload":null}"#),
    );
    pairs.to_bytes("lenses/null/string", STRING, &on, &null, None);
    let key = data(required("string"), json!("dev1.eu"));
    pairs.to_bytes("lenses/with-key/off", JSON, &off, &key, Some(r#""dev1.eu""#));
    pairs.to_bytes(
        "lenses/with-key/on",
        JSON,
        &on,
        &key,
        Some(r#"{"schema":{"type":"string","optional":false},"payload":"dev1.eu"}"#),
    );
    pairs.to_bytes("lenses/with-key/string", STRING, &on, &key, Some("dev1.eu"));
}

/// The headers of Confluent's source, as a console consumer shows them.
fn confluent_source(pairs: &mut Pairs) {
    for (id, data, text) in [
        ("mqtt.message.id", data(required("int32"), json!(0)), "0"),
        ("mqtt.qos", data(required("int32"), json!(1)), "1"),
        ("mqtt.retained", data(required("boolean"), json!(false)), "false"),
        ("mqtt.duplicate", data(required("boolean"), json!(true)), "true"),
    ] {
        pairs.add(
            &format!("confluent/header/{id}"),
            json!({"op": "header_to_bytes", "class": HEADERS, "config": {}, "data": data}),
            &json!({"bytes": hex(text.as_bytes())}),
        );
    }
}

/// The record as a result: every member is there.
pub(super) fn whole(record: &Value, topic: &str) -> Value {
    let null = || json!({"schema": null, "payload": null, "types": "null"});
    let part = |name: &str| record.get(name).cloned().unwrap_or_else(null);
    json!({"record": {
        "topic": topic, "partition": null, "timestamp": record["timestamp"], "key": part("key"),
        "value": part("value"), "headers": [],
    }})
}

/// ExtractTopic along a JSON path, and from a header.
fn extract_topic_by_path(pairs: &mut Pairs) {
    let nested = || {
        typed(
            json!({"f1": {"f3": "new"}, "to": ["old", "new"]}),
            json!({"f1": {"f3": "string"}, "to": ["string", "string"]}),
        )
    };
    // The members in the order of results.
    let field = |name: &str, kind: Value| with(kind, &json!({"field": name}));
    let fields = |fields: Value| json!({"type": "struct", "fields": fields, "optional": false});
    let inner = fields(json!([field("f3", required("string"))]));
    let structs = json!({
        "schema": fields(json!([field("f1", inner)])), "payload": {"f1": {"f3": "new"}},
    });
    let path = |path: &str| json!({"field": path, "field.format": "JSON_PATH"});
    for (id, class, config, record) in [
        ("value/brackets", "ExtractTopic$Value", path("$['f1']['f3']"), valued(nested())),
        ("value/dots", "ExtractTopic$Value", path("$.f1.f3"), valued(nested())),
        ("value/mixed", "ExtractTopic$Value", path("$.f1['f3']"), valued(nested())),
        ("value/index", "ExtractTopic$Value", path("$.to[1]"), valued(nested())),
        ("value/last", "ExtractTopic$Value", path("$.to[-1]"), valued(nested())),
        ("value/struct", "ExtractTopic$Value", path("$.f1.f3"), valued(structs)),
        ("key/brackets", "ExtractTopic$Key", path("$['f1']['f3']"), keyed(nested())),
    ] {
        let id = format!("extract-topic/json-path/{id}");
        pairs.transform(&id, class, &config, &record, &whole(&record, "new"));
    }
    let skipping = with(path("$.f1.f4"), &json!({"skip.missing.or.null": "true"}));
    let record = valued(nested());
    pairs.transform(
        "extract-topic/json-path/missing-skipped",
        "ExtractTopic$Value",
        &skipping,
        &record,
        &whole(&record, "t"),
    );
    let mut record = valued(typed(json!("x"), json!("string")));
    let to = json!([{"name": "to", "data": typed(json!("new"), json!("string"))}]);
    record["headers"] = to.clone();
    let mut answer = whole(&record, "new");
    answer["record"]["headers"] = to;
    pairs.transform(
        "extract-topic/header",
        "ExtractTopic$Header",
        &json!({"field": "to"}),
        &record,
        &answer,
    );
}

fn confluent_transforms(pairs: &mut Pairs) {
    let text = |text: &str| json!({"schema": null, "payload": text, "types": "string"});
    let fields = json!({"schema": null, "payload": {"to": "new"}, "types": {"to": "string"}});
    // The members in the order of results.
    let with_schema = json!({
        "schema": {
            "type": "struct", "fields": [{"type": "string", "optional": false, "field": "to"}],
            "optional": false,
        },
        "payload": {"to": "new"},
    });
    for (id, class, config, record) in [
        ("value/whole", "ExtractTopic$Value", json!({}), valued(text("new"))),
        ("value/field", "ExtractTopic$Value", json!({"field": "to"}), valued(fields.clone())),
        ("value/struct", "ExtractTopic$Value", json!({"field": "to"}), valued(with_schema)),
        ("key/field", "ExtractTopic$Key", json!({"field": "to"}), keyed(fields.clone())),
    ] {
        pairs.transform(
            &format!("extract-topic/{id}"),
            class,
            &config,
            &record,
            &whole(&record, "new"),
        );
    }
    let record = valued(fields);
    pairs.transform(
        "extract-topic/missing-skipped",
        "ExtractTopic$Value",
        &json!({"field": "other", "skip.missing.or.null": "true"}),
        &record,
        &whole(&record, "t"),
    );
    let router = |topic: &str| json!({"topic": topic, "timestamp": TIMESTAMP, "value": text("x")});
    for (id, topic, expected) in [("match", "prefix-a", "a"), ("no-match", "other", "other")] {
        let record = router(topic);
        pairs.transform(
            &format!("topic-regex-router/{id}"),
            "TopicRegexRouter",
            &json!({"regex": "prefix-(.*)", "replacement": "$1"}),
            &record,
            &whole(&record, expected),
        );
    }
    let record = valued(json!({
        "schema": null, "payload": {"at": "2023-11-14T22:13:20.123Z"}, "types": {"at": "string"},
    }));
    pairs.transform(
        "message-timestamp-router",
        "MessageTimestampRouter",
        &json!({
            "message.timestamp.keys": "no,at", "topic.timestamp.format": "yyyy-MM",
            "message.timestamp.format": "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
        }),
        &record,
        &whole(&record, "t-2023-11"),
    );
    let null = json!({"schema": null, "payload": null, "types": "null"});
    pairs.transform(
        "drop/value",
        "Drop$Value",
        &json!({}),
        &valued(text("x")),
        &whole(&valued(null.clone()), "t"),
    );
    pairs.transform(
        "drop/key",
        "Drop$Key",
        &json!({"schema.behavior": "nullify"}),
        &keyed(data(required("string"), json!("x"))),
        &whole(&keyed(null.clone()), "t"),
    );
    let tombstone = valued(null);
    for behavior in ["warn", "ignore", "drop_warn", "drop_silent"] {
        pairs.transform(
            &format!("tombstone-handler/{behavior}"),
            "TombstoneHandler",
            &json!({"behavior": behavior}),
            &tombstone,
            &json!({"dropped": true}),
        );
    }
    let record = valued(text("x"));
    pairs.transform(
        "tombstone-handler/value",
        "TombstoneHandler",
        &json!({}),
        &record,
        &whole(&record, "t"),
    );
}
