//! `DropHeaders`: removes all headers of certain names.

use std::collections::HashSet;

use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::{ConnectError, Record};

#[derive(Debug)]
struct DropHeaders {
    names: HashSet<String>,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([ConfigKey::new("headers", Kind::List, "Names of the headers to remove.")
        .check(Validator::ItemList { empty: false })
        .importance(Importance::High)])
}

#[expect(clippy::unnecessary_wraps, reason = "the form of all builders")]
pub(super) fn build(config: &ParsedConfig) -> Result<Box<dyn Transform>, ConnectError> {
    Ok(Box::new(DropHeaders { names: config.list("headers").iter().cloned().collect() }))
}

impl Transform for DropHeaders {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        record.headers.retain(|header| !self.names.contains(&*header.name));
        Ok(Some(record))
    }

    fn needs(&self) -> Needs {
        Needs::HEADERS
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{map, record, transform};
    use crate::data::SchemaAndValue;

    #[test]
    fn all_of_a_name_go_and_the_others_keep_their_order() {
        let mut record = record(map([]));
        for (name, value) in [("a", 1_i32), ("b", 2), ("a", 3), ("c", 4)] {
            record.headers.add(name, SchemaAndValue::schemaless(value)).unwrap();
        }
        let drop = transform("DropHeaders", &[("headers", "a, z ,a")]);
        let out = drop.apply(record).unwrap().unwrap();
        let names: Vec<&str> = out.headers.iter().map(|header| &*header.name).collect();
        assert_eq!(names, ["b", "c"]);
    }
}
