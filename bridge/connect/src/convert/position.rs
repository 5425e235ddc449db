//! What a converter is used for.

/// What a converter is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// `key.converter`.
    Key,
    /// `value.converter`.
    Value,
    /// `header.converter`.
    Header,
}

impl Position {
    /// The word that the framework passes to the converter.
    pub fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Value => "value",
            Self::Header => "header",
        }
    }

    /// The setting that names the converter.
    pub fn config_key(self) -> &'static str {
        match self {
            Self::Key => "key.converter",
            Self::Value => "value.converter",
            Self::Header => "header.converter",
        }
    }
}
