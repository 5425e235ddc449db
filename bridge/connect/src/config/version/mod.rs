//! Plugin versions in a config: one version, a range in Maven's grammar, or `latest`.
//!
//! Results and error texts are those of Kafka Connect's workers. Knows no plugin: callers pass the
//! available version. Invariant: [`unsatisfied_version`] returns none exactly where Kafka Connect
//! loads the plugin.

mod order;
mod range;

use range::VersionRange;

/// Why a requested version is not satisfied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnsatisfiedVersion {
    /// The text is not a range; Maven's error text.
    InvalidRange(String),
    /// The plugin's version lies outside the range.
    NotInRange(VersionRange),
}

impl UnsatisfiedVersion {
    /// Kafka's sentence about a plugin of this class, with the versions that are available.
    pub fn message(&self, class: &str, available: &[&str]) -> String {
        match self {
            Self::InvalidRange(message) => message.clone(),
            Self::NotInRange(range) => format!(
                "Plugin {class} not found that matches the version range {range}, available \
                 versions: [{}]",
                available.join(", ")
            ),
        }
    }
}

/// Checks `wanted` against the available version; without one, checks the grammar only.
pub fn unsatisfied_version(wanted: &str, version: Option<&str>) -> Option<UnsatisfiedVersion> {
    match VersionRange::parse(wanted) {
        Err(message) => Some(UnsatisfiedVersion::InvalidRange(message)),
        Ok(Some(range)) if version.is_some_and(|version| !range.contains(version)) => {
            Some(UnsatisfiedVersion::NotInRange(range))
        }
        Ok(_) => None,
    }
}

/// The suggestion that follows Kafka's text.
pub fn version_hint(key: &str, version: &str) -> String {
    format!(" (leave {key} out, or write {version} or a range that holds it, such as [{version},])")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Java says of each text for these versions: `Y` where the range holds one.
    #[test]
    fn ranges_are_mavens() {
        let versions = ["0.9", "1", "1.0", "1.5", "2", "3", "4.3.1", "4.3.1-SNAPSHOT", "1-alpha"];
        let mut asked = 0;
        for line in include_str!("ranges.tsv").lines() {
            let (text, java) = line.split_once('\t').unwrap();
            let ours = match VersionRange::parse(text) {
                Err(message) => format!("refused: {message}"),
                Ok(None) => "any".to_owned(),
                Ok(Some(range)) => {
                    let held =
                        versions.map(|version| if range.contains(version) { 'Y' } else { 'n' });
                    format!("{range} {}", String::from_iter(held))
                }
            };
            assert_eq!(ours, java, "{text:?}");
            asked += 1;
        }
        assert!(asked > 50, "{asked}");
    }

    #[test]
    fn a_version_outside_is_told_with_what_there_is() {
        assert_eq!(unsatisfied_version("[4.3,5)", Some("4.3.1")), None);
        assert_eq!(unsatisfied_version("latest", Some("4.3.1")), None);
        let outside = unsatisfied_version("9", Some("4.3.1")).unwrap();
        assert_eq!(
            outside.message("a.B", &["4.3.1"]),
            "Plugin a.B not found that matches the version range [9,9], available versions: [4.3.1]"
        );
        assert_eq!(unsatisfied_version("9", None), None);
        let unclear = unsatisfied_version("[9", None).unwrap();
        assert_eq!(unclear.message("a.B", &["4.3.1"]), "Unbounded range: [9");
    }
}
