//! Where the artefact 2.8.7 and the last release of the original library read a text differently,
//! with the reason. The list is complete: the comparison with the artefact applies the rules of
//! 2.8.7, and its test accepts no other difference.

/// Something that 2.8.7 lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// A short name.
    pub name: &'static str,
    /// What came later, and what 2.8.7 reads instead.
    pub reason: &'static str,
    /// A text that the two read differently.
    pub example: &'static str,
}

/// Every difference.
pub const KNOWN_DIFFERENCES: &[Difference] = &[
    Difference {
        name: "strings",
        reason: "text in single quotes became a token, for sources, targets, aliases, consumer \
                 groups and partitions; 2.8.7 drops the quotes and reads what is between them",
        example: "SELECT * FROM 'a b'",
    },
    Difference {
        name: "delimiter",
        reason: "a key delimiter is one character in single quotes; in 2.8.7 it is any run of \
                 delimiter characters, so that such runs win over topic names and are no names",
        example: "INSERT INTO a SELECT * FROM b KEYDELIMITER='x'",
    },
    Difference {
        name: "unquoting",
        reason: "values lose single quotes after their backticks; 2.8.7 takes off backticks only",
        example: "SELECT * FROM `'a'`",
    },
    Difference {
        name: "key and header fields",
        reason: "`_key.x` and `_header.x` went to lists of their own; 2.8.7 selects them as values",
        example: "SELECT _key.a FROM b",
    },
    Difference {
        name: "properties",
        reason: "PROPERTIES became a clause; 2.8.7 reads the word as a name",
        example: "INSERT INTO a SELECT * FROM b PROPERTIES(ab=cd)",
    },
    Difference {
        name: "protobuf",
        reason: "PROTOBUF became a format and a reserved word",
        example: "SELECT * FROM b WITHFORMAT PROTOBUF",
    },
];
