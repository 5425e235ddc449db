//! Embeds one table in another: a plugin's keys get the prefix of its alias.
//!
//! The order, the headings and the numbering are Kafka's. As in Kafka, errors of checks keep the
//! plugin's own names: `transforms.a.regex` is refused as `regex`.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::def::{ConfigDef, ConfigKey, Default};
use super::kind::Importance;

impl ConfigDef {
    /// The keys in the order in which Kafka lists them: those outside of any heading first, then
    /// by heading and place; without a place, required keys, important keys, and by name.
    pub fn sorted_keys(&self) -> Vec<&ConfigKey> {
        let groups = self.groups();
        let heading = |key: &ConfigKey| {
            let group = key.group.as_deref()?;
            groups.iter().position(|known| *known == group)
        };
        let mut keys: Vec<&ConfigKey> = self.keys().collect();
        keys.sort_by(|a, b| {
            heading(a).cmp(&heading(b)).then(a.order.cmp(&b.order)).then_with(|| by_weight(a, b))
        });
        keys
    }

    /// The keys as they stand in a table around this one: `prefix` before the names, headings
    /// under `group`, places counted from `first_order`.
    pub fn embedded(&self, prefix: &str, group: &str, first_order: i32) -> Vec<ConfigKey> {
        self.sorted_keys()
            .into_iter()
            .zip(first_order..)
            .map(|(key, order)| ConfigKey {
                name: Cow::Owned(format!("{prefix}{}", key.name)),
                group: Some(Cow::Owned(match key.group.as_deref() {
                    Some(own) => format!("{group}: {own}"),
                    None => group.to_owned(),
                })),
                order,
                dependents: key
                    .dependents
                    .iter()
                    .map(|name| Cow::Owned(format!("{prefix}{name}")))
                    .collect(),
                embedded_under: prefix.len() + key.embedded_under,
                ..key.clone()
            })
            .collect()
    }
}

fn by_weight(a: &ConfigKey, b: &ConfigKey) -> Ordering {
    let is_optional = |key: &ConfigKey| key.default != Default::Required;
    let rank = |key: &ConfigKey| match key.importance {
        Importance::High => 0,
        Importance::Medium => 1,
        Importance::Low => 2,
    };
    is_optional(a)
        .cmp(&is_optional(b))
        .then(rank(a).cmp(&rank(b)))
        .then_with(|| a.name.as_bytes().cmp(b.name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Validator, Width};
    use super::*;

    fn names(keys: &[ConfigKey]) -> Vec<&str> {
        keys.iter().map(|key| key.name.as_ref()).collect()
    }

    /// TimestampConverter's keys as a worker of Kafka Connect 4.3.1 lists them under an alias.
    #[test]
    fn keys_are_ordered_as_kafka_orders_them() {
        let key = |name| ConfigKey::new(name, Kind::String, "");
        let def = ConfigDef::new([
            key("field").default("").importance(Importance::High),
            key("target.type").importance(Importance::High),
            key("format").default("").importance(Importance::Medium),
            key("unix.precision").default("milliseconds"),
            key("replace.null.with.default").default("true").importance(Importance::Medium),
            key("predicate").null().importance(Importance::Medium),
            key("negate").default("false").importance(Importance::Medium),
        ]);
        let keys = def.embedded("transforms.a.", "Transforms: a", 2);
        let want = [
            "target.type",
            "field",
            "format",
            "negate",
            "predicate",
            "replace.null.with.default",
            "unix.precision",
        ];
        assert_eq!(names(&keys), want.map(|name| format!("transforms.a.{name}")));
        assert_eq!(keys.iter().map(|key| key.order).collect::<Vec<_>>(), [2, 3, 4, 5, 6, 7, 8]);
        assert!(keys.iter().all(|key| key.group.as_deref() == Some("Transforms: a")));
    }

    #[test]
    fn own_headings_and_dependents_move_along() {
        let def = ConfigDef::new([
            ConfigKey::new("b", Kind::Int, "").shown("G", 1, Width::Short, "B"),
            ConfigKey::new("z", Kind::Int, "").dependents(&["b"]),
        ]);
        let keys = def.embedded("p.", "P", 0);
        assert_eq!(names(&keys), ["p.z", "p.b"], "what has no heading comes first");
        assert_eq!(keys[1].group.as_deref(), Some("P: G"));
        assert_eq!(keys[0].dependents, ["p.b"]);
    }

    #[test]
    fn a_check_speaks_of_the_key_as_its_plugin_knows_it() {
        let def = ConfigDef::new([
            ConfigKey::new("n", Kind::Int, "").check(Validator::AtLeast(1)),
            ConfigKey::new("m", Kind::Int, ""),
        ]);
        let outer = ConfigDef::new(def.embedded("t.a.", "T", 0));
        let config = [("t.a.n", "0"), ("t.a.m", "x")];
        let parsed = outer.parse(&config.map(|(k, v)| (k.to_owned(), v.to_owned())).into());
        let error = |name: &str| parsed.entry(name).unwrap().errors.join("; ");
        assert_eq!(error("t.a.n"), "Invalid value 0 for configuration n: Value must be at least 1");
        assert_eq!(
            error("t.a.m"),
            "Invalid value x for configuration t.a.m: Not a number of type INT"
        );
    }
}
