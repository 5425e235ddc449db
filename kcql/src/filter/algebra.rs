//! How the topics of two filters relate: sets, compared without listing them. A share group is no
//! part of the set. Two facts of MQTT 4.7 shape it: `#` matches its parent level too, and wildcards
//! of the first level do not see topics that begin with `$`. Invariant: a witness is a topic that a
//! broker would accept.

use alloc::string::String;
use alloc::vec::Vec;

use super::Filter;

/// How the topics of one filter relate to those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// No topic matches both.
    Disjoint,
    /// The same topics match.
    Equal,
    /// All that the other matches, and more.
    Contains,
    /// A part of what the other matches.
    ContainedIn,
    /// Some topics match both, others only one.
    Overlaps,
}

impl Filter {
    /// How its topics relate to another's.
    pub fn relation(&self, other: &Self) -> Relation {
        let (ours, theirs) = (self.levels(), other.levels());
        match (contains(&ours, &theirs), contains(&theirs, &ours)) {
            (true, true) => Relation::Equal,
            (true, false) => Relation::Contains,
            (false, true) => Relation::ContainedIn,
            (false, false) if common(&ours, &theirs).is_some() => Relation::Overlaps,
            (false, false) => Relation::Disjoint,
        }
    }

    /// A topic that both match.
    pub fn witness(&self, other: &Self) -> Option<String> {
        common(&self.levels(), &other.levels())
    }

    /// A topic that this one matches and the other does not.
    pub fn witness_against(&self, other: &Self) -> Option<String> {
        let levels = self.levels();
        // A level that no literal of the other is.
        let mut fresh = String::from("x");
        while other.levels().contains(&fresh.as_str()) {
            fresh.push('x');
        }
        let open = levels.last() == Some(&"#");
        let fixed = levels.len() - usize::from(open);
        let most = if open { other.levels().len() + 1 } else { 0 };
        (0..=most).find_map(|more| {
            let named = levels.iter().take(fixed).map(|&level| match level {
                "+" => fresh.as_str(),
                name => name,
            });
            let topic = named.chain(core::iter::repeat_n(fresh.as_str(), more)).collect::<Vec<_>>();
            let topic = topic.join("/");
            (!topic.is_empty() && self.matches(&topic) && !other.matches(&topic)).then_some(topic)
        })
    }

    /// The levels. A `#` that would match the empty text, which is no topic, has a `+` before it:
    /// `#` is `+/#`, and `/#` is `/+/#`.
    pub(crate) fn levels(&self) -> Vec<&str> {
        let mut levels: Vec<&str> = self.body().split('/').collect();
        if levels == ["#"] || levels == ["", "#"] {
            levels.insert(levels.len() - 1, "+");
        }
        levels
    }
}

/// Whether a level of a filter lets a name pass; the first level is special.
pub(crate) fn passes(level: &str, name: &str, first: bool) -> bool {
    level == name || (level == "+" && !(first && name.starts_with('$')))
}

fn contains(outer: &[&str], inner: &[&str]) -> bool {
    for index in 0.. {
        match (outer.get(index).copied(), inner.get(index).copied()) {
            (Some("#"), _) | (None, None) => return true,
            (Some(_), Some("#") | None) | (None, Some(_)) => return false,
            (Some(outer), Some(inner)) if passes(outer, inner, index == 0) => {}
            _ => return false,
        }
    }
    true
}

fn common(a: &[&str], b: &[&str]) -> Option<String> {
    let mut topic: Vec<&str> = Vec::new();
    for index in 0.. {
        let level = match (a.get(index).copied(), b.get(index).copied()) {
            (None | Some("#"), None | Some("#")) => break,
            // After a `#` the levels of the other filter decide.
            (Some("#"), Some(level)) | (Some(level), Some("#")) => level,
            (Some(a), Some(b)) if passes(a, b, index == 0) => b,
            (Some(a), Some(b)) if passes(b, a, index == 0) => a,
            _ => {
                // Behind a `#` the shorter of the two has ended.
                let open = [a, b]
                    .iter()
                    .any(|levels| levels.last() == Some(&"#") && levels.len() <= index);
                match (a.get(index).or_else(|| b.get(index)), open) {
                    (Some(level), true) if *level != "#" => level,
                    (Some(_), true) => break,
                    _ => return None,
                }
            }
        };
        topic.push(if level == "+" { "x" } else { level });
    }
    Some(topic.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filter(text: &str) -> Filter {
        Filter::parse(text).unwrap()
    }

    #[test]
    fn relations_are_those_of_the_sets_of_topics() {
        for (a, b, relation) in [
            ("a/b", "a/c", Relation::Disjoint),
            ("a/+", "a/+", Relation::Equal),
            ("#", "+/#", Relation::Equal),
            ("a/#", "a", Relation::Contains),
            ("a", "a/#", Relation::ContainedIn),
            ("a/+", "+/b", Relation::Overlaps),
            ("a/b/#", "a/+/c", Relation::Overlaps),
            ("#", "$SYS/#", Relation::Disjoint),
            ("+/x", "$SYS/x", Relation::Disjoint),
            ("a/+", "a/$b", Relation::Contains),
            ("$share/g/a/#", "a/b", Relation::Contains),
            ("a/+/#", "a/#", Relation::ContainedIn),
        ] {
            assert_eq!(filter(a).relation(&filter(b)), relation, "{a} {b}");
        }
        assert_eq!(filter("a/b/#").witness(&filter("a/+/c")).as_deref(), Some("a/b/c"));
        assert_eq!(filter("a/#").witness_against(&filter("a/+")).as_deref(), Some("a"));
    }

    /// Every topic of up to four levels over a small alphabet.
    fn topics() -> Vec<String> {
        let names = ["", "a", "b", "$s", "x", "xx"];
        let mut all: Vec<Vec<&str>> = alloc::vec![Vec::new()];
        let mut topics = Vec::new();
        for _ in 0..4 {
            all = all
                .iter()
                .flat_map(|levels| {
                    names.iter().map(move |name| [levels.as_slice(), &[*name]].concat())
                })
                .collect();
            topics.extend(
                all.iter().map(|levels| levels.join("/")).filter(|topic| !topic.is_empty()),
            );
        }
        topics
    }

    proptest! {
        #[test]
        fn relations_agree_with_brute_force(
            a in prop::collection::vec(prop::sample::select(alloc::vec!["a", "b", "", "+", "$s"]), 1..4),
            b in prop::collection::vec(prop::sample::select(alloc::vec!["a", "b", "", "+", "$s"]), 1..4),
            open in (any::<bool>(), any::<bool>()),
        ) {
            let text = |levels: &[&str], open: bool| {
                let mut levels = levels.to_vec();
                if open { levels.truncate(2); levels.push("#"); }
                levels.join("/")
            };
            let (Ok(a), Ok(b)) = (Filter::parse(&text(&a, open.0)), Filter::parse(&text(&b, open.1))) else { return Ok(()) };
            let (mut both, mut only_a, mut only_b) = (false, false, false);
            for topic in topics() {
                match (a.matches(&topic), b.matches(&topic)) {
                    (true, true) => both = true,
                    (true, false) => only_a = true,
                    (false, true) => only_b = true,
                    (false, false) => {}
                }
            }
            let expected = match (both, only_a, only_b) {
                (false, _, _) => Relation::Disjoint,
                (true, false, false) => Relation::Equal,
                (true, true, false) => Relation::Contains,
                (true, false, true) => Relation::ContainedIn,
                (true, true, true) => Relation::Overlaps,
            };
            prop_assert_eq!(a.relation(&b), expected, "{:?} {:?}", a, b);
            let witness = a.witness(&b);
            prop_assert_eq!(witness.is_some(), both);
            prop_assert!(witness.iter().all(|topic| a.matches(topic) && b.matches(topic)), "{:?} {:?} {:?}", a, b, witness);
            prop_assert_eq!(a.witness_against(&b).is_some(), only_a, "{:?} {:?}", a, b);
        }
    }
}
