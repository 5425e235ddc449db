//! The stable codes of diagnostics. A code never changes its meaning; its letter is the severity.

use core::fmt;

use super::Severity;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal $slug:literal,)*) => {
        /// What a diagnostic is about, as a code that scripts may rely on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, errors first.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as text, such as `KCQL-E006`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => concat!("KCQL-", $text),)* }
            }

            /// Its name, such as `unknown-clause`: what people write to allow it.
            pub const fn name(self) -> &'static str {
                match self { $(Code::$name => $slug,)* }
            }
        }
    };
}

codes! {
    /// The text holds no statement at all.
    NoStatement = "E001" "no-statement",
    /// A statement begins with something other than INSERT INTO, UPSERT INTO or SELECT.
    ExpectedStatement = "E002" "expected-statement",
    /// A SELECT without INSERT INTO: there is no topic to write to.
    MissingTarget = "E003" "missing-target",
    /// INTO, SELECT or FROM is missing.
    ExpectedKeyword = "E004" "expected-keyword",
    /// A topic, filter, column or key is missing or empty.
    ExpectedName = "E005" "expected-name",
    /// `#` or `$`, which may only stand inside backticks.
    UnquotedWildcard = "E006" "unquoted-wildcard",
    /// A quote, backtick or parenthesis is never closed.
    Unclosed = "E007" "unclosed",
    /// A word where a clause begins that is no clause.
    UnknownClause = "E008" "unknown-clause",
    /// Text that fits nowhere.
    UnexpectedText = "E009" "unexpected-text",
    /// A keyword in mixed case.
    KeywordCase = "E010" "keyword-case",
    /// A clause given twice.
    DuplicateClause = "E011" "duplicate-clause",
    /// Two statements without `;` between them.
    MissingSeparator = "E012" "missing-separator",
    /// The value of a clause is missing or of the wrong kind.
    BadValue = "E013" "bad-value",
    /// UPDATE INTO, which no release from 10.0.0 reads.
    UpdateInto = "E014" "update-into",
    /// The target is no legal name of a Kafka topic.
    IllegalTarget = "E015" "invalid-kafka-topic",
    /// A character that cannot be seen, such as a no-break space.
    InvisibleCharacter = "E016" "invisible-character",
    /// FROM is no legal MQTT filter.
    InvalidFilter = "E017" "invalid-mqtt-filter",
    /// WITHREGEX is no regular expression.
    InvalidRegex = "E018" "regex-does-not-compile",
    /// WITHREGEX uses what Java's engine has and the one here has not.
    UnsupportedRegex = "E019" "unsupported-regex",
    /// WITHCONVERTER is no class name.
    BadConverter = "E020" "bad-converter",
    /// KEYDELIMITER is not one character.
    BadKeyDelimiter = "E021" "bad-key-delimiter",
    /// The text is too long to be KCQL.
    TextTooLong = "E022" "text-too-long",
    /// A clause that the dialect does not have.
    RemovedClause = "E023" "removed-clause",
    /// A character that may only stand inside backticks.
    NeedsQuotes = "E024" "dropped-character",
    /// A call of a function, which KCQL does not have.
    UnquotedFunction = "E025" "unquoted-function",
    /// A clause of the other form of statement.
    ClauseNotInForm = "E026" "clause-not-in-form",
    /// A field selected twice, which upstream refuses.
    DuplicateField = "E027" "duplicate-field",
    /// A parameter of STOREAS or a field of PARTITIONBY given twice.
    DuplicateParameter = "E028" "duplicate-parameter",
    /// A number that its clause does not take.
    NumberOutOfRange = "E029" "number-out-of-range",
    /// `/*` without `*/`.
    UnclosedComment = "E030" "unclosed-comment",
    /// A text that upstream's parser refuses, where it decides.
    UpstreamRefuses = "E031" "upstream-refuses",
    /// A blank inside a name.
    NameWithBlank = "E032" "name-with-blank",
    /// A column that the dialect cannot read.
    BadColumn = "E050" "bad-column",
    /// More errors than are worth printing.
    MoreErrors = "E099" "more-errors",
    /// Columns are selected, which the MQTT source does not do.
    ColumnsIgnored = "W001" "columns-ignored",
    /// A clause that the MQTT source does not act on.
    ClauseIgnored = "W002" "ignored-by-connector",
    /// A keyword used as a name, which upstream cannot read.
    KeywordAsName = "W004" "keyword-as-name",
    /// A part of a name made of digits, where upstream ends the name.
    NumericSegment = "W005" "numeric-segment",
    /// A name that is partly in backticks.
    PartlyQuoted = "W006" "partly-quoted",
    /// `=` where upstream wants none, or none where it wants one.
    EqualsSign = "W007" "equals-sign",
    /// A value that upstream reads in backticks only.
    UnquotedValue = "W008" "unquoted-class",
    /// One character in single quotes, which upstream refuses as a name.
    ShortString = "W009" "single-char-string",
    /// A key delimiter that upstream cannot read.
    DelimiterNotPortable = "W010" "delimiter-not-portable",
    /// A statement that no message can reach.
    DeadStatement = "W011" "dead-statement",
    /// WITHKEY with the converter that does not look into messages.
    KeysIgnored = "W012" "converter-without-key-support",
    /// Blanks around a dot of a name.
    BlankInName = "W013" "blank-around-dot",
    /// UPSERT PK, of which upstream loses both words.
    UpsertKey = "W014" "upsert-pk",
    /// A character that upstream drops.
    UpstreamDrops = "W015" "upstream-drops",
    /// Words that upstream makes one name of.
    UpstreamGlues = "W016" "upstream-glues",
    /// Text behind the last clause that upstream reads.
    UpstreamLeavesRest = "W017" "upstream-leaves-rest",
    /// A path whose parts upstream reorders.
    UpstreamReorders = "W018" "upstream-reorders",
    /// A column that upstream loses.
    UpstreamLosesColumn = "W019" "upstream-loses-column",
    /// `IGNORE *`, which upstream takes for a selection.
    IgnoreStar = "W020" "ignore-star",
    /// A key of PROPERTIES given twice.
    DuplicateProperty = "W021" "duplicate-property",
    /// Quotes that upstream leaves in a value.
    QuotesKept = "W022" "quotes-kept",
    /// A comment, which upstream does not know.
    CommentInName = "W023" "comment-in-name",
    /// A column in single quotes, which upstream loses.
    StringColumn = "W024" "string-column",
    /// Two columns with one name.
    DuplicateAlias = "W025" "duplicate-alias",
    /// A column both selected and ignored.
    SelectedAndIgnored = "W026" "selected-and-ignored",
    /// A statement without a target.
    SelectWithoutTarget = "W027" "select-without-target",
    /// A key of PROPERTIES that the connector does not know.
    UnknownProperty = "W028" "unknown-property",
    /// Filters that share topics, of which both get the messages.
    OverlappingFilters = "W029" "overlapping-filters",
    /// Filters that share topics, of which the order decides.
    OrderDependentRouting = "W030" "order-dependent-routing",
    /// A `$` target that may make one Kafka topic of two MQTT topics.
    DollarTargetCollision = "W031" "dollar-target-collision",
    /// Targets that differ only in `.` and `_`.
    TopicNameCollision = "W035" "topic-name-collision",
    /// A finding allowed without a reason.
    AllowWithoutReason = "W037" "allow-without-reason",
    /// An allowance that allows nothing.
    UnusedAllow = "W038" "unused-allow",
    /// Overlapping filters in a set that upstream keeps in hash order.
    UpstreamHashOrder = "W039" "upstream-hash-order",
    /// A statement whose topics an earlier one takes.
    ShadowedStatement = "W040" "shadowed-statement",
    /// A path without the quotes that upstream wants.
    DottedKey = "W036" "dotted-key",
    /// A `;` inside quotes, where upstream splits the text.
    SplitInQuotes = "W041" "split-in-quotes",
    /// `$` in a longer target, where it stands for itself.
    DollarInTarget = "W042" "dollar-in-target",
    /// WITHREGEX that no topic of the filter can match.
    RegexOutsideFilter = "W043" "regex-outside-filter",
    /// AvroConverter without the settings that it needs.
    AvroSchemaMissing = "W044" "avro-schema-missing",
    /// A legal filter that is probably not what was meant.
    SuspiciousFilter = "W045" "suspicious-filter",
    /// More warnings than are worth printing.
    MoreWarnings = "W099" "more-warnings",
    /// Clauses in another order than the one upstream reads.
    ClauseOrder = "N001" "clause-order",
    /// Nothing between two semicolons.
    EmptyStatement = "N002" "empty-statement",
    /// A shared subscription that is the only statement, so that one task has it.
    SharedSingleTask = "N003" "shared-group-single-task",
}

impl Code {
    /// Its severity, by the code's letter.
    pub fn severity(self) -> Severity {
        match self.as_str().as_bytes().get(5) {
            Some(b'E') => Severity::Error,
            Some(b'W') => Severity::Warning,
            _ => Severity::Note,
        }
    }

    /// Whether it reports text that upstream's parser drops silently.
    pub fn is_loss(self) -> bool {
        (Self::UpsertKey..=Self::QuotesKept).contains(&self)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;
    use alloc::vec::Vec;

    #[test]
    fn codes_are_unique_and_their_letter_is_the_severity() {
        let texts: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
        let names: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert_eq!(Code::NeedsQuotes.severity(), Severity::Error);
        assert_eq!(Code::EqualsSign.severity(), Severity::Warning);
        assert_eq!(Code::ClauseOrder.severity(), Severity::Note);
    }

    #[test]
    fn losses_are_the_warnings_from_14_to_22() {
        let losses: Vec<&str> =
            Code::ALL.iter().filter(|code| code.is_loss()).map(|code| code.as_str()).collect();
        let expected: Vec<_> = (14..=22).map(|n| alloc::format!("KCQL-W0{n}")).collect();
        assert_eq!(losses, expected);
    }
}
