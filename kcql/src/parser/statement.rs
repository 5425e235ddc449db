//! The frame of a statement: INSERT INTO target SELECT columns FROM source, and the clauses behind.

use alloc::format;

use super::name::{is_name_token, Role};
use super::Parser;
use crate::ast::{Name, Statement};
use crate::clauses::Keyword;
use crate::diagnostic::{shown, Code};
use crate::dialect::Dialect;
use crate::model::WriteMode;
use crate::span::Span;
use crate::suggest::nearest;
use crate::token::{Token, TokenKind};

impl Parser<'_, '_> {
    /// `statement = [ write target ] "SELECT" columns "FROM" source { clause }`
    pub(super) fn statement(&mut self) -> Statement {
        let start = self.here().start;
        let mut statement = Statement { number: self.number, ..Statement::default() };
        // After an unknown start no missing target is reported.
        statement.inserts = self.keyword_in_any_case() != Some(Keyword::Select)
            && !self.at_misspelling_of(Keyword::Select);
        if statement.inserts && self.write(&mut statement) {
            statement.target = self.target();
        }
        self.select(&mut statement);
        self.from(&mut statement);
        self.clauses(&mut statement);
        statement.span = Span::new(start, self.end.max(start));
        statement
    }

    /// `write = ( "INSERT" | "UPSERT" [ "PK" name ] ) "INTO"`; false when no target follows.
    fn write(&mut self, statement: &mut Statement) -> bool {
        if self.eat_keyword(Keyword::Insert).is_some() {
            statement.write_mode = Some(WriteMode::Insert);
        } else if self.eat_keyword(Keyword::Upsert).is_some() {
            statement.write_mode = Some(WriteMode::Upsert);
            self.upsert_key(statement);
        } else if let Some(update) = self.eat_keyword(Keyword::Update) {
            statement.write_mode = Some(WriteMode::Update);
            if self.dialect >= Dialect::V10 {
                self.update_into(update);
            }
        } else if !self.unknown_start() {
            return false;
        }
        if !self.frame_word(Keyword::Into) {
            self.expected("INTO", "INTO stands between INSERT and the Kafka topic", "INTO ");
        }
        true
    }

    fn update_into(&mut self, update: Span) {
        self.report(Code::UpdateInto, update, |d| {
            d.message("UPDATE INTO is no write mode")
                .cause("release 10.0.0 of Stream Reactor removed it")
                .help("INSERT INTO and UPSERT INTO are left; to MQTT they are the same")
                .guess(update, "UPSERT");
        });
    }

    /// Reports an unknown start of a statement; true if reading can continue as if it were a known
    /// one.
    fn unknown_start(&mut self) -> bool {
        let start = self.here();
        if self.keyword_at(0) == Some(Keyword::Into) {
            self.report(Code::ExpectedStatement, start, |d| {
                d.message("a statement begins with INSERT INTO")
                    .cause("INTO alone does not say how to write")
                    .help("write INSERT before INTO")
                    .fix(Span::at(start.start), "INSERT ");
            });
            return true;
        }
        let word = start.of(self.text);
        let followed_by_into = self.keyword_at(1) == Some(Keyword::Into);
        let meant = nearest(word, ["INSERT", "UPSERT"]);
        self.report(Code::ExpectedStatement, start, |d| {
            d.message(format!("{} does not begin a statement", shown(word)))
                .cause("there are INSERT INTO and UPSERT INTO, and nothing else");
            if let Some(meant) = meant {
                d.help(format!("did you mean {meant}?")).guess(start, meant);
            } else if followed_by_into {
                d.help("write INSERT INTO or UPSERT INTO").guess(start, "INSERT");
            } else {
                d.help("a statement reads INSERT INTO kafka_topic SELECT * FROM mqtt/filter …");
            }
        });
        self.bump();
        if !followed_by_into {
            self.resynchronise();
        }
        followed_by_into
    }

    fn upsert_key(&mut self, statement: &mut Statement) {
        if self.at(TokenKind::Word) && self.keyword_at(0).is_some_and(|k| k.text() == "PK") {
            let start = self.here();
            self.bump();
            if self.keyword_at(0) != Some(Keyword::Into) {
                statement.upsert_key = self.name(Role::Value("PK"));
            }
            statement.write_mode = None;
            let span = Span::new(start.start, self.end);
            self.report(Code::UpsertKey, span, |d| {
                d.message("PK between UPSERT and INTO has no effect")
                    .cause("Stream Reactor loses the write mode and the field")
                    .fix(Span::new(span.start, span.end + 1), "");
            });
        }
    }

    /// `target = name`
    fn target(&mut self) -> Option<Name> {
        let name = self.name(Role::Target);
        if self.at_plain_name() && !self.at_misspelling_of(Keyword::Select) {
            self.leftover("the target", name.as_ref());
        }
        name
    }

    fn select(&mut self, statement: &mut Statement) {
        if self.frame_word(Keyword::Select) {
            self.columns(statement);
        } else if statement.inserts || self.keyword_at(0) == Some(Keyword::From) {
            self.expected("SELECT", "SELECT and a column list stand before FROM", "SELECT ");
            if self.at(TokenKind::Star) {
                self.columns(statement);
            } else {
                self.resynchronise();
            }
        }
    }

    fn from(&mut self, statement: &mut Statement) {
        if self.frame_word(Keyword::From) {
            statement.source = self.source();
        } else if statement.inserts || !statement.columns.is_empty() {
            self.expected("FROM", "FROM names the MQTT filter to subscribe to", "FROM ");
            if self.at_plain_name() {
                statement.source = self.source();
            }
        }
    }

    /// `source = name`
    fn source(&mut self) -> Option<Name> {
        let name = self.name(Role::Source);
        if self.at_plain_name() && !self.looks_like_a_clause() {
            self.leftover("the source", name.as_ref());
        }
        name
    }

    /// Whether the next token may be (a part of) a name and is no keyword in any spelling.
    fn at_plain_name(&self) -> bool {
        self.first().is_some_and(|next| is_name_token(next.kind) && next.kind != TokenKind::Star)
            && self.keyword_in_any_case().is_none()
    }

    pub(super) fn keyword_in_any_case(&self) -> Option<Keyword> {
        let token = self.first().filter(|token| token.kind == TokenKind::Word)?;
        Keyword::of_any_case(self.text_of(token))
    }

    /// Takes INTO, SELECT or FROM. A misspelt one is reported and still taken.
    fn frame_word(&mut self, wanted: Keyword) -> bool {
        if self.eat_keyword(wanted).is_some() {
            return true;
        }
        let is_misspelt = self.at_misspelling_of(wanted);
        if is_misspelt {
            let (here, text) = (self.here(), self.text);
            self.report(Code::ExpectedKeyword, here, |d| {
                d.message(format!("expected {}, found {}", wanted.text(), shown(here.of(text))))
                    .cause("a statement reads INSERT INTO target SELECT columns FROM source")
                    .help(format!("did you mean {}?", wanted.text()))
                    .guess(here, wanted.text());
            });
            self.bump();
        }
        is_misspelt
    }

    /// Whether the next word is this keyword misspelt, and more text follows it.
    pub(super) fn at_misspelling_of(&self, wanted: Keyword) -> bool {
        let slip = |word: &Token| {
            let word = self.text_of(*word);
            Keyword::of_any_case(word).is_none() && nearest(word, [wanted.text()]).is_some()
        };
        let follows = |next: &Token| {
            let frame = matches!(self.keyword_at(1), Some(Keyword::Select | Keyword::From));
            is_name_token(next.kind) && !next.glued && !frame
        };
        self.first().filter(|first| first.kind == TokenKind::Word).as_ref().is_some_and(slip)
            && self.rest.nth(1).as_ref().is_some_and(follows)
    }

    /// INTO, SELECT or FROM is not where it should be.
    fn expected(&mut self, keyword: &'static str, why: &'static str, insert: &'static str) {
        if self.cut_off() {
            return;
        }
        let here = self.here();
        let found = here.of(self.text);
        self.report(Code::ExpectedKeyword, here, |d| {
            if found.is_empty() {
                d.message(format!("{keyword} is missing"));
            } else {
                d.message(format!("{keyword} is missing before {}", shown(found)));
            }
            d.cause("a statement reads INSERT INTO target SELECT columns FROM source").help(why);
            if !found.is_empty() {
                d.guess(Span::at(here.start), insert);
            }
        });
    }

    /// Text behind a name that is no keyword: most likely a name with a blank in it.
    fn leftover(&mut self, of: &str, name: Option<&Name>) {
        let here = self.here();
        let start = here.start;
        while !self.at_end() && !self.at_landmark() && !self.at_obvious_clause() {
            self.bump();
        }
        let rest = Span::new(start, self.end.max(here.end));
        self.report(Code::NameWithBlank, rest, |d| {
            d.message(format!("unexpected {} after {of}", shown(rest.of(self.text))));
            let Some(name) = name else { return };
            d.cause(
                "a blank ends a name; Stream Reactor drops the blank and glues the words together",
            );
            let whole = name.span.to(rest).of(self.text);
            if whole.contains(['`', '\'', '"']) {
                d.help(format!(
                    "remove it, or put the whole of {of} in backticks if it belongs to it"
                ));
            } else {
                d.help(format!(
                    "if it belongs to {of}, put the whole in backticks; if not, remove it"
                ))
                .guess(name.span.to(rest), format!("`{whole}`"));
            }
        });
    }

    /// The clauses, and whatever else stands between the source and the `;`.
    fn clauses(&mut self, statement: &mut Statement) {
        while !self.at_end() {
            if self.statement_at(0) {
                return self.missing_separator(Span::at(self.end), ";");
            }
            if self.at(TokenKind::Comma) && self.statement_at(1) {
                let comma = self.here();
                self.bump();
                return self.missing_separator(comma, ";");
            }
            match self.keyword_in_any_case() {
                Some(Keyword::Clause(clause)) => self.clause(clause, statement),
                Some(keyword) => {
                    let here = self.here();
                    self.report(Code::UnexpectedText, here, |d| {
                        d.message(format!("{} cannot stand here", keyword.text()))
                            .cause("a statement has one INSERT INTO, one SELECT and one FROM")
                            .help("begin another statement after `;`");
                    });
                    self.bump();
                    self.resynchronise();
                }
                None => self.no_clause(),
            }
        }
    }

    fn missing_separator(&mut self, at: Span, fix: &'static str) {
        let next = self.here();
        self.report(Code::MissingSeparator, next, |d| {
            d.message("a `;` is missing before this statement")
                .cause("Stream Reactor reads the first statement and loses the rest without a word")
                .fix(at, fix);
        });
    }
}
