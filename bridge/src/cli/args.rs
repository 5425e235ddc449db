//! The arguments and their help.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::observe::logs::{LogFilter, LogFilterError, LogFormat};

/// Moves MQTT messages into Kafka, as a Kafka Connect worker that needs no Java.
#[derive(Debug, Parser)]
#[command(
    name = "kcql-bridge",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "\
Examples:
  kcql-bridge standalone worker.properties
      a worker; post connectors to its REST interface, port 8083
  kcql-bridge standalone worker.properties meters.json lamps.properties
      the same, with two connectors from the start
  kcql-bridge standalone --help
      what belongs into these files

Called as connect-standalone or connect-standalone.sh it takes the arguments of
Apache's script, without the word standalone."
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) log: LogArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Runs a worker that stands alone
    Standalone(StandaloneArgs),
    #[cfg(feature = "demo")]
    /// Runs brokers, worker and load in one process: nothing to install
    Demo(crate::demo::DemoArgs),
}

/// A standalone worker.
#[derive(Debug, Args)]
#[command(after_help = "\
A worker file that is enough:
  bootstrap.servers=localhost:9092
  key.converter=org.apache.kafka.connect.storage.StringConverter
  value.converter=org.apache.kafka.connect.converters.ByteArrayConverter
  offset.storage.file.filename=/var/lib/kcql-bridge/connect.offsets

A connector file (JSON as for POST /connectors, a flat JSON object, or properties):
  name=meters
  connector.class=io.lenses.streamreactor.connect.mqtt.source.MqttSourceConnector
  connect.mqtt.hosts=tcp://localhost:1883
  connect.mqtt.clean=false
  connect.mqtt.service.quality=1
  connect.mqtt.kcql=INSERT INTO meters SELECT * FROM telemetry/+/+ \\
      WITHCONVERTER=`io.lenses.streamreactor.connect.converters.source.BytesConverter`

Then:
  curl -s localhost:8083/connectors/meters/status
  curl -s localhost:8083/health

Connectors from files are created at every start; posted ones live until the worker ends.
Exit codes: 1 wrong arguments, 2 worker file or listener, 3 connector file,
143 after SIGTERM, 130 after Ctrl-C. A second signal ends at once.")]
pub(super) struct StandaloneArgs {
    /// Worker settings, a .properties file
    #[arg(value_name = "WORKER.PROPERTIES")]
    pub(super) worker: PathBuf,
    /// Connectors to create at start
    #[arg(value_name = "CONNECTOR FILE")]
    pub(super) connectors: Vec<PathBuf>,
}

/// Form and filter of log lines, which always go to standard error.
#[derive(Debug, Args)]
pub(super) struct LogArgs {
    /// Form of log lines
    #[arg(long, value_enum, default_value_t, global = true, value_name = "FORM")]
    pub(super) log_format: LogForm,
    /// Level, or target=level pairs, such as info,kcql_bridge::mqtt=debug; RUST_LOG if not given
    #[arg(long, global = true, value_name = "FILTER")]
    pub(super) log_level: Option<String>,
}

/// Form of log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum LogForm {
    /// For people
    #[default]
    Text,
    /// One object a line, for machines
    Json,
}

impl From<LogForm> for LogFormat {
    fn from(form: LogForm) -> Self {
        match form {
            LogForm::Text => Self::Text,
            LogForm::Json => Self::Json,
        }
    }
}

impl Command {
    /// The log filter of the command where none is given. The demo prints its own lines, and logs of
    /// its brokers are of no use to its user.
    pub(super) fn default_log_filter(&self) -> &'static str {
        match self {
            Self::Standalone(_) => "info",
            #[cfg(feature = "demo")]
            Self::Demo(_) => "error,rumqttd=off,kafka=off",
        }
    }
}

impl LogArgs {
    /// The given filter, or the default of the command.
    pub(super) fn filter(&self, default: &str) -> Result<LogFilter, LogFilterError> {
        let given = self.log_level.clone().or_else(|| std::env::var("RUST_LOG").ok());
        given.as_deref().unwrap_or(default).parse()
    }
}

/// Adds the subcommand that the program's name stands for; answers whether it did.
pub(super) fn with_alias(mut args: Vec<OsString>) -> (Vec<OsString>, bool) {
    let name = args.first().and_then(|name| Path::new(name).file_name()?.to_str());
    let stands_for = match name.map(|name| name.strip_suffix(".sh").unwrap_or(name)) {
        Some("connect-standalone") => Some("standalone"),
        _ => None,
    };
    if let Some(subcommand) = stands_for {
        args.insert(1, subcommand.into());
    }
    (args, stands_for.is_some())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn parse(args: &[&str]) -> Result<Cli, clap::Error> {
        let args = args.iter().map(OsString::from).collect();
        Cli::try_parse_from(with_alias(args).0)
    }

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    #[allow(irrefutable_let_patterns, reason = "without the demo there is one command only")]
    fn apaches_scripts_are_aliases() {
        for name in ["connect-standalone", "/opt/kafka/bin/connect-standalone.sh"] {
            let cli = parse(&[name, "w.properties", "a.json", "b.properties"]).unwrap();
            let Command::Standalone(args) = cli.command else { panic!("another command") };
            assert_eq!(args.worker, Path::new("w.properties"));
            assert_eq!(args.connectors.len(), 2);
        }
        assert!(!with_alias(vec!["kcql-bridge".into()]).1);
    }

    #[test]
    fn log_options_stand_before_or_after_the_command() {
        let cli = parse(&["kcql-bridge", "standalone", "w", "--log-format", "json"]).unwrap();
        assert_eq!(cli.log.log_format, LogForm::Json);
        let cli = parse(&["kcql-bridge", "--log-level", "debug", "standalone", "w"]).unwrap();
        assert_eq!(cli.log.filter("info"), "debug".parse());
    }

    #[test]
    fn a_worker_file_is_needed_and_help_is_an_example() {
        assert!(parse(&["kcql-bridge"]).is_err());
        assert!(parse(&["kcql-bridge", "standalone"]).is_err());
        let help = parse(&["kcql-bridge", "standalone", "--help"]).unwrap_err().to_string();
        assert!(help.contains("offset.storage.file.filename=") && help.contains("curl -s"));
    }
}
