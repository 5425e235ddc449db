//! Text that must not be printed.
//!
//! Invariant: neither `Debug` nor `Display` shows the text; only [`Secret::expose`] does, so that a
//! search for that name finds every use of a secret.

use std::fmt;

/// A password or the like. Prints as `[hidden]`, which is what Kafka prints for its own.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the text in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one call that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn prints_as_hidden_and_exposes_only_on_request() {
        let secret = Secret::new("xitanez123");
        assert_eq!(format!("{secret} {secret:?}"), "[hidden] [hidden]");
        assert_eq!(secret.expose(), "xitanez123");
    }
}
