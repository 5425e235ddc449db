//! The classes of transforms and predicates, as the tables of a connector ask for them.
//!
//! Names, keys and words are `transform`'s; added here is what is wrong with a class that is no
//! transform at all, and which one may have been meant.

use connect::config::{nearest, ClassError, ConfigDef, ConfigMap, PluginDef, PluginDefs};
use connect::convert::resolve_class;
use connect::transform::{
    build_predicate, build_transform, instead_of, resolve_predicate, resolve_transform,
    ClassError as Unresolved, TransformClass, PREDICATES, TRANSFORMS,
};

use super::plugin_info::KAFKA_VERSION;

/// Classes of `transforms.<alias>.type`.
pub(super) struct Transforms;

/// Classes of `predicates.<alias>.type`.
pub(super) struct Predicates;

/// What `GET /connector-plugins` tells of the version: of Kafka's own parts Kafka's, else ours.
pub(super) fn version_of(class: &str) -> &'static str {
    if class.starts_with("org.apache.kafka.") {
        KAFKA_VERSION
    } else {
        env!("CARGO_PKG_VERSION")
    }
}

impl PluginDefs for Transforms {
    fn classes(&self) -> Vec<String> {
        TRANSFORMS.iter().flat_map(TransformClass::full_names).collect()
    }

    fn find(&self, written: &str) -> Result<PluginDef, ClassError> {
        let (class, form) = resolve_transform(written)
            .map_err(|error| refused(error, written, "Transformation", &self.classes()))?;
        let name = class.full_name(form);
        Ok(PluginDef { version: version_of(&name), class: name, def: class.def() })
    }

    fn configure_error(&self, class: &str, settings: &ConfigMap) -> Option<String> {
        let (class, form) = resolve_transform(class).ok()?;
        // The time only moves the century of years that are written with two digits.
        let built = build_transform(class, form, settings, 0);
        let error = built.and_then(|transform| transform.verify()).err()?;
        Some(with_settings(error.message, &class.def()))
    }
}

impl PluginDefs for Predicates {
    fn classes(&self) -> Vec<String> {
        PREDICATES.iter().map(|class| class.name.to_owned()).collect()
    }

    fn find(&self, written: &str) -> Result<PluginDef, ClassError> {
        let class = resolve_predicate(written)
            .map_err(|error| refused(error, written, "Predicate", &self.classes()))?;
        let name = class.name.to_owned();
        Ok(PluginDef { version: version_of(&name), class: name, def: class.def() })
    }

    fn configure_error(&self, class: &str, settings: &ConfigMap) -> Option<String> {
        let class = resolve_predicate(class).ok()?;
        let error = build_predicate(class, settings).err()?;
        Some(with_settings(error.message, &class.def()))
    }
}

/// Java's message, which seldom names a key, and the keys that there are.
fn with_settings(message: String, def: &ConfigDef) -> String {
    let names: Vec<&str> = def.keys().map(|key| key.name.as_ref()).collect();
    match names.as_slice() {
        [] => message,
        names => format!("{message} (this class has the settings {})", names.join(", ")),
    }
}

fn refused(error: Unresolved, written: &str, interface: &str, known: &[String]) -> ClassError {
    let other = || {
        let converter = resolve_class(written).map(|class| class.name().to_owned());
        let predicate = || resolve_predicate(written).map(|class| class.name.to_owned());
        converter.ok().or_else(|| predicate().ok())
    };
    match error {
        Unresolved::Unknown { .. } => match other() {
            Some(class) => no_interface(class, interface),
            None => ClassError::NotFound(format!("{error}{}", hint(written, known))),
        },
        Unresolved::NotA { class, .. } => no_interface(class, interface),
        Unresolved::Abstract { .. } => {
            ClassError::Refused { class: written.to_owned(), message: error.to_string() }
        }
    }
}

fn no_interface(class: String, interface: &str) -> ClassError {
    let message = format!("Class class {class} does not implement the {interface} interface");
    ClassError::Refused { class, message }
}

/// What to use instead, or the class that was probably meant: Kafka takes forms such as
/// `InsertField$Value` by their full name only.
fn hint(written: &str, known: &[String]) -> String {
    if let Some(instead) = instead_of(written) {
        return format!(" {instead}");
    }
    let simple = |class: &str| class.rsplit('.').next().is_some_and(|last| last == written);
    let is_outer = |class: &str| {
        let last = class.rsplit('.').next().unwrap_or(class);
        last.split_once('$').is_some_and(|(outer, _)| outer == written)
    };
    let mut meant: Vec<&str> = known
        .iter()
        .map(String::as_str)
        .filter(|class| !written.is_empty() && (simple(class) || is_outer(class)))
        .collect();
    if meant.is_empty() {
        meant.extend(nearest(written, known.iter().map(String::as_str)));
    }
    if meant.is_empty() {
        // A slip in a name without package, with its form or without.
        let last = |class: &&str| class.rsplit('.').next().unwrap_or(class).to_owned();
        let outer = |class: &&str| last(class).split('$').next().unwrap_or_default().to_owned();
        let all = || known.iter().map(String::as_str);
        let near = |name: &str| nearest(written, [name]).is_some();
        meant.extend(all().filter(|class| near(&last(class)) || near(&outer(class))));
    }
    if meant.is_empty() {
        return String::new();
    }
    format!(" Did you mean {}?", meant.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKAGE: &str = "org.apache.kafka.connect.transforms.";

    fn words(found: Result<PluginDef, ClassError>) -> String {
        match found {
            Ok(found) => found.class,
            Err(ClassError::NotFound(reason)) => reason,
            Err(ClassError::Refused { class, message }) => format!("{class}: {message}"),
        }
    }

    #[test]
    fn classes_are_found_by_full_name_and_by_alias_where_that_is_clear() {
        for name in [
            "org.apache.kafka.connect.transforms.InsertField$Value",
            "org.apache.kafka.connect.transforms.Filter",
        ] {
            assert_eq!(words(Transforms.find(name)), name);
        }
        assert_eq!(words(Transforms.find("RegexRouter")), format!("{PACKAGE}RegexRouter"));
        let tombstone = "predicates.RecordIsTombstone";
        assert_eq!(words(Predicates.find("RecordIsTombstone")), format!("{PACKAGE}{tombstone}"));
    }

    #[test]
    fn a_form_by_its_short_name_is_unknown_and_pointed_to() {
        assert_eq!(
            words(Transforms.find("InsertField$Value")),
            format!(
                "Class InsertField$Value could not be found. Did you mean \
                 {PACKAGE}InsertField$Value?"
            )
        );
        assert_eq!(
            words(Transforms.find("HoistField")),
            format!(
                "Class HoistField could not be found. Did you mean {PACKAGE}HoistField$Key, \
                 {PACKAGE}HoistField$Value?"
            )
        );
        assert_eq!(
            words(Transforms.find(&format!("{PACKAGE}InsertFeild$Value"))),
            format!(
                "Class {PACKAGE}InsertFeild$Value could not be found. Did you mean \
                 {PACKAGE}InsertField$Value?"
            )
        );
        assert_eq!(
            words(Transforms.find("Filtre")),
            format!("Class Filtre could not be found. Did you mean {PACKAGE}Filter?")
        );
        assert_eq!(
            words(Transforms.find("HoistFeild")),
            format!(
                "Class HoistFeild could not be found. Did you mean {PACKAGE}HoistField$Key, \
                 {PACKAGE}HoistField$Value?"
            )
        );
        assert_eq!(words(Transforms.find("x.Y")), "Class x.Y could not be found.");
        assert_eq!(words(Transforms.find("")), "Class  could not be found.");
    }

    #[test]
    fn a_class_that_is_known_and_not_built_is_told_with_what_to_use() {
        let confluent = "io.confluent.connect.transforms.Filter";
        for name in [&format!("{confluent}$Value"), &format!("{confluent}$Key"), "Filter$Value"] {
            let told = words(Transforms.find(name));
            let java = format!("Class {name} could not be found. Confluent's Filter");
            assert!(told.starts_with(&java), "{told}");
            for part in [
                "org.apache.kafka.connect.transforms.Filter with a predicate",
                "TopicNameMatches",
                "HasHeaderKey",
                "RecordIsTombstone",
                "WHERE is not a clause of an MQTT source",
            ] {
                assert!(told.contains(part), "{part}: {told}");
            }
        }
        assert_eq!(words(Transforms.find("Filter")), format!("{PACKAGE}Filter"), "Apache's");
    }

    #[test]
    fn other_plugins_are_no_transforms() {
        let not = |class: &str| {
            format!("{class}: Class class {class} does not implement the Transformation interface")
        };
        let json = "org.apache.kafka.connect.json.JsonConverter";
        assert_eq!(words(Transforms.find("JsonConverter")), not(json));
        let header = format!("{PACKAGE}predicates.HasHeaderKey");
        assert_eq!(words(Transforms.find("HasHeaderKey")), not(&header));
        assert_eq!(words(Transforms.find(&header)), not(&header));
        let outer = format!("{PACKAGE}InsertField");
        assert_eq!(
            words(Transforms.find(&outer)),
            format!(
                "{outer}: This class is abstract and cannot be created. Did you mean {outer}$Key, \
                 {outer}$Value?"
            )
        );
        let filter = format!("{PACKAGE}Filter");
        assert_eq!(
            words(Predicates.find(&filter)),
            format!("{filter}: Class class {filter} does not implement the Predicate interface")
        );
    }

    #[test]
    fn settings_that_are_wrong_together_are_found() {
        let class = format!("{PACKAGE}InsertField$Value");
        assert_eq!(
            Transforms.configure_error(&class, &ConfigMap::new()),
            Some(
                "No field insertion configured (this class has the settings topic.field, \
                 partition.field, offset.field, timestamp.field, static.field, static.value, \
                 replace.null.with.default)"
                    .to_owned()
            )
        );
        let settings = [("topic.field".to_owned(), "t".to_owned())].into();
        assert_eq!(Transforms.configure_error(&class, &settings), None);
        let router = "org.apache.kafka.connect.transforms.RegexRouter";
        let settings = [("regex", "a"), ("replacement", "$9")];
        let settings = settings.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        let late = Transforms.configure_error(router, &settings).unwrap();
        assert!(late.starts_with("Invalid replacement: No group 9"), "{late}");
    }
}
