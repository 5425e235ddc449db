//! Where the text comes from: an argument is a file, standard input or KCQL itself; a file is KCQL
//! or a connector's configuration that holds some.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use kcql::host::{Embedded, HostError, HostFile, Syntax};
use kcql::{explain, shown, AvroSettings, ClassFamily, Connector, Span, MAX_TEXT_BYTES};

use super::reading_rules::ConfigKeys;

/// The input with the KCQL found in it.
pub(crate) struct Input {
    /// The whole text.
    pub(crate) text: String,
    /// Its name in diagnostics.
    pub(crate) name: Option<String>,
    /// How values are escaped in it; none for KCQL itself.
    pub(crate) syntax: Option<Syntax>,
    /// The KCQL in it.
    pub(crate) parts: Vec<Part>,
    /// Of the class of a connector's configuration.
    pub(crate) connector: Option<Connector>,
    /// The keys of the configuration that decide how its KCQL is read.
    pub(crate) config_keys: ConfigKeys,
    /// Settings of the connector beside the KCQL.
    pub(crate) settings: Settings,
    /// Keys that are given more than once, of which only the last value counts.
    pub(crate) replaced: Vec<String>,
    /// Whether the bytes were ISO-8859-1, as they are to be again where the text is printed.
    pub(crate) latin: bool,
}

/// The settings of a connector that its KCQL depends on.
#[derive(Clone, Copy, Default)]
pub(crate) struct Settings {
    pub(crate) known: explain::Settings,
    pub(crate) avro: AvroSettings,
}

impl Settings {
    fn of(file: &HostFile) -> Self {
        let given = |key: &str| file.get(key).is_some_and(|value| !value.trim().is_empty());
        let qos = ["connect.mqtt.service.quality", "mqtt.qos"];
        let qos = qos.iter().find_map(|key| file.get(key)?.trim().parse().ok());
        let listed = given("connect.source.converter.avro.schemas") || given("avro.schemas");
        let by_filter = given("connect.converter.avro.schemas");
        let class = file.get("connector.class").unwrap_or("").trim();
        // The default of our own class.
        let own = ClassFamily::of_class(class) == Some(ClassFamily::Own);
        let qos = qos.filter(|qos| *qos <= 2).or(own.then_some(1));
        let known = explain::Settings { qos, key_is_topic: own };
        Self { known, avro: AvroSettings::Known { listed, by_filter } }
    }
}

/// One KCQL text.
pub(crate) struct Part {
    /// The key of the configuration.
    pub(crate) key: Option<String>,
    /// As the connector gets it.
    pub(crate) kcql: Embedded,
    /// Where the whole value stands, blanks at its ends included.
    pub(crate) place: Span,
}

/// Why the input cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    /// The operating system refuses it.
    #[error("cannot read {name}: {source}")]
    Unreadable { name: String, source: io::Error },
    /// KCQL is UTF-8.
    #[error("{name} is not UTF-8: byte {at} is wrong")]
    NotUtf8 { name: String, at: usize },
    /// Neither a path nor KCQL.
    #[error(
        "{} is neither an existing file nor KCQL (which has blanks); see kcql --help",
        shown(argument)
    )]
    Neither { argument: String },
    /// The file is not a valid configuration.
    #[error("{name}:{}:{}: no connector configuration: {}", error.line, error.column, clipped(&error.message))]
    Broken { name: String, error: HostError },
    /// A key that decides how to read has an invalid value.
    #[error("{name}: {message}")]
    Key { name: String, message: String },
    /// A configuration without KCQL.
    #[error("{name} has no key connect.….kcql with a text")]
    NoKcql { name: String },
}

impl Input {
    pub(crate) fn read(argument: &str) -> Result<Self, InputError> {
        if argument == "-" {
            return Self::from_bytes("<stdin>", &mut io::stdin().lock());
        }
        if Path::new(argument).exists() {
            let unreadable = |source| InputError::Unreadable { name: argument.into(), source };
            let mut file = File::open(argument).map_err(unreadable)?;
            return Self::from_bytes(argument, &mut file);
        }
        if argument.contains(char::is_whitespace) {
            return Ok(Self::of_kcql(argument.into(), None));
        }
        Err(InputError::Neither { argument: argument.into() })
    }

    pub(crate) fn of_kcql(text: String, name: Option<String>) -> Self {
        let kcql = Embedded::whole(&text);
        let parts = vec![Part { key: None, place: kcql.span(), kcql }];
        Self {
            text,
            name,
            syntax: None,
            parts,
            connector: None,
            config_keys: ConfigKeys::default(),
            settings: Settings::default(),
            replaced: Vec::new(),
            latin: false,
        }
    }

    fn from_bytes(name: &str, from: &mut impl Read) -> Result<Self, InputError> {
        let bytes =
            bounded(from).map_err(|source| InputError::Unreadable { name: name.into(), source })?;
        let mut latin = false;
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            // Java reads these as ISO-8859-1, and so does the bridge where they are not UTF-8.
            Err(error) if extension(name, "properties") => {
                latin = true;
                error.as_bytes().iter().map(|&byte| char::from(byte)).collect()
            }
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                return Err(InputError::NotUtf8 { name: name.into(), at });
            }
        };
        match syntax_of(name, &text) {
            None => Ok(Self::of_kcql(text, Some(name.into()))),
            Some(syntax) => {
                let input = Self::of_configuration(&text, name, syntax)?;
                Ok(Self { latin, ..input })
            }
        }
    }

    fn of_configuration(text: &str, name: &str, syntax: Syntax) -> Result<Self, InputError> {
        let file = HostFile::parse(text, syntax)
            .map_err(|error| InputError::Broken { name: name.into(), error })?;
        let text = text.to_owned();
        let parts: Vec<Part> = file
            .kcql()
            .map(|entry| Part {
                key: Some(entry.key.clone()),
                kcql: entry.value.trimmed(),
                place: entry.value.span(),
            })
            .collect();
        if parts.is_empty() {
            return Err(InputError::NoKcql { name: name.into() });
        }
        let class = file.get("connector.class").unwrap_or("");
        let config_keys = ConfigKeys::of(|key| file.get(key))
            .map_err(|message| InputError::Key { name: name.into(), message })?;
        Ok(Self {
            text,
            name: Some(name.into()),
            syntax: Some(syntax),
            parts,
            connector: Connector::of_class(class),
            config_keys,
            settings: Settings::of(&file),
            replaced: file.replaced().map(|entry| entry.key.clone()).collect(),
            latin: false,
        })
    }
}

/// A file's bytes, or those of standard input, within the bound of all input.
pub(crate) fn read_bytes(path: &str) -> io::Result<Vec<u8>> {
    match path {
        "-" => bounded(&mut io::stdin().lock()),
        path => bounded(&mut File::open(path)?),
    }
}

/// Reads to the end. Input over the bound is refused, because truncated text would have another
/// meaning.
fn bounded(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_TEXT_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_TEXT_BYTES {
        let message = format!("it has more than {MAX_TEXT_BYTES} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// Whether a file is a connector's configuration: by its name, else by how it begins.
fn syntax_of(name: &str, text: &str) -> Option<Syntax> {
    if extension(name, "json") {
        return Some(Syntax::Json);
    }
    if extension(name, "properties") {
        return Some(Syntax::Properties);
    }
    if extension(name, "kcql") {
        return None;
    }
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let is_kcql_line = |line: &str| {
        let key = line.trim_start().split(['=', ':', ' ', '\t']).next().unwrap_or("");
        key.starts_with("connect.") && key.strip_suffix(".kcql").is_some()
    };
    if start.starts_with('{') {
        Some(Syntax::Json)
    } else {
        text.lines().any(is_kcql_line).then_some(Syntax::Properties)
    }
}

/// The beginning of a message that may quote the file.
fn clipped(message: &str) -> String {
    const MAX_CHARS: usize = 200;
    let mut start: String = message.chars().take(MAX_CHARS).collect();
    if start.len() < message.len() {
        start.push('…');
    }
    start
}

fn extension(name: &str, wanted: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}
