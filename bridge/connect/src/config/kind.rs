//! The enumerations of `ConfigDef`: types of settings, importance, and width in a form.
//!
//! Owns Kafka's names for them. Needs no other module of this folder, so that keys, parsers and
//! validators can all use it.

use serde::{Deserialize, Serialize};

/// The type of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names are Kafka's")]
pub enum Kind {
    Boolean,
    String,
    Int,
    Short,
    Long,
    Double,
    List,
    Class,
    Password,
}

impl Kind {
    /// Kafka's name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Boolean => "BOOLEAN",
            Self::String => "STRING",
            Self::Int => "INT",
            Self::Short => "SHORT",
            Self::Long => "LONG",
            Self::Double => "DOUBLE",
            Self::List => "LIST",
            Self::Class => "CLASS",
            Self::Password => "PASSWORD",
        }
    }
}

/// The importance of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names are Kafka's")]
pub enum Importance {
    High,
    Medium,
    Low,
}

/// The width of a field in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names are Kafka's")]
pub enum Width {
    None,
    Short,
    Medium,
    Long,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_serialise_as_kafkas() {
        assert_eq!(serde_json::to_string(&Kind::Password).unwrap(), r#""PASSWORD""#);
        assert_eq!(serde_json::to_string(&Importance::Medium).unwrap(), r#""MEDIUM""#);
        assert_eq!(serde_json::to_string(&Width::None).unwrap(), r#""NONE""#);
    }
}
