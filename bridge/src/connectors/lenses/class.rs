//! The class names under which the connector is known, and what each stands for.
//!
//! Configurations of the original's two packages keep the original's meaning. Our own class has the
//! same keys with defaults that lose nothing: a persistent session, strict KCQL, every matching
//! statement, and keys that keep the records of an MQTT topic in one partition.

use std::sync::LazyLock;

use connect::config::ConfigDef;
use kcql::{Dialect, Matching, Mode};

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

    /// The release whose KCQL the class stands for.
    pub(super) fn dialect(self) -> Dialect {
        match self {
            Self::Datamountaineer => Dialect::Old,
            Self::Lenses | Self::Own => Dialect::Latest,
        }
    }

    /// What a word of `kcql.mode` means. Strict under the original's names keeps the original's
    /// reading and makes its losses errors, so that a text means the same in both modes.
    pub(super) fn mode(self, word: &str) -> Mode {
        match (word, self) {
            ("strict", Self::Own) => Mode::Strict,
            ("strict", Self::Datamountaineer | Self::Lenses) => Mode::Lossless,
            _ => Mode::Compat,
        }
    }

    /// What a word of `kcql.match` means.
    pub(super) fn matching(word: &str) -> Matching {
        if word == "all" {
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
