//! The router against a scan over all statements.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::Router;
use crate::compile::compile;
use crate::options::{CompileOptions, Matching};
use crate::plan::Plan;

fn plan(text: &str, matching: Matching) -> Plan {
    let compilation = compile(text, &CompileOptions { matching, ..CompileOptions::default() });
    compilation.plan.unwrap_or_else(|| panic!("{text}: {:?}", compilation.diagnostics))
}

fn statements(filters: &[&str]) -> String {
    filters
        .iter()
        .map(|filter| match filter.strip_prefix("re:") {
            Some(regex) => {
                format!("INSERT INTO t SELECT * FROM `re/{regex}` WITHREGEX=`{regex}`;")
            }
            None => format!("INSERT INTO t SELECT * FROM `{filter}`;"),
        })
        .collect()
}

fn first(filters: &[&str], topic: &str) -> Option<usize> {
    Router::new(&plan(&statements(filters), Matching::FirstInOrder)).route(topic).unwrap()
}

/// All matches by brute force, dead statements removed as Lenses' table does it.
fn naive(plan: &Plan, topic: &str) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    for (index, statement) in plan.statements().iter().enumerate() {
        let equal = order.iter().position(|&earlier| {
            plan.matching() == Matching::FirstInOrder
                && plan.statements()[earlier].subscription == statement.subscription
        });
        match equal {
            Some(at) => order[at] = index,
            None => order.push(index),
        }
    }
    order.into_iter().filter(|&index| plan.statements()[index].matches(topic).unwrap()).collect()
}

#[test]
fn the_first_in_written_order_wins_however_special_the_others_are() {
    assert_eq!(first(&["a/#", "a/b"], "a/b"), Some(0));
    assert_eq!(first(&["a/b", "a/#"], "a/b"), Some(0));
    assert_eq!(first(&["+/b", "a/+", "#"], "a/c"), Some(1));
    assert_eq!(first(&["a"], "b"), None);
}

#[test]
fn of_two_equal_filters_the_later_takes_the_place_of_the_earlier() {
    assert_eq!(first(&["a/+", "a/+"], "a/b"), Some(1));
    assert_eq!(first(&["a/+", "a/b", "a/+"], "a/b"), Some(2));
    assert_eq!(first(&["a/+", "$share/g/a/+"], "a/b"), Some(0), "a group is another filter");
}

#[test]
fn a_regular_expression_takes_its_turn_in_written_order() {
    assert_eq!(first(&["re:x/.*", "x/y"], "x/y"), Some(0));
    assert_eq!(first(&["x/y", "re:x/.*"], "x/y"), Some(0));
    assert_eq!(first(&["x/y", "re:x/.*"], "x/z"), Some(1));
    assert_eq!(first(&["re:x/.*"], "re/x/.*"), None, "the filter itself does not count");
}

#[test]
fn a_regular_expression_that_cannot_decide_is_no_answer() {
    let text = statements(&["x/y", "re:(?=x)(?:x{1,}x{1,}){1,}y"]);
    let topic = "x".repeat(40);
    for matching in [Matching::FirstInOrder, Matching::All] {
        let router = Router::new(&plan(&text, matching));
        assert!(router.route(&topic).is_err());
        assert!(router.route_all(&topic, &mut Vec::new()).is_err());
        assert_eq!(router.route("x/y"), Ok(Some(0)), "the first statement is asked first");
    }
}

#[test]
fn all_means_all_in_written_order_equal_filters_too() {
    let text = statements(&["#", "a/+", "a/b", "a/+", "re:a/.", "c"]);
    let router = Router::new(&plan(&text, Matching::All));
    let mut found = vec![7];
    router.route_all("a/b", &mut found).unwrap();
    assert_eq!(found, [7, 0, 1, 2, 3, 4]);
    assert_eq!(router.route("a/b"), Ok(Some(0)));
}

#[test]
fn names_that_begin_alike_are_different_names() {
    let filters = ["temperature-1", "temperature-2", "temperat", "temperatu/x", "a", "a\u{1}"];
    for (index, filter) in filters.iter().enumerate() {
        assert_eq!(first(&filters, filter), Some(index), "{filter}");
    }
    assert_eq!(first(&filters, "temperature-3"), None);
    assert_eq!(first(&filters, "temperatu"), None);
}

#[test]
fn ten_thousand_filters_find_their_own_topics() {
    let filters: Vec<String> = (0..10_000).map(|i| format!("site/{i}/+/+")).collect();
    let filters: Vec<&str> = filters.iter().map(String::as_str).collect();
    let router = Router::new(&plan(&statements(&filters), Matching::FirstInOrder));
    for i in (0..10_000).step_by(97) {
        assert_eq!(router.route(&format!("site/{i}/m/t")), Ok(Some(i)));
    }
    assert_eq!(router.route("site/10000/m/t"), Ok(None));
}

#[test]
fn dollar_topics_are_hidden_from_leading_wildcards() {
    assert_eq!(first(&["#", "+/x", "$SYS/+"], "$SYS/x"), Some(2));
}

#[test]
fn a_filter_of_30000_levels_is_walked_without_recursion() {
    let deep = "+/".repeat(30_000);
    assert_eq!(first(&[&deep, "#"], &"a/".repeat(30_000)), Some(0));
    assert_eq!(first(&[&deep, "#"], &"a/".repeat(29_999)), Some(1));
}

#[test]
fn twenty_levels_of_choice_spill_and_still_answer() {
    let mut texts: Vec<String> = Vec::new();
    for level in 0..20 {
        texts.push(format!("{}+/{}x", "a/".repeat(level), "+/".repeat(19 - level)));
    }
    texts.push("a/".repeat(20) + "y");
    let filters: Vec<&str> = texts.iter().map(String::as_str).collect();
    let text = statements(&filters);
    let router = Router::new(&plan(&text, Matching::All));
    let mut found = Vec::new();
    router.route_all(&("a/".repeat(20) + "x"), &mut found).unwrap();
    assert_eq!(found.len(), 20);
    assert_eq!(router.route(&("a/".repeat(20) + "y")), Ok(Some(20)));
}

proptest! {
    #[test]
    fn routing_is_what_a_scan_finds(
        filters in prop::collection::vec("(\\$share/g/)?([ab$+]/|/){0,3}[ab+#]|re:a/\\.\\*|re:\\[ab\\]", 1..12),
        topics in prop::collection::vec("[ab/$]{1,6}", 1..8),
        all in any::<bool>(),
    ) {
        let filters: Vec<&str> = filters.iter().map(String::as_str).collect();
        let matching = if all { Matching::All } else { Matching::FirstInOrder };
        let plan = plan(&statements(&filters), matching);
        let router = Router::new(&plan);
        for topic in topics {
            let mut expected = naive(&plan, &topic);
            prop_assert_eq!(router.route(&topic), Ok(expected.first().copied()), "{}", topic);
            expected.sort_unstable();
            let mut found = Vec::new();
            router.route_all(&topic, &mut found).unwrap();
            prop_assert_eq!(found, expected, "{}", topic);
        }
    }
}
