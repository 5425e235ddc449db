//! Chooses dialect, mode and matching: from the command line, else from the keys of the
//! configuration, else from the class of the connector. Invariant: where a configuration decides, a
//! note in the output says so.

use kcql::{shown, ClassFamily, Dialect, Matching, Mode};

use super::ReadingArgs;

/// The longest class name that is shown whole, in bytes.
const MAX_CLASS_BYTES: usize = 200;

const MODE: &str = "kcql.mode";
const DIALECT: &str = "kcql.dialect";
const MATCH: &str = "kcql.match";

/// Dialect, mode and matching for a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReadingRules {
    pub(super) dialect: Dialect,
    pub(super) mode: Mode,
    pub(super) matching: Matching,
    /// The note on what decided, if it was a configuration.
    pub(super) note: Option<String>,
}

/// The keys of a configuration that decide how its KCQL is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ConfigKeys {
    class: Option<String>,
    mode: Option<ConfiguredMode>,
    dialect: Option<Dialect>,
    matching: Option<Matching>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ConfiguredMode {
    Strict,
    Compat,
}

impl ConfigKeys {
    /// Takes the keys that matter; an error for a value that means nothing.
    pub(super) fn of<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Result<Self, String> {
        let unknown = |key: &str, value: &str, known: &str| {
            Err(format!("{key} is {}; it can be {known}", shown(value)))
        };
        let mode = match get(MODE).map(str::trim) {
            None | Some("") => None,
            Some("strict") => Some(ConfiguredMode::Strict),
            Some("compat") => Some(ConfiguredMode::Compat),
            Some(other) => return unknown(MODE, other, "strict or compat"),
        };
        let dialect = match get(DIALECT).map(str::trim) {
            None | Some("" | "auto") => None,
            Some(name) => match Dialect::of_name(name) {
                None => return unknown(DIALECT, name, "auto, old, 6.2, 7.0, 10 or latest"),
                known => known,
            },
        };
        let matching = match get(MATCH).map(str::trim) {
            None | Some("") => None,
            Some("all") => Some(Matching::All),
            Some("first") => Some(Matching::FirstInOrder),
            Some(other) => return unknown(MATCH, other, "all or first"),
        };
        let class = get("connector.class").map(|class| class.trim().to_owned());
        Ok(Self { class, mode, dialect, matching })
    }

    fn family(&self) -> Option<ClassFamily> {
        ClassFamily::of_class(self.class.as_deref()?)
    }

    fn has_key(&self) -> bool {
        self.mode.is_some() || self.dialect.is_some() || self.matching.is_some()
    }
}

impl ReadingRules {
    pub(super) fn of(
        flags: &ReadingArgs,
        matching: Option<Matching>,
        config_keys: &ConfigKeys,
    ) -> Self {
        // A text without a known class is read as our own.
        let family = config_keys.family().unwrap_or(ClassFamily::Own);
        let mode = match (flags.compat, flags.strict) {
            (true, _) => Mode::Compat,
            (false, true) => Mode::Strict,
            (false, false) => {
                family.mode(config_keys.mode.map(|mode| mode == ConfiguredMode::Strict))
            }
        };
        let dialect = flags.dialect.or(config_keys.dialect).unwrap_or(family.dialect());
        let matching = matching.or(config_keys.matching).unwrap_or(family.matching());
        let mut resolved = Self { dialect, mode, matching, note: None };
        if config_keys.family().is_some() || config_keys.has_key() {
            resolved.note = Some(resolved.sentence(config_keys));
        }
        resolved
    }

    /// The name of the mode in data.
    pub(super) fn mode_name(&self) -> &'static str {
        match self.mode {
            Mode::Strict => "strict",
            Mode::Compat => "compat",
            Mode::Lossless => "lossless",
        }
    }

    /// The name of the matching in data.
    pub(super) fn matching_name(&self) -> &'static str {
        match self.matching {
            Matching::All => "all",
            Matching::FirstInOrder => "first",
        }
    }

    fn sentence(&self, config_keys: &ConfigKeys) -> String {
        let class = match config_keys.class.as_deref() {
            Some(class) if class.len() > MAX_CLASS_BYTES => shown(class),
            Some(class) => class.to_owned(),
            None => "the configuration".to_owned(),
        };
        let dialect = self.dialect.name();
        let reading = match self.mode {
            Mode::Strict => format!("strictly, dialect {dialect}"),
            Mode::Compat => format!("as Stream Reactor's parser does, dialect {dialect}"),
            Mode::Lossless => {
                format!("as Stream Reactor's parser does, dialect {dialect}, each loss an error")
            }
        };
        let matching = match self.matching {
            Matching::All => "every matching statement gets a message",
            Matching::FirstInOrder => "the first matching statement gets a message",
        };
        format!(
            "read for {class} {reading}; {matching} (--strict, --compat, --dialect and --match override)"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(flags: &[&str], keys: &[(&str, &str)]) -> (Dialect, Mode, Matching, bool) {
        let get = |key: &str| keys.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        let config_keys = ConfigKeys::of(get).unwrap();
        let flags = ReadingArgs {
            input: String::new(),
            dialect: flags.iter().find_map(|flag| Dialect::of_name(flag)),
            compat: flags.contains(&"compat"),
            strict: flags.contains(&"strict"),
        };
        let resolved = ReadingRules::of(&flags, None, &config_keys);
        (resolved.dialect, resolved.mode, resolved.matching, resolved.note.is_some())
    }

    #[test]
    fn the_class_decides_unless_a_key_or_the_command_line_does() {
        let old = ("connector.class", "com.datamountaineer.X");
        let lenses = ("connector.class", "io.lenses.X");
        let own = ("connector.class", "io.kcqlbridge.connect.mqtt.KcqlMqttSourceConnector");
        let (first, all) = (Matching::FirstInOrder, Matching::All);
        let latest = Dialect::Latest;
        assert_eq!(resolved(&[], &[]), (latest, Mode::Strict, all, false));
        assert_eq!(
            resolved(&[], &[("connector.class", "x.Y")]),
            (latest, Mode::Strict, all, false)
        );
        assert_eq!(resolved(&[], &[old]), (Dialect::Old, Mode::Compat, first, true));
        assert_eq!(resolved(&[], &[lenses]), (latest, Mode::Compat, first, true));
        assert_eq!(resolved(&[], &[own]), (latest, Mode::Strict, all, true));
        assert_eq!(
            resolved(&[], &[lenses, (MODE, "strict"), (DIALECT, "6.2"), (MATCH, "all")]),
            (Dialect::V6_2, Mode::Lossless, all, true)
        );
        assert_eq!(
            resolved(&["strict", "10"], &[old, (MODE, "compat"), (DIALECT, "7.0")]),
            (Dialect::V10, Mode::Strict, first, true)
        );
        assert_eq!(
            resolved(&["compat"], &[own, (DIALECT, "auto")]),
            (latest, Mode::Compat, all, true)
        );
    }

    #[test]
    fn a_key_that_means_nothing_is_told() {
        for (key, value) in [(MODE, "loose"), (DIALECT, "9"), (MATCH, "any")] {
            let error = ConfigKeys::of(|name| (name == key).then_some(value)).unwrap_err();
            assert!(error.contains(key) && error.contains(value), "{error}");
        }
    }
}
