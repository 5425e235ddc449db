//! Whether a statement gets messages where the first matching one gets them: dead,
//! shadowed, dependent on the written order, or on its own. Known from the overlaps that were found,
//! so where more overlaps exist than are reported, a statement may seem less affected than it is.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::{Overlap, Overlaps};
use crate::filter::Relation;
use crate::plan::Plan;

/// How a statement relates to the others. Numbers are indices of statements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Precedence {
    /// It shares no topic with another.
    #[default]
    Alone,
    /// A later statement has the same filter and replaces it.
    Dead {
        /// The later statement.
        by: usize,
    },
    /// An earlier statement takes all its topics.
    Shadowed {
        /// The earlier statement.
        by: usize,
    },
    /// It shares topics with others; the first in written order gets them.
    OrderDependent {
        /// The others.
        with: Vec<usize>,
    },
}

impl Precedence {
    /// Its name in data.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Dead { .. } => "dead",
            Self::Shadowed { .. } => "shadowed",
            Self::OrderDependent { .. } => "order-dependent",
        }
    }
}

/// The precedence of each statement of a plan, if the first that matches gets a message.
pub fn precedences(plan: &Plan, overlaps: &Overlaps) -> Vec<Precedence> {
    let mut all = vec![Precedence::Alone; plan.statements().len()];
    // The last of equal subscriptions has the place of the first.
    let mut last: BTreeMap<String, usize> = BTreeMap::new();
    let mut place: BTreeMap<String, usize> = BTreeMap::new();
    for (index, statement) in plan.statements().iter().enumerate() {
        last.insert(statement.subscription.wire(), index);
        place.entry(statement.subscription.wire()).or_insert(index);
    }
    let wire = |index: usize| plan.statements().get(index).map(|one| one.subscription.wire());
    let heir = |index: usize| wire(index).and_then(|wire| last.get(&wire).copied());
    let place = |index: usize| wire(index).and_then(|wire| place.get(&wire).copied());
    for (index, precedence) in all.iter_mut().enumerate() {
        if let Some(by) = heir(index).filter(|&by| by != index) {
            *precedence = Precedence::Dead { by };
        }
    }
    // Earlier and later in the order in which statements are tried.
    let ordered = |pair: &Overlap| {
        let turned = place(pair.second) < place(pair.first);
        let (earlier, later) =
            if turned { (pair.second, pair.first) } else { (pair.first, pair.second) };
        let covers = match pair.relation {
            Relation::Equal => true,
            Relation::Contains => !turned,
            Relation::ContainedIn => turned,
            Relation::Disjoint | Relation::Overlaps => false,
        };
        (earlier, later, covers && !pair.by_filter_only)
    };
    let is_dead = |all: &[Precedence], index: usize| {
        matches!(all.get(index), Some(Precedence::Dead { .. }) | None)
    };
    for (earlier, later, covers) in overlaps.pairs.iter().map(ordered) {
        let counts = covers && !is_dead(&all, earlier);
        if let Some(precedence @ Precedence::Alone) = all.get_mut(later).filter(|_| counts) {
            *precedence = Precedence::Shadowed { by: earlier };
        }
    }
    let gets_nothing = |all: &[Precedence], index: usize| {
        is_dead(all, index) || matches!(all.get(index), Some(Precedence::Shadowed { .. }))
    };
    for (earlier, later, _) in overlaps.pairs.iter().map(ordered) {
        if gets_nothing(&all, earlier) || gets_nothing(&all, later) {
            continue;
        }
        for (index, other) in [(earlier, later), (later, earlier)] {
            match all.get_mut(index) {
                Some(Precedence::OrderDependent { with }) => with.push(other),
                Some(precedence) => *precedence = Precedence::OrderDependent { with: vec![other] },
                None => {}
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::overlap::overlaps;
    use crate::overlap::tests::plan;
    use crate::Router;
    use proptest::prelude::*;

    fn of(filters: &[&str]) -> Vec<Precedence> {
        let plan = plan(filters);
        precedences(&plan, &overlaps(&plan))
    }

    #[test]
    fn dead_shadowed_and_dependent_statements_are_told_apart() {
        use Precedence::{Alone, Dead, OrderDependent, Shadowed};
        assert_eq!(of(&["a", "b"]), [Alone, Alone]);
        assert_eq!(of(&["a", "b", "a"]), [Dead { by: 2 }, Alone, Alone]);
        assert_eq!(of(&["a/+", "a/b"]), [Alone, Shadowed { by: 0 }]);
        let with = |other| OrderDependent { with: vec![other] };
        assert_eq!(of(&["a/b", "a/+"]), [with(1), with(0)]);
        assert_eq!(of(&["a/+", "+/b"]), [with(1), with(0)]);
        // A statement that gets nothing makes no other depend on the order.
        assert_eq!(of(&["a/+", "a/b", "+/b"]), [with(2), Shadowed { by: 0 }, with(0)]);
        // The third has the place of the first, before the second.
        assert_eq!(of(&["a/#", "a/b", "a/#"]), [Dead { by: 2 }, Shadowed { by: 2 }, Alone]);
        assert_eq!(of(&["#", "$share/g/#"]), [Alone, Shadowed { by: 0 }]);
    }

    proptest! {
        #[test]
        fn no_message_reaches_a_dead_or_shadowed_statement(
            filters in prop::collection::vec("[ab+]{1}(/[ab+]){0,1}(/#)?|#", 1..8)
        ) {
            let texts: Vec<&str> = filters.iter().map(String::as_str).collect();
            let plan = plan(&texts);
            let all = precedences(&plan, &overlaps(&plan));
            let router = Router::new(&plan);
            for topic in ["a", "b", "a/a", "a/b", "b/a", "b/b", "a/b/a", "b/b/a", "c", "a/c"] {
                let Some(taken) = router.route(topic).unwrap() else { continue };
                let named = all[taken].name();
                prop_assert!(!matches!(named, "dead" | "shadowed"), "{topic} {named} {taken}");
                if all[taken] == Precedence::Alone {
                    let rivals = (0..texts.len()).filter(|&other| {
                        other != taken && plan.statements()[other].matches(topic).unwrap()
                    });
                    for rival in rivals {
                        prop_assert!(matches!(all[rival].name(), "dead" | "shadowed"));
                    }
                }
            }
        }
    }
}
