//! Reads JSON as Jackson does with the settings that `JsonDeserializer` gives it.
//!
//! That is: leading zeros are let through, what follows the value is not looked at (except right
//! behind a number), a repeated name keeps its first place and its last value, and nothing but
//! double quotes, plain numbers and the three words is known. Bounds are Jackson's: depth 1000,
//! numbers of 1000 digits, names of 50,000 and texts of 20,000,000 characters. Builds whatever
//! implements [`Tree`], with a stack of its own, so depth costs no stack of the thread.

use super::detect::to_utf8;
use super::error::JsonError;
use super::strings;

const DEPTH_MAX: usize = 1000;
const DIGITS_MAX: usize = 1000;
const NAME_MAX: usize = 50_000;
const TEXT_MAX: usize = 20_000_000;

/// What a reader builds.
pub(super) trait Tree: Sized {
    /// An object while it is built.
    type Members;

    fn members() -> Self::Members;
    fn null() -> Self;
    fn boolean(it: bool) -> Self;
    /// From a sign and digits.
    fn integer(text: &str) -> Self;
    /// From a number with a fraction or an exponent; none where the exponent is beyond all bounds.
    fn fraction(text: &str) -> Option<Self>;
    fn text(text: String) -> Self;
    fn list(items: Vec<Self>) -> Self;
    fn object(members: Self::Members) -> Self;
    /// Adds a member, or replaces its value in place.
    fn put(members: &mut Self::Members, name: String, value: Self);
}

/// The first value in `bytes`; none where there is nothing but white space.
pub(super) fn read<T: Tree>(bytes: &[u8]) -> Result<Option<T>, JsonError> {
    let (bytes, mark) = to_utf8(bytes)?;
    let mut reader = Reader { bytes: &bytes, at: 0 };
    reader.root().map_err(|error| JsonError { at: error.at + mark, ..error })
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A list or an object that is not closed yet.
enum Open<T: Tree> {
    List(Vec<T>),
    Object(T::Members, String),
}

/// The next step of the reader.
enum Step<T: Tree> {
    Value(T),
    Open(Open<T>),
}

impl<'a> Reader<'a> {
    fn root<T: Tree>(&mut self) -> Result<Option<T>, JsonError> {
        self.skip_space();
        if self.peek().is_none() {
            return Ok(None);
        }
        let starts_number = matches!(self.peek(), Some(b'-' | b'0'..=b'9'));
        let mut open: Vec<Open<T>> = Vec::new();
        loop {
            let mut value = match self.begin(open.len())? {
                Step::Value(value) => value,
                Step::Open(inner) => {
                    open.push(inner);
                    continue;
                }
            };
            // Add the value to the open container; a container that ends is itself the next value.
            loop {
                let Some(outer) = open.last_mut() else {
                    if starts_number {
                        self.check_behind_number()?;
                    }
                    return Ok(Some(value));
                };
                if !self.take_in(outer, value)? {
                    break;
                }
                value = match open.pop() {
                    Some(Open::List(items)) => T::list(items),
                    Some(Open::Object(members, _)) => T::object(members),
                    None => return Ok(None),
                };
            }
        }
    }

    /// Reads a value, or the beginning of one up to where its first part begins.
    fn begin<T: Tree>(&mut self, depth: usize) -> Result<Step<T>, JsonError> {
        self.skip_space();
        if depth >= DEPTH_MAX && matches!(self.peek(), Some(b'[' | b'{')) {
            return Err(JsonError::too_large(self.at, "nesting", DEPTH_MAX));
        }
        Ok(Step::Value(match self.peek() {
            Some(b'"') => T::text(self.text("a text", TEXT_MAX)?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'[') => {
                self.at += 1;
                self.skip_space();
                if self.peek() != Some(b']') {
                    return Ok(Step::Open(Open::List(Vec::new())));
                }
                self.at += 1;
                T::list(Vec::new())
            }
            Some(b'{') => {
                self.at += 1;
                self.skip_space();
                if self.peek() != Some(b'}') {
                    let name = self.name()?;
                    return Ok(Step::Open(Open::Object(T::members(), name)));
                }
                self.at += 1;
                T::object(T::members())
            }
            Some(b't') => self.word("true", T::boolean(true))?,
            Some(b'f') => self.word("false", T::boolean(false))?,
            Some(b'n') => self.word("null", T::null())?,
            _ => return Err(self.unexpected("a value")),
        }))
    }

    /// Adds a value to its container and reads on to the next value; true at the end of the
    /// container.
    fn take_in<T: Tree>(&mut self, outer: &mut Open<T>, value: T) -> Result<bool, JsonError> {
        self.skip_space();
        let next = self.peek();
        match outer {
            Open::List(items) => {
                items.push(value);
                match next {
                    Some(b',') => self.at += 1,
                    Some(b']') => {
                        self.at += 1;
                        return Ok(true);
                    }
                    _ => return Err(self.unexpected("`,` or `]`")),
                }
            }
            Open::Object(members, name) => {
                T::put(members, std::mem::take(name), value);
                match next {
                    Some(b',') => {
                        self.at += 1;
                        self.skip_space();
                        *name = self.name()?;
                    }
                    Some(b'}') => {
                        self.at += 1;
                        return Ok(true);
                    }
                    _ => return Err(self.unexpected("`,` or `}`")),
                }
            }
        }
        Ok(false)
    }

    /// A name with its colon.
    fn name(&mut self) -> Result<String, JsonError> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a name in double quotes"));
        }
        let start = self.at;
        let name = self.text("a name", NAME_MAX)?;
        // Every escape is longer than its character.
        if self.at - start != name.len() + 2 {
            if let Some(at) = strings::half_pair(self.bytes, start + 1, self.at) {
                return Err(JsonError::new(at, "half of a surrogate pair within a name"));
            }
        }
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("`:` behind the name"));
        }
        self.at += 1;
        Ok(name)
    }

    fn text(&mut self, what: &str, max: usize) -> Result<String, JsonError> {
        let start = self.at;
        let (text, end) = strings::read(self.bytes, start + 1)?;
        self.at = end;
        // No text has more UTF-16 units than bytes.
        if text.len() > max && text.encode_utf16().count() > max {
            return Err(JsonError::too_large(start, &format!("the length of {what}"), max));
        }
        Ok(text)
    }

    fn word<T>(&mut self, word: &str, value: T) -> Result<T, JsonError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let after = rest.strip_prefix(word.as_bytes());
        // Jackson takes `$` for the end of a word, and not the delete character.
        let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | 0x7f..);
        match after {
            Some(after) if !after.first().is_some_and(goes_on) => {
                self.at += word.len();
                Ok(value)
            }
            _ => Err(self.unexpected("a value")),
        }
    }

    fn number<T: Tree>(&mut self) -> Result<T, JsonError> {
        let start = self.at;
        let negative = self.skip(b'-');
        let whole = self.digits("a digit")?;
        // Zeros in front do not count.
        let zeros = whole.bytes().take_while(|byte| *byte == b'0').count();
        let whole = whole.get(zeros.min(whole.len().saturating_sub(1))..).unwrap_or("0");
        let mut count = whole.len();
        let mut is_fraction = false;
        if self.skip(b'.') {
            is_fraction = true;
            count += self.digits("a digit behind the decimal point")?.len();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            is_fraction = true;
            if !self.skip(b'-') {
                self.skip(b'+');
            }
            count += self.digits("a digit of the exponent")?.len();
        }
        if count > DIGITS_MAX {
            return Err(JsonError::too_large(start, "the length of a number", DIGITS_MAX));
        }
        let written = self.bytes.get(start..self.at).unwrap_or_default();
        let written = std::str::from_utf8(written).unwrap_or_default();
        if is_fraction {
            return T::fraction(written)
                .ok_or_else(|| JsonError::new(start, "the exponent of a number is too large"));
        }
        if negative {
            // The sign stands right in front, unless zeros were left out.
            return Ok(if zeros == 0 || whole == "0" && zeros == 1 {
                T::integer(written)
            } else {
                T::integer(&format!("-{whole}"))
            });
        }
        Ok(T::integer(whole))
    }

    /// One digit or more.
    fn digits(&mut self, what: &str) -> Result<&'a str, JsonError> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if start == self.at {
            return Err(self.unexpected(what));
        }
        let bytes: &'a [u8] = self.bytes;
        let digits = bytes.get(start..self.at).unwrap_or_default();
        Ok(std::str::from_utf8(digits).unwrap_or_default())
    }

    fn check_behind_number(&self) -> Result<(), JsonError> {
        match self.peek() {
            None | Some(b' ' | b'\t' | b'\n' | b'\r') => Ok(()),
            Some(_) => Err(self.unexpected("white space or the end behind the number")),
        }
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn skip(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn unexpected(&self, wanted: &str) -> JsonError {
        let found = match self.peek() {
            None => "the end".to_owned(),
            Some(byte @ b'!'..=b'~') => format!("`{}`", char::from(byte)),
            Some(byte) => format!("byte 0x{byte:02x}"),
        };
        JsonError::new(self.at, format!("{found} where {wanted} should be"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::read_json;
    use crate::data::Value;

    /// What Java prints; quotes around nothing.
    fn printed(json: &str) -> Result<String, String> {
        read_json(json.as_bytes())
            .map(|value| value.map_or_else(|| "missing".to_owned(), |value| value.to_string()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn what_jackson_lets_through() {
        for (json, want) in [
            ("", "missing"),
            (" \t\r\n", "missing"),
            ("1", "1"),
            ("1 x", "1"),
            ("-0", "0"),
            ("007", "7"),
            ("-007", "-7"),
            ("00", "0"),
            ("-00", "0"),
            ("00.5", "0.5"),
            ("-0.0", "0.0"),
            ("1e5", "100000.0"),
            ("1E400", "Infinity"),
            ("-1E400", "-Infinity"),
            ("1e-400", "0.0"),
            ("9223372036854775808", "-9223372036854775808"),
            ("-9223372036854775809", "9223372036854775807"),
            ("18446744073709551617", "1"),
            ("true,", "true"),
            ("true\"a\"", "true"),
            ("true{", "true"),
            ("\"a\"b", "a"),
            ("[1]]", "[1]"),
            ("{\"a\":1} xyz", "{a=1}"),
            ("{\"a\":1,\"b\":2,\"a\":3}", "{a=3, b=2}"),
            ("{\"\":null}", "{=null}"),
            ("{ \"a\" : [ ] , \"b\" : { } }", "{a=[], b={}}"),
            ("[1.5,2.50,1e2,100000000000000000000.5]", "[1.5, 2.5, 100.0, 1.0E20]"),
            ("\u{feff}1 ", "1"),
        ] {
            assert_eq!(printed(json), Ok(want.to_owned()), "{json}");
        }
    }

    #[test]
    fn what_jackson_refuses() {
        for json in [
            "1x",
            "1,",
            "1}",
            "-",
            "1.",
            "1.e3",
            ".5",
            "+1",
            "1e",
            "1e+",
            "NaN",
            "Infinity",
            "-Infinity",
            "trueX",
            "true1",
            "trueé",
            "True",
            "nul",
            "null1",
            "\"a",
            "\"a\nb\"",
            "\"\\x\"",
            "\"\\u12\"",
            "[1,2,]",
            "[,1]",
            "[1 2]",
            "[1",
            "{\"a\":1,}",
            "{a:1}",
            "{'a':1}",
            "// c\n1",
            "\u{a0}1",
            "\u{b}1",
            "1\u{0}1",
            "[0x10]",
            "[1_0]",
            "[-]",
            "[--1]",
            "{\"a\"}",
            "{\"a\":}",
            "{1:2}",
            "[1}",
            "1\"a\"",
            "1[",
            "1e99999999999",
        ] {
            assert!(printed(json).is_err(), "{json}: {:?}", printed(json));
        }
    }

    #[test]
    fn errors_say_where_and_what() {
        assert_eq!(printed("[1 2]"), Err("`2` where `,` or `]` should be (at byte 3)".to_owned()));
        assert_eq!(
            printed("\u{feff}[1"),
            Err("the end where `,` or `]` should be (at byte 5)".to_owned())
        );
    }

    #[test]
    fn bounds_are_jacksons() {
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert!(printed(&nested(1000)).is_ok());
        assert!(printed(&nested(1001)).unwrap_err().starts_with("nesting exceeds"));
        let ones = |count: usize| "1".repeat(count);
        for (json, fine) in [
            (ones(1000), true),
            (ones(1001), false),
            (format!("-{}", ones(1000)), true),
            ("0".repeat(500) + &ones(600), true),
            ("0".repeat(1100), true),
            (format!("1.{}", ones(999)), true),
            (format!("1.{}", ones(1000)), false),
            (format!("1.{}e10", ones(997)), true),
            (format!("1.{}e10", ones(998)), false),
            (format!("{}e-1", ones(999)), true),
            (format!("{{\"{}\":1}}", ones(50_000)), true),
            (format!("{{\"{}\":1}}", ones(50_001)), false),
            (format!("\"{}\"", ones(20_000_000)), true),
            (format!("\"{}\"", ones(20_000_001)), false),
        ] {
            assert_eq!(printed(&json).is_ok(), fine, "{} bytes", json.len());
        }
    }

    #[test]
    fn wide_objects_are_no_trouble() {
        let members: Vec<String> = (0..100_000).map(|i| format!("\"k{i}\":{i}")).collect();
        let json = format!("{{{}}}", members.join(","));
        let Ok(Some(Value::Map(map))) = read_json(json.as_bytes()) else { panic!("an object") };
        assert_eq!(map.get_text("k99999"), Some(&Value::Int64(99_999)));
    }
}
