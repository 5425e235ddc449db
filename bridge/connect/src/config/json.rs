//! A config that comes as a JSON object, as over REST and in connector files.
//!
//! As in Kafka, numbers and booleans become their text, and null stays null until validation
//! refuses it; an object or an array is no setting.

use std::fmt;

use serde_json::{Map, Value};

use super::mask::Masked;
use super::ConfigMap;

/// A config, and the keys that came with null.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct JsonConfig {
    /// Keys with a value, in order.
    pub map: ConfigMap,
    /// Keys with null, in order.
    pub nulls: Vec<String>,
}

impl fmt::Debug for JsonConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonConfig")
            .field("map", &Masked(&self.map))
            .field("nulls", &self.nulls)
            .finish()
    }
}

/// A value that is no setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Cannot deserialize value of type `java.lang.String` from {found} value (key \"{key}\")")]
pub struct JsonConfigError {
    /// The key.
    pub key: String,
    /// `Object` or `Array`.
    pub found: &'static str,
}

/// Reads the object's members as settings.
pub fn config_from_json(object: &Map<String, Value>) -> Result<JsonConfig, JsonConfigError> {
    let mut config = JsonConfig::default();
    for (key, value) in object {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            Value::Null => {
                config.nulls.push(key.clone());
                continue;
            }
            Value::Object(_) => return Err(JsonConfigError { key: key.clone(), found: "Object" }),
            Value::Array(_) => return Err(JsonConfigError { key: key.clone(), found: "Array" }),
        };
        config.map.insert(key.clone(), text);
    }
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<JsonConfig, JsonConfigError> {
        config_from_json(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn scalars_become_text_and_order_is_kept() {
        let config = read(r#"{"b":1,"a":true,"c":" x ","n":null}"#).unwrap();
        let pairs: Vec<_> = config.map.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(pairs, [("b", "1"), ("a", "true"), ("c", " x ")]);
        assert_eq!(config.nulls, ["n"]);
    }

    #[test]
    fn an_object_is_no_setting() {
        assert_eq!(read(r#"{"a":{}}"#).unwrap_err().found, "Object");
        assert_eq!(read(r#"{"a":[1]}"#).unwrap_err().key, "a");
    }
}
