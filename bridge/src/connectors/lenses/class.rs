//! The class names under which the connector is known, and what each stands for.
//!
//! Configurations of the original's two packages keep the original's meaning. Our own class has the
//! same keys with defaults that lose nothing: a persistent session, strict KCQL, every matching
//! statement, and keys that keep the records of an MQTT topic in one partition.

use std::sync::LazyLock;

use connect::config::ConfigDef;
use kcql::{ClassFamily, Dialect, Matching, Mode};

use crate::config::{lenses_source_def, own_source_def};
use crate::convert::KeyForm;

/// One class name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// The original's, before its release 6.0.
    Datamountaineer,
    /// The original's, from its release 6.0.
    Lenses,
    /// Ours.
    Own,
}

impl Class {
    pub(super) const ALL: [Self; 3] = [Self::Datamountaineer, Self::Lenses, Self::Own];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Datamountaineer => {
                "com.datamountaineer.streamreactor.connect.mqtt.source.MqttSourceConnector"
            }
            Self::Lenses => "io.lenses.streamreactor.connect.mqtt.source.MqttSourceConnector",
            Self::Own => "io.kcqlbridge.connect.mqtt.KcqlMqttSourceConnector",
        }
    }

    pub(super) fn def(self) -> &'static ConfigDef {
        static ORIGINAL: LazyLock<ConfigDef> = LazyLock::new(lenses_source_def);
        static OWN: LazyLock<ConfigDef> = LazyLock::new(own_source_def);
        match self {
            Self::Datamountaineer | Self::Lenses => &ORIGINAL,
            Self::Own => &OWN,
        }
    }

    /// How the KCQL of the class is read.
    fn family(self) -> ClassFamily {
        match self {
            Self::Datamountaineer => ClassFamily::Datamountaineer,
            Self::Lenses => ClassFamily::Lenses,
            Self::Own => ClassFamily::Own,
        }
    }

    /// The dialect of the class.
    pub(super) fn dialect(self) -> Dialect {
        self.family().dialect()
    }

    /// The mode that a value of `kcql.mode` stands for.
    pub(super) fn mode(self, value: &str) -> Mode {
        self.family().mode(match value {
            "strict" => Some(true),
            "compat" => Some(false),
            _ => None,
        })
    }

    /// The matching that a value of `kcql.match` stands for.
    pub(super) fn matching(value: &str) -> Matching {
        if value == "all" {
            Matching::All
        } else {
            Matching::FirstInOrder
        }
    }

    /// What keys are made from.
    pub(super) fn key_form(self) -> KeyForm<'static> {
        match self {
            Self::Datamountaineer => {
                KeyForm::TopicAndId("com.datamountaineer.streamreactor.common.converters.MsgKey")
            }
            Self::Lenses => KeyForm::TopicAndId("io.lenses.streamreactor.common.converters.MsgKey"),
            Self::Own => KeyForm::Topic,
        }
    }
}
