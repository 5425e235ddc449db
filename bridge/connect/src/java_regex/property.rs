//! The names that Java takes inside of `\p{…}`, and its predefined escapes.

use super::set::Set;

/// What decides the meaning of a name besides the name.
#[derive(Debug, Clone, Copy)]
pub(super) struct NameFlags {
    /// `(?i)`: names of one case mean both.
    pub(super) any_case: bool,
    /// `(?U)`: names of POSIX mean Unicode's sets.
    pub(super) unicode: bool,
}

/// How a name ended.
pub(super) enum Named {
    /// It is a set.
    Set(Set),
    /// Java has it, we have not.
    NotHere,
    /// Java's text for a name that it does not know.
    Unknown(String),
}

/// `\d`, `\w`, `\s`, `\h`, `\v` and their negations; none for another letter.
pub(super) fn predefined(letter: char, unicode: bool) -> Option<Set> {
    let set = match letter.to_ascii_lowercase() {
        'd' if unicode => property("Nd"),
        'd' => Set::ranges(&[('0', '9')]),
        'w' => word(unicode),
        's' if unicode => property("White_Space"),
        's' => ascii_space(),
        'h' => Set::ranges(&[
            ('\t', '\t'),
            (' ', ' '),
            ('\u{a0}', '\u{a0}'),
            ('\u{1680}', '\u{1680}'),
            ('\u{180e}', '\u{180e}'),
            ('\u{2000}', '\u{200a}'),
            ('\u{202f}', '\u{202f}'),
            ('\u{205f}', '\u{205f}'),
            ('\u{3000}', '\u{3000}'),
        ]),
        'v' => vertical_space(),
        _ => return None,
    };
    Some(if letter.is_ascii_uppercase() { set.not() } else { set })
}

/// `\w`, which also decides `\b`.
pub(super) fn word(unicode: bool) -> Set {
    if !unicode {
        return Set::ranges(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]);
    }
    ["Alphabetic", "M", "Nd", "Pc", "Join_Control"]
        .into_iter()
        .fold(Set::empty(), |set, name| set.or(&property(name)))
}

/// What ends a line, apart from the pair CR LF.
pub(super) fn vertical_space() -> Set {
    Set::ranges(&[('\n', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')])
}

fn ascii_space() -> Set {
    Set::ranges(&[('\t', '\r'), (' ', ' ')])
}

/// A property that the tables are known to have.
fn property(name: &str) -> Set {
    Set::property(name).unwrap_or_else(Set::empty)
}

/// The meaning of `\p{name}`.
pub(super) fn named(name: &str, flags: NameFlags) -> Named {
    if let Some((key, value)) = name.split_once('=') {
        let key = key.to_lowercase();
        let found = match key.as_str() {
            "sc" | "script" => script(value),
            "blk" | "block" => return block(value).map_or(Named::NotHere, Named::Set),
            "gc" | "general_category" => category(value, flags.any_case),
            _ => None,
        };
        return found.map_or_else(
            || {
                Named::Unknown(format!(
                    "Unknown Unicode property {{name=<{key}>, value=<{value}>}}"
                ))
            },
            Named::Set,
        );
    }
    if let Some(name) = name.strip_prefix("In") {
        return block(name).map_or(Named::NotHere, Named::Set);
    }
    let found = if let Some(short) = name.strip_prefix("Is") {
        unicode_property(short, flags.any_case)
            .or_else(|| category(short, flags.any_case))
            .or_else(|| script(short))
    } else {
        flags
            .unicode
            .then(|| posix_in_unicode(name, flags.any_case))
            .flatten()
            .or_else(|| category(name, flags.any_case))
    };
    match found {
        Some(set) => Named::Set(set),
        None if JAVA_ONLY.contains(&name) => Named::NotHere,
        None => Named::Unknown(format!("Unknown character property name {{{name}}}")),
    }
}

/// The blocks that patterns ask for; the others are refused, known to Java or not.
fn block(name: &str) -> Option<Set> {
    let plain = name.to_uppercase().replace([' ', '_', '-'], "");
    let (first, last) = match plain.as_str() {
        "BASICLATIN" => ('\0', '\u{7f}'),
        "LATIN1SUPPLEMENT" => ('\u{80}', '\u{ff}'),
        "LATINEXTENDEDA" => ('\u{100}', '\u{17f}'),
        "LATINEXTENDEDB" => ('\u{180}', '\u{24f}'),
        "COMBININGDIACRITICALMARKS" => ('\u{300}', '\u{36f}'),
        "GREEK" | "GREEKANDCOPTIC" => ('\u{370}', '\u{3ff}'),
        "CYRILLIC" => ('\u{400}', '\u{4ff}'),
        "ARMENIAN" => ('\u{530}', '\u{58f}'),
        "HEBREW" => ('\u{590}', '\u{5ff}'),
        "ARABIC" => ('\u{600}', '\u{6ff}'),
        "DEVANAGARI" => ('\u{900}', '\u{97f}'),
        "THAI" => ('\u{e00}', '\u{e7f}'),
        "GENERALPUNCTUATION" => ('\u{2000}', '\u{206f}'),
        "CURRENCYSYMBOLS" => ('\u{20a0}', '\u{20cf}'),
        "ARROWS" => ('\u{2190}', '\u{21ff}'),
        "MATHEMATICALOPERATORS" => ('\u{2200}', '\u{22ff}'),
        "BOXDRAWING" => ('\u{2500}', '\u{257f}'),
        "HIRAGANA" => ('\u{3040}', '\u{309f}'),
        "KATAKANA" => ('\u{30a0}', '\u{30ff}'),
        "CJKUNIFIEDIDEOGRAPHS" => ('\u{4e00}', '\u{9fff}'),
        "HANGULSYLLABLES" => ('\u{ac00}', '\u{d7af}'),
        "EMOTICONS" => ('\u{1f600}', '\u{1f64f}'),
        _ => return None,
    };
    Some(Set::ranges(&[(first, last)]))
}

/// Names of methods of Java's `Character` that no table of Unicode gives exactly.
const JAVA_ONLY: [&str; 6] = [
    "javaJavaIdentifierStart",
    "javaJavaIdentifierPart",
    "javaUnicodeIdentifierStart",
    "javaUnicodeIdentifierPart",
    "javaIdentifierIgnorable",
    "javaMirrored",
];

fn script(name: &str) -> Option<Set> {
    // A general category must not pass for a script.
    Set::property(&format!("Script={name}"))
}

/// Names of POSIX and of Java, and the general categories.
fn category(name: &str, any_case: bool) -> Option<Set> {
    const ALPHA: &[(char, char)] = &[('A', 'Z'), ('a', 'z')];
    let cased = || property("Lu").or(&property("Ll")).or(&property("Lt"));
    let java_cased = || property("Lowercase").or(&property("Uppercase")).or(&property("Lt"));
    Some(match name {
        _ if name == "LC" || any_case && matches!(name, "Lu" | "Ll" | "Lt") => cased(),
        "L1" => Set::ranges(&[('\0', '\u{ff}')]),
        "all" => Set::all(),
        "ASCII" => Set::ranges(&[('\0', '\x7f')]),
        "Alnum" => Set::ranges(&[('0', '9'), ('A', 'Z'), ('a', 'z')]),
        "Alpha" => Set::ranges(ALPHA),
        "Lower" | "Upper" if any_case => Set::ranges(ALPHA),
        "Lower" => Set::ranges(&[('a', 'z')]),
        "Upper" => Set::ranges(&[('A', 'Z')]),
        "Blank" => Set::ranges(&[('\t', '\t'), (' ', ' ')]),
        "Cntrl" => Set::ranges(&[('\0', '\x1f'), ('\x7f', '\x7f')]),
        "Digit" => Set::ranges(&[('0', '9')]),
        "Graph" => Set::ranges(&[('!', '~')]),
        "Print" => Set::ranges(&[(' ', '~')]),
        "Punct" => Set::ranges(&[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
        "Space" => ascii_space(),
        "XDigit" => Set::ranges(&[('0', '9'), ('A', 'F'), ('a', 'f')]),
        "javaLowerCase" | "javaUpperCase" | "javaTitleCase" if any_case => java_cased(),
        "javaLowerCase" => property("Lowercase"),
        "javaUpperCase" => property("Uppercase"),
        "javaTitleCase" => property("Lt"),
        "javaAlphabetic" => property("Alphabetic"),
        "javaIdeographic" => property("Ideographic"),
        "javaDigit" => property("Nd"),
        "javaDefined" => property("Cn").not(),
        "javaLetter" => property("L"),
        "LD" | "javaLetterOrDigit" => property("L").or(&property("Nd")),
        "javaSpaceChar" => property("Z"),
        "javaWhitespace" => {
            let unbroken = ['\u{a0}', '\u{2007}', '\u{202f}'].map(|c| (c, c));
            property("Z")
                .and(&Set::ranges(&unbroken).not())
                .or(&Set::ranges(&[('\t', '\r'), ('\x1c', '\x1f')]))
        }
        "javaISOControl" => property("Cc"),
        // Surrogates are no characters here, and no text of ours has any.
        "Cs" => Set::empty(),
        "C" => property("C"),
        _ => {
            let known = matches!(name.len(), 1 | 2)
                && name.starts_with(|c: char| c.is_ascii_uppercase())
                && name.chars().skip(1).all(|c| c.is_ascii_lowercase());
            return if known { Set::property(name) } else { None };
        }
    })
}

/// Names after `Is`: properties of Unicode, in any case.
fn unicode_property(name: &str, any_case: bool) -> Option<Set> {
    let cased = || property("Lowercase").or(&property("Uppercase")).or(&property("Lt"));
    Some(match name.to_uppercase().as_str() {
        "ALPHABETIC" => property("Alphabetic"),
        "ASSIGNED" => property("Cn").not(),
        "CONTROL" => property("Cc"),
        "EMOJI" => property("Emoji"),
        "EMOJI_PRESENTATION" => property("Emoji_Presentation"),
        "EMOJI_MODIFIER" => property("Emoji_Modifier"),
        "EMOJI_MODIFIER_BASE" => property("Emoji_Modifier_Base"),
        "EMOJI_COMPONENT" => property("Emoji_Component"),
        "EXTENDED_PICTOGRAPHIC" => property("Extended_Pictographic"),
        "HEXDIGIT" | "HEX_DIGIT" => hex_digit(),
        "IDEOGRAPHIC" => property("Ideographic"),
        "JOINCONTROL" | "JOIN_CONTROL" => property("Join_Control"),
        "LETTER" => property("L"),
        "LOWERCASE" | "UPPERCASE" | "TITLECASE" if any_case => cased(),
        "LOWERCASE" => property("Lowercase"),
        "UPPERCASE" => property("Uppercase"),
        "TITLECASE" => property("Lt"),
        "NONCHARACTERCODEPOINT" | "NONCHARACTER_CODE_POINT" => property("Noncharacter_Code_Point"),
        "PUNCTUATION" => property("P"),
        "WHITESPACE" | "WHITE_SPACE" => property("White_Space"),
        "WORD" => word(true),
        _ => return None,
    })
}

/// POSIX names under `(?U)`.
fn posix_in_unicode(name: &str, any_case: bool) -> Option<Set> {
    Some(match name.to_uppercase().as_str() {
        "ALPHA" => property("Alphabetic"),
        "LOWER" | "UPPER" if any_case => {
            property("Lowercase").or(&property("Uppercase")).or(&property("Lt"))
        }
        "LOWER" => property("Lowercase"),
        "UPPER" => property("Uppercase"),
        "SPACE" => property("White_Space"),
        "PUNCT" => property("P"),
        "XDIGIT" => hex_digit(),
        "ALNUM" => property("Alphabetic").or(&property("Nd")),
        "CNTRL" => property("Cc"),
        "DIGIT" => property("Nd"),
        "BLANK" => blank(),
        "GRAPH" => graph(),
        "PRINT" => graph().or(&blank()).and(&property("Cc").not()),
        _ => return None,
    })
}

fn hex_digit() -> Set {
    property("Nd").or(&Set::ranges(&[
        ('A', 'F'),
        ('a', 'f'),
        ('\u{ff10}', '\u{ff19}'),
        ('\u{ff21}', '\u{ff26}'),
        ('\u{ff41}', '\u{ff46}'),
    ]))
}

fn blank() -> Set {
    property("Zs").or(&Set::ranges(&[('\t', '\t')]))
}

fn graph() -> Set {
    ["Z", "Cc", "Cs", "Cn"]
        .into_iter()
        .fold(Set::ranges(&[('\t', '\r')]), |set, name| {
            set.or(&if name == "Cs" { Set::empty() } else { property(name) })
        })
        .not()
}
