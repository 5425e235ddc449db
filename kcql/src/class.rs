//! The connector's class decides how the KCQL in its config is read.
//!
//! The only module that maps a class to dialect, matching and mode; keys of the config may override
//! them.

use crate::dialect::Dialect;
use crate::options::{Matching, Mode};

/// The classes of one package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassFamily {
    /// Stream Reactor's before its release 6.0.
    Datamountaineer,
    /// Stream Reactor's from its release 6.0.
    Lenses,
    /// Ours.
    Own,
}

impl ClassFamily {
    /// The family of a class, by its package.
    pub fn of_class(class: &str) -> Option<Self> {
        [Self::Datamountaineer, Self::Lenses, Self::Own]
            .into_iter()
            .find(|family| class.starts_with(family.package()))
    }

    fn package(self) -> &'static str {
        match self {
            Self::Datamountaineer => "com.datamountaineer.",
            Self::Lenses => "io.lenses.",
            Self::Own => "io.kcqlbridge.",
        }
    }

    /// The dialect that the classes read.
    pub fn dialect(self) -> Dialect {
        match self {
            Self::Datamountaineer => Dialect::Old,
            Self::Lenses | Self::Own => Dialect::Latest,
        }
    }

    /// Which matching statements get a message.
    pub fn matching(self) -> Matching {
        match self {
            Self::Datamountaineer | Self::Lenses => Matching::FirstInOrder,
            Self::Own => Matching::All,
        }
    }

    /// The mode, where the config asks for strict reading, for none, or says nothing. Strict under
    /// Stream Reactor's names keeps its reading and makes each loss an error, so that a text means
    /// the same in both modes.
    pub fn mode(self, strict: Option<bool>) -> Mode {
        match (self, strict) {
            (_, Some(false)) | (Self::Datamountaineer | Self::Lenses, None) => Mode::Compat,
            (Self::Datamountaineer | Self::Lenses, Some(true)) => Mode::Lossless,
            (Self::Own, Some(true) | None) => Mode::Strict,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_of_the_family_of_its_package() {
        let lenses = "io.lenses.streamreactor.connect.mqtt.source.MqttSourceConnector";
        assert_eq!(ClassFamily::of_class(lenses), Some(ClassFamily::Lenses));
        assert_eq!(ClassFamily::of_class("io.kcqlbridge.X"), Some(ClassFamily::Own));
        assert_eq!(ClassFamily::of_class("MqttSourceConnector"), None);
    }

    #[test]
    fn strict_reading_keeps_the_meaning_under_the_names_of_stream_reactor() {
        assert_eq!(ClassFamily::Datamountaineer.mode(Some(true)), Mode::Lossless);
        assert_eq!(ClassFamily::Lenses.mode(None), Mode::Compat);
        assert_eq!(ClassFamily::Own.mode(None), Mode::Strict);
        assert_eq!(ClassFamily::Own.mode(Some(false)), Mode::Compat);
    }
}
