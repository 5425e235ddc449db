//! Columns of SELECT and IGNORE: nested paths, `*`, AS. The plan holds them as written. Does not
//! know what a source does with them.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::name::is_name_token;
use super::value::is_field;
use super::Parser;
use crate::ast::{Column, Name, Quoting, Statement};
use crate::clauses::Keyword;
use crate::diagnostic::{shown, Code};
use crate::dialect::Dialect;
use crate::span::Span;
use crate::token::{Token, TokenKind};

impl Parser<'_, '_> {
    /// `columns = column { "," column }`
    pub(super) fn columns(&mut self, statement: &mut Statement) {
        let start = self.here().start;
        let columns = self.column_list("SELECT");
        // After a complete list, a word that is not FROM is taken for the source, with FROM
        // missing.
        let complete = matches!(columns.as_slice(), [only] if only.is_everything());
        statement.columns = columns;
        statement.columns_span = Span::new(start, self.end.max(start));
        let source = self.keyword_in_any_case() == Some(Keyword::From)
            || self.at_misspelling_of(Keyword::From);
        if !complete && !self.at_end() && !source {
            let here = self.here();
            self.report(Code::UnexpectedText, here, |d| {
                d.message(format!("expected `,` or FROM, found {}", shown(here.of(self.text))))
                    .cause("this does not belong to the column before it")
                    .help("separate columns by commas, and put names with blanks in backticks");
            });
            self.resynchronise();
        }
    }

    /// The columns behind SELECT, IGNORE or PK.
    pub(super) fn column_list(&mut self, of: &'static str) -> Vec<Column> {
        let mut columns = Vec::new();
        loop {
            columns.extend(self.column(of));
            if self.eat(TokenKind::Comma).is_none() {
                return columns;
            }
        }
    }

    /// `column = ( "*" | path ) [ "AS" alias ]`
    fn column(&mut self, of: &'static str) -> Option<Column> {
        let here = self.here();
        let dotted = self.rest.nth(1).is_some_and(|next| next.glued && next.kind == TokenKind::Dot);
        let keyword = self.keyword_at(0).filter(|_| !dotted);
        let reserved = matches!(keyword, Some(Keyword::From | Keyword::Select))
            || self.statement_at(0)
            || (of != "SELECT" && self.clause_at(0).is_some());
        if reserved || !self.first().is_some_and(|token| is_name_token(token.kind)) {
            self.report(Code::ExpectedName, here, |d| {
                d.message("a column is missing")
                    .cause(format!("{of} wants columns, separated by commas"))
                    .help("write the name of a field, or remove the comma");
                if of == "SELECT" {
                    d.help("write `*` for the whole message");
                }
            });
            return None;
        }
        let mut column = Column { path: Vec::new(), star: false, alias: None, span: here };
        self.path(&mut column, of);
        if let Some(open) = self.first().filter(|next| next.kind == TokenKind::Open) {
            self.function_call(column.span, open);
        }
        if let Some(word) = self.eat_keyword(Keyword::As) {
            column.alias = self.alias();
            if of == "PK" || column.is_everything() {
                let alias = word.to(Span::at(self.end));
                self.report(Code::BadColumn, alias, |d| {
                    d.message(if of == "PK" {
                        "PK takes no aliases"
                    } else {
                        "`*` takes no alias"
                    })
                    .cause("Stream Reactor refuses the statement, or loses what follows")
                    .help("remove the alias")
                    .guess(alias, "");
                });
            }
        }
        column.span.end = self.end;
        if of == "IGNORE" && column.is_everything() {
            self.ignore_star(column.span);
        }
        Some(column)
    }

    fn ignore_star(&mut self, span: Span) {
        self.report(Code::IgnoreStar, span, |d| {
            d.message("IGNORE * ignores nothing")
                .cause("Stream Reactor adds `*` to the selected columns instead")
                .help("list the fields to leave out");
        });
    }

    /// `path = part { "." part } [ "." "*" ]`
    fn path(&mut self, column: &mut Column, of: &str) {
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
            match token.kind {
                TokenKind::Dot if part_expected => {
                    self.report(Code::ExpectedName, token.span(), |d| {
                        d.message("a part of the path is missing before this dot")
                            .cause("a path is names joined by dots")
                            .help("write the name, or put a name that has a dot in backticks");
                    });
                }
                TokenKind::Dot => {
                    if column.star {
                        self.behind_star(token.span());
                    }
                    part_expected = true;
                }
                TokenKind::Star if part_expected => {
                    column.star = true;
                    part_expected = false;
                }
                TokenKind::Word if part_expected => {
                    column.path.push(self.bare_part(token));
                    part_expected = false;
                }
                TokenKind::Backticked if part_expected => {
                    column.path.push(self.quoted_part(token, Quoting::Backticks));
                    part_expected = false;
                }
                TokenKind::Quoted if part_expected => {
                    let alone = of != "PK" && column.path.is_empty() && !self.at(TokenKind::Dot);
                    self.string_column(token.span(), alone);
                    column.path.push(self.quoted_part(token, Quoting::Quotes));
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
        self.mixed_path(column);
        if part_expected {
            let end = Span::at(self.end);
            self.report(Code::ExpectedName, end, |d| {
                d.message("a part of the path is missing after the dot")
                    .cause("a path is names joined by dots")
                    .help("write the name, or `*` for all that is inside");
            });
        }
    }

    /// Reports a path that continues after `*`.
    fn behind_star(&mut self, span: Span) {
        self.report(Code::BadColumn, span, |d| {
            d.message("a path ends with `*`")
                .cause("`*` is all that is inside, so nothing can be inside it; Stream Reactor refuses the statement")
                .help("remove the `*`, or what is behind it");
        });
    }

    /// Upstream refuses a backticked part behind a plain one, and puts plain parts before others.
    fn mixed_path(&mut self, column: &Column) {
        let plain = |part: &Name| part.quoting == Quoting::Bare && is_field(&part.value);
        let mixed = column.path.iter().any(plain) && !column.path.iter().all(plain);
        let pieces = column.path.iter().map(|part| part.value.as_str());
        if !mixed || self.dialect < Dialect::V10 || pieces.clone().any(|part| part.contains('`')) {
            return;
        }
        let parts: Vec<String> = pieces.map(|part| format!("`{part}`")).collect();
        let span = Span::new(column.span.start, self.end);
        let star = if column.star { ".*" } else { "" };
        self.report(Code::PartlyQuoted, span, |d| {
            d.message("a path that is partly in backticks")
                .cause("Stream Reactor refuses it, or puts its plain parts before the others")
                .help("put every part in backticks")
                .fix(span, format!("{}{star}", parts.join(".")));
        });
    }

    /// `part = word | backticked | quoted`; here a word.
    fn bare_part(&mut self, token: Token) -> Name {
        let (text, span) = (self.text_of(token), token.span());
        let free = self.dialect >= Dialect::V10;
        let reserved = self.is_reserved(text);
        if !free && (reserved || !is_field(text)) {
            self.not_in_columns(span);
        } else if text.contains('@') && !is_field(text) {
            self.report(Code::NeedsQuotes, span, |d| {
                d.message(format!("{} cannot stand in a column without quotes", shown(text)))
                    .cause("Stream Reactor takes `@` for the end of a word with -, +, /, {, } or :")
                    .help("put every part of the path in backticks")
                    .fix(span, format!("`{text}`"));
            });
        } else if reserved {
            self.report(Code::KeywordAsName, span, |d| {
                d.message(format!("the keyword {} as a column", shown(text)))
                    .cause("Stream Reactor takes it for the clause and refuses the statement")
                    .help("put every part of the path in backticks")
                    .fix(span, format!("`{text}`"));
            });
        } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
            self.report(Code::NumericSegment, span, |d| {
                d.message("a part of a path that is only digits")
                    .cause("Stream Reactor refuses the statement")
                    .help("put every part of the path in backticks")
                    .fix(span, format!("`{text}`"));
            });
        }
        Name { value: text.into(), span, quoting: Quoting::Bare, faulty: false }
    }

    fn quoted_part(&mut self, token: Token, quoting: Quoting) -> Name {
        let (text, span) = (self.text_of(token), token.span());
        if quoting == Quoting::Backticks && self.dialect < Dialect::V10 {
            self.not_in_columns(span);
        }
        let value: String = text.get(1..text.len().saturating_sub(1)).unwrap_or("").into();
        let faulty = value.trim().is_empty();
        if faulty {
            self.empty_quotes(span, "the column");
        }
        Name { value, span, quoting, faulty }
    }

    /// Columns could be written in backticks from release 10 on.
    fn not_in_columns(&mut self, span: Span) {
        let (text, release) = (self.text, self.dialect.release());
        self.report(Code::BadColumn, span, |d| {
            d.message(format!("{} cannot be a column in release {release}", shown(span.of(text))))
                .cause("columns in backticks came with release 10.0.0; before, Stream Reactor refuses the statement")
                .help("name the dialect 10 or latest, or choose another field");
        });
    }

    fn string_column(&mut self, span: Span, alone: bool) {
        let text = span.of(self.text);
        let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or("");
        if inner.is_empty() {
            return;
        }
        if !alone || self.dialect < Dialect::V10 || inner.contains('`') {
            self.report(Code::BadColumn, span, |d| {
                d.message("a column in single quotes")
                    .cause("Stream Reactor refuses the statement, or reads no column at all")
                    .help("use backticks")
                    .guess(span, format!("`{inner}`"));
            });
            return;
        }
        self.report(Code::StringColumn, span, |d| {
            d.message("a column in single quotes")
                .cause("Stream Reactor reads it and selects nothing")
                .help("use backticks")
                .fix(span, format!("`{inner}`"));
        });
    }

    fn column_character(&mut self, token: Token) {
        let text = self.text_of(token);
        // The rest of the part belongs to the same error.
        while self.first().is_some_and(|t| {
            t.glued
                && is_name_token(t.kind)
                && !matches!(t.kind, TokenKind::Dot | TokenKind::Unclosed)
        }) {
            self.bump();
        }
        let code =
            if text.starts_with(['#', '$']) { Code::UnquotedWildcard } else { Code::NeedsQuotes };
        self.report(code, token.span(), |d| {
            d.message(format!("{} cannot stand in a column without quotes", shown(text)))
                .cause("Stream Reactor drops it without a word")
                .help("put the part of the path in backticks");
        });
    }

    fn function_call(&mut self, name: Span, open: Token) {
        self.skip_group();
        let call = Span::new(name.start, self.end.max(open.span().end));
        self.report(Code::UnquotedFunction, call, |d| {
            d.message("KCQL has no function calls")
                .cause("Stream Reactor drops the name of the function and selects its arguments")
                .help("if it is the name of a field, put it in backticks");
            let text = call.of(self.text);
            if !text.contains('`') {
                d.guess(call, format!("`{text}`"));
            }
        });
    }

    /// `alias = word | quoted`
    fn alias(&mut self) -> Option<Name> {
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
        let (text, span) = (self.text_of(token), token.span());
        let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or("");
        let plain = |text: &str| is_field(text) && !text.is_empty();
        let (value, quoting) = match token.kind {
            TokenKind::Word => (text, Quoting::Bare),
            TokenKind::Quoted => (inner, Quoting::Quotes),
            _ => (inner, Quoting::Backticks),
        };
        let short = value.chars().count() == 1;
        let fits = match quoting {
            Quoting::Bare => plain(text) && !self.is_reserved(text),
            Quoting::Quotes => !short && !value.trim().is_empty(),
            Quoting::Backticks | Quoting::Pieces => false,
        };
        if !fits {
            let free = plain(value) && !self.is_reserved(value);
            self.report(Code::BadColumn, span, |d| {
                d.message(format!("{} cannot be an alias", shown(text))).cause(
                    "Stream Reactor takes a plain word, or longer text in single quotes, which then belong to the name",
                );
                if free && quoting != Quoting::Bare {
                    d.help("write it without quotes").guess(span, value);
                } else {
                    d.help("choose another name");
                }
            });
        }
        Some(Name { value: value.into(), span, quoting, faulty: !fits })
    }
}
