//! What is accepted, but worth reading.
//!
//! Warnings stand beside the errors and never among them, since an error keeps a connector from
//! being created.

use connect::config::{ConfigDef, ConfigInfos, ConfigMap, ParsedConfig, Status};

/// One warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigWarning {
    /// The key that it is about.
    pub key: String,
    /// The whole sentence, the key named in it.
    pub message: String,
    /// Whether it tells of text that has no effect though it looks as if it had: status repeats it.
    pub is_loss: bool,
    /// Where a form shows it, if the key itself is not in the form.
    shown_under: Option<String>,
}

/// Warnings in the order in which they were found, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Warnings {
    list: Vec<ConfigWarning>,
}

impl Warnings {
    /// Adds one about `key`.
    pub fn push(&mut self, key: &str, message: impl Into<String>) {
        self.add(key, None, message.into(), false);
    }

    /// Adds one that status repeats: text is lost.
    pub fn push_loss(&mut self, key: &str, message: impl Into<String>) {
        self.add(key, None, message.into(), true);
    }

    /// Adds one about a key that no form shows; it appears beside `shown_under`.
    pub fn push_under(&mut self, key: &str, shown_under: &str, message: impl Into<String>) {
        self.add(key, Some(shown_under.to_owned()), message.into(), false);
    }

    fn add(&mut self, key: &str, shown_under: Option<String>, message: String, is_loss: bool) {
        let warning = ConfigWarning { key: key.to_owned(), message, is_loss, shown_under };
        if !self.list.contains(&warning) {
            self.list.push(warning);
        }
    }

    /// Puts each beside the value that it belongs to; what belongs to none stands beside the class.
    pub(super) fn show_in(&self, infos: &mut ConfigInfos) {
        for warning in &self.list {
            let places = [Some(warning.key.as_str()), warning.shown_under.as_deref()];
            let shown =
                places.into_iter().flatten().any(|key| infos.add_warning(key, &warning.message));
            if !shown {
                infos.add_warning("connector.class", &warning.message);
            }
        }
    }

    /// The list itself.
    pub fn into_vec(self) -> Vec<ConfigWarning> {
        self.list
    }
}

/// Says of every key that is set to something else than its default and has no effect what
/// happens instead.
pub(super) fn warn_not_yet(def: &ConfigDef, parsed: &ParsedConfig, warnings: &mut Warnings) {
    let unset = def.parse(&ConfigMap::new());
    for key in def.keys() {
        let Status::AcceptedNotYet(instead) = key.status else { continue };
        let (Some(entry), Some(default)) = (parsed.entry(&key.name), unset.entry(&key.name)) else {
            continue;
        };
        if entry.is_set && entry.errors.is_empty() && entry.value != default.value {
            warnings.push(&key.name, format!("{} is not honoured yet: {instead}", key.name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once() {
        let mut warnings = Warnings::default();
        warnings.push("a", "x");
        warnings.push("a", "x");
        warnings.push("a", "y");
        assert_eq!(warnings.into_vec().len(), 2);
    }
}
