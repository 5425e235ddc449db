//! Decimals as text: `BigDecimal`'s constructor, `toString` and `toPlainString`.

use std::fmt;
use std::str::FromStr;

use num_bigint::BigInt;

use super::{with_ascii_digits, ConnectError, Decimal};

/// More digits than any text of ours holds; reading and printing take time beyond their number.
const DIGITS_MAX: usize = 200_000;

fn refused(why: &str) -> ConnectError {
    ConnectError::of("java.lang.NumberFormatException", why)
}

impl FromStr for Decimal {
    type Err = ConnectError;

    /// A number with an optional sign, point and exponent.
    fn from_str(text: &str) -> Result<Self, ConnectError> {
        let text = &*with_ascii_digits(text);
        let (number, exponent) = match text.find(['e', 'E']) {
            Some(at) => {
                let (number, rest) = text.split_at(at);
                (number, read_exponent(rest.get(1..).unwrap_or_default())?)
            }
            None => (text, 0),
        };
        let (negative, number) = split_sign(number);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = [whole, fraction].concat();
        if digits.is_empty() {
            return Err(refused("No digits found."));
        }
        if let Some(other) = digits.chars().find(|c| !c.is_ascii_digit()) {
            return Err(refused(&format!(
                "Character {other} is neither a decimal digit number, decimal point, nor \"e\" \
                 notation exponential mark."
            )));
        }
        if digits.len() > DIGITS_MAX {
            return Err(refused("Too many digits."));
        }
        let unscaled: BigInt = digits.parse().map_err(|_| refused("No digits found."))?;
        let scale = i64::try_from(fraction.len()).unwrap_or(i64::MAX).saturating_sub(exponent);
        let scale = i32::try_from(scale).map_err(|_| refused("Exponent overflow."))?;
        Ok(Self::new(if negative { -unscaled } else { unscaled }, scale))
    }
}

fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn read_exponent(text: &str) -> Result<i64, ConnectError> {
    let (negative, digits) = split_sign(text);
    if digits.is_empty() {
        return Err(refused("No exponent digits."));
    }
    if digits.bytes().any(|byte| !byte.is_ascii_digit()) {
        return Err(refused("Not a digit."));
    }
    let significant = digits.trim_start_matches('0');
    if significant.len() > 10 {
        return Err(refused("Too many nonzero exponent digits."));
    }
    let number: i64 = if significant.is_empty() { 0 } else { significant.parse().unwrap_or(0) };
    Ok(if negative { -number } else { number })
}

impl fmt::Display for Decimal {
    /// `toString`: plain where the number is short, scientific elsewhere.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, digits) = self.sign_and_digits();
        let scale = i64::from(self.scale());
        let count = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        let exponent = count - 1 - scale;
        if scale >= 0 && exponent >= -6 {
            return f.write_str(&with_point(sign, &digits, scale));
        }
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        write!(f, "{sign}{first}{point}{rest}")?;
        match exponent {
            0 => Ok(()),
            _ => write!(f, "E{exponent:+}"),
        }
    }
}

impl Decimal {
    /// `toPlainString`: never scientific. Refused where that would be millions of zeros.
    pub fn to_plain_string(&self) -> Result<String, ConnectError> {
        let (sign, digits) = self.sign_and_digits();
        let scale = i64::from(self.scale());
        if usize::try_from(scale.unsigned_abs()).map_or(true, |zeros| zeros > 50 * DIGITS_MAX) {
            return Err(ConnectError::of("java.lang.OutOfMemoryError", "Java heap space"));
        }
        if scale > 0 {
            return Ok(with_point(sign, &digits, scale));
        }
        let zeros = if digits == "0" { 0 } else { usize::try_from(-scale).unwrap_or(0) };
        Ok(format!("{sign}{digits}{}", "0".repeat(zeros)))
    }

    fn sign_and_digits(&self) -> (&'static str, String) {
        let sign = if self.unscaled().sign() == num_bigint::Sign::Minus { "-" } else { "" };
        (sign, self.unscaled().magnitude().to_string())
    }
}

/// Digits with `scale` of them behind the point.
fn with_point(sign: &str, digits: &str, scale: i64) -> String {
    let scale = usize::try_from(scale).unwrap_or(0);
    if scale == 0 {
        return format!("{sign}{digits}");
    }
    let zeros = "0".repeat((scale + 1).saturating_sub(digits.len()));
    let padded = zeros + digits;
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    format!("{sign}{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn javas_texts() {
        for (read, printed, plain) in [
            ("1", "1", "1"),
            ("1.0", "1.0", "1.0"),
            ("1E3", "1E+3", "1000"),
            ("1E-10", "1E-10", "0.0000000001"),
            ("-0", "0", "0"),
            ("0E+3", "0E+3", "0"),
            ("1.50", "1.50", "1.50"),
            ("123456789E-10", "0.0123456789", "0.0123456789"),
            ("123456789E-15", "1.23456789E-7", "0.000000123456789"),
            ("+1", "1", "1"),
            (".5", "0.5", "0.5"),
            ("5.", "5", "5"),
            ("-12.5e1", "-125", "-125"),
            ("１２", "12", "12"),
        ] {
            let decimal: Decimal = read.parse().unwrap();
            assert_eq!(decimal.to_string(), printed, "{read}");
            assert_eq!(decimal.to_plain_string().unwrap(), plain, "{read}");
        }
    }

    #[test]
    fn exponents_to_the_edge() {
        for (read, printed) in [
            ("1e2147483647", "1E+2147483647"),
            ("1e2147483648", "1E+2147483648"),
            ("1e-2147483647", "1E-2147483647"),
        ] {
            let decimal: Decimal = read.parse().unwrap();
            assert_eq!(decimal.to_string(), printed);
            assert!(decimal.to_plain_string().is_err());
        }
        for bad in [
            "1e2147483649",
            "1e-2147483648",
            "",
            "-",
            "+-1",
            ".",
            "1_0",
            " 1",
            "1e",
            "0x1",
            "1e+",
            "1.2.3",
        ] {
            let error = bad.parse::<Decimal>().unwrap_err();
            assert_eq!(error.class, "java.lang.NumberFormatException", "{bad}");
        }
    }

    proptest! {
        #[test]
        fn printed_forms_read_back(number in any::<i128>(), scale in -60_i32..60) {
            let it = Decimal::new(number.into(), scale);
            prop_assert_eq!(it.to_string().parse::<Decimal>(), Ok(it.clone()));
            let plain: Decimal = it.to_plain_string().unwrap().parse().unwrap();
            prop_assert_eq!(plain.to_f64().to_bits(), it.to_f64().to_bits());
            prop_assert_eq!(plain.scale(), scale.max(0));
        }
    }
}
