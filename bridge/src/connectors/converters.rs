//! Which converters the records of a connector pass: its own where it names them, else the
//! worker's.
//!
//! As in Kafka, settings under `key.converter.` and `value.converter.` of a connector count only
//! where the connector names the class too.

use connect::config::{
    java_trim, nearest, single_setting, unsatisfied_version, version_hint, with_prefix, ConfigDef,
    ConfigMap, ErrorCounting, Parsed, ParsedConfig, UnsatisfiedVersion,
};
use connect::convert::{
    converter_def, resolve_class, resolve_class_at, ConvertConfigError, Converter, Position,
    HEADER_CONVERTERS,
};
use connect::transform::{resolve_predicate, resolve_transform};

use super::compile_request::RecordConverters;
use super::overrides::prefixed_error;
use super::plugin_info::KAFKA_VERSION;
use super::warnings::{warn_not_yet, Warnings};
use crate::config::{KeyError, WorkerConfig};
use crate::convert::KeyForm;
use crate::kafka::ProducerSettings;

/// The part of the answer that holds the settings of a converter which the connector names itself.
pub(super) struct ConverterPart {
    pub(super) def: &'static ConfigDef,
    pub(super) parsed: ParsedConfig,
    pub(super) prefix: String,
    pub(super) counting: ErrorCounting,
}

/// Finds the converter for `position`, reports what is wrong with the class in `framework`, and
/// gives the part of the answer with its settings.
pub(super) fn record_converter(
    position: Position,
    framework: &mut ParsedConfig,
    config: &ConfigMap,
    worker: &WorkerConfig,
    warnings: &mut Warnings,
) -> (Option<Converter>, Option<ConverterPart>) {
    let key = position.config_key();
    let prefix = format!("{key}.");
    if !framework.is_set(key) {
        let own: Vec<&str> =
            config.keys().map(String::as_str).filter(|name| name.starts_with(&prefix)).collect();
        for name in own {
            warnings.push_under(
                name,
                key,
                format!(
                    "{name} has no effect, because the connector does not name the class: set \
                     {key}, too"
                ),
            );
        }
        judge_version(position, None, framework);
        let setting = worker.converter(position);
        let converter = Converter::from_config(&setting.class, position, &setting.settings);
        return (converter.ok(), None);
    }
    let Some(written) = framework.string(key).map(str::to_owned) else {
        // Null is refused by itself.
        framework.hide(&format!("{key}.plugin.version"));
        return (None, None);
    };
    let class = match resolve_class_at(position, &written) {
        Ok(class) => class,
        Err(error) => {
            judge_version(position, None, framework);
            let error = of_another_kind(&written).unwrap_or(error);
            if let ConvertConfigError::NotAConverter { class } = &error {
                framework.set_value(key, Some(Parsed::Class(class.clone())));
                framework.add_error(key, error.to_string());
                return (None, None);
            }
            framework.set_value(key, None);
            framework.hide(&format!("{key}.plugin.version"));
            framework.add_error(
                key,
                format!("Invalid value {written} for configuration {key}: {error}"),
            );
            return (None, None);
        }
    };
    framework.set_value(key, Some(Parsed::Class(class.name().to_owned())));
    if judge_version(position, Some(class.name()), framework) {
        return (None, None);
    }
    // The class is found without the blanks around it, but Kafka loads it with them.
    if let Some(raw) = config.get(key).filter(|raw| java_trim(raw) != raw.as_str()) {
        let hint = "leave out the blanks around it";
        framework.add_error(key, format!("Failed to load class {raw}: {raw} ({hint})"));
        return (None, None);
    }
    let mut settings = with_prefix(config, &prefix);
    settings.entry("converter.type".to_owned()).or_insert_with(|| position.word().to_owned());
    let def = converter_def(class);
    let mut parsed = def.parse(&settings);
    for warning in idle_settings(&prefix, def, &settings) {
        warnings.push_under(&warning.0, key, warning.1);
    }
    let converter = Converter::from_config(class.name(), position, &settings);
    if let Err(ConvertConfigError::Start { setting, error }) = &converter {
        if !parsed.add_error(setting, error.with_causes()) {
            // A setting that only Kafka's serializer knows is no key of the table.
            let message = format!("{prefix}{setting}: {}", error.with_causes());
            parsed.add_error("converter.encoding", message);
        }
    }
    explain(def, &prefix, &settings, &mut parsed);
    let converter = converter.ok();
    (converter, Some(ConverterPart { def, parsed, prefix, counting: ErrorCounting::Keys }))
}

/// Puts behind each refusal which setting it is: Kafka's own words do not tell the converters of
/// keys, values and headers apart.
fn explain(def: &ConfigDef, prefix: &str, settings: &ConfigMap, parsed: &mut ParsedConfig) {
    for key in def.keys() {
        let written = settings.get(key.name.as_ref()).map(String::as_str);
        parsed.explain(&key.name, key, &format!("{prefix}{}", key.name), written);
    }
}

/// Whether the wanted version of the converter is not here, which is then told. Without a class of
/// the connector's own, a version has no effect as long as it can be read.
fn judge_version(position: Position, class: Option<&str>, framework: &mut ParsedConfig) -> bool {
    let key = position.config_key();
    let version_key = format!("{key}.plugin.version");
    if !framework.is_set(&version_key) {
        return false;
    }
    let wanted = framework.string(&version_key);
    let found = wanted.and_then(|wanted| unsatisfied_version(wanted, class.map(|_| KAFKA_VERSION)));
    let Some(unsatisfied) = found else { return false };
    let (class, hint) = (class.unwrap_or_default(), version_hint(&version_key, KAFKA_VERSION));
    let message = version_message(&unsatisfied, class);
    framework.add_error(&version_key, format!("{message}{hint}"));
    if let UnsatisfiedVersion::NotInRange(_) = unsatisfied {
        framework.add_error(key, message);
    }
    true
}

/// Kafka's sentence about a wanted version of a converter, which is not here.
fn version_message(unsatisfied: &UnsatisfiedVersion, class: &str) -> String {
    // Kafka counts what converts headers as a plugin of its own.
    let is_twice = HEADER_CONVERTERS.contains(&class) && resolve_class(class).is_ok();
    unsatisfied.message(class, if is_twice { &[KAFKA_VERSION; 2] } else { &[KAFKA_VERSION] })
}

/// What is wrong with the version that the worker wants of a converter of this class.
fn worker_version_error(key: &str, class: &str, settings: &ConfigMap) -> Option<KeyError> {
    let wanted = settings.get("plugin.version")?;
    let unsatisfied = unsatisfied_version(wanted.trim(), Some(KAFKA_VERSION))?;
    let key = format!("{key}.plugin.version");
    let (text, hint) = (version_message(&unsatisfied, class), version_hint(&key, KAFKA_VERSION));
    Some(KeyError { message: format!("{key}: {text}{hint}"), key })
}

/// A plugin that is there and is no converter.
fn of_another_kind(written: &str) -> Option<ConvertConfigError> {
    let transform = resolve_transform(written).map(|(class, form)| class.full_name(form)).ok();
    let class = transform.or_else(|| resolve_predicate(written).ok().map(|it| it.name.to_owned()));
    class.map(|class| ConvertConfigError::NotAConverter { class })
}

/// Settings of a converter that have no effect, each with a sentence.
fn idle_settings(prefix: &str, def: &ConfigDef, settings: &ConfigMap) -> Vec<(String, String)> {
    let mut not_yet = Warnings::default();
    warn_not_yet(def, &def.parse(settings), &mut not_yet);
    let not_yet = not_yet.into_vec().into_iter().map(|warning| (warning.key, warning.message));
    let unknown = settings
        .keys()
        .filter(|name| def.get(name).is_none() && *name != "plugin.version")
        .map(|name| {
            let meant = nearest(name, def.keys().map(|key| key.name.as_ref()));
            let message = match meant {
                Some(meant) => format!("{name} is ignored; did you mean {prefix}{meant}?"),
                None => format!("{name} is no setting of this converter and is ignored"),
            };
            (name.clone(), message)
        });
    not_yet
        .chain(unknown)
        .map(|(name, message)| (format!("{prefix}{name}"), format!("{prefix}{message}")))
        .collect()
}

/// Warns of a value's converter that does not go with payloads as they are.
pub(super) fn warn_of_payloads(converters: &RecordConverters, warnings: &mut Warnings) {
    if let Some(Converter::String { .. }) = converters.value {
        warnings.push(
            "value.converter",
            "value.converter is StringConverter: payloads are written as they are where they are \
             UTF-8, and fail the task where they are not; ByteArrayConverter takes every payload",
        );
    }
}

/// Warns of a key's converter that does not go with keys of this form.
pub(super) fn warn_of_keys(
    converters: &RecordConverters,
    key_form: KeyForm<'_>,
    warnings: &mut Warnings,
) {
    if let Some(Converter::ByteArray) = converters.key {
        let what = match key_form {
            KeyForm::TopicAndId(_) => "a struct of topic and id",
            KeyForm::Topic => "the MQTT topic as a string",
        };
        warnings.push(
            "key.converter",
            format!(
                "key.converter is ByteArrayConverter, which cannot write the key ({what}): \
                 unless a transform makes another key, the connector is refused; use \
                 StringConverter or JsonConverter"
            ),
        );
    }
}

/// Checks what a worker needs before its first connector: converters and producer settings.
/// Returns warnings for the log.
pub fn check_worker(worker: &WorkerConfig) -> Result<Vec<String>, Vec<KeyError>> {
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    for position in [Position::Key, Position::Value, Position::Header] {
        let (key, setting) = (position.config_key(), worker.converter(position));
        match Converter::from_config(&setting.class, position, &setting.settings) {
            Ok(converter) => {
                let class = converter.class_name();
                errors.extend(worker_version_error(key, class, &setting.settings));
                let idle = idle_settings(&format!("{key}."), converter.def(), &setting.settings);
                warnings.extend(idle.into_iter().map(|(_, message)| message));
            }
            Err(ConvertConfigError::Start { setting, error }) => {
                let key = format!("{key}.{setting}");
                let message = format!("{key}: {}", error.with_causes());
                errors.push(KeyError { key, message });
            }
            Err(ConvertConfigError::Setting(message)) => {
                errors.push(KeyError { key: key.to_owned(), message: format!("{key}: {message}") });
            }
            Err(error) => errors.push(KeyError {
                key: key.to_owned(),
                message: format!(
                    "Invalid value {} for configuration {key}: {error}",
                    setting.class
                ),
            }),
        }
    }
    for (key, value) in &worker.producer {
        let one = single_setting(key, value);
        match ProducerSettings::from_java(&one, &ConfigMap::new(), "", "") {
            Ok((_, more)) => warnings.extend(more),
            Err(error) => {
                let message = prefixed_error("producer.", &error);
                errors.push(KeyError { key: format!("producer.{key}"), message });
            }
        }
    }
    if errors.is_empty() {
        Ok(warnings)
    } else {
        Err(errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worker(pairs: &[(&str, &str)]) -> WorkerConfig {
        let good = [
            ("key.converter", "StringConverter"),
            ("value.converter", "ByteArray"),
            ("offset.storage.file.filename", "o"),
        ];
        let map = good.iter().chain(pairs).map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        WorkerConfig::standalone(&map.collect()).unwrap().0
    }

    #[test]
    fn a_worker_with_what_it_needs_passes() {
        assert_eq!(check_worker(&worker(&[("producer.linger.ms", "5")])), Ok(vec![]));
        let warnings = check_worker(&worker(&[("producer.retries", "5")])).unwrap();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        let warnings = check_worker(&worker(&[("value.converter.schemas.enable", "false")]));
        assert_eq!(
            warnings.unwrap(),
            ["value.converter.schemas.enable is no setting of this converter and is ignored"]
        );
    }

    #[test]
    fn a_version_that_is_not_here_keeps_the_worker_from_starting() {
        const KEY: &str = "value.converter.plugin.version";
        for here in ["4.3.1", " [4.3,5) ", "latest"] {
            assert_eq!(check_worker(&worker(&[(KEY, here)])), Ok(vec![]), "{here}");
        }
        let array = "org.apache.kafka.connect.converters.ByteArrayConverter";
        for (wanted, part) in [
            ("9", format!("Plugin {array} not found that matches the version range [9,9]")),
            ("[9", "Unbounded range: [9".to_owned()),
        ] {
            let errors = check_worker(&worker(&[(KEY, wanted)])).unwrap_err();
            let [KeyError { key, message }] = errors.as_slice() else { panic!("{errors:?}") };
            assert_eq!(key, KEY);
            assert!(message.starts_with(&format!("{KEY}: {part}")), "{message}");
            assert!(message.contains("or write 4.3.1"), "{message}");
        }
    }

    #[test]
    fn every_error_names_its_key() {
        let bad = worker(&[
            ("key.converter", "x.Y"),
            ("value.converter", "io.confluent.connect.avro.AvroConverter"),
            ("header.converter", "z.Z"),
            ("producer.acks", "1"),
        ]);
        let errors = check_worker(&bad).unwrap_err();
        let keys: Vec<_> = errors.iter().map(|error| error.key.as_str()).collect();
        assert_eq!(keys, ["key.converter", "value.converter", "header.converter", "producer.acks"]);
        assert_eq!(
            errors[0].message,
            "Invalid value x.Y for configuration key.converter: Class x.Y could not be found."
        );
        assert!(errors[1].message.contains("not supported yet"));
        assert!(errors[3].message.contains("producer.acks=1 is refused"), "{}", errors[3].message);
    }
}
