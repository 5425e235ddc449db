//! One telling vector per transform: the documentation shows these, with Java's answers.

use serde_json::{json, Value};

use super::shorthand::{header, plain, Catalogue, TIMESTAMP};

/// The documented transforms in the order of the document: class, what it is for, configuration.
pub(super) fn fill(c: &mut Catalogue) {
    let reading = || {
        plain(
            json!({"id": "7", "temp": 21.5, "at": "2023-11-14 22:13:20", "pos": {"lat": 52.5, "lon": 13.4}}),
        )
    };
    let record = |value: Value| {
        json!({
            "topic": "sensors_berlin", "partition": null, "timestamp": TIMESTAMP,
            "key": plain(json!({"mqtt": "sensors/berlin"})), "value": value,
            "headers": [header("qos", plain(json!("1")))],
        })
    };
    for (class, config) in [
        ("Cast$Value", json!({"spec": "id:int32,temp:string"})),
        ("DropHeaders", json!({"headers": "qos"})),
        ("ExtractField$Key", json!({"field": "mqtt"})),
        ("ExtractField$Value", json!({"field": "pos.lat", "field.syntax.version": "V2"})),
        ("Filter", json!({})),
        ("Flatten$Value", json!({"delimiter": "_"})),
        ("HeaderFrom$Value", json!({"fields": "id", "headers": "device", "operation": "move"})),
        ("HoistField$Value", json!({"field": "reading"})),
        (
            "InsertField$Value",
            json!({"timestamp.field": "ts", "topic.field": "source", "static.field": "site", "static.value": "berlin"}),
        ),
        ("InsertHeader", json!({"header": "levels", "value.literal": "[1, 300]"})),
        ("MaskField$Value", json!({"fields": "id", "replacement": "***"})),
        ("RegexRouter", json!({"regex": "sensors_(?<site>.*)", "replacement": "plant.${site}"})),
        ("ReplaceField$Value", json!({"exclude": "pos", "renames": "temp:celsius"})),
        ("SetSchemaMetadata$Key", json!({"schema.name": "com.example.Key", "schema.version": "2"})),
        (
            "TimestampConverter$Value",
            json!({"field": "at", "target.type": "unix", "format": "yyyy-MM-dd HH:mm:ss"}),
        ),
        (
            "TimestampRouter",
            json!({"topic.format": "${topic}-${timestamp}", "timestamp.format": "yyyy-MM"}),
        ),
        ("ValueToKey", json!({"fields": "id"})),
    ] {
        let mut record = record(reading());
        if class == "SetSchemaMetadata$Key" {
            let field = json!({"type": "string", "optional": false, "field": "mqtt"});
            record["key"] = json!({
                "schema": {"type": "struct", "optional": false, "fields": [field]},
                "payload": {"mqtt": "sensors/berlin"},
            });
        }
        c.transform(class, class, config, record);
    }
    for (class, config) in [
        ("HasHeaderKey", json!({"name": "qos"})),
        ("RecordIsTombstone", json!({})),
        ("TopicNameMatches", json!({"pattern": "sensors_.*"})),
    ] {
        c.predicate(class, class, config, record(reading()));
    }
}
