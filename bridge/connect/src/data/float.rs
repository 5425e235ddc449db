//! Floating point numbers as Java prints them.
//!
//! Digits are the shortest that read back as the same number (as in Java from 19 on). Where one
//! digit would do, two that come closer are taken: the smallest double is 4.9E-324. Where two are
//! equally close, the even one is taken, which Rust's shortest form does not do and that of the
//! crate `zmij` does; that happens to long numbers only. The form is plain from 10^-3 up to 10^7
//! and scientific elsewhere, always with a digit behind the point.

use std::io::Write as _;

/// `Double.toString`.
pub fn java_double(number: f64) -> String {
    let mut out = Vec::new();
    push_java_double(number, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// `Float.toString`.
pub fn java_float(number: f32) -> String {
    let mut out = Vec::new();
    push_java_float(number, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

macro_rules! push {
    ($(#[$doc:meta])* $name:ident, $number:ty, $may_be_tied:literal) => {
        $(#[$doc])*
        pub fn $name(number: $number, out: &mut Vec<u8>) {
            // Here both print alike, and none of the exceptions above can come up.
            if number == 0.0 || (1e-3..1e7).contains(&number.abs()) {
                out.extend_from_slice(zmij::Buffer::new().format_finite(number).as_bytes());
                return;
            }
            let mut buffer = Buffer::default();
            let mut digits = buffer.write(format_args!("{number:e}"));
            let mut other = Buffer::default();
            let precision = match digits_behind_point(digits) {
                Some(0) => Some(1),
                Some(count) => (count >= $may_be_tied).then_some(count),
                None => None,
            };
            if let Some(precision) = precision {
                let closer = other.write(format_args!("{number:.precision$e}"));
                if std::str::from_utf8(closer).is_ok_and(|text| text.parse() == Ok(number)) {
                    digits = closer;
                }
            }
            push_java_form(digits, number.is_finite(), out);
        }
    };
}

push!(
    /// Appends what [`java_double`] gives.
    push_java_double, f64, 14);
push!(
    /// Appends what [`java_float`] gives.
    push_java_float, f32, 5);

/// Room for any number in Rust's shortest scientific form.
#[derive(Default)]
struct Buffer([u8; 32]);

impl Buffer {
    fn write(&mut self, text: std::fmt::Arguments<'_>) -> &[u8] {
        let mut rest = self.0.as_mut_slice();
        let written = rest.write_fmt(text);
        debug_assert!(written.is_ok(), "17 digits, signs and an exponent have room");
        let free = rest.len();
        self.0.get(..self.0.len() - free).unwrap_or_default()
    }
}

/// How many digits Rust's scientific form has behind the point; none where it is no number.
fn digits_behind_point(scientific: &[u8]) -> Option<usize> {
    let end = scientific.iter().position(|byte| *byte == b'e')?;
    let point = scientific.iter().position(|byte| *byte == b'.');
    Some(point.map_or(0, |point| end - point - 1))
}

/// From Rust's `-1.25e-7` to Java's `-1.25E-7`.
fn push_java_form(scientific: &[u8], finite: bool, out: &mut Vec<u8>) {
    let rest = match scientific.strip_prefix(b"-") {
        Some(rest) => {
            out.push(b'-');
            rest
        }
        None => scientific,
    };
    if !finite {
        out.extend_from_slice(if rest == b"inf" { b"Infinity" } else { rest });
        return;
    }
    let at = rest.iter().position(|byte| *byte == b'e').unwrap_or(rest.len());
    let (mantissa, exponent) = rest.split_at(at);
    out.extend_from_slice(mantissa);
    if !mantissa.contains(&b'.') {
        out.extend_from_slice(b".0");
    }
    out.push(b'E');
    out.extend_from_slice(exponent.get(1..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn javas_forms() {
        for (number, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (21.0, "21.0"),
            (21.5, "21.5"),
            (-1.25, "-1.25"),
            (0.001, "0.001"),
            (0.0123, "0.0123"),
            (0.0001, "1.0E-4"),
            (0.000_12, "1.2E-4"),
            (1_234_567.0, "1234567.0"),
            (9_999_999.5, "9999999.5"),
            (1e7, "1.0E7"),
            (1.25e10, "1.25E10"),
            (0.1 + 0.2, "0.30000000000000004"),
            (f64::MAX, "1.7976931348623157E308"),
            (4.9e-324, "4.9E-324"),
            (9.9e-324, "9.9E-324"),
            (1.5e-323, "1.5E-323"),
            (2e23, "2.0E23"),
            // 2^-25, right between two texts of 17 digits.
            (f64::from_bits(0x3e60_0000_0000_0000), "2.9802322387695312E-8"),
            (f64::from_bits(0xc317_4a92_805b_bd79), "-1.6389793858804142E15"),
            (1e23, "1.0E23"),
            (9_007_199_254_740_993.0, "9.007199254740992E15"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(java_double(number), text);
        }
        assert_eq!(java_float(0.1), "0.1");
        assert_eq!(java_float(3e10), "3.0E10");
        assert_eq!(java_float(f32::from_bits(0x4a65_c361)), "3764440.2");
        assert_eq!(java_float(f32::from_bits(0x469c_ee20)), "20087.062");
        assert_eq!(java_float(1e23), "1.0E23");
        assert_eq!(java_float(f32::from_bits(1)), "1.4E-45");
        assert_eq!(java_float(f32::MAX), "3.4028235E38");
    }

    proptest! {
        #[test]
        fn floats_read_back(number in any::<f32>().prop_filter("finite", |n| n.is_finite())) {
            prop_assert_eq!(java_float(number).parse::<f32>().unwrap().to_bits(), number.to_bits());
        }

        #[test]
        fn no_digit_too_many(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
            let digits = |text: &str| {
                let mantissa = text.split(['e', 'E']).next().unwrap();
                let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
                digits.trim_matches('0').len()
            };
            let shortest = digits(&format!("{number:e}"));
            prop_assert!(digits(&java_double(number)) <= shortest.max(2));
        }

        #[test]
        fn reads_back_as_the_same_number(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
            prop_assert_eq!(java_double(number).parse::<f64>().unwrap().to_bits(), number.to_bits());
        }
    }
}
