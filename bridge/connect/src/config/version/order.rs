//! Which of two versions is newer, as Maven sees it: `1.0` equals `1`, `1-rc1` is older than `1`,
//! `1.10` is newer than `1.9`.
//!
//! A version is parsed into nested lists: a hyphen opens a nested list, and so does the border
//! between digits and letters. Invariant: no recursion, so the number of hyphens does not matter.

use std::cmp::Ordering;

use crate::data::digit_value;

/// A part of a version between two separators.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    /// Decimal digits without leading zeros; zero has none.
    Number(String),
    /// A word, in small letters.
    Word(String),
}

/// The lists of a version, each nested as the last element of the one before.
type Lists = Vec<Vec<Item>>;

/// Compares two versions.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    let (left, right) = (read(left), read(right));
    let mut depth = 0;
    loop {
        let (ours, theirs) = (left.get(depth), right.get(depth));
        let (Some(ours), Some(theirs)) = (ours, theirs) else {
            return match (ours, theirs) {
                (Some(_), _) => against_nothing(left.get(depth..).unwrap_or_default()),
                (_, Some(_)) => against_nothing(right.get(depth..).unwrap_or_default()).reverse(),
                (None, None) => Ordering::Equal,
            };
        };
        let (ours_end, theirs_end) = (depth + 1 == left.len(), depth + 1 == right.len());
        for place in 0..=ours.len().max(theirs.len()) {
            let ours_at = At::of(ours, place, ours_end);
            let theirs_at = At::of(theirs, place, theirs_end);
            let deeper = depth + 1;
            let order = match (ours_at, theirs_at) {
                (At::List, At::List) => break,
                (At::List, At::Nothing) => against_nothing(left.get(deeper..).unwrap_or_default()),
                (At::Nothing, At::List) => {
                    against_nothing(right.get(deeper..).unwrap_or_default()).reverse()
                }
                (At::List, At::Item(item)) => item_against_list(item).reverse(),
                (At::Item(item), At::List) => item_against_list(item),
                (At::Item(item), At::Nothing) => item_against_nothing(item),
                (At::Nothing, At::Item(item)) => item_against_nothing(item).reverse(),
                (At::Item(ours), At::Item(theirs)) => compare_items(ours, theirs),
                (At::Nothing, At::Nothing) => return Ordering::Equal,
            };
            // The other version has ended; only the comparison with nothing is left.
            if order.is_ne() {
                return order;
            }
        }
        depth += 1;
    }
}

/// The element at a position of a list.
enum At<'a> {
    Item(&'a Item),
    /// The nested list, behind all items.
    List,
    Nothing,
}

impl<'a> At<'a> {
    fn of(items: &'a [Item], place: usize, is_innermost: bool) -> Self {
        match items.get(place) {
            Some(item) => Self::Item(item),
            None if place == items.len() && !is_innermost => Self::List,
            None => Self::Nothing,
        }
    }
}

/// Compares a list and those nested in it with a version that has ended: the first part that is not
/// equal to nothing decides.
fn against_nothing(lists: &[Vec<Item>]) -> Ordering {
    lists
        .iter()
        .flatten()
        .map(item_against_nothing)
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn item_against_nothing(item: &Item) -> Ordering {
    match item {
        Item::Number(digits) if digits.is_empty() => Ordering::Equal,
        Item::Number(_) => Ordering::Greater,
        Item::Word(word) => rank(word).cmp(&rank("")),
    }
}

fn item_against_list(item: &Item) -> Ordering {
    match item {
        Item::Number(_) => Ordering::Greater,
        Item::Word(_) => Ordering::Less,
    }
}

fn compare_items(left: &Item, right: &Item) -> Ordering {
    match (left, right) {
        (Item::Number(left), Item::Number(right)) => compare_numbers(left, right),
        (Item::Number(_), Item::Word(_)) => Ordering::Greater,
        (Item::Word(_), Item::Number(_)) => Ordering::Less,
        (Item::Word(left), Item::Word(right)) => rank(left).cmp(&rank(right)),
    }
}

fn compare_numbers(left: &str, right: &str) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// Words that Maven knows, from the oldest on; the empty one is the release. Others are newer than
/// all of these, and in the order of the alphabet.
const KNOWN: [&str; 7] = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];

fn rank(word: &str) -> (usize, &str) {
    match KNOWN.iter().position(|known| *known == word) {
        Some(place) => (place, ""),
        None => (KNOWN.len(), word),
    }
}

/// Reads a version: separators are points, hyphens, and where digits meet letters.
fn read(text: &str) -> Lists {
    let mut reader = Reader { lists: vec![Vec::new()], part: String::new(), is_number: false };
    for c in text.to_lowercase().chars() {
        match c {
            '.' => reader.end_part(false),
            '-' => {
                reader.end_part(false);
                reader.open();
            }
            _ => reader.take(c),
        }
    }
    if !reader.part.is_empty() {
        if !reader.is_number {
            reader.open();
        }
        reader.end_part(false);
    }
    normal(reader.lists)
}

struct Reader {
    lists: Lists,
    part: String,
    /// Whether the part is digits.
    is_number: bool,
}

impl Reader {
    /// Opens a nested list, unless the one that is open is empty still.
    fn open(&mut self) {
        if self.lists.last().is_some_and(|list| !list.is_empty()) {
            self.lists.push(Vec::new());
        }
    }

    fn take(&mut self, c: char) {
        let digit = digit_value(c).and_then(|value| char::from_digit(value, 10));
        if digit.is_some() != self.is_number && !self.part.is_empty() {
            if digit.is_some() {
                self.open();
            }
            self.end_part(digit.is_some());
            self.open();
        }
        self.is_number = digit.is_some();
        self.part.push(digit.unwrap_or(c));
    }

    /// Appends the part that was read to the open list; an empty part is zero.
    fn end_part(&mut self, is_before_digit: bool) {
        let part = std::mem::take(&mut self.part);
        let item = if self.is_number || part.is_empty() {
            Item::Number(part.trim_start_matches('0').to_owned())
        } else {
            Item::Word(meaning(&part, is_before_digit).to_owned())
        };
        if let Some(open) = self.lists.last_mut() {
            open.push(item);
        }
    }
}

/// The word that Maven replaces a word by.
fn meaning(word: &str, is_before_digit: bool) -> &str {
    match word {
        "a" if is_before_digit => "alpha",
        "b" if is_before_digit => "beta",
        "m" if is_before_digit => "milestone",
        "ga" | "final" | "release" => "",
        "cr" => "rc",
        other => other,
    }
}

/// Removes items equal to nothing from the end of a list.
fn normal(mut lists: Lists) -> Lists {
    let is_null = |item: &Item| match item {
        Item::Number(text) | Item::Word(text) => text.is_empty(),
    };
    for list in &mut lists {
        while list.last().is_some_and(is_null) {
            list.pop();
        }
    }
    // An empty list that nothing is nested in is no part of the version.
    while lists.len() > 1 && lists.last().is_some_and(Vec::is_empty) {
        lists.pop();
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_maven_orders_them() {
        let rows: Vec<(&str, &str)> =
            include_str!("order.tsv").lines().map(|line| line.split_once('\t').unwrap()).collect();
        assert!(rows.len() > 50, "{}", rows.len());
        for (left, java) in &rows {
            let ours: String = rows
                .iter()
                .map(|(right, _)| match compare(left, right) {
                    Ordering::Less => '<',
                    Ordering::Equal => '=',
                    Ordering::Greater => '>',
                })
                .collect();
            for ((right, _), (ours, java)) in rows.iter().zip(ours.chars().zip(java.chars())) {
                assert_eq!(ours, java, "{left:?} beside {right:?}");
            }
            assert_eq!(ours.len(), java.len());
        }
    }

    #[test]
    fn many_hyphens_are_no_trouble() {
        let long = "1-".repeat(100_000);
        assert_eq!(compare(&long, &long), Ordering::Equal);
        assert_eq!(compare(&long, "1"), Ordering::Greater);
    }
}
