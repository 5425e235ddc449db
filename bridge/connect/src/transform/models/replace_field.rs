//! ReplaceField: "Filter or rename fields." `exclude` are the fields to leave out, and wins over
//! `include`, the fields to keep, which if set leaves out all others; `renames` are pairs of names.

use proptest::prelude::*;
use proptest::sample::subsequence;

use super::{applied, entries, map_of, named, struct_of};
use crate::data::any::{any_schemaless, any_struct};
use crate::data::SchemaAndValue;

#[derive(Debug, Clone)]
struct Settings {
    exclude: Vec<&'static str>,
    include: Vec<&'static str>,
    renames: Vec<(&'static str, &'static str)>,
}

impl Settings {
    fn keeps(&self, name: &str) -> bool {
        let has = |all: &[&str]| all.contains(&name);
        !has(&self.exclude) && (self.include.is_empty() || has(&self.include))
    }

    fn renamed(&self, name: &str) -> String {
        let found = self.renames.iter().find(|(old, _)| *old == name);
        found.map_or(name, |(_, new)| new).to_owned()
    }

    fn model(&self, data: &SchemaAndValue) -> Option<SchemaAndValue> {
        if data.value.is_null() {
            return Some(data.clone());
        }
        let Some(schema) = &data.schema else {
            let kept = entries(&data.value)?.into_iter().filter(|(name, _)| self.keeps(name));
            return Some(map_of(kept.map(|(name, value)| (self.renamed(&name), value))));
        };
        let kept = named(&data.value)?.into_iter().filter(|(name, _, _)| self.keeps(name));
        let renamed = kept.map(|(name, schema, value)| (self.renamed(&name), schema, value));
        struct_of(renamed.collect(), Some(schema))
    }
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let names = || vec!["a", "b", "c", "aa", "ab"];
    // New names that no field has: which field a name that is taken means is told elsewhere.
    let renames = vec![("a", "x"), ("b", "y"), ("cc", "z")];
    (subsequence(names(), 0..3), subsequence(names(), 0..4), subsequence(renames, 0..3))
        .prop_map(|(exclude, include, renames)| Settings { exclude, include, renames })
}

proptest! {
    #[test]
    fn fields_are_left_out_and_renamed(
        settings in any_settings(),
        data in prop_oneof![any_struct(), any_schemaless().prop_map(SchemaAndValue::schemaless)],
    ) {
        let renames: Vec<_> =
            settings.renames.iter().map(|(old, new)| format!("{old}:{new}")).collect();
        let (exclude, include) = (settings.exclude.join(","), settings.include.join(","));
        let pairs = [("exclude", &*exclude), ("include", &*include), ("renames", &*renames.join(","))];
        let replaced = applied("ReplaceField$Value", &pairs, &data);
        prop_assert_eq!(replaced.ok().map(|(_, value)| value), settings.model(&data));
    }
}
