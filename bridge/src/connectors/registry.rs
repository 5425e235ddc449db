//! The connectors there are, and finding one by full class name, class name or alias.
//!
//! Difference from Java: `MqttSourceConnector` and `MqttSource` name classes of two packages, which
//! Java calls ambiguous. Here the older package yields to the newer one, since both are one
//! connector.

use super::error::{ResolveError, ValidateError};
use super::lenses::LensesMqttSource;
use super::plugin::{PluginInfo, PluginKind, SourcePlugin, KAFKA_VERSION};
use crate::config::ConfigMap;
use crate::convert::{class_is_named, CONVERTERS};

/// All connectors.
pub struct Registry {
    sources: Vec<Box<dyn SourcePlugin>>,
}

impl Default for Registry {
    fn default() -> Self {
        Self::new(LensesMqttSource::both().map(|plugin| Box::new(plugin) as Box<dyn SourcePlugin>))
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.sources.iter().map(|plugin| plugin.class())).finish()
    }
}

impl Registry {
    /// A registry of these connectors.
    pub fn new(sources: impl IntoIterator<Item = Box<dyn SourcePlugin>>) -> Self {
        let mut sources: Vec<_> = sources.into_iter().collect();
        sources.sort_by_key(|plugin| plugin.class());
        Self { sources }
    }

    /// Finds a connector.
    pub fn resolve(&self, name: &str) -> Result<&dyn SourcePlugin, ResolveError> {
        let all = || self.sources.iter().map(AsRef::as_ref);
        if let Some(exact) = all().find(|plugin| plugin.class() == name) {
            return Ok(exact);
        }
        let named: Vec<&dyn SourcePlugin> =
            all().filter(|plugin| class_is_named(name, plugin.class(), "Connector")).collect();
        let current = || named.iter().filter(|plugin| !plugin.is_older_name());
        match (named.as_slice(), current().count()) {
            ([], _) => Err(ResolveError::Unknown {
                class: name.to_owned(),
                available: all().map(describe).collect::<Vec<_>>().join(", "),
            }),
            ([only], _) => Ok(*only),
            (_, 1) => current().next().copied().ok_or_else(|| ambiguous(name, &named)),
            _ => Err(ambiguous(name, &named)),
        }
    }

    /// What `GET /connector-plugins` lists, in Kafka's order.
    pub fn plugins(&self, connectors_only: bool) -> Vec<PluginInfo> {
        let mut list: Vec<PluginInfo> = self
            .sources
            .iter()
            .map(|plugin| PluginInfo {
                class: plugin.class(),
                kind: PluginKind::Source,
                version: plugin.version(),
            })
            .collect();
        if !connectors_only {
            list.extend(CONVERTERS.iter().map(|class| PluginInfo {
                class: class.name(),
                kind: PluginKind::Converter,
                version: KAFKA_VERSION,
            }));
            list.push(PluginInfo {
                class: "org.apache.kafka.connect.storage.SimpleHeaderConverter",
                kind: PluginKind::HeaderConverter,
                version: KAFKA_VERSION,
            });
        }
        list
    }

    /// Checks that the path of a validate request and the class in its config are the same
    /// connector, by Kafka's rule: without `Connector`, the one ends with the other.
    pub fn check_path(&self, requested: &str, config: &ConfigMap) -> Result<(), ValidateError> {
        let Some(included) = config.get("connector.class") else { return Ok(()) };
        if without_suffix(included).ends_with(without_suffix(requested)) {
            return Ok(());
        }
        // Not Kafka's rule, but harmless: an alias in the config and the full class in the path.
        match (self.resolve(included), self.resolve(requested)) {
            (Ok(a), Ok(b)) if a.class() == b.class() => Ok(()),
            _ => Err(ValidateError::OtherClass {
                included: included.clone(),
                requested: requested.to_owned(),
            }),
        }
    }
}

fn without_suffix(name: &str) -> &str {
    name.strip_suffix("Connector").filter(|rest| !rest.is_empty()).unwrap_or(name)
}

fn ambiguous(alias: &str, found: &[&dyn SourcePlugin]) -> ResolveError {
    let found: Vec<String> = found.iter().map(|plugin| describe(*plugin)).collect();
    ResolveError::Ambiguous { alias: alias.to_owned(), found: found.join(", ") }
}

/// Java's `PluginDesc.toString`.
fn describe(plugin: &dyn SourcePlugin) -> String {
    let (class, version) = (plugin.class(), plugin.version());
    format!(
        "PluginDesc{{klass=class {class}, name='{class}', version='{version}', \
         encodedVersion={version}, type=source, typeName='source', location='classpath'}}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "com.datamountaineer.streamreactor.connect.mqtt.source.MqttSourceConnector";
    const NEW: &str = "io.lenses.streamreactor.connect.mqtt.source.MqttSourceConnector";

    #[test]
    fn full_names_mean_themselves_and_short_ones_the_newer_package() {
        let registry = Registry::default();
        let class = |name: &str| registry.resolve(name).map(SourcePlugin::class);
        assert_eq!(class(OLD), Ok(OLD));
        for name in [NEW, "MqttSourceConnector", "MqttSource"] {
            assert_eq!(class(name), Ok(NEW), "{name}");
        }
    }

    #[test]
    fn an_unknown_class_gets_kafkas_words_and_the_list() {
        let error = Registry::default().resolve("x.Nope").err().unwrap().to_string();
        assert!(
            error.starts_with(
                "Failed to find any class that implements Connector and which name matches \
                 x.Nope, available connectors are: PluginDesc{klass=class \
                 com.datamountaineer.streamreactor.connect.mqtt.source.MqttSourceConnector, name='"
            ),
            "{error}"
        );
        assert!(error.ends_with("type=source, typeName='source', location='classpath'}"));
    }

    #[test]
    fn two_current_classes_of_one_name_are_ambiguous() {
        let twice = LensesMqttSource::both()
            .into_iter()
            .chain(LensesMqttSource::both())
            .map(|plugin| Box::new(plugin) as Box<dyn SourcePlugin>);
        let error = Registry::new(twice).resolve("MqttSource").err().unwrap().to_string();
        assert!(error.starts_with(
            "More than one connector matches alias MqttSource. Please use full package and class \
             name instead. Classes found: PluginDesc{"
        ));
    }

    #[test]
    fn the_list_is_sorted_and_shaped_as_kafkas() {
        let list = Registry::default().plugins(true);
        assert_eq!(list.iter().map(|p| p.class).collect::<Vec<_>>(), [OLD, NEW]);
        assert_eq!(
            serde_json::to_string(&list[1]).unwrap(),
            format!(
                r#"{{"class":"{NEW}","type":"source","version":"{}"}}"#,
                env!("CARGO_PKG_VERSION")
            )
        );
        let all = Registry::default().plugins(false);
        assert_eq!(all.len(), 12);
        assert_eq!(serde_json::to_value(&all[11]).unwrap()["type"], "header_converter");
    }

    #[test]
    fn path_and_config_must_mean_the_same_connector() {
        let registry = Registry::default();
        let check = |path: &str, class: &str| {
            let config = [("connector.class".to_owned(), class.to_owned())].into();
            registry.check_path(path, &config).map_err(|error| error.to_string())
        };
        for (path, class) in
            [(OLD, OLD), ("MqttSource", OLD), ("MqttSourceConnector", NEW), (NEW, "MqttSource")]
        {
            assert_eq!(check(path, class), Ok(()), "{path} {class}");
        }
        assert_eq!(
            check("FileStreamSource", NEW),
            Err(format!(
                "Included connector type {NEW} does not match request type FileStreamSource"
            ))
        );
        assert_eq!(registry.check_path("x", &ConfigMap::new()), Ok(()));
    }
}
