//! The table of keys: name, type, default, check, display attributes, and whether the key has an
//! effect.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::kind::{Importance, Kind, Width};
use super::validator::Validator;

/// The default of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Default {
    /// Nothing: the key must be set.
    Required,
    /// Java's null.
    Null,
    /// A value in its written form.
    Value(Cow<'static, str>),
}

/// Whether a key has an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It has its documented effect.
    Honoured,
    /// It is read and checked and has no effect yet; the text says what happens instead, as a
    /// sentence that can follow "is not honoured yet: ".
    AcceptedNotYet(&'static str),
    /// It concerns a part of the Java virtual machine that this program does not have, so it needs
    /// no effect; the text names the part.
    NotNeeded(&'static str),
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigKey {
    /// Its name.
    pub name: Cow<'static, str>,
    /// Its type.
    pub kind: Kind,
    /// Its default.
    pub default: Default,
    /// Checked on every value, the default included.
    pub validator: Validator,
    /// Its importance.
    pub importance: Importance,
    /// What it does, in our own words.
    pub doc: &'static str,
    /// Heading in a form.
    pub group: Option<Cow<'static, str>>,
    /// Place under the heading, -1 for none.
    pub order: i32,
    /// Width in a form.
    pub width: Width,
    /// Label in a form.
    pub display_name: Cow<'static, str>,
    /// Keys that make sense only with this one.
    pub dependents: Vec<Cow<'static, str>>,
    /// Values that a form offers.
    pub recommended: Vec<Cow<'static, str>>,
    /// Length in bytes of the prefix that an embedding table added to the name. As in Kafka, errors
    /// of the check have the plugin's own name, without the prefix.
    pub embedded_under: usize,
    /// Whether it has an effect.
    pub status: Status,
}

impl ConfigKey {
    /// A required key of low importance, outside of any group.
    pub fn new(name: impl Into<Cow<'static, str>>, kind: Kind, doc: &'static str) -> Self {
        let name = name.into();
        Self {
            display_name: name.clone(),
            name,
            kind,
            default: Default::Required,
            validator: Validator::Any,
            importance: Importance::Low,
            doc,
            group: None,
            order: -1,
            width: Width::None,
            dependents: Vec::new(),
            recommended: Vec::new(),
            embedded_under: 0,
            status: Status::Honoured,
        }
    }

    /// Gives it a default in its written form.
    #[must_use]
    pub fn default(mut self, value: impl Into<Cow<'static, str>>) -> Self {
        self.default = Default::Value(value.into());
        self
    }

    /// Makes it optional, without a value.
    #[must_use]
    pub fn null(mut self) -> Self {
        self.default = Default::Null;
        self
    }

    /// Default or null, as the option says.
    #[must_use]
    pub fn default_or_null(self, value: Option<String>) -> Self {
        match value {
            Some(value) => self.default(value),
            None => self.null(),
        }
    }

    /// Sets the check.
    #[must_use]
    pub fn check(mut self, validator: Validator) -> Self {
        self.validator = validator;
        self
    }

    /// Sets its importance.
    #[must_use]
    pub fn importance(mut self, importance: Importance) -> Self {
        self.importance = importance;
        self
    }

    /// Sets where and how a form shows it.
    #[must_use]
    pub fn shown(
        mut self,
        group: &'static str,
        order: i32,
        width: Width,
        display_name: &'static str,
    ) -> Self {
        self.group = Some(Cow::Borrowed(group));
        self.order = order;
        self.width = width;
        self.display_name = Cow::Borrowed(display_name);
        self
    }

    /// Sets how a form shows it, outside of any group.
    #[must_use]
    pub fn labelled(mut self, width: Width, display_name: &'static str) -> Self {
        self.width = width;
        self.display_name = Cow::Borrowed(display_name);
        self
    }

    /// Names the keys that make sense only with this one.
    #[must_use]
    pub fn dependents(mut self, names: &[&'static str]) -> Self {
        self.dependents = names.iter().map(|name| Cow::Borrowed(*name)).collect();
        self
    }

    /// Sets what a form offers.
    #[must_use]
    pub fn recommend<V: Into<Cow<'static, str>>>(
        mut self,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.recommended = values.into_iter().map(Into::into).collect();
        self
    }

    /// The name as the key's own check knows it.
    pub fn checked_name(&self) -> &str {
        self.name.get(self.embedded_under..).unwrap_or(&self.name)
    }

    /// Marks it as read but without effect.
    #[must_use]
    pub fn not_yet(mut self, instead: &'static str) -> Self {
        self.status = Status::AcceptedNotYet(instead);
        self
    }

    /// Marks it as not needed here.
    #[must_use]
    pub fn not_needed(mut self, why: &'static str) -> Self {
        self.status = Status::NotNeeded(why);
        self
    }
}

/// A table of keys, in the order in which they are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigDef {
    keys: IndexMap<Cow<'static, str>, ConfigKey>,
}

impl ConfigDef {
    /// A table of these keys; of two with one name the later wins.
    pub fn new(keys: impl IntoIterator<Item = ConfigKey>) -> Self {
        Self { keys: keys.into_iter().map(|key| (key.name.clone(), key)).collect() }
    }

    /// The keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &ConfigKey> {
        self.keys.values()
    }

    /// The keys themselves, in order.
    pub fn into_keys(self) -> impl Iterator<Item = ConfigKey> {
        self.keys.into_values()
    }

    /// One key.
    pub fn get(&self, name: &str) -> Option<&ConfigKey> {
        self.keys.get(name)
    }

    /// Headings in the order in which they come first.
    pub fn groups(&self) -> Vec<&str> {
        let mut groups = Vec::new();
        for group in self.keys().filter_map(|key| key.group.as_deref()) {
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_come_in_the_order_of_their_first_key() {
        let key = |name: &'static str, group| {
            ConfigKey::new(name, Kind::Int, "").shown(group, 1, Width::Short, name)
        };
        let def = ConfigDef::new([key("a", "B"), key("b", "A"), key("c", "B")]);
        assert_eq!(def.groups(), ["B", "A"]);
    }
}
