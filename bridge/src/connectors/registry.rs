//! All connectors; finds one by full class name, class name or alias.
//!
//! Difference from Java: `MqttSourceConnector` and `MqttSource` name classes of several packages,
//! which Java calls ambiguous where all are installed. Here they mean the one whose keys a config
//! has, and Lenses' newer one where that tells nothing.

use connect::config::{ConfigDef, ConfigMap, PluginDefs as _};
use connect::convert::{
    class_is_named, converter_def, resolve_class_at, Position, CONVERTERS, HEADER_CONVERTERS,
};

use super::confluent::ConfluentSource;
use super::error::{ResolveError, ValidateError};
use super::evokly::EvoklySource;
use super::lenses::MqttSource;
use super::plugin::SourcePlugin;
use super::plugin_info::{PluginInfo, PluginKind};
use super::record_plugins::{version_of, Predicates, Transforms};

/// The keys of a plugin.
#[derive(Debug)]
pub enum PluginKeys<'a> {
    /// A source connector's own; the framework's come beside them.
    Source(&'a ConfigDef),
    /// All of a converter, transform or predicate.
    OfRecords(ConfigDef),
}

/// All connectors.
pub struct Registry {
    sources: Vec<Box<dyn SourcePlugin>>,
}

impl Default for Registry {
    fn default() -> Self {
        let lenses = MqttSource::all().map(|plugin| Box::new(plugin) as Box<dyn SourcePlugin>);
        let others: [Box<dyn SourcePlugin>; 2] =
            [Box::new(ConfluentSource), Box::new(EvoklySource)];
        Self::new(lenses.chain(others))
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
        let current = || named.iter().filter(|plugin| !plugin.yields_short_name());
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

    /// Finds the connector of a config. A short name that several have means the one whose own keys
    /// the config has most of, if that is one; else what [`Registry::resolve`] says.
    pub fn resolve_for(
        &self,
        name: &str,
        config: &ConfigMap,
    ) -> Result<&dyn SourcePlugin, ResolveError> {
        let general = self.resolve(name)?;
        if general.class() == name {
            return Ok(general);
        }
        let own = |plugin: &dyn SourcePlugin| {
            let def = plugin.config_def();
            config.keys().filter(|key| def.get(key).is_some()).count()
        };
        let named = || {
            let all = self.sources.iter().map(AsRef::as_ref);
            all.filter(|plugin| class_is_named(name, plugin.class(), "Connector"))
        };
        let most = named().map(own).max().unwrap_or(0);
        let mut best = named().filter(|plugin| own(*plugin) == most);
        match (best.next(), best.next()) {
            (Some(only), None) => Ok(only),
            _ => Ok(general),
        }
    }

    /// What `GET /connector-plugins` lists, in Kafka's order.
    pub fn plugins(&self, connectors_only: bool) -> Vec<PluginInfo> {
        let info =
            |class: &str, kind, version| PluginInfo { class: class.to_owned(), kind, version };
        let mut list: Vec<PluginInfo> = self
            .sources
            .iter()
            .map(|plugin| info(plugin.class(), PluginKind::Source, plugin.version()))
            .collect();
        if connectors_only {
            return list;
        }
        let mut header_converters = HEADER_CONVERTERS.to_vec();
        header_converters.sort_unstable();
        for (kind, classes) in [
            (PluginKind::Transformation, Transforms.classes()),
            (PluginKind::Predicate, Predicates.classes()),
            (PluginKind::Converter, CONVERTERS.iter().map(|c| c.name().to_owned()).collect()),
            (PluginKind::HeaderConverter, header_converters.into_iter().map(Into::into).collect()),
        ] {
            list.extend(classes.iter().map(|class| info(class, kind, version_of(class))));
        }
        list
    }

    /// The keys of a plugin, if there is one of that name; a converter, transform or predicate has
    /// no keys but its own.
    pub fn config_def(&self, name: &str) -> Option<PluginKeys<'_>> {
        if let Ok(plugin) = self.resolve(name) {
            return Some(PluginKeys::Source(plugin.config_def()));
        }
        if let Ok(class) = resolve_class_at(Position::Header, name) {
            return Some(PluginKeys::OfRecords(converter_def(class).clone()));
        }
        let found = Transforms.find(name).or_else(|_| Predicates.find(name));
        found.ok().map(|found| PluginKeys::OfRecords(found.def))
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
    const OWN: &str = "io.kcqlbridge.connect.mqtt.KcqlMqttSourceConnector";

    const EVOKLY: &str = "com.evokly.kafka.connect.mqtt.MqttSourceConnector";

    const CONFLUENT: &str = "io.confluent.connect.mqtt.MqttSourceConnector";

    #[test]
    fn full_names_mean_themselves_and_short_ones_the_newer_package() {
        let registry = Registry::default();
        let class = |name: &str| registry.resolve(name).map(SourcePlugin::class);
        assert_eq!(class(OLD), Ok(OLD));
        assert_eq!(class(EVOKLY), Ok(EVOKLY));
        for name in [NEW, "MqttSourceConnector", "MqttSource"] {
            assert_eq!(class(name), Ok(NEW), "{name}");
        }
        for name in [OWN, "KcqlMqttSourceConnector", "KcqlMqttSource"] {
            assert_eq!(class(name), Ok(OWN), "{name}");
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
        let twice = MqttSource::all()
            .chain(MqttSource::all())
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
        assert_eq!(
            list.iter().map(|p| p.class.as_str()).collect::<Vec<_>>(),
            [OLD, EVOKLY, CONFLUENT, OWN, NEW]
        );
        assert_eq!(
            serde_json::to_string(&list[4]).unwrap(),
            format!(
                r#"{{"class":"{NEW}","type":"source","version":"{}"}}"#,
                env!("CARGO_PKG_VERSION")
            )
        );
        let all = Registry::default().plugins(false);
        let kinds = |kind| all.iter().filter(|plugin| plugin.kind == kind).count();
        assert_eq!((kinds(PluginKind::Source), kinds(PluginKind::Predicate)), (5, 3));
        assert_eq!((kinds(PluginKind::Converter), kinds(PluginKind::HeaderConverter)), (9, 10));
        // What a worker of Kafka Connect 4.3.1 lists, in its order.
        let apache: Vec<String> = all
            .iter()
            .filter(|plugin| plugin.class.starts_with("org.apache.kafka."))
            .map(|plugin| format!("{} {} {}", plugin.kind.name(), plugin.class, plugin.version))
            .collect();
        let golden = include_str!("plugins.golden.txt");
        assert_eq!(apache, golden.lines().collect::<Vec<_>>());
    }

    #[test]
    fn keys_can_be_asked_of_every_plugin() {
        let registry = Registry::default();
        let names = |name: &str| match registry.config_def(name)? {
            PluginKeys::Source(def) => Some(def.keys().map(|key| key.name.to_string()).collect()),
            PluginKeys::OfRecords(def) => {
                Some(def.keys().map(|key| key.name.to_string()).collect::<Vec<_>>())
            }
        };
        assert_eq!(names("RegexRouter").unwrap(), ["regex", "replacement"]);
        assert_eq!(names("RecordIsTombstone"), Some(vec![]));
        assert_eq!(names("HasHeaderKey").unwrap(), ["name"]);
        assert_eq!(names("String").unwrap(), ["converter.type", "converter.encoding"]);
        assert!(names("SimpleHeaderConverter").is_some());
        assert_eq!(names(NEW).unwrap()[0], "connect.mqtt.hosts");
        assert_eq!(names("org.apache.kafka.connect.transforms.InsertField"), None, "abstract");
        for plugin in registry.plugins(false) {
            assert!(names(&plugin.class).is_some(), "{}", plugin.class);
        }
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
