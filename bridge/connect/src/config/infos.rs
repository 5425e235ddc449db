//! What `config/validate` answers: the table and the values, in Kafka's JSON shape.
//!
//! Clients depend on the exact shape: fields and enum words are Kafka's. The one addition is
//! `warnings` beside `errors`, which is left out where there is none.

use serde::{Deserialize, Serialize};

use super::def::{ConfigDef, ConfigKey, Default};
use super::kind::{Importance, Kind, Width};
use super::parse::parse_value;
use super::parsed::{Entry, ParsedConfig};

/// The whole answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigInfos {
    /// `connector.class` as given.
    pub name: String,
    /// How many errors, counted as Kafka counts them.
    pub error_count: usize,
    /// Headings in order.
    pub groups: Vec<String>,
    /// Keys that no table has, then every key of every table.
    pub configs: Vec<ConfigInfo>,
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigInfo {
    /// Null for a key that no table has.
    pub definition: Option<ConfigKeyInfo>,
    /// What the config says.
    pub value: Option<ConfigValueInfo>,
}

/// The definition of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigKeyInfo {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Whether it must be set.
    pub required: bool,
    /// The default in its written form.
    pub default_value: Option<String>,
    /// Its importance.
    pub importance: Importance,
    /// What it does.
    pub documentation: String,
    /// Heading.
    pub group: Option<String>,
    /// Place under the heading.
    #[serde(rename = "order_in_group")]
    pub order: i32,
    /// Width in a form.
    pub width: Width,
    /// Label.
    pub display_name: String,
    /// Keys that make sense only with this one.
    pub dependents: Vec<String>,
}

/// The value of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigValueInfo {
    /// Its name.
    pub name: String,
    /// The value, trimmed, defaults filled in, passwords hidden.
    pub value: Option<String>,
    /// Values that a form offers.
    pub recommended_values: Vec<String>,
    /// What is wrong.
    pub errors: Vec<String>,
    /// Whether a form shows the key.
    pub visible: bool,
    /// Warnings about accepted values. Not in Kafka's answer.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub warnings: Vec<String>,
}

/// How the errors of a part are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCounting {
    /// Every message: the framework's and the connector's own keys.
    Messages,
    /// Every key that has any: client overrides and converters.
    Keys,
}

/// A table with its values, to be appended to an answer.
#[derive(Debug)]
pub struct Part<'a> {
    /// The table.
    pub def: &'a ConfigDef,
    /// Its values.
    pub parsed: &'a ParsedConfig,
    /// Put before every name, such as `value.converter.`.
    pub prefix: &'a str,
    /// How its errors are counted.
    pub counting: ErrorCounting,
}

impl ConfigValueInfo {
    /// A value that belongs to no table.
    pub fn undefined(name: &str, value: Option<&str>) -> Self {
        Self {
            name: name.to_owned(),
            value: value.map(str::to_owned),
            recommended_values: Vec::new(),
            errors: Vec::new(),
            visible: true,
            warnings: Vec::new(),
        }
    }

    fn of(name: String, key: &ConfigKey, entry: &Entry) -> Self {
        Self {
            name,
            value: entry.value.as_ref().map(super::Parsed::shown),
            recommended_values: key.recommended.iter().map(ToString::to_string).collect(),
            errors: entry.errors.clone(),
            visible: !entry.is_hidden,
            warnings: Vec::new(),
        }
    }
}

impl ConfigKeyInfo {
    /// The definition as shown, `prefix` put before its name.
    pub fn of(key: &ConfigKey, prefix: &str) -> Self {
        let default_value = match &key.default {
            Default::Value(text) => Some(
                parse_value(&key.name, text, key.kind)
                    .map_or_else(|_| text.to_string(), |value| value.shown()),
            ),
            Default::Null | Default::Required => None,
        };
        Self {
            name: format!("{prefix}{}", key.name),
            kind: key.kind,
            required: key.default == Default::Required,
            default_value,
            importance: key.importance,
            documentation: key.doc.to_owned(),
            group: key.group.as_deref().map(str::to_owned),
            width: key.width,
            display_name: key.display_name.to_string(),
            dependents: key.dependents.iter().map(|name| format!("{prefix}{name}")).collect(),
            order: key.order,
        }
    }
}

impl ConfigInfos {
    /// An answer without keys.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), error_count: 0, groups: Vec::new(), configs: Vec::new() }
    }

    /// Appends a value that no table has.
    pub fn push_undefined(&mut self, value: ConfigValueInfo, counting: ErrorCounting) {
        self.error_count += count(value.errors.len(), counting);
        self.configs.push(ConfigInfo { definition: None, value: Some(value) });
    }

    /// Appends a table with its values.
    pub fn push(&mut self, part: &Part<'_>) {
        for group in part.def.groups() {
            if !self.groups.iter().any(|known| known == group) {
                self.groups.push(group.to_owned());
            }
        }
        for key in part.def.keys() {
            let entry = part.parsed.entry(&key.name);
            self.error_count += count(entry.map_or(0, |entry| entry.errors.len()), part.counting);
            let name = format!("{}{}", part.prefix, key.name);
            self.configs.push(ConfigInfo {
                definition: Some(ConfigKeyInfo::of(key, part.prefix)),
                value: entry.map(|entry| ConfigValueInfo::of(name, key, entry)),
            });
        }
    }

    /// The value of a key.
    pub fn value(&self, name: &str) -> Option<&ConfigValueInfo> {
        self.configs.iter().filter_map(|info| info.value.as_ref()).find(|value| value.name == name)
    }

    fn value_mut(&mut self, name: &str) -> Option<&mut ConfigValueInfo> {
        let mut values = self.configs.iter_mut().filter_map(|info| info.value.as_mut());
        values.find(|value| value.name == name)
    }

    /// Adds an error to a value.
    pub fn add_error(&mut self, name: &str, message: String) {
        if let Some(value) = self.value_mut(name) {
            value.errors.push(message);
            self.error_count += 1;
        }
    }

    /// Puts a warning beside a value; false if there is no such key.
    pub fn add_warning(&mut self, name: &str, message: &str) -> bool {
        let value = self.value_mut(name);
        let found = value.is_some();
        if let Some(value) = value {
            value.warnings.push(message.to_owned());
        }
        found
    }

    /// Kafka's error text for a create or update with such a config; none if it has no errors.
    pub fn invalid_message(&self) -> Option<String> {
        if self.error_count == 0 {
            return None;
        }
        let mut text = format!(
            "Connector configuration is invalid and contains the following {} error(s):",
            self.error_count
        );
        for error in self.configs.iter().filter_map(|c| c.value.as_ref()).flat_map(|v| &v.errors) {
            text.push('\n');
            text.push_str(error);
        }
        text.push_str(
            "\nYou can also find the above list of errors at the endpoint \
             `/connector-plugins/{connectorType}/config/validate`",
        );
        Some(text)
    }
}

fn count(messages: usize, counting: ErrorCounting) -> usize {
    match counting {
        ErrorCounting::Messages => messages,
        ErrorCounting::Keys => messages.min(1),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ConfigMap, Validator};
    use super::*;

    fn answer(counting: ErrorCounting) -> ConfigInfos {
        let def = ConfigDef::new([ConfigKey::new("tasks.max", Kind::Int, "How many.")
            .default("1")
            .check(Validator::AtLeast(1))
            .importance(Importance::High)
            .shown("Common", 4, Width::Short, "Tasks max")]);
        let config: ConfigMap = [("tasks.max".to_owned(), "abc".to_owned())].into();
        let parsed = def.parse(&config);
        let mut infos = ConfigInfos::new("x.Y");
        infos.push(&Part { def: &def, parsed: &parsed, prefix: "", counting });
        infos
    }

    #[test]
    fn has_kafkas_shape_field_by_field() {
        let mut infos = answer(ErrorCounting::Messages);
        infos.configs[0].value.as_mut().unwrap().errors.truncate(1);
        assert_eq!(
            serde_json::to_string(&infos).unwrap(),
            concat!(
                r#"{"name":"x.Y","error_count":2,"groups":["Common"],"configs":[{"definition":"#,
                r#"{"name":"tasks.max","type":"INT","required":false,"default_value":"1","#,
                r#""importance":"HIGH","documentation":"How many.","group":"Common","#,
                r#""order_in_group":4,"width":"SHORT","display_name":"Tasks max","dependents":[]},"#,
                r#""value":{"name":"tasks.max","value":null,"recommended_values":[],"errors":"#,
                r#"["Invalid value abc for configuration tasks.max: Not a number of type INT"],"#,
                r#""visible":true}}]}"#,
            )
        );
    }

    #[test]
    fn messages_or_keys_are_counted() {
        assert_eq!(answer(ErrorCounting::Messages).error_count, 2);
        assert_eq!(answer(ErrorCounting::Keys).error_count, 1);
    }

    #[test]
    fn the_400_text_lists_every_message_on_its_own_line() {
        assert_eq!(
            answer(ErrorCounting::Messages).invalid_message().unwrap(),
            "Connector configuration is invalid and contains the following 2 error(s):\n\
             Invalid value abc for configuration tasks.max: Not a number of type INT\n\
             Invalid value null for configuration tasks.max: Value must be non-null\n\
             You can also find the above list of errors at the endpoint \
             `/connector-plugins/{connectorType}/config/validate`"
        );
        assert_eq!(ConfigInfos::new("x").invalid_message(), None);
    }

    #[test]
    fn warnings_appear_only_where_there_are_any() {
        let mut infos = answer(ErrorCounting::Keys);
        assert!(!serde_json::to_string(&infos).unwrap().contains("warnings"));
        assert!(infos.add_warning("tasks.max", "careful"));
        assert!(serde_json::to_string(&infos).unwrap().contains(r#""warnings":["careful"]"#));
        assert!(!infos.add_warning("other", ""));
    }
}
