//! What json4s and Jackson take and refuse, as both told when asked.

use super::super::number::Number;
use super::*;

/// Reads a whole text and tells it again in one form.
fn read(text: &str, grammar: Grammar) -> Result<String, SyntaxError> {
    let mut reader = Reader::new(text, grammar);
    let start = reader.start()?;
    let mut out = String::new();
    tell(&mut reader, start, &mut out)?;
    reader.finish(start)?;
    Ok(out)
}

fn tell(reader: &mut Reader<'_>, start: Start, out: &mut String) -> Result<(), SyntaxError> {
    let one = match start {
        Start::End => "nothing".to_owned(),
        Start::Null => "null".to_owned(),
        Start::Boolean(it) => it.to_string(),
        Start::Text => format!("{:?}", reader.text()?),
        Start::Number => match reader.number()? {
            Number::Integer(it) => it.to_string(),
            Number::Large(text, bits) => format!("{text}={bits}"),
            Number::Double(it) => format!("{it:?}"),
        },
        Start::Array => return tell_list(reader, out),
        Start::Object => return tell_object(reader, out),
    };
    out.push_str(&one);
    Ok(())
}

fn tell_list(reader: &mut Reader<'_>, out: &mut String) -> Result<(), SyntaxError> {
    out.push('[');
    let mut gap = "";
    while reader.element(gap.is_empty())? {
        out.push_str(gap);
        let start = reader.start()?;
        tell(reader, start, out)?;
        gap = ",";
    }
    out.push(']');
    Ok(())
}

fn tell_object(reader: &mut Reader<'_>, out: &mut String) -> Result<(), SyntaxError> {
    out.push('{');
    let mut gap = "";
    while let Some(name) = reader.name(gap.is_empty())? {
        for part in [gap, &name, ":"] {
            out.push_str(part);
        }
        let start = reader.start()?;
        tell(reader, start, out)?;
        gap = ",";
    }
    out.push('}');
    Ok(())
}

fn json4s(text: &str) -> String {
    read(text, Grammar::Json4s).unwrap_or_else(|error| error.to_string())
}

fn jackson(text: &str) -> String {
    read(text, Grammar::Jackson).unwrap_or_else(|error| error.to_string())
}

#[test]
fn what_json4s_takes_beyond_json() {
    for (text, want) in [
        ("", "nothing"),
        (" ,\n:", "nothing"),
        (r#"{"a":1,}"#, "{a:1}"),
        (r#"{"a":1 "b":2}"#, "{a:1,b:2}"),
        (r#"{,"a":1,,"b":2}"#, "{a:1,b:2}"),
        (r#"{"a"::1}"#, "{a:1}"),
        (r#"{"a" 1}"#, "{a:1}"),
        (r#"{"a":,1}"#, "{a:1}"),
        (r#"{"a" {"b":1}"c":2}"#, "{a:{b:1},c:2}"),
        (r#",:{"a":1},"#, "{a:1}"),
        ("[1,2,]", "[1,2]"),
        ("[,1,,2 3]", "[1,2,3]"),
        (r#"[1"x"[2]true1]"#, r#"[1,"x",[2],true,1]"#),
        ("[+5,01,1.,-.5,1.e5]", "[5,1,1.0,-0.5,100000.0]"),
        ("[1E400,-1e400,1e-400]", "[inf,-inf,0.0]"),
        ("[-0,-0.0]", "[0,0.0]"),
        (r#"["a\xb","a\'b"]"#, r#"["a\\b","a\\b"]"#),
        ("[\"tab\ttab\nnl\0\"]", r#"["tab\ttab\nnl\0"]"#),
        (r#"{"a":1,"a":2,"":3}"#, "{a:1,a:2,:3}"),
    ] {
        assert_eq!(json4s(text), want, "{text}");
    }
}

#[test]
fn what_both_take() {
    for (text, want) in [
        (r#" { "a" : [ 1 , -2 , {} , [] ] , "b" : null } "#, "{a:[1,-2,{},[]],b:null}"),
        (r#"["\u0041\u00e9\/\"\\\b\f\n\r\t"]"#, r#"["Aé/\"\\\u{8}\u{c}\n\r\t"]"#),
        (r#"["\ud83d\ude00 \uD800 \uD800x \udc00\ud83d"]"#, r#"["😀 ? ?x ??"]"#),
        (
            "[9223372036854775807,-9223372036854775808,9223372036854775808]",
            "[9223372036854775807,-9223372036854775808,\
             9223372036854775808=-9223372036854775808]",
        ),
        (
            "[18446744073709551621,-18446744073709551621]",
            "[18446744073709551621=5,-18446744073709551621=-5]",
        ),
        (
            "[0.1,5e-324,1.7976931348623157E308,123456789012345678.123456789,1.0E+2]",
            "[0.1,5e-324,1.7976931348623157e308,1.2345678901234568e17,100.0]",
        ),
        ("5", "5"),
        (r#""x""#, r#""x""#),
        ("true", "true"),
        ("null", "null"),
    ] {
        assert_eq!(json4s(text), want, "{text}");
        assert_eq!(jackson(text), want, "{text}");
    }
    assert_eq!(jackson("-0.0"), "-0.0");
}

#[test]
fn what_neither_takes_is_told_with_its_place() {
    for (text, want) in [
        ("{a:1}", "expected a name, found 'a' at byte 1"),
        (r#"{"a"}"#, "expected a value, found '}' at byte 4"),
        (r#"{"a":}"#, "expected a value, found '}' at byte 5"),
        (r#"{"a":1:2}"#, "expected a name, found ':' at byte 6"),
        ("[1:2]", "expected a value, found ':' at byte 2"),
        ("{1:2}", "expected a name, found '1' at byte 1"),
        (r#"{"a":1"#, "expected ',' or '}', found the end at byte 6"),
        (r#"{"a":"#, "expected a value, found the end at byte 5"),
        ("[1,2", "expected ',' or ']', found the end at byte 4"),
        ("[}", "expected a value, found '}' at byte 1"),
        (r#"{"a":1]"#, "expected a name, found ']' at byte 6"),
        (r#"["abc"#, "expected '\"', found the end at byte 5"),
        (r#"["a\"#, "expected an escape, found the end at byte 3"),
        (r#"["\uZZZZ"]"#, "no such escape in a text at byte 2"),
        (r#"["\u12"]"#, "no such escape in a text at byte 2"),
        ("[--5]", "not a number at byte 1"),
        ("[1-2]", "not a number at byte 1"),
        ("[1.5.5]", "not a number at byte 1"),
        ("[1e+]", "not a number at byte 1"),
        ("[.5]", "expected a value, found '.' at byte 1"),
        ("[nan]", "expected null, found 'n' at byte 1"),
        (r#"{"a":tru}"#, "expected true, found 't' at byte 5"),
        ("\u{feff}{}", "expected a value, found '\\u{feff}' at byte 0"),
        ("hello", "expected a value, found 'h' at byte 0"),
        (r#"{"a":1} x"#, "a second value follows the first at byte 8"),
        (r#"{"a":1} {"b":2}"#, "a second value follows the first at byte 8"),
        ("[1]]", "expected the end, found ']' at byte 3"),
    ] {
        assert_eq!(json4s(text), want, "{text}");
    }
}

#[test]
fn jackson_is_strict_inside_and_does_not_look_behind_the_value() {
    for (text, want) in [
        ("", "nothing"),
        (r#"{"a":1} x"#, "{a:1}"),
        (r#"{"a":1}}"#, "{a:1}"),
        (r#""x"5"#, r#""x""#),
        ("5 6", "5"),
        ("true,", "true"),
        (r#"{"a":1,}"#, "expected a name, found '}' at byte 7"),
        (r#"{"a" 1}"#, "expected ':', found '1' at byte 5"),
        (r#"{"a":1 "b":2}"#, "expected ',' or '}', found '\"' at byte 7"),
        ("[1,2,]", "expected a value, found ']' at byte 5"),
        ("[1 2]", "expected ',' or ']', found '2' at byte 3"),
        ("[", "expected a value or ']', found the end at byte 1"),
        ("01", "not a number at byte 0"),
        ("+5", "expected a value, found '+' at byte 0"),
        ("1.", "not a number at byte 0"),
        ("-", "not a number at byte 0"),
        ("1f", "expected the end, found 'f' at byte 1"),
        ("5,", "expected the end, found ',' at byte 1"),
        ("truex", "expected the end, found 'x' at byte 4"),
        (r#""a\x""#, "no such escape in a text at byte 2"),
        ("\"a\tb\"", "a control character in a text must be escaped at byte 2"),
    ] {
        assert_eq!(jackson(text), want, "{text}");
    }
}

#[test]
fn depth_has_a_bound() {
    for grammar in [Grammar::Json4s, Grammar::Jackson] {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(read(&nested(MAX_DEPTH), grammar).unwrap(), nested(MAX_DEPTH));
        let error = read(&"[".repeat(1_000_000), grammar).unwrap_err();
        assert_eq!(error.to_string(), "nested deeper than 1000 levels at byte 1000");
    }
}
