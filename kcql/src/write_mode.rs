//! The first word of a statement: how records are written.

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "UPPERCASE"))]
pub enum WriteMode {
    /// INSERT INTO.
    Insert,
    /// UPSERT INTO.
    Upsert,
    /// UPDATE INTO.
    Update,
}

impl WriteMode {
    /// The word of the language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Upsert => "UPSERT",
            Self::Update => "UPDATE",
        }
    }
}
