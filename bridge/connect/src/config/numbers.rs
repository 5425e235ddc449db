//! Numbers as Java's `Integer.parseInt` and `Double.parseDouble` read them.
//!
//! One deliberate difference: Java reads hexadecimal floating-point numbers, which no configuration
//! uses; here they are refused.

/// Zeros of the decimal digits that Java knows in its 16-bit characters.
const ZEROS: [u32; 37] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
    0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
    0xFF10,
];

/// A whole number: a sign or none, then digits of any script.
pub(super) fn whole_number(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() {
        return None;
    }
    // Counted downwards, since the least number has no positive counterpart.
    let below = digits
        .chars()
        .try_fold(0_i64, |number, c| number.checked_mul(10)?.checked_sub(i64::from(digit(c)?)))?;
    if negative {
        Some(below)
    } else {
        below.checked_neg()
    }
}

fn digit(c: char) -> Option<u32> {
    let code = u32::from(c);
    let place = ZEROS.partition_point(|zero| *zero <= code).checked_sub(1)?;
    ZEROS.get(place).map(|zero| code - zero).filter(|digit| *digit < 10)
}

/// A number with fraction or exponent, `NaN` or `Infinity`; a `d` or `f` may end it.
pub(super) fn floating_number(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let negative = text.starts_with('-');
    let size = match unsigned {
        "NaN" => return Some(f64::NAN),
        "Infinity" => f64::INFINITY,
        _ => {
            let digits = unsigned.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(unsigned);
            // Rust's parser accepts words that Java's does not.
            let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
            if !digits.chars().all(plain) || digits.starts_with(['+', '-']) {
                return None;
            }
            digits.parse().ok()?
        }
    };
    Some(if negative { -size } else { size })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn whole_numbers_as_java_reads_them() {
        for (text, want) in [
            ("+5", Some(5)),
            ("-0", Some(0)),
            ("00012", Some(12)),
            ("٣", Some(3)),
            ("१२", Some(12)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("-9223372036854775809", None),
            ("", None),
            ("-", None),
            ("+-1", None),
            ("1.0", None),
            ("1_0", None),
            ("1l", None),
            ("³", None),
        ] {
            assert_eq!(whole_number(text), want, "{text}");
        }
    }

    #[test]
    fn floating_numbers_as_java_reads_them() {
        for (text, want) in [
            ("1d", Some(1.0)),
            ("1.", Some(1.0)),
            (".5", Some(0.5)),
            ("1e5", Some(100_000.0)),
            ("+.5e-3F", Some(0.0005)),
            ("1e400", Some(f64::INFINITY)),
            ("-Infinity", Some(f64::NEG_INFINITY)),
            ("infinity", None),
            ("inf", None),
            ("nan", None),
            ("1_0", None),
            ("1e", None),
            ("e5", None),
            ("1dd", None),
            ("--1", None),
            ("", None),
        ] {
            assert_eq!(floating_number(text), want, "{text}");
        }
        assert!(floating_number("+NaN").is_some_and(f64::is_nan));
        assert!(floating_number("-1e-400").is_some_and(|n| n == 0.0 && n.is_sign_negative()));
    }

    proptest! {
        #[test]
        fn every_printed_number_is_read_back(number: i64, fraction: f64) {
            prop_assert_eq!(whole_number(&number.to_string()), Some(number));
            let read = floating_number(&format!("{fraction:?}").replace("inf", "Infinity"));
            prop_assert!(read.is_some_and(|read| read.to_bits() == fraction.to_bits()
                || (read.is_nan() && fraction.is_nan())));
        }

        #[test]
        fn no_text_is_too_strange(text: String) {
            let _ = (whole_number(&text), floating_number(&text));
        }
    }
}
