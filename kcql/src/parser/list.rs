//! Lists in parentheses: the keys of WITHKEY, entry by entry, and the lists that are read past.

use alloc::vec::Vec;

use nom::bytes::complete::take_while;
use nom::sequence::delimited;
use nom::Parser as _;

use super::name::Role;
use super::{kind, Parsed, Parser};
use crate::ast::{Name, Value};
use crate::diagnostic::Code;
use crate::span::Span;
use crate::token::{Token, TokenKind, Tokens};

/// `group = "(" … ")"`: whatever stands between, quotes respected.
fn group(input: Tokens<'_>) -> Parsed<'_, Tokens<'_>> {
    let inside = take_while(|token: Token| {
        !matches!(token.kind, TokenKind::Close | TokenKind::Open | TokenKind::Semicolon)
    });
    delimited(kind(TokenKind::Open), inside, kind(TokenKind::Close)).parse(input)
}

impl Parser<'_, '_> {
    /// `keys = "(" key { "," key } ")"`
    pub(super) fn keys(&mut self, keyword: Span) -> Value {
        let Some(open) = self.eat(TokenKind::Open) else {
            let here = self.here();
            self.report(Code::BadValue, here, |d| {
                d.message("WITHKEY needs its keys in parentheses")
                    .cause("the fields of the key are a list")
                    .label(keyword, "this clause")
                    .help("write WITHKEY(field), or WITHKEY(`path.to.field`, other)");
            });
            self.resynchronise();
            return Value::Skipped;
        };
        let mut keys: Vec<Name> = Vec::new();
        loop {
            keys.extend(self.key());
            if self.eat(TokenKind::Comma).is_some() {
                continue;
            }
            if self.eat(TokenKind::Close).is_some() {
                return Value::Keys(keys);
            }
            if !self.at_end() && self.clause_at(0).is_none() {
                self.stray_in_list();
                if self.eat(TokenKind::Comma).is_some() {
                    continue;
                }
                if self.eat(TokenKind::Close).is_some() {
                    return Value::Keys(keys);
                }
            }
            self.unclosed_list(open);
            return Value::Keys(keys);
        }
    }

    /// `key = name`
    fn key(&mut self) -> Option<Name> {
        self.name(Role::Key)
    }

    /// Something between an entry and the `,` or `)` behind it: skipped up to there.
    fn stray_in_list(&mut self) {
        let here = self.here();
        self.report(Code::UnexpectedText, here, |d| {
            d.message("expected `,` or `)`")
                .cause("this does not belong to the entry before it")
                .help("separate entries by commas, and put paths with blanks in backticks");
        });
        let ends = [TokenKind::Comma, TokenKind::Close];
        while !self.at_end() && self.clause_at(0).is_none() && !ends.iter().any(|&k| self.at(k)) {
            self.bump();
        }
    }

    fn unclosed_list(&mut self, open: Span) {
        let end = Span::at(self.end);
        self.report(Code::Unclosed, open, |d| {
            d.message("this parenthesis is never closed")
                .label(end, "expected `)` here")
                .cause("without it the list has no end")
                .fix(end, ")");
        });
    }

    /// Reads past a list; false when there is none.
    pub(super) fn skip_group(&mut self) -> bool {
        if self.run(group).is_some() {
            return true;
        }
        let Some(open) = self.eat(TokenKind::Open) else { return false };
        self.resynchronise();
        self.unclosed_list(open);
        true
    }
}
