//! Numbers of JSON, of both grammars.
//!
//! Integers keep their lowest 64 bits, which is what the original's converters keep of them.

/// A number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number<'a> {
    Integer(i64),
    /// An integer beyond 64 bits: its text, and its lowest 64 bits.
    Large(&'a str, i64),
    Double(f64),
}

/// The number that a text begins with, and its length; none where that is no number. Strict is
/// JSON's own grammar; otherwise `+5`, `01`, `1.` and `-.5` are numbers too.
pub(super) fn scan(text: &str, strict: bool) -> Option<(Number<'_>, usize)> {
    let (mut bits, mut digits, mut whole, mut signs) = (0_i64, 0_usize, true, false);
    let sign = usize::from(text.starts_with(['-', '+']));
    let mut end = sign;
    for byte in text.bytes().skip(sign) {
        match byte {
            b'0'..=b'9' => {
                bits = bits.wrapping_mul(10).wrapping_add(i64::from(byte - b'0'));
                digits += 1;
            }
            b'.' | b'e' | b'E' => whole = false,
            b'-' | b'+' => signs = true,
            _ => break,
        }
        end += 1;
    }
    let text = text.get(..end)?;
    let broken = digits == 0 || (whole && signs);
    if broken || (strict && !is_json_number(text.as_bytes())) {
        return None;
    }
    let number = if whole {
        let bits = if text.starts_with('-') { bits.wrapping_neg() } else { bits };
        // Up to 18 digits always fit.
        match text.parse() {
            _ if digits <= 18 => Number::Integer(bits),
            Ok(number) => Number::Integer(number),
            Err(_) => Number::Large(text, bits),
        }
    } else {
        let number: f64 = text.parse().ok()?;
        // json4s' way leads over a decimal, which has no negative zero.
        Number::Double(if strict { number } else { number + 0.0 })
    };
    Some((number, end))
}

/// Whether a text is a number by JSON's own grammar.
fn is_json_number(text: &[u8]) -> bool {
    let rest = text.strip_prefix(b"-").unwrap_or(text);
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.first() == Some(&b'0')) {
        return false;
    }
    let mut rest = rest.get(whole..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = fraction.get(count..).unwrap_or_default();
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let unsigned = exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-"));
        let exponent = unsigned.unwrap_or(exponent);
        let count = digits(exponent);
        return count > 0 && count == exponent.len();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn integers_wrap_as_in_arithmetic(number in any::<i128>()) {
            let text = number.to_string();
            let (read, length) = scan(&text, true).unwrap();
            prop_assert_eq!(length, text.len());
            let low = u64::from_le_bytes(number.to_le_bytes()[..8].try_into().unwrap());
            match read {
                Number::Integer(it) => prop_assert_eq!(i128::from(it), number),
                Number::Large(digits, bits) => {
                    prop_assert!(i64::try_from(number).is_err());
                    prop_assert_eq!((digits, bits.cast_unsigned()), (&*text, low));
                }
                Number::Double(it) => prop_assert!(false, "{it} for {text}"),
            }
        }

        #[test]
        fn doubles_read_back_bit_by_bit(number in any::<f64>().prop_filter("finite", |it| it.is_finite())) {
            let text = format!("{number:e}").replace('e', "E+").replace("+-", "-");
            let read = scan(&text, true).map(|(it, _)| it);
            prop_assert!(matches!(read, Some(Number::Double(it)) if it.to_bits() == number.to_bits()));
        }

        #[test]
        fn the_strict_grammar_is_that_of_serde_json(text in "[-+]?[0-9.eE+-]{1,6}") {
            let whole = |(_, length): (Number<'_>, usize)| length == text.len();
            let strict = scan(&text, true).is_some_and(whole);
            // What overflows is a number all the same.
            let json = serde_json::from_str::<Box<serde_json::value::RawValue>>(&text).is_ok();
            prop_assert_eq!(strict, json);
            prop_assert!(!strict || scan(&text, false).is_some());
        }
    }
}
