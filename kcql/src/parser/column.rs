//! Columns of SELECT and IGNORE: nested paths, `*`, AS. They are carried in the plan as written;
//! what a source does with them is not known here.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::name::is_name_token;
use super::Parser;
use crate::ast::Statement;
use crate::clauses::Keyword;
use crate::diagnostic::{shown, Code};
use crate::plan::Column;
use crate::span::Span;
use crate::token::{Token, TokenKind};

impl Parser<'_, '_> {
    /// `columns = column { "," column }`
    pub(super) fn columns(&mut self, statement: &mut Statement) {
        let start = self.here().start;
        let columns = self.column_list();
        // Behind a list that is complete, what is no FROM is the source with its FROM forgotten.
        let complete = matches!(columns.as_slice(), [only] if only.star && only.path.is_empty());
        statement.columns = columns;
        statement.columns_span = Span::new(start, self.end.max(start));
        if !complete && !self.at_end() && self.keyword_in_any_case() != Some(Keyword::From) {
            let here = self.here();
            self.report(Code::UnexpectedText, here, |d| {
                d.message(format!("expected `,` or FROM, found {}", shown(here.of(self.text))))
                    .cause("this does not belong to the column before it")
                    .help("separate columns by commas, and put names with blanks in backticks");
            });
            self.resynchronise();
        }
    }

    /// The columns behind SELECT or IGNORE.
    pub(super) fn column_list(&mut self) -> Vec<Column> {
        let mut columns = Vec::new();
        loop {
            columns.extend(self.column());
            if self.eat(TokenKind::Comma).is_none() {
                return columns;
            }
        }
    }

    /// `column = "*" | path [ "AS" alias ]`
    fn column(&mut self) -> Option<Column> {
        let here = self.here();
        let dotted = self.rest.nth(1).is_some_and(|next| next.glued && next.kind == TokenKind::Dot);
        let keyword = self.keyword_at(0).filter(|_| !dotted);
        let reserved =
            matches!(keyword, Some(Keyword::From | Keyword::Select)) || self.statement_at(0);
        if reserved || !self.first().is_some_and(|token| is_name_token(token.kind)) {
            self.report(Code::ExpectedName, here, |d| {
                d.message("a column is missing")
                    .cause("SELECT wants columns, separated by commas")
                    .help("write `*` for the whole message");
            });
            return None;
        }
        let mut column = Column { path: Vec::new(), star: false, alias: None, span: here };
        self.path(&mut column);
        if let Some(open) = self.first().filter(|next| next.kind == TokenKind::Open) {
            self.function_call(column.span, open);
        }
        if self.eat_keyword(Keyword::As).is_some() {
            column.alias = self.alias();
        }
        column.span.end = self.end;
        Some(column)
    }

    /// `path = part { "." part } [ "." "*" ]`
    fn path(&mut self, column: &mut Column) {
        let mut part_expected = true;
        let mut first = true;
        while let Some(token) = self.first() {
            // Blanks around a dot do not end a path.
            let goes_on = first || token.glued || part_expected || token.kind == TokenKind::Dot;
            let is_from = !token.glued && self.keyword_at(0) == Some(Keyword::From);
            if !goes_on || !is_name_token(token.kind) || (is_from && !first) {
                break;
            }
            first = false;
            self.bump();
            let text = self.text_of(token);
            match token.kind {
                TokenKind::Dot if part_expected => {
                    self.report(Code::ExpectedName, token.span(), |d| {
                        d.message("a part of the path is missing before this dot")
                            .cause("a path is names joined by dots")
                            .help("write the name, or put a name that has a dot in backticks");
                    });
                }
                TokenKind::Dot => part_expected = true,
                TokenKind::Star if part_expected => {
                    column.star = true;
                    part_expected = false;
                }
                TokenKind::Word if part_expected || column.star => {
                    column.path.push(text.into());
                    part_expected = false;
                }
                TokenKind::Backticked | TokenKind::Quoted if part_expected => {
                    column.path.push(unquoted(text));
                    part_expected = false;
                }
                TokenKind::Unclosed => {
                    self.unclosed_quote(token.span());
                    self.resynchronise();
                    part_expected = false;
                }
                _ => {
                    self.column_character(token);
                    part_expected = false;
                }
            }
            column.span = column.span.to(token.span());
        }
        if part_expected {
            let end = Span::at(self.end);
            self.report(Code::ExpectedName, end, |d| {
                d.message("a part of the path is missing after the dot")
                    .cause("a path is names joined by dots")
                    .help("write the name, or `*` for all that is inside");
            });
        }
    }

    fn column_character(&mut self, token: Token) {
        let text = self.text_of(token);
        // The rest of the part belongs to the same mistake.
        while self.first().is_some_and(|t| {
            t.glued
                && is_name_token(t.kind)
                && !matches!(t.kind, TokenKind::Dot | TokenKind::Unclosed)
        }) {
            self.bump();
        }
        self.report(Code::NeedsQuotes, token.span(), |d| {
            d.message(format!("{} cannot stand in a column without quotes", shown(text)))
                .cause("Stream Reactor drops it without a word")
                .help("put the part of the path in backticks");
        });
    }

    fn function_call(&mut self, name: Span, open: Token) {
        self.skip_group();
        let call = Span::new(name.start, self.end.max(open.span().end));
        self.report(Code::NeedsQuotes, call, |d| {
            d.message("KCQL has no function calls")
                .cause("Stream Reactor drops the name of the function and selects its arguments")
                .help("if it is the name of a field, put it in backticks")
                .guess(call, format!("`{}`", call.of(self.text)));
        });
    }

    /// `alias = word | quoted | backticked`
    fn alias(&mut self) -> Option<String> {
        let here = self.here();
        let token = self.first().filter(|token| {
            matches!(token.kind, TokenKind::Word | TokenKind::Quoted | TokenKind::Backticked)
        });
        let Some(token) = token.filter(|_| self.keyword_at(0) != Some(Keyword::From)) else {
            self.report(Code::ExpectedName, here, |d| {
                d.message("a name is missing after AS")
                    .cause("AS gives the column another name")
                    .help("write the name, or remove AS");
            });
            return None;
        };
        self.bump();
        let text = self.text_of(token);
        Some(if token.kind == TokenKind::Word { text.into() } else { unquoted(text) })
    }
}

fn unquoted(text: &str) -> String {
    text.get(1..text.len().saturating_sub(1)).unwrap_or("").into()
}
