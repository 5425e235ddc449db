//! Reads the value of each clause: which tokens it takes, whether its quotes stay, and its range.
//! Does not know the order of clauses.

use alloc::format;
use alloc::string::String;

use super::cursor::{short, Parsed};
use super::lexer::Kind;
use super::parser::Reader;
use super::Loss;
use crate::grammar_version::Word;
use crate::span::Span;

const UNITS: [&str; 7] =
    ["NANOSECONDS", "MICROSECONDS", "MILLISECONDS", "SECONDS", "MINUTES", "HOURS", "DAYS"];
const COMPRESSIONS: [&str; 6] = ["SNAPPY", "GZIP", "LZ4", "ZLIB", "BZIP2", "LZO"];
const EVOLUTIONS: [&str; 3] = ["MATCH", "IGNORE", "ADD"];
const PARTITIONINGS: [&str; 2] = ["STRICT", "DYNAMIC"];

impl Reader<'_> {
    /// Reads the value of a clause, its keyword and `=` taken already.
    pub(super) fn clause(&mut self, keyword: &str) -> Parsed<()> {
        match keyword {
            "IGNORE" => self.columns.list(&mut self.cursor, &mut self.statement, true)?,
            "PK" => self.columns.keys(&mut self.cursor, &mut self.statement)?,
            "AUTOCREATE" => self.statement.auto_create = true,
            "WITHSTRUCTURE" => self.statement.retain_structure = true,
            "AUTOEVOLVE" => self.statement.auto_evolve = true,
            "CAPITALIZE" => self.statement.capitalize = true,
            "INITIALIZE" => self.statement.initialize = true,
            "NOPARTITION" => self.statement.no_partition = true,
            "WITHUNWRAP" => self.statement.unwrap = true,
            "WITH_OVERWRITE" => self.statement.overwrite = true,
            "WITH_ACK" => self.statement.ack = true,
            "WITH_ENCODE_BASE64" => self.statement.encode_base64 = true,
            "BATCH" => self.statement.batch_size = self.cursor.int(1, "batch size")?,
            "PROJECTTO" => self.statement.project_to = Some(self.cursor.int(1, "version")?),
            "LIMIT" => self.statement.limit = self.cursor.int(1, "limit")?,
            "WITHDELAY" => self.statement.delay = self.cursor.int(0, "delay")?,
            "TTL" => self.statement.ttl = self.cursor.long(1, "time to live")?,
            "WITH_LOCK_TIME" => self.statement.lock_time = self.cursor.long(1, "lock time")?,
            "WITH_FLUSH_SIZE" => self.statement.flush_size = self.cursor.long(1, "size")?,
            "WITH_FLUSH_INTERVAL" => {
                self.statement.flush_interval = self.cursor.long(1, "interval")?;
            }
            "WITH_FLUSH_COUNT" => self.statement.flush_count = self.cursor.long(1, "count")?,
            "TIMESTAMPUNIT" => self.statement.timestamp_unit = self.word_of(&UNITS)?,
            "WITH_SCHEMA_EVOLUTION" => {
                self.statement.schema_evolution = self.word_of(&EVOLUTIONS)?;
            }
            "WITH_PARTITIONING" => {
                self.statement.partitioning = Some(self.word_of(&PARTITIONINGS)?);
            }
            "WITHCOMPRESSION" => self.statement.compression = Some(self.word_of(&COMPRESSIONS)?),
            "WITHFORMAT" => self.statement.format = Some(self.format()?),
            "WITHTIMESTAMP" => {
                let wanted = |kind| matches!(kind, Kind::Field | Kind::Word(Word::SysTime));
                self.statement.timestamp = Some(self.raw(wanted, "timestamp")?);
            }
            "WITHTYPE" => self.statement.with_type = Some(self.field()?),
            "WITHPARTITIONER" => self.statement.partitioner = Some(self.field()?),
            "WITHSUBSCRIPTION" => self.statement.subscription = Some(self.field()?),
            "WITH_SESSION" => self.statement.session = Some(self.field()?),
            "WITHCONVERTER" => self.statement.converter = Some(self.topic("converter")?),
            "WITHJMSSELECTOR" => self.statement.jms_selector = Some(self.topic("selector")?),
            "WITHREGEX" => self.statement.regex = Some(self.topic("expression")?),
            "WITH_TABLE_LOCATION" => {
                self.statement.table_location = Some(self.topic("location")?);
            }
            "INCREMENTALMODE" => {
                let wanted = |kind| matches!(kind, Kind::Field | Kind::Topic);
                self.statement.incremental_mode = Some(self.raw(wanted, "mode")?);
            }
            "WITHDOCTYPE" => self.statement.doc_type = Some(self.field_topic_or_int()?),
            "WITHINDEXSUFFIX" => self.statement.index_suffix = Some(self.field_topic_or_int()?),
            "WITHGROUP" => {
                let any = |kind| matches!(kind, Kind::Int | Kind::Field | Kind::Topic | Kind::Text);
                let group = self.cursor.glued_one(any, "consumer group")?;
                self.statement.consumer_group = Some(self.cursor.unquoted(&group)?);
            }
            "WITHTARGET" => {
                let target = self.cursor.fields_or_topics("target")?;
                self.warn_of_quotes(&target.text, target.span);
                self.statement.dynamic_target = Some(target.text);
            }
            "WITHPIPELINE" => {
                let part = |kind| matches!(kind, Kind::Field | Kind::Topic | Kind::Dot | Kind::Int);
                let pipeline = self.cursor.glued(part, "pipeline")?;
                self.statement.pipeline = Some(self.cursor.unquoted(&pipeline)?);
            }
            "KEYDELIMITER" => self.delimiter()?,
            "SAMPLE" => {
                self.statement.sample_count = Some(self.cursor.int(0, "sample")?);
                self.cursor.expect_word(Word::Every, "EVERY")?;
                self.statement.sample_rate = Some(self.cursor.int(0, "sample")?);
            }
            list => self.list_clause(list)?,
        }
        Ok(())
    }

    /// A value whose quotes stay.
    fn raw(&mut self, wanted: impl Fn(Kind) -> bool, name: &str) -> Parsed<String> {
        let value = self.cursor.glued_one(wanted, name)?;
        self.warn_of_quotes(&value.text, value.span);
        Ok(value.text)
    }

    pub(super) fn warn_of_quotes(&mut self, text: &str, span: Span) {
        if text.contains(['`', '\'']) {
            let message = format!("Stream Reactor keeps the quotes of `{}`", short(text));
            self.cursor.warn(Loss::QuotesKept, span, message);
        }
    }

    fn field(&mut self) -> Parsed<String> {
        self.raw(|kind| kind == Kind::Field, "word")
    }

    fn topic(&mut self, name: &str) -> Parsed<String> {
        let value = self.cursor.glued_one(|kind| kind == Kind::Topic, name)?;
        self.cursor.unquoted(&value)
    }

    pub(super) fn field_topic_or_int(&mut self) -> Parsed<String> {
        let any = |kind| matches!(kind, Kind::Field | Kind::Topic | Kind::Int);
        let value = self.cursor.glued_one(any, "name")?;
        self.cursor.unquoted(&value)
    }

    /// A word of a closed set, in any case.
    fn word_of(&mut self, words: &[&'static str]) -> Parsed<&'static str> {
        let span = self.cursor.one(|kind| kind == Kind::Field, "word")?;
        let text = self.cursor.text(span);
        let word = words.iter().find(|word| word.eq_ignore_ascii_case(text));
        word.copied().ok_or_else(|| {
            let message = format!("{} is none of {}", short(text), words.join(", "));
            self.cursor.reject(span, &message)
        })
    }

    fn format(&mut self) -> Parsed<&'static str> {
        let edition = self.cursor.edition;
        let wanted = if edition.formats_reserved { Kind::Word(Word::Format) } else { Kind::Field };
        let span = self.cursor.expect(wanted, "format")?;
        let format = edition.format(self.cursor.text(span));
        format.ok_or_else(|| self.cursor.reject(span, "no such format"))
    }

    fn delimiter(&mut self) -> Parsed<()> {
        let span = self.cursor.one(|kind| kind == Kind::Delimiter, "key delimiter")?;
        let mut delimiter = self.cursor.text(span).replace('`', "");
        if self.cursor.edition.strings {
            delimiter = delimiter.replace('\'', "");
        }
        if super::java::trim(&delimiter).is_empty() {
            return Err(self.cursor.reject(span, "an empty key delimiter"));
        }
        self.statement.key_delimiter = delimiter;
        Ok(())
    }
}
