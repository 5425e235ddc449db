//! Random records one after another through one random chain: rows of schemas that are each other's
//! relatives, so that what a transform remembers of one of them would show in another's answer.

use serde_json::{json, Value};

use super::{links, shapes, steps, Random};

/// How many records a sequence has.
const RECORDS: usize = 12;

/// A chain with the records that go through it.
pub(super) fn sequence(random: &mut Random, id: &str) -> Value {
    let mut vector = if random.one_in(2) {
        steps::chain(random, id)
    } else {
        let chain = links::chain(random);
        json!({
            "id": id, "op": "transform", "chain": chain,
            "record": {"topic": "t", "key": shapes::row(random), "value": shapes::row(random)},
        })
    };
    let first = vector["record"].take();
    if let Some(members) = vector.as_object_mut() {
        members.shift_remove("record");
    }
    let (keys, values) = (family(random, &first["key"]), family(random, &first["value"]));
    let records: Vec<Value> = (0..RECORDS)
        .map(|_| {
            let headers: Vec<Value> = (0..random.below(2))
                .map(|_| json!({"name": random.pick(&["h", "new"]), "data": {"payload": 1}}))
                .collect();
            json!({
                "topic": random.pick(&["t", "t", "a.b-c", "sensors_berlin"]),
                "partition": random.pick(&[None, Some(1)]),
                "timestamp": random.pick(&[Some(1_700_000_000_123_i64), Some(0), None]),
                "key": member(random, &keys), "value": member(random, &values),
                "headers": headers,
            })
        })
        .collect();
    vector["records"] = records.into();
    vector
}

/// Data of one kind: with the first one's schema and its relatives, or the first one alone, if it
/// has none.
fn family(random: &mut Random, first: &Value) -> Vec<Value> {
    let mut all = vec![first.clone()];
    if first["schema"]["fields"].is_array() {
        for _ in 0..random.below(4) {
            let of = random.below(all.len());
            all.push(json!({"schema": shapes::relative(random, &all[of]["schema"])}));
        }
    }
    all
}

fn member(random: &mut Random, family: &[Value]) -> Value {
    if random.one_in(15) {
        return json!({"schema": null, "payload": null, "types": "null"});
    }
    let one = &family[random.below(family.len())];
    if one["schema"].is_null() {
        return one.clone();
    }
    let mut schema = one["schema"].clone();
    if random.one_in(4) {
        // Another object that says the same: no reader looks at this.
        schema["remark"] = json!(random.below(3));
    }
    json!({"payload": shapes::payload(random, &schema), "schema": schema})
}
