//! Semantic checks: from the syntax tree to what the MQTT source does. Each check reports and
//! continues, so that one pass finds all errors. Invariant: only a statement without errors yields
//! a [`StatementPlan`].

mod capabilities;
mod clauses;
mod language;
mod names;

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;

use crate::ast::Statement;
use crate::clauses::Connector;
use crate::diagnostic::{Code, Diagnostic, Sink};
use crate::dialect::Dialect;
use crate::plan::{Column, Columns, StatementPlan};
use crate::span::Span;

/// The context that the checks of one statement share.
struct Checker<'t, 's> {
    text: &'t str,
    number: usize,
    dialect: Dialect,
    sink: &'s mut Sink,
}

impl Checker<'_, '_> {
    fn report(&mut self, code: Code, span: Span, describe: impl FnOnce(&mut Diagnostic)) {
        self.sink.report(code, span, self.number, describe);
    }
}

/// Runs the checks that need no connector.
pub(crate) fn language(text: &str, statement: &Statement, dialect: Dialect, sink: &mut Sink) {
    Checker { text, number: statement.number, dialect, sink }.language(statement);
}

/// Reports what a connector ignores.
pub(crate) fn capabilities(
    text: &str,
    statement: &Statement,
    connector: Connector,
    sink: &mut Sink,
) {
    let mut checker = Checker { text, number: statement.number, dialect: Dialect::default(), sink };
    checker.capabilities(statement, connector);
}

/// The plan of a statement; none when a part of it is missing or wrong.
pub(crate) fn statement(
    text: &str,
    statement: &Statement,
    dialect: Dialect,
    sink: &mut Sink,
) -> Option<StatementPlan> {
    let mut checker = Checker { text, number: statement.number, dialect, sink };
    if !statement.inserts {
        let select = Span::new(statement.span.start, statement.span.start + "SELECT".len());
        checker.missing_target(select);
    }
    let target = statement.target.as_ref().and_then(|name| checker.target(name));
    let source = statement.source.as_ref().and_then(|name| checker.source(name));
    let clauses = checker.clauses(&statement.clauses);
    let selected = statement.columns.iter().map(Column::of).collect();
    let columns = Columns { selected, ignored: clauses.columns };
    checker.columns(&columns, statement.columns_span);
    if let (Some(source), Some(pattern)) = (&source, &clauses.pattern) {
        let place = statement.source.as_ref().map(|name| name.span);
        checker.regex_outside_filter(source, pattern, clauses.pattern_span, place);
    }
    Some(StatementPlan {
        text: statement.span.of(text).into(),
        span: statement.span,
        write_mode: statement.write_mode,
        target: target?,
        subscription: source?,
        regex: clauses.pattern.as_ref().map(|pattern| pattern.as_str().into()),
        converter: clauses.converter,
        converter_span: clauses.converter_span,
        with_keys: clauses.with_keys,
        key_delimiter: clauses.key_delimiter,
        columns,
        properties: clauses.properties,
        ignored: clauses.ignored,
        pattern: clauses.pattern,
    })
}

/// Reports dead statements: of two equal filters the later replaces the earlier, whose statement
/// gets no message.
pub(crate) fn dead_statements(statements: &[StatementPlan], sink: &mut Sink) {
    let mut last: BTreeMap<String, (usize, &StatementPlan)> = BTreeMap::new();
    for (index, statement) in statements.iter().enumerate() {
        let number = index + 1;
        if let Some((dead, earlier)) =
            last.insert(statement.subscription.wire(), (number, statement))
        {
            sink.report(Code::DeadStatement, earlier.span, dead, |d| {
                d.message(format!("statement {dead} gets no message"))
                    .label(statement.span, format!("statement {number} has the same filter"))
                    .cause("of statements with equal filters only the last is used")
                    .help("remove it, or give it another filter");
            });
        }
    }
}
