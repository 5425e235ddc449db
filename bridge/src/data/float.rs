//! Floating point numbers as Java prints them.
//!
//! Digits are the shortest that read back as the same number (as in Java from 19 on), but where one
//! digit would do, two that come closer are taken: the smallest double is 4.9E-324. The form is
//! plain from 10^-3 up to 10^7 and scientific elsewhere, always with a digit behind the point.

/// `Double.toString`.
pub fn java_double(number: f64) -> String {
    let shortest = format!("{number:e}");
    if has_one_digit(&shortest) {
        let two = format!("{number:.1e}");
        if two.parse() == Ok(number) {
            return java_form(&two, true);
        }
    }
    java_form(&shortest, number.is_finite())
}

/// `Float.toString`.
pub fn java_float(number: f32) -> String {
    let shortest = format!("{number:e}");
    if has_one_digit(&shortest) {
        let two = format!("{number:.1e}");
        if two.parse() == Ok(number) {
            return java_form(&two, true);
        }
    }
    java_form(&shortest, number.is_finite())
}

/// Whether Rust's scientific form has no digit behind the point.
fn has_one_digit(scientific: &str) -> bool {
    !scientific.contains('.') && scientific.contains('e')
}

/// From Rust's `-1.25e-7` to Java's form.
fn java_form(scientific: &str, finite: bool) -> String {
    if !finite {
        return scientific.replace("inf", "Infinity");
    }
    let (sign, rest) = match scientific.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", scientific),
    };
    let (mantissa, exponent) = rest.split_once('e').unwrap_or((rest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = match digits.trim_end_matches('0') {
        "" => "0",
        some => some,
    };
    let at_least_one = |tail: &str| if tail.is_empty() { "0".to_owned() } else { tail.to_owned() };
    if digits == "0" {
        return format!("{sign}0.0");
    }
    match exponent {
        0..=6 => {
            let whole_len = usize::try_from(exponent).unwrap_or(0) + 1;
            let padded = format!("{digits:0<whole_len$}");
            let (whole, tail) = padded.split_at(whole_len);
            format!("{sign}{whole}.{}", at_least_one(tail))
        }
        -3..=-1 => {
            let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
            format!("{sign}0.{}{digits}", "0".repeat(zeros))
        }
        _ => {
            let (first, tail) = digits.split_at(1);
            format!("{sign}{first}.{}E{exponent}", at_least_one(tail))
        }
    }
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
            (1e23, "1.0E23"),
            (9_007_199_254_740_993.0, "9.007199254740992E15"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(java_double(number), text);
        }
        assert_eq!(java_float(0.1), "0.1");
        assert_eq!(java_float(3e10), "3.0E10");
        assert_eq!(java_float(1e23), "1.0E23");
        assert_eq!(java_float(f32::from_bits(1)), "1.4E-45");
        assert_eq!(java_float(f32::MAX), "3.4028235E38");
    }

    proptest! {
        #[test]
        fn reads_back_as_the_same_number(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
            prop_assert_eq!(java_double(number).parse::<f64>().unwrap().to_bits(), number.to_bits());
        }
    }
}
