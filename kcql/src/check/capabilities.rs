//! Reports what a connector ignores, by the tables of clauses and connectors.

use alloc::format;

use super::Checker;
use crate::ast::{Statement, Value};
use crate::clauses::Connector;
use crate::diagnostic::{shown, Code};
use crate::parser::with_blank_before;
use crate::suggest::nearest;

impl Checker<'_, '_> {
    /// Columns, clauses and properties that the connector ignores.
    pub(super) fn capabilities(&mut self, statement: &Statement, connector: Connector) {
        let info = connector.info();
        let everything = matches!(statement.columns.as_slice(), [only] if only.is_everything());
        if !info.columns && !everything && !statement.columns.is_empty() {
            self.report(Code::ColumnsIgnored, statement.columns_span, |d| {
                d.message(format!("{} does not select columns", info.name))
                    .cause("the connector reads the list and does not act on it")
                    .help("write `*`")
                    .fix(statement.columns_span, "*");
            });
        }
        for used in &statement.clauses {
            if matches!(used.value, Value::Faulty) {
                continue;
            }
            if !used.clause.is_honoured_by(connector) {
                let (keyword, text) = (used.clause.keyword, self.text);
                self.report(Code::ClauseIgnored, used.span, |d| {
                    d.message(format!("{keyword} is ignored by {}", info.name))
                        .cause(
                            "the connector's parser reads it and the connector does not act on it",
                        )
                        .help("remove it")
                        .fix(with_blank_before(text, used.span), "");
                });
                continue;
            }
            let Value::Properties(pairs) = &used.value else { continue };
            for pair in pairs {
                let key = pair.key.value.as_str();
                let known = info.properties.iter().any(|known| {
                    *known == "*"
                        || *known == key
                        || (known.ends_with('.') && key.starts_with(known))
                });
                if !known {
                    self.report(Code::UnknownProperty, pair.key.span, |d| {
                        d.message(format!("{} knows no property {}", info.name, shown(key)))
                            .cause("the connector ignores it without a word");
                        match nearest(key, info.properties.iter().copied()) {
                            Some(near) => d.help(format!("did you mean {near}?")),
                            None if info.properties.is_empty() => d.help("remove it"),
                            None => d.help(format!("it knows {}", info.properties.join(", "))),
                        };
                    });
                }
            }
        }
    }
}
