//! Chains whose transforms have a predicate: what it sees is the record as the links before it left
//! it, and what stands on both sides of such a link does not run as one.

use serde_json::{json, Value};

use super::shorthand::{
    data, header, optional, plain, required, structure, typed, Catalogue, TIMESTAMP,
};

const PACKAGE: &str = "org.apache.kafka.connect.transforms.";

/// What decides whether a transform sees a record.
struct When {
    class: &'static str,
    config: Value,
    negate: bool,
}

fn topic(pattern: &str) -> When {
    When { class: "TopicNameMatches", config: json!({"pattern": pattern}), negate: false }
}

fn has_header(name: &str) -> When {
    When { class: "HasHeaderKey", config: json!({"name": name}), negate: false }
}

fn tombstone() -> When {
    When { class: "RecordIsTombstone", config: json!({}), negate: false }
}

fn unless(when: When) -> When {
    When { negate: !when.negate, ..when }
}

/// A link that every record goes through.
fn link(class: &str, config: Value) -> Value {
    json!({"class": format!("{PACKAGE}{class}"), "config": config})
}

fn when(condition: When, mut link: Value) -> Value {
    let class = format!("{PACKAGE}predicates.{}", condition.class);
    link["predicate"] = json!({"class": class, "config": condition.config});
    if condition.negate {
        link["negate"] = json!(true);
    }
    link
}

fn route(regex: &str, replacement: &str) -> Value {
    link("RegexRouter", json!({"regex": regex, "replacement": replacement}))
}

fn add_header(name: &str) -> Value {
    link("InsertHeader", json!({"header": name, "value.literal": "1"}))
}

fn cast(spec: &str) -> Value {
    link("Cast$Value", json!({"spec": spec}))
}

fn insert(field: &str) -> Value {
    link("InsertField$Value", json!({"topic.field": field}))
}

fn replace(renames: &str) -> Value {
    link("ReplaceField$Value", json!({"renames": renames}))
}

/// The same chain for records with and without schema, with a header and without a value.
fn chain(c: &mut Catalogue, id: &str, links: &[Value]) {
    let row = structure(&[("a", required("int32")), ("b", optional("string"))]);
    let with_schema = || data(row.clone(), json!({"a": 1, "b": "2"}));
    let null = || json!({"schema": null, "payload": null, "types": "null"});
    let record = |value: Value, headers: Value| {
        json!({
            "topic": "t", "partition": 3, "timestamp": TIMESTAMP, "key": plain(json!("k")),
            "value": value, "headers": headers,
        })
    };
    let mut other = record(with_schema(), json!([]));
    other["topic"] = json!("other");
    let records = [
        record(with_schema(), json!([])),
        other,
        record(with_schema(), json!([header("h", typed(json!(5), json!("int8")))])),
        record(plain(json!({"a": 1})), json!([])),
        record(null(), json!([header("h", null())])),
        record(with_schema(), json!([])),
    ];
    c.add(id, json!({"op": "transform", "chain": links, "records": records}));
}

pub(super) fn fill(c: &mut Catalogue) {
    routers(c);
    headers(c);
    runs(c);
    dropped(c);
    what_came_before(c);
    settings(c);
}

fn routers(c: &mut Catalogue) {
    let rename = || route("(.*)", "x-$1");
    chain(c, "route/alone", &[when(topic("t"), rename())]);
    chain(c, "route/unless", &[when(unless(topic("t")), rename())]);
    chain(c, "route/header", &[when(has_header("h"), rename())]);
    chain(c, "route/tombstone", &[when(tombstone(), rename())]);
    chain(c, "route/value", &[when(unless(tombstone()), rename())]);
    chain(c, "route/first-of-two", &[when(topic("t"), rename()), route("(.)(.*)", "$2$1")]);
    chain(c, "route/second-of-two", &[route("t", "u"), when(topic("u"), rename())]);
    chain(c, "route/not-any-more", &[route("t", "u"), when(topic("t"), rename())]);
    chain(
        c,
        "route/back-and-forth",
        &[when(topic("t"), route("t", "u")), when(topic("u"), route("u", "t")), rename()],
    );
    chain(c, "route/part-of-a-name", &[when(topic("o"), rename())]);
    chain(c, "route/time", &[when(has_header("h"), link("TimestampRouter", json!({})))]);
}

fn headers(c: &mut Catalogue) {
    chain(c, "header/alone", &[when(topic("t"), add_header("i"))]);
    chain(c, "header/unless", &[when(unless(has_header("h")), add_header("h"))]);
    chain(
        c,
        "header/of-an-earlier-link",
        &[add_header("new"), when(has_header("new"), add_header("seen"))],
    );
    chain(
        c,
        "header/of-an-earlier-link-with-a-predicate",
        &[when(topic("t"), add_header("new")), when(has_header("new"), add_header("seen"))],
    );
    chain(
        c,
        "header/of-a-later-link",
        &[when(has_header("new"), add_header("seen")), add_header("new")],
    );
    chain(
        c,
        "header/dropped-before",
        &[
            add_header("new"),
            link("DropHeaders", json!({"headers": "new,h"})),
            when(has_header("new"), add_header("seen")),
            when(unless(has_header("h")), add_header("gone")),
        ],
    );
    chain(
        c,
        "header/from-a-field",
        &[
            link("HeaderFrom$Value", json!({"fields": "a", "headers": "a", "operation": "copy"})),
            when(has_header("a"), route("(.*)", "$1-a")),
        ],
    );
    chain(
        c,
        "header/and-route",
        &[
            when(topic("t"), add_header("i")),
            route("t", "u"),
            when(unless(topic("u")), add_header("j")),
            when(has_header("i"), route("u", "v")),
        ],
    );
}

/// Neighbours that would run as one program, were it not for the predicate.
fn runs(c: &mut Catalogue) {
    let links = || [cast("a:string"), insert("from"), replace("a:A,from:F")];
    for (n, place) in ["first", "middle", "last"].into_iter().enumerate() {
        for (name, condition) in [
            ("topic", topic as fn(&str) -> When),
            ("header", |_| has_header("h")),
            ("unless-tombstone", |_| unless(tombstone())),
        ] {
            let mut links = links();
            links[n] = when(condition("t"), links[n].clone());
            chain(c, &format!("run/{place}/{name}"), &links);
        }
    }
    let all = links().map(|link| when(unless(topic("other")), link));
    chain(c, "run/all", &all);
    let [first, second, third] = links();
    chain(
        c,
        "run/between-two",
        &[first, second, when(has_header("h"), route("(.*)", "x-$1")), insert("again"), third],
    );
    chain(
        c,
        "run/refused-only-with-the-header",
        &[insert("from"), when(has_header("h"), cast("from:int8")), replace("b:B")],
    );
    let key = |class: &str, config: Value| link(&format!("{class}$Key"), config);
    chain(
        c,
        "run/of-the-key",
        &[
            key("HoistField", json!({"field": "k"})),
            key("InsertField", json!({"topic.field": "t"})),
            when(unless(has_header("h")), key("ReplaceField", json!({"exclude": "t"}))),
            key("Cast", json!({"spec": "k:string"})),
        ],
    );
}

fn dropped(c: &mut Catalogue) {
    let filter = || link("Filter", json!({}));
    chain(c, "filter/tombstone", &[when(tombstone(), filter()), cast("a:string")]);
    chain(c, "filter/unless-header", &[when(unless(has_header("h")), filter())]);
    chain(
        c,
        "filter/two",
        &[
            when(topic("other"), filter()),
            when(tombstone(), filter()),
            cast("a:float64"),
            insert("from"),
        ],
    );
    chain(
        c,
        "filter/before-what-fails",
        &[
            when(unless(has_header("h")), filter()),
            link("ExtractField$Value", json!({"field": "none"})),
        ],
    );
}

/// What a link made of the record decides.
fn what_came_before(c: &mut Catalogue) {
    chain(
        c,
        "before/value-is-null-now",
        &[
            link("ExtractField$Value", json!({"field": "b"})),
            when(tombstone(), route("(.*)", "null-$1")),
        ],
    );
    chain(
        c,
        "before/value-is-there-now",
        &[
            link("HoistField$Value", json!({"field": "h"})),
            when(tombstone(), route("(.*)", "null-$1")),
            when(unless(tombstone()), add_header("full")),
        ],
    );
    chain(
        c,
        "before/failed-match",
        &[when(topic("t"), link("ExtractField$Value", json!({"field": "none"}))), insert("from")],
    );
}

/// What is wrong with a predicate is told after what is wrong with its transform.
fn settings(c: &mut Catalogue) {
    let broken = |config: Value| When { class: "HasHeaderKey", config, negate: false };
    chain(c, "settings/no-name", &[when(broken(json!({})), insert("f"))]);
    chain(c, "settings/empty-name", &[when(broken(json!({"name": ""})), insert("f"))]);
    chain(c, "settings/pattern", &[when(topic("("), insert("f"))]);
    chain(c, "settings/both", &[when(topic("("), cast("x:y:z"))]);
    chain(c, "settings/later-link", &[when(topic("("), insert("f")), cast("x:y:z")]);
    let missing = When { class: "NoSuch", config: json!({}), negate: false };
    chain(c, "settings/no-such-class", &[when(missing, insert("f"))]);
}
