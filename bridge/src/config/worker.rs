//! The settings of a standalone worker, read once at start.
//!
//! All errors are reported together, each with its key, so that a caller who knows the file can add
//! the line. Whether a converter class exists is not known here; `connectors` asks `convert`.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use connect::config::{with_prefix, ConfigMap, Masked};
use connect::convert::Position;

use super::listener::Listener;
use super::worker_findings::{KeyError, OverridePolicy, WorkerWarnings};
use super::worker_keys::{standalone_def, TOPIC_CREATION_ENABLE};
use super::worker_rules::{
    advertised_listener, advertised_port, bootstrap, key_error, listeners, notes, override_policy,
};

/// A converter as the worker names it.
#[derive(Clone, PartialEq, Eq)]
pub struct ConverterSetting {
    /// Class name as written.
    pub class: String,
    /// Its settings, prefix removed.
    pub settings: ConfigMap,
}

impl fmt::Debug for ConverterSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConverterSetting")
            .field("class", &self.class)
            .field("settings", &Masked(&self.settings))
            .finish()
    }
}

/// A standalone worker.
#[derive(Clone, PartialEq, Eq)]
pub struct WorkerConfig {
    /// Kafka brokers, separated by commas.
    pub bootstrap_servers: String,
    /// How keys become bytes.
    pub key_converter: ConverterSetting,
    /// How values become bytes.
    pub value_converter: ConverterSetting,
    /// How record headers become bytes.
    pub header_converter: ConverterSetting,
    /// Where REST listens; at least one.
    pub listeners: Vec<Listener>,
    /// `rest.advertised.host.name`.
    pub advertised_host: Option<String>,
    /// `rest.advertised.port`.
    pub advertised_port: Option<u16>,
    /// The offsets file, beside which the worker's id is kept.
    pub offset_file: PathBuf,
    /// For all tasks together.
    pub shutdown_grace: Duration,
    /// `producer.*`, prefix removed.
    pub producer: ConfigMap,
    /// `connector.client.config.override.policy`.
    pub override_policy: OverridePolicy,
    /// `topic.creation.enable`.
    pub topic_creation: bool,
    /// Whether `config.providers` names any, which makes `${…}` in a config suspicious.
    pub names_config_providers: bool,
}

impl fmt::Debug for WorkerConfig {
    /// Without the fields that say little in a log, and without secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerConfig")
            .field("bootstrap_servers", &self.bootstrap_servers)
            .field("key_converter", &self.key_converter)
            .field("value_converter", &self.value_converter)
            .field("listeners", &self.listeners)
            .field("offset_file", &self.offset_file)
            .field("producer", &Masked(&self.producer))
            .finish_non_exhaustive()
    }
}

/// Everything that is wrong with a worker's settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("\n"))]
pub struct WorkerConfigError {
    /// At least one, in the order of the table.
    pub errors: Vec<KeyError>,
}

impl WorkerConfig {
    /// The converter that connectors have at this position where they name none.
    pub fn converter(&self, position: Position) -> &ConverterSetting {
        match position {
            Position::Key => &self.key_converter,
            Position::Value => &self.value_converter,
            Position::Header => &self.header_converter,
        }
    }

    /// Reads the settings of a standalone worker.
    pub fn standalone(map: &ConfigMap) -> Result<(Self, WorkerWarnings), WorkerConfigError> {
        let def = standalone_def();
        let parsed = def.parse(map);
        let mut errors: Vec<KeyError> = Vec::new();
        for (key, entry) in parsed.entries() {
            errors.extend(entry.errors.iter().map(|message| key_error(key, message)));
        }
        let listeners = listeners(&parsed, &mut errors);
        let advertised_port = advertised_port(&parsed, &mut errors);
        advertised_listener(&parsed, &mut errors);
        let override_policy = override_policy(&parsed, &mut errors);
        let bootstrap_servers = bootstrap(&parsed, &mut errors);
        if !parsed.list("rest.extension.classes").is_empty() {
            errors.push(key_error(
                "rest.extension.classes",
                "rest.extension.classes is not supported yet: REST would answer without the \
                 checks that the extension makes; remove it, or put a proxy in front",
            ));
        }
        if !errors.is_empty() {
            return Err(WorkerConfigError { errors });
        }
        let text = |key: &str| parsed.string(key).unwrap_or_default().to_owned();
        let converter = |key: &str| ConverterSetting {
            class: text(key),
            settings: with_prefix(map, &format!("{key}.")),
        };
        let grace = parsed.long("task.shutdown.graceful.timeout.ms").unwrap_or_default();
        let config = Self {
            bootstrap_servers,
            key_converter: converter("key.converter"),
            value_converter: converter("value.converter"),
            header_converter: converter("header.converter"),
            listeners,
            advertised_host: parsed.string("rest.advertised.host.name").map(str::to_owned),
            advertised_port,
            offset_file: PathBuf::from(text("offset.storage.file.filename")),
            shutdown_grace: Duration::from_millis(u64::try_from(grace).unwrap_or(0)),
            producer: with_prefix(map, "producer."),
            override_policy,
            topic_creation: parsed.boolean(TOPIC_CREATION_ENABLE) != Some(false),
            names_config_providers: !parsed.list("config.providers").is_empty(),
        };
        Ok((config, notes(&def, &parsed, map)))
    }

    /// `host:port` under which others reach this worker: the advertised values, else those of the
    /// first listener, else what the caller found out.
    pub fn worker_id(&self, detected_host: &str, bound_port: u16) -> String {
        let listener = self.listeners.first();
        let host = self
            .advertised_host
            .as_deref()
            .or_else(|| listener.map(|l| l.host.as_str()))
            .filter(|host| !host.is_empty())
            .unwrap_or(detected_host);
        let port = self
            .advertised_port
            .or_else(|| listener.map(|l| l.port).filter(|port| *port != 0))
            .unwrap_or(bound_port);
        if host.contains(':') {
            format!("[{host}]:{port}")
        } else {
            format!("{host}:{port}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &[(&str, &str)] = &[
        ("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
        ("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter"),
        ("offset.storage.file.filename", "/tmp/o"),
    ];

    fn read(more: &[(&str, &str)]) -> Result<(WorkerConfig, WorkerWarnings), WorkerConfigError> {
        let pairs = GOOD.iter().chain(more);
        WorkerConfig::standalone(&pairs.map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    fn errors(more: &[(&str, &str)]) -> String {
        read(more).unwrap_err().to_string()
    }

    #[test]
    fn a_small_file_has_kafkas_defaults() {
        let (config, notes) = read(&[]).unwrap();
        assert_eq!(config.bootstrap_servers, "localhost:9092");
        assert_eq!(config.listeners, [Listener { host: String::new(), port: 8083 }]);
        assert_eq!(config.shutdown_grace, Duration::from_secs(5));
        assert_eq!(config.override_policy, OverridePolicy::All);
        assert_eq!(notes, WorkerWarnings::default());
        assert_eq!(config.worker_id("10.0.0.1", 8083), "10.0.0.1:8083");
    }

    #[test]
    fn what_is_missing_is_said_all_at_once() {
        let error = WorkerConfig::standalone(&ConfigMap::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Missing required configuration \"key.converter\" which has no default value.\n\
             Missing required configuration \"value.converter\" which has no default value.\n\
             Missing required configuration \"offset.storage.file.filename\" which has no default \
             value."
        );
        assert_eq!(error.errors[2].key, "offset.storage.file.filename");
    }

    #[test]
    fn prefixes_are_handed_on_without_the_prefix() {
        let (config, notes) = read(&[
            ("value.converter.schemas.enable", "false"),
            ("producer.linger.ms", "20"),
            ("bootstrap.servers", "a:1 , b:2"),
        ])
        .unwrap();
        assert_eq!(config.value_converter.settings["schemas.enable"], "false");
        assert_eq!(config.producer["linger.ms"], "20");
        assert_eq!(config.bootstrap_servers, "a:1,b:2");
        assert_eq!(notes, WorkerWarnings::default());
    }

    #[test]
    fn brokers_are_named_with_host_and_port() {
        for good in ["k:9092", "PLAINTEXT://kafka_1:9092", "[::1]:9092", "a.b-c:1,d:2"] {
            assert_eq!(read(&[("bootstrap.servers", good)]).unwrap().0.bootstrap_servers, good);
        }
        assert!(errors(&[("bootstrap.servers", "")]).starts_with("No resolvable bootstrap urls"));
        for bad in ["k", "k:", ":9092", "k:0", "k:99999", "k:9092/x", "http://", "a b:1"] {
            let error = errors(&[("bootstrap.servers", &format!("ok:1,{bad}"))]);
            assert_eq!(error, format!("Invalid url in bootstrap.servers: {bad}; write host:port"));
        }
    }

    #[test]
    fn every_setting_without_effect_is_told_once() {
        let (_, notes) = read(&[
            ("plugin.path", "/usr/share/java"),
            ("topic.creation.enable", "true"),
            ("access.control.allow.origin", "*"),
            ("group.id", "g"),
            ("bootstrap.server", "k:9092"),
            ("consumer.max.poll.records", "1"),
        ])
        .unwrap();
        assert_eq!(
            notes.warnings,
            [
                "worker setting access.control.allow.origin is not honoured yet: REST sends no \
                 CORS headers",
                "worker setting group.id is ignored: it belongs to the distributed worker",
                "unknown worker setting bootstrap.server is ignored; did you mean \
                 bootstrap.servers?",
            ]
        );
        assert_eq!(notes.debug.len(), 2, "{notes:?}");
    }

    #[test]
    fn listeners_and_what_is_advertised() {
        let (config, _) = read(&[
            ("listeners", "http://127.0.0.1:0,http://[::1]:8084"),
            ("rest.advertised.host.name", "edge-1"),
        ])
        .unwrap();
        assert_eq!(config.worker_id("x", 4711), "edge-1:4711");
        assert_eq!(
            errors(&[("listeners", "8083")]),
            "Invalid value 8083 for configuration listeners: Listener doesn't have the right \
             format (protocol://hostname:port)."
        );
        assert!(errors(&[("listeners", "https://:8443")]).contains("not supported yet"));
        assert!(errors(&[("listeners", " ")]).contains("name at least one"));
        assert!(errors(&[("rest.advertised.port", "99999")]).contains("from 0 to 65535"));
        assert!(errors(&[("rest.advertised.listener", "ftp")]).contains("either http or https"));
    }

    #[test]
    fn secrets_do_not_reach_a_log() {
        let (config, _) = read(&[("producer.sasl.jaas.config", "geheim")]).unwrap();
        let shown = format!("{config:?}");
        assert!(
            shown.contains("sasl.jaas.config=[hidden]") && !shown.contains("geheim"),
            "{shown}"
        );
    }

    #[test]
    fn what_guards_rest_is_never_left_out_silently() {
        assert!(errors(&[("rest.extension.classes", "x.BasicAuth")]).contains("not supported yet"));
    }

    #[test]
    fn override_policies_go_by_alias_and_class() {
        let policy = |name: &str| {
            read(&[("connector.client.config.override.policy", name)])
                .map(|(c, _)| c.override_policy)
        };
        let class =
            "org.apache.kafka.connect.connector.policy.NoneConnectorClientConfigOverridePolicy";
        assert_eq!(policy(class), Ok(OverridePolicy::None));
        assert_eq!(policy("Principal"), Ok(OverridePolicy::Principal));
        assert!(policy("Some").is_err());
    }
}
