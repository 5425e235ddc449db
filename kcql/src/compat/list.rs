//! Clauses whose value is a list: partitions, buckets, offsets, keys, tags, and the parameters of
//! STOREAS and PROPERTIES, with upstream's checks for repetitions. Invariant: a repetition is
//! found by look-up, so long lists stay linear.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::cursor::{short, Parsed};
use super::lexer::Kind;
use super::parser::Reader;
use super::{java, Loss};
use crate::grammar_version::Word;
use crate::model::{PartitionOffset, Tag, TagType};
use crate::span::Span;

impl Reader<'_> {
    /// Reads the value of a clause that is a list.
    pub(super) fn list_clause(&mut self, keyword: &str) -> Parsed<()> {
        match keyword {
            "PARTITIONBY" => self.partitions(),
            "DISTRIBUTEBY" | "CLUSTERBY" => self.buckets(),
            "WITHOFFSET" => self.offsets(),
            "WITHKEY" => self.keys(),
            "WITHTAG" => self.in_parentheses(Self::tag),
            "STOREAS" => self.store(),
            "PROPERTIES" => self.properties(),
            _ => Err(self.cursor.expected("clause")),
        }
    }

    fn in_parentheses(&mut self, mut each: impl FnMut(&mut Self) -> Parsed<()>) -> Parsed<()> {
        self.cursor.expect(Kind::LeftParen, "opening parenthesis")?;
        loop {
            each(self)?;
            if !self.cursor.skip(Kind::Comma) {
                self.cursor.expect(Kind::RightParen, "closing parenthesis")?;
                return Ok(());
            }
        }
    }

    fn partitions(&mut self) -> Parsed<()> {
        let mut seen = BTreeSet::new();
        loop {
            let (text, span) = self.partition()?;
            if !seen.insert(crate::ignore_case::fold(&text)) {
                return Err(self.cursor.reject(span, "the same partition twice"));
            }
            self.warn_of_quotes(&text, span);
            self.statement.partition_by.push(text);
            if !self.cursor.skip(Kind::Comma) {
                return Ok(());
            }
        }
    }

    /// The raw text of a path, or text in quotes.
    fn partition(&mut self) -> Parsed<(String, Span)> {
        if self.cursor.is_at(Kind::Text) {
            let text = self.cursor.glued_one(|kind| kind == Kind::Text, "partition")?;
            return Ok((text.text, text.span));
        }
        if self.cursor.edition.escaped_field {
            // A run of fields and dots in any order; `*` only behind a dot.
            let wanted = |kind| matches!(kind, Kind::Field | Kind::EscapedField | Kind::Dot);
            let mut run = self.cursor.glued(wanted, "partition")?;
            if run.text.ends_with('.') {
                if let Some(star) = self.cursor.take(|kind| kind == Kind::Asterisk) {
                    run.text.push('*');
                    run.span = run.span.to(star);
                }
            }
            return Ok((run.text, run.span));
        }
        let mut path = self.cursor.glued_one(|kind| kind == Kind::Field, "partition")?;
        while self.cursor.skip(Kind::Dot) {
            let wanted = |kind| matches!(kind, Kind::Field | Kind::Asterisk);
            let star = self.cursor.is_at(Kind::Asterisk);
            let part = self.cursor.one(wanted, "partition")?;
            path.text.push('.');
            path.text.push_str(self.cursor.text(part));
            path.span = path.span.to(part);
            if star {
                break;
            }
        }
        Ok((path.text, path.span))
    }

    fn buckets(&mut self) -> Parsed<()> {
        let start = self.cursor.here();
        loop {
            let field = self.cursor.one(|kind| kind == Kind::Field, "field")?;
            self.bucket_names.push(self.cursor.text(field).to_string());
            if !self.cursor.skip(Kind::Comma) {
                break;
            }
        }
        self.cursor.expect_word(Word::Into, "INTO")?;
        let number = self.cursor.int(0, "number of buckets")?;
        let end = self.cursor.expect_word(Word::Buckets, "BUCKETS")?;
        if self.buckets.replace(number).is_some() {
            let message = "Stream Reactor joins the fields and keeps the last number".to_string();
            self.cursor.warn(Loss::Replaced, start.to(end), message);
        }
        Ok(())
    }

    fn offsets(&mut self) -> Parsed<()> {
        loop {
            self.cursor.expect(Kind::LeftParen, "opening parenthesis")?;
            let partition = self.cursor.int(0, "partition")?;
            let more = self.cursor.skip(Kind::Comma);
            let offset = if more { Some(self.cursor.long(0, "offset")?) } else { None };
            self.cursor.expect(Kind::RightParen, "closing parenthesis")?;
            let offsets = self.statement.partition_offsets.get_or_insert_with(Vec::new);
            offsets.push(PartitionOffset { partition, offset });
            if !self.cursor.skip(Kind::Comma) {
                return Ok(());
            }
        }
    }

    fn keys(&mut self) -> Parsed<()> {
        self.in_parentheses(|reader| {
            let key = reader.field_topic_or_int()?;
            reader.statement.with_keys.get_or_insert_with(Vec::new).push(key);
            Ok(())
        })
    }

    fn tag(&mut self) -> Parsed<()> {
        let key = self.cursor.fields_or_topics("tag")?;
        if java::trim(&key.text).ends_with('.') {
            return Err(self.cursor.reject(key.span, "a tag that ends with a dot"));
        }
        self.warn_of_quotes(&key.text, key.span);
        let between = self
            .cursor
            .take(|kind| matches!(kind, Kind::Equal | Kind::Word(Word::As)))
            .map(|span| self.cursor.text(span));
        let (value, tag_type) = match between {
            None => (None, TagType::Default),
            Some(between) => {
                let value = self.value("value")?;
                // Upstream looks for the sign behind the key in a text from which it has removed
                // every occurrence of the key, so a key can eat the sign.
                let text = format!("{}{between}{value}", key.text);
                let rest = text.replace(&key.text, "");
                let rest = java::trim(&rest);
                if rest.starts_with('=') {
                    (Some(value), TagType::Constant)
                } else if rest.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("as")) {
                    (Some(value), TagType::Alias)
                } else {
                    return Err(self.cursor.reject(key.span, "a tag that hides its own sign"));
                }
            }
        };
        let tag = Tag { key: key.text, value, tag_type };
        self.statement.tags.get_or_insert_with(Vec::new).push(tag);
        Ok(())
    }

    /// A field, dots and topic names, or a number; raw.
    fn value(&mut self, name: &str) -> Parsed<String> {
        if self.cursor.is_at(Kind::Int) {
            return Ok(self.cursor.glued_one(|kind| kind == Kind::Int, name)?.text);
        }
        let value = self.cursor.field_or_topics(name)?;
        self.warn_of_quotes(&value.text, value.span);
        Ok(value.text)
    }

    fn store(&mut self) -> Parsed<()> {
        let name = self.cursor.field_or_topics("format")?;
        let plain = self.cursor.edition.plain_store;
        let stored_as = if plain { name.text.replace('`', "") } else { name.text };
        self.warn_of_quotes(&stored_as, name.span);
        self.statement.stored_as = Some(stored_as);
        let mut seen = BTreeSet::new();
        while self.cursor.is_at(Kind::LeftParen) {
            self.in_parentheses(|reader| {
                let key = reader.cursor.field_or_topics("parameter")?;
                if !seen.insert(crate::ignore_case::fold(&key.text)) {
                    return Err(reader.cursor.reject(key.span, "the same parameter twice"));
                }
                reader.cursor.expect(Kind::Equal, "`=`")?;
                let value = reader.value("value")?;
                reader.statement.stored_as_parameters.insert(key.text, value);
                Ok(())
            })?;
        }
        Ok(())
    }

    fn properties(&mut self) -> Parsed<()> {
        if self.cursor.is_at(Kind::LeftParen) && self.cursor.peek_second() == Some(Kind::RightParen)
        {
            self.cursor.skip(Kind::LeftParen);
            self.cursor.skip(Kind::RightParen);
            return Ok(());
        }
        self.in_parentheses(|reader| {
            let key = reader.property("key")?;
            reader.cursor.expect(Kind::Equal, "`=`")?;
            let start = reader.cursor.here();
            let value = reader.property("value")?;
            // Quotes inside quotes go as well.
            let Some(value) = java::without_pair(&value, '\'') else {
                return Err(reader.cursor.reject(start, "a lone quotation mark"));
            };
            let key_text = short(&key);
            if reader.statement.properties.insert(key, value.to_string()).is_some() {
                let message = format!("Stream Reactor keeps the last value of `{key_text}`");
                reader.cursor.warn(Loss::Replaced, start, message);
            }
            Ok(())
        })
    }

    /// A key or a value of PROPERTIES, unquoted; only a value may be a number.
    fn property(&mut self, name: &str) -> Parsed<String> {
        let single = match self.cursor.peek() {
            Some(Kind::Int) if name == "value" => Kind::Int,
            Some(Kind::Text) => Kind::Text,
            _ => {
                let glued = self.cursor.field_or_topics(name)?;
                return self.cursor.unquoted(&glued);
            }
        };
        let glued = self.cursor.glued_one(|kind| kind == single, name)?;
        self.cursor.unquoted(&glued)
    }
}
