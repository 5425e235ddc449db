//! Workloads: connector configs that take messages through different parts of the bridge, and the payload that
//! they are measured with.
//!
//! The same configs run in processes against a floor and in one thread under valgrind.

use ::tests::bridge::{lenses_source, JSON};
use serde_json::Value;

use crate::mock::TOPIC;

/// Eight fields, 200 bytes.
pub const PAYLOAD: &str = concat!(
    r#"{"device":"pump-0042","site":"berlin-3","seq":184467,"temperature":21.375,"#,
    r#""pressure":1013.25,"ok":true,"status":"running normally, no alarm is pending at all, "#,
    r#"next check on Monday","ts":1764000000123}"#
);

/// What messages of the benchmark have before `/` in their topics.
pub const PREFIX: &str = "blast";

/// One workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// Payloads pass as they are.
    Bytes,
    /// The same, and a topic made by `RegexRouter`.
    RegexRouter,
    /// The same, and a constant header by `InsertHeader`.
    InsertHeader,
    /// `JsonSimpleConverter`, written by `JsonConverter`.
    Json {
        /// `schemas.enable`
        schemas: bool,
    },
    /// The same, with `Cast`, `InsertField` and `ReplaceField` between.
    Transformed {
        /// `schemas.enable`
        schemas: bool,
    },
}

/// All of them.
pub const WORKLOADS: [Workload; 7] = [
    Workload::Bytes,
    Workload::RegexRouter,
    Workload::InsertHeader,
    Workload::Json { schemas: false },
    Workload::Json { schemas: true },
    Workload::Transformed { schemas: false },
    Workload::Transformed { schemas: true },
];

const REGEX_ROUTER: [(&str, &str); 4] = [
    ("transforms", "route"),
    ("transforms.route.type", "org.apache.kafka.connect.transforms.RegexRouter"),
    ("transforms.route.regex", "(be)(.*)"),
    ("transforms.route.replacement", "$1$2"),
];

const INSERT_HEADER: [(&str, &str); 4] = [
    ("transforms", "header"),
    ("transforms.header.type", "org.apache.kafka.connect.transforms.InsertHeader"),
    ("transforms.header.header", HEADER.0),
    ("transforms.header.value.literal", HEADER.1),
];

/// The constant header: name and value.
pub const HEADER: (&str, &str) = ("source", "plant seven");

const CAST_INSERT_REPLACE: [(&str, &str); 8] = [
    ("transforms", "cast,insert,replace"),
    ("transforms.cast.type", "org.apache.kafka.connect.transforms.Cast$Value"),
    ("transforms.cast.spec", "seq:int32,pressure:float32"),
    ("transforms.insert.type", "org.apache.kafka.connect.transforms.InsertField$Value"),
    ("transforms.insert.topic.field", "topic"),
    ("transforms.replace.type", "org.apache.kafka.connect.transforms.ReplaceField$Value"),
    ("transforms.replace.exclude", "site"),
    ("transforms.replace.renames", "ts:time"),
];

impl Workload {
    /// What tables call it, and programs take as an argument.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::RegexRouter => "regex-router",
            Self::InsertHeader => "insert-header",
            Self::Json { schemas: false } => "json",
            Self::Json { schemas: true } => "json-schemas",
            Self::Transformed { schemas: false } => "json-transforms",
            Self::Transformed { schemas: true } => "json-schemas-transforms",
        }
    }

    /// The workload of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        WORKLOADS.into_iter().find(|workload| workload.name() == name)
    }

    /// The config of a connector that subscribes at `mqtt_uri`.
    pub fn connector(self, mqtt_uri: &str) -> Value {
        let with = match self {
            Self::Json { .. } | Self::Transformed { .. } => " WITHCONVERTER=`JsonSimpleConverter`",
            Self::Bytes | Self::RegexRouter | Self::InsertHeader => "",
        };
        let with = with.replace(
            "JsonSimpleConverter",
            "io.lenses.streamreactor.connect.converters.source.JsonSimpleConverter",
        );
        let kcql = format!("INSERT INTO {TOPIC} SELECT * FROM `{PREFIX}/+`{with}");
        let mut keys = vec![("connect.mqtt.clean", "false")];
        match self {
            Self::Bytes => {}
            Self::RegexRouter => keys.extend(REGEX_ROUTER),
            Self::InsertHeader => keys.extend(INSERT_HEADER),
            Self::Json { schemas } | Self::Transformed { schemas } => {
                let enable = if schemas { "true" } else { "false" };
                keys.extend([
                    ("value.converter", JSON),
                    ("value.converter.schemas.enable", enable),
                ]);
            }
        }
        if matches!(self, Self::Transformed { .. }) {
            keys.extend(CAST_INSERT_REPLACE);
        }
        lenses_source(mqtt_uri, &kcql, &keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_ways() {
        for workload in WORKLOADS {
            assert_eq!(Workload::of_name(workload.name()), Some(workload));
        }
        assert_eq!(Workload::of_name("nope"), None);
        assert_eq!(PAYLOAD.len(), 200);
    }
}
