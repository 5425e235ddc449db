//! Names of months, days and zones in the locale en_US.

use std::sync::LazyLock;

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// From Sunday.
pub(super) const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
pub(super) const ERAS: [&str; 2] = ["BC", "AD"];
pub(super) const LONG_ERAS: [&str; 2] = ["Before Christ", "Anno Domini"];
pub(super) const HALVES: [&str; 2] = ["AM", "PM"];

/// The first three letters, which is how en_US shortens months and days.
pub(super) fn short(name: &str) -> &str {
    name.get(..3).unwrap_or(name)
}

/// The name of number `index` from 0.
pub(super) fn name<'n>(names: &[&'n str], index: i64) -> &'n str {
    usize::try_from(index).ok().and_then(|i| names.get(i)).copied().unwrap_or_default()
}

/// Names of zones with their distance from UTC in minutes, as Java knows them today. A name that
/// is the beginning of another comes after it.
static ZONES: LazyLock<Vec<(&str, i32)>> = LazyLock::new(|| {
    let mut zones: Vec<(&str, i32)> = include_str!("zones.tsv")
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(name, minutes)| Some((name, minutes.parse().ok()?)))
        .collect();
    zones.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    zones
});

/// The zone that `text` begins with: the length of its name in characters, and its minutes.
pub(super) fn zone(text: &[char]) -> Option<(usize, i32)> {
    ZONES
        .iter()
        .find(|(name, _)| begins_with(text, name))
        .map(|(name, minutes)| (name.chars().count(), *minutes))
}

/// Whether `text` begins with `name` in any case, by Java's comparison of characters.
pub(super) fn begins_with(text: &[char], name: &str) -> bool {
    let mut rest = text.iter();
    name.chars().all(|c| rest.next().is_some_and(|other| same(c, *other)))
}

fn same(a: char, b: char) -> bool {
    let upper = |c: char| {
        let mut mapped = c.to_uppercase();
        match (mapped.next(), mapped.next()) {
            (Some(one), None) => one,
            _ => c,
        }
    };
    a == b || upper(a) == upper(b) || upper(a).eq_ignore_ascii_case(&upper(b))
}
