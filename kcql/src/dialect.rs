//! The releases of the language. Keywords were added and removed between releases, so only for a
//! given release is it defined whether a clause exists.

use core::fmt;

/// A release of the upstream library, as (major, minor, patch).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release(pub u8, pub u8, pub u8);

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Which family of releases a text was written for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// The original library, connectors up to 4.2.
    Old,
    /// From 6.2: twenty words fewer.
    V6_2,
    /// From 7.0: the flush words and the partitioner are gone.
    V7_0,
    /// From 10.0: no UPDATE, columns in backticks.
    V10,
    /// The newest release known.
    #[default]
    Latest,
}

impl Dialect {
    /// Every dialect, oldest first.
    pub const ALL: &'static [Self] = &[Self::Old, Self::V6_2, Self::V7_0, Self::V10, Self::Latest];

    /// Its name on the command line and in configurations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::V6_2 => "6.2",
            Self::V7_0 => "7.0",
            Self::V10 => "10",
            Self::Latest => "latest",
        }
    }

    /// By its name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|dialect| dialect.name() == name)
    }

    /// What `$` as a target does with slashes.
    pub fn slash_rule(self) -> SlashRule {
        match self {
            Self::Old | Self::V6_2 | Self::V7_0 => SlashRule::First,
            Self::V10 | Self::Latest => SlashRule::Leading,
        }
    }

    /// The release that represents the family.
    pub fn release(self) -> Release {
        match self {
            Self::Old => Release(4, 2, 0),
            Self::V6_2 => Release(6, 2, 0),
            Self::V7_0 => Release(7, 0, 0),
            Self::V10 => Release(10, 0, 0),
            Self::Latest => Release(11, 7, 2),
        }
    }
}

/// Which slash of the MQTT topic `$` leaves out; each run of the others becomes one underscore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlashRule {
    /// The first, wherever it stands: releases before 9.0.
    First,
    /// The first character, if it is one: releases from 9.0 on.
    Leading,
}

impl SlashRule {
    /// Its name in data.
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first-slash",
            Self::Leading => "leading-slash",
        }
    }

    /// The topic before and behind the slash that is left out.
    pub(crate) fn parts(self, topic: &str) -> (&str, &str) {
        match self {
            Self::First => topic.split_once('/').unwrap_or((topic, "")),
            Self::Leading => ("", topic.strip_prefix('/').unwrap_or(topic)),
        }
    }
}
