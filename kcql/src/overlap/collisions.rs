//! Finds MQTT topics that the target `$` maps to one Kafka topic. Knows the rule of the release
//! only through the target itself. Invariant: a collision is a pair of different topics, each
//! matched by its statement, for which the target yields the same name; every candidate is checked
//! by computing both names. Sets are searched within bounds, so not every collision of a large set
//! is found.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::plan::{StatementPlan, Target};

/// How many collisions are reported.
const MOST: usize = 10;

/// How many pairs of statements are tried.
const MAX_TRIES: usize = 4_000;

/// Stands for a wildcard while names are made; no topic of a filter has it.
const MARK: &str = "\u{1}";

/// Two topics with one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Collision {
    /// Index of the statement that takes the first topic.
    pub(super) first: usize,
    /// Index of the statement that takes the second topic; may be the same.
    pub(super) second: usize,
    pub(super) topics: (String, String),
    pub(super) name: String,
}

/// The collisions among statements that write to `$`, at most one for each later statement.
pub(super) fn collisions(statements: &[StatementPlan]) -> Vec<Collision> {
    let mut found: Vec<Collision> = Vec::new();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut wild: Vec<usize> = Vec::new();
    let mut plain: Vec<usize> = Vec::new();
    let mut tries = MAX_TRIES;
    let dollar = |(_, one): &(usize, &StatementPlan)| matches!(one.target, Target::FromTopic(_));
    for (index, statement) in statements.iter().enumerate().filter(dollar) {
        if found.len() == MOST {
            break;
        }
        let proved = |first: usize, topics: (String, String)| {
            let earlier = statements.get(first)?;
            proved((first, earlier), (index, statement), topics)
        };
        let filter = statement.subscription.filter.as_str();
        let Some(shape) = Shape::of(statement) else {
            // A statement with two free levels collides with itself; no need to look further.
            found.extend(within(statement).and_then(|topics| proved(index, topics)));
            continue;
        };
        let meets = |&first: &usize| {
            let other = Shape::of(statements.get(first)?)?;
            other.meetings(&shape).into_iter().find_map(|topics| proved(first, topics))
        };
        let mut among = |candidates: &[usize]| {
            let candidates = candidates.get(..tries.min(candidates.len())).unwrap_or(&[]);
            tries -= candidates.len();
            candidates.iter().find_map(meets)
        };
        if shape.is_wild() {
            found.extend(among(&wild).or_else(|| among(&plain)));
            wild.push(index);
        } else {
            let same = names.get(&shape.before).copied();
            let topics = |first: usize| {
                let earlier = statements.get(first)?.subscription.filter.as_str();
                proved(first, (earlier.into(), filter.into()))
            };
            found.extend(same.and_then(topics).or_else(|| among(&wild)));
            names.entry(shape.before).or_insert(index);
            plain.push(index);
        }
    }
    found
}

/// The collision, if both topics really get the same name.
fn proved(
    (first, a): (usize, &StatementPlan),
    (second, b): (usize, &StatementPlan),
    topics: (String, String),
) -> Option<Collision> {
    let name = a.target.resolve(&topics.0).into_owned();
    let holds = topics.0 != topics.1
        && name == b.target.resolve(&topics.1)
        && a.matches(&topics.0) == Ok(true)
        && b.matches(&topics.1) == Ok(true);
    holds.then_some(Collision { first, second, topics, name })
}

/// Two topics of one filter with at least two free levels that share a name.
fn within(statement: &StatementPlan) -> Option<(String, String)> {
    let filter = open_levels(statement.subscription.filter.as_str());
    let mut free = 0;
    let marked = filter.split('/').map(|level| match level {
        "+" => {
            free += 1;
            if free <= 2 {
                MARK
            } else {
                "x"
            }
        }
        name => name,
    });
    let marked = marked.collect::<Vec<_>>().join("/");
    let name = statement.target.resolve(&marked).into_owned();
    let mut parts = name.split(MARK);
    let between = parts.nth(1)?;
    // x-b and x between b, by where the wildcards end.
    let topic = |one: &str, other: &str| marked.replacen(MARK, one, 1).replacen(MARK, other, 1);
    Some((topic("a", &format!("b{between}c")), topic(&format!("a{between}b"), "c")))
}

/// `#` matches any number of levels; two are enough to find a collision.
fn open_levels(filter: &str) -> String {
    match filter.strip_suffix('#') {
        Some(before) => [before, "+/+"].concat(),
        None => filter.to_string(),
    }
}

/// A filter with one free level, or none, by the names that it yields.
struct Shape {
    /// The topic, with a mark where the free level is.
    marked: String,
    /// The name before the free level; the whole of it where there is none.
    before: String,
    behind: Option<String>,
    target: Target,
}

impl Shape {
    fn of(statement: &StatementPlan) -> Option<Self> {
        let filter = statement.subscription.filter.as_str();
        let free = filter.split('/').filter(|level| *level == "+").count();
        if free > 1 || filter.ends_with('#') {
            return None;
        }
        let levels = filter.split('/').map(|level| if level == "+" { MARK } else { level });
        let marked = levels.collect::<Vec<_>>().join("/");
        let name = statement.target.resolve(&marked).into_owned();
        let (before, behind) = match name.split_once(MARK) {
            Some((before, behind)) => (before.into(), Some(behind.into())),
            None => (name, None),
        };
        Some(Self { marked, before, behind, target: statement.target.clone() })
    }

    fn is_wild(&self) -> bool {
        self.behind.is_some()
    }

    fn topic(&self, level: &str) -> String {
        self.marked.replacen(MARK, level, 1)
    }

    /// Pairs of topics, one of each, that may have one name. An empty level is one slash less.
    fn meetings(&self, other: &Self) -> Vec<(String, String)> {
        let (ours, theirs) = (self.topic(""), other.topic(""));
        let (narrow, other_narrow) = (self.narrowed(&ours), other.narrowed(&theirs));
        let met = [self.meet(other), narrow.meet(other), self.meet(&other_narrow)];
        met.into_iter().flatten().chain([(ours, theirs)]).collect()
    }

    /// One topic of it.
    fn narrowed(&self, topic: &str) -> Self {
        Self {
            marked: topic.into(),
            before: self.target.resolve(topic).into_owned(),
            behind: None,
            target: self.target.clone(),
        }
    }

    /// A topic of each that may have one name.
    fn meet(&self, other: &Self) -> Option<(String, String)> {
        match (&self.behind, &other.behind) {
            (None, None) => Some((self.marked.clone(), other.marked.clone())),
            (None, Some(behind)) => {
                let level = self.before.strip_prefix(&other.before)?.strip_suffix(&**behind)?;
                Some((self.marked.clone(), other.topic(level)))
            }
            (Some(_), None) => other.meet(self).map(|(theirs, ours)| (ours, theirs)),
            (Some(ours), Some(theirs)) => {
                // If one prefix extends the other, the rest goes into the free level of the other
                // filter.
                let (start, other_start) = rest(&other.before, &self.before)?;
                let (end, other_end) = rest_behind(theirs, ours)?;
                let level = format!("{start}x{end}");
                let other_level = format!("{other_start}x{other_end}");
                Some((self.topic(&level), other.topic(&other_level)))
            }
        }
    }
}

/// What each of two texts lacks at its end of the other, if one begins with the other.
fn rest<'a>(a: &'a str, b: &'a str) -> Option<(&'a str, &'a str)> {
    a.strip_prefix(b).map(|more| (more, "")).or_else(|| b.strip_prefix(a).map(|more| ("", more)))
}

fn rest_behind<'a>(a: &'a str, b: &'a str) -> Option<(&'a str, &'a str)> {
    a.strip_suffix(b).map(|more| (more, "")).or_else(|| b.strip_suffix(a).map(|more| ("", more)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::overlap::tests::plan_into;
    use crate::{CompileOptions, Dialect, Plan};
    use proptest::prelude::*;

    fn plan(filters: &[&str], dialect: Dialect) -> Plan {
        let options = CompileOptions { dialect, set_lints: false, ..CompileOptions::default() };
        plan_into("`$`", filters, options)
    }

    fn found(filters: &[&str], dialect: Dialect) -> Option<(String, String, String)> {
        let one = collisions(plan(filters, dialect).statements()).into_iter().next()?;
        Some((one.topics.0, one.topics.1, one.name))
    }

    #[test]
    fn each_family_has_its_own_collisions() {
        let collision = |a: &str, b: &str, name: &str| Some((a.into(), b.into(), name.into()));
        let (old, new) = (Dialect::Old, Dialect::Latest);
        assert_eq!(found(&["a/b", "ab"], old), collision("a/b", "ab", "ab"));
        assert_eq!(found(&["a/b", "ab"], new), None);
        assert_eq!(found(&["a/b", "a_b"], old), None);
        assert_eq!(found(&["a/b", "a_b"], new), collision("a/b", "a_b", "a_b"));
        assert_eq!(found(&["/a", "a"], old), collision("/a", "a", "a"));
        assert_eq!(found(&["+/+"], new), collision("a/b_c", "a_b/c", "a_b_c"));
        assert_eq!(found(&["+/+"], old), collision("a/bc", "ab/c", "abc"));
        assert_eq!(found(&["a/+/b/+"], old), collision("a/a/b/b_b_c", "a/a_b_b/b/c", "aa_b_b_b_c"));
        assert_eq!(found(&["a/+"], new), None);
        assert_eq!(found(&["/+", "+"], new), collision("/x", "x", "x"));
        assert_eq!(found(&["a_b", "a/+"], new), collision("a_b", "a/b", "a_b"));
        assert_eq!(found(&["a/+/c", "a/b/+"], new), collision("a/b_x/c", "a/b/x_c", "a_b_x_c"));
    }

    /// Every topic of up to three levels over a small alphabet.
    fn topics() -> Vec<String> {
        let names = ["", "a", "b", "_", "a_b", "ab", "a_", "_b"];
        let mut topics: Vec<String> = names.iter().map(ToString::to_string).collect();
        let mut last = topics.clone();
        for _ in 0..2 {
            let longer = |topic: &String| names.map(|name| format!("{topic}/{name}"));
            last = last.iter().flat_map(longer).collect();
            topics.extend(last.iter().cloned());
        }
        topics.retain(|topic| !topic.is_empty());
        topics
    }

    proptest! {
        #[test]
        fn nothing_that_collides_is_missed_and_nothing_else_is_told(
            filters in prop::collection::vec("[ab_+]{1}(/[ab_+]){0,2}|/[ab+]", 1..3),
            dialect in prop::sample::select(Dialect::ALL),
        ) {
            let texts: Vec<&str> = filters.iter().map(String::as_str).collect();
            let plan = plan(&texts, dialect);
            let collision = collisions(plan.statements());
            for one in &collision {
                let target = &plan.statements()[one.first].target;
                prop_assert_ne!(&one.topics.0, &one.topics.1);
                prop_assert_eq!(target.resolve(&one.topics.0), target.resolve(&one.topics.1));
            }
            let target = &plan.statements()[0].target;
            let mut names: BTreeMap<String, String> = BTreeMap::new();
            for topic in topics() {
                if plan.statements().iter().any(|one| one.matches(&topic) == Ok(true)) {
                    let name = target.resolve(&topic).into_owned();
                    let other = names.entry(name).or_insert_with(|| topic.clone());
                    prop_assert!(*other == topic || !collision.is_empty(), "{topic} {other}");
                }
            }
        }
    }
}
