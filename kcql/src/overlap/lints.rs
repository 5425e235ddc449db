//! Lints over all statements of a text: overlaps, collisions, shared subscriptions. Reports a
//! bounded number of each.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;

use super::collisions::collisions;
use super::{overlaps, Overlap};
use crate::diagnostic::{shown, Code, Sink};
use crate::dialect::SlashRule;
use crate::filter::Relation;
use crate::options::Matching;
use crate::plan::{Plan, StatementPlan, Target};

/// How many overlaps are reported; the rest is counted.
const MOST: usize = 10;

/// From how many statements on upstream keeps them in a hashed set.
const HASHED: usize = 5;

/// Lints over all statements.
pub(crate) fn lint(plan: &Plan, sink: &mut Sink) {
    targets(plan.statements(), sink);
    dollar_collisions(plan.statements(), sink);
    lone_shared_subscription(plan.statements(), sink);
    let found = overlaps(plan);
    let first_wins = plan.matching() == Matching::FirstInOrder;
    // Equal subscriptions under first-match are dead statements, which `check` reports.
    let wire = |index: usize| plan.statements().get(index).map(|one| one.subscription.wire());
    let is_reported = |pair: &&Overlap| !(first_wins && wire(pair.first) == wire(pair.second));
    for pair in found.pairs.iter().filter(is_reported).take(MOST) {
        let (Some(first), Some(second)) =
            (plan.statements().get(pair.first), plan.statements().get(pair.second))
        else {
            continue;
        };
        overlap(pair, first, second, first_wins, sink);
    }
    let count = found.pairs.iter().filter(is_reported).count();
    let closing = plan.statements().last();
    if let Some(last) = closing.filter(|_| count > MOST || found.more) {
        sink.report(Code::OverlappingFilters, last.span, plan.statements().len(), |d| {
            let more = if found.more { "many".into() } else { format!("{}", count - MOST) };
            d.message(format!("{more} more pairs of filters overlap"))
                .cause("only the first are shown")
                .help("`kcql overlap` lists them");
        });
    }
    if let Some(fifth) = plan.statements().get(HASHED - 1) {
        if first_wins && !found.pairs.is_empty() {
            sink.report(Code::UpstreamHashOrder, fifth.span, HASHED, |d| {
                d.message("from five statements on Stream Reactor's choice among overlapping filters is hash order")
                    .cause("here the first in written order gets the message, however many statements there are")
                    .help("make the filters disjoint, so that no order decides");
            });
        }
    }
}

/// Reports a shared subscription in the only statement: each statement is
/// assigned to one task, so the group gets one member.
fn lone_shared_subscription(statements: &[StatementPlan], sink: &mut Sink) {
    let [only] = statements else { return };
    let Some(group) = &only.subscription.share_group else { return };
    sink.report(Code::SharedSingleTask, only.span, 1, |d| {
        d.message(format!("the share group {} gets one member from this connector", shown(group)))
            .cause("each statement is assigned to one task, so a single statement uses one task whatever tasks.max says")
            .help("run the same connector under further names to share the load, or split the filter over several statements");
    });
}

fn overlap(
    pair: &Overlap,
    first: &StatementPlan,
    second: &StatementPlan,
    first_wins: bool,
    sink: &mut Sink,
) {
    let (a, b) = (pair.first + 1, pair.second + 1);
    let witness = shown(&pair.witness);
    let may = if pair.by_filter_only { "may both" } else { "both" };
    let shadowed =
        matches!(pair.relation, Relation::Contains | Relation::Equal) && !pair.by_filter_only;
    let code = match (first_wins, shadowed) {
        (false, _) => Code::OverlappingFilters,
        (true, true) => Code::ShadowedStatement,
        (true, false) => Code::OrderDependentRouting,
    };
    sink.report(code, second.span, b, |d| {
        d.label(first.span, format!("statement {a}"));
        match code {
            Code::ShadowedStatement => d
                .message(format!(
                    "statement {b} gets no message: statement {a} takes all its topics, for instance {witness}"
                ))
                .cause("the first statement in written order that matches gets the message")
                .help("write the narrower filter first"),
            Code::OrderDependentRouting => d
                .message(format!("statements {a} and {b} {may} match topics, for instance {witness}"))
                .cause(
                    "only the first in written order gets such a message, and the broker may send it once per subscription",
                )
                .help("make the filters disjoint, or keep the statements in the intended order"),
            _ => d
                .message(format!("statements {a} and {b} {may} match topics, for instance {witness}"))
                .cause("such a message goes to both, and the broker may send it once per subscription")
                .help("make the filters disjoint if that is not meant"),
        };
    });
}

/// Reports targets that Kafka treats as one topic.
fn targets(statements: &[StatementPlan], sink: &mut Sink) {
    let mut names: BTreeMap<String, (usize, &StatementPlan, &str)> = BTreeMap::new();
    for (index, statement) in statements.iter().enumerate() {
        let number = index + 1;
        match &statement.target {
            Target::Literal(name) => {
                let folded = name.replace('.', "_");
                match names.get(&folded) {
                    Some((other, earlier, known)) if known != name => {
                        sink.report(Code::TopicNameCollision, statement.span, number, |d| {
                            d.message(format!("{} and {} differ only in `.` and `_`", shown(known), shown(name)))
                                .label(earlier.span, format!("statement {other}"))
                                .cause("Kafka's metrics take both for one, and creating the second is refused")
                                .help("choose one spelling");
                        });
                    }
                    Some(_) => {}
                    None => {
                        names.insert(folded, (number, statement, name));
                    }
                }
            }
            Target::FromTopic(_) => {}
        }
    }
}

/// MQTT topics of which `$` makes one Kafka topic.
fn dollar_collisions(statements: &[StatementPlan], sink: &mut Sink) {
    for collision in collisions(statements) {
        let Some(later) = statements.get(collision.second) else { continue };
        let Target::FromTopic(rule) = later.target else { continue };
        let number = collision.second + 1;
        sink.report(Code::DollarTargetCollision, later.span, number, |d| {
            let (a, b) = (shown(&collision.topics.0), shown(&collision.topics.1));
            d.message(format!("{a} and {b} go to one Kafka topic, {}", shown(&collision.name)));
            if let Some(earlier) = statements.get(collision.first).filter(|_| number > collision.first + 1) {
                d.label(earlier.span, format!("statement {} takes {a}", collision.first + 1));
            }
            d.cause(match rule {
                SlashRule::First => "before release 9.0 `$` is the MQTT topic without its first `/`, wherever that stands, and each further run of `/` as `_`",
                SlashRule::Leading => "`$` is the MQTT topic without one leading `/`, and each further run of `/` as `_`",
            })
            .help("name the target where topics may come together");
        });
    }
}
