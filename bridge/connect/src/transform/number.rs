//! Numbers between types as Java's casts and `parse…` methods do it.

use crate::data::{ConnectError, Decimal, Value};

/// A number of whichever type.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number<'v> {
    Whole(i64),
    Float(f32),
    Double(f64),
    Decimal(&'v Decimal),
}

impl<'v> Number<'v> {
    /// Of a value that is one.
    pub(super) fn of(value: &'v Value) -> Option<Self> {
        Some(match value {
            Value::Int8(n) => Self::Whole(i64::from(*n)),
            Value::Int16(n) => Self::Whole(i64::from(*n)),
            Value::Int32(n) => Self::Whole(i64::from(*n)),
            Value::Int64(n) => Self::Whole(*n),
            Value::Float32(n) => Self::Float(*n),
            Value::Float64(n) => Self::Double(*n),
            Value::Decimal(decimal) => Self::Decimal(decimal),
            _ => return None,
        })
    }

    /// `intValue`: whole numbers lose their upper half, fractions stay at the ends of the range.
    #[expect(clippy::cast_possible_truncation, reason = "Java's casts")]
    pub(super) fn to_i32(self) -> i32 {
        match self {
            Self::Whole(n) => n as i32,
            Self::Float(n) => n as i32,
            Self::Double(n) => n as i32,
            Self::Decimal(decimal) => decimal.to_i64_wrapping() as i32,
        }
    }

    /// `shortValue`: by way of `int`.
    #[expect(clippy::cast_possible_truncation, reason = "Java's casts")]
    pub(super) fn to_i16(self) -> i16 {
        self.to_i32() as i16
    }

    /// `byteValue`: by way of `int`.
    #[expect(clippy::cast_possible_truncation, reason = "Java's casts")]
    pub(super) fn to_i8(self) -> i8 {
        self.to_i32() as i8
    }

    /// `longValue`.
    #[expect(clippy::cast_possible_truncation, reason = "Java's casts")]
    pub(super) fn to_i64(self) -> i64 {
        match self {
            Self::Whole(n) => n,
            Self::Float(n) => n as i64,
            Self::Double(n) => n as i64,
            Self::Decimal(decimal) => decimal.to_i64_wrapping(),
        }
    }

    /// `floatValue`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "Java's casts"
    )]
    pub(super) fn to_f32(self) -> f32 {
        match self {
            Self::Whole(n) => n as f32,
            Self::Float(n) => n,
            Self::Double(n) => n as f32,
            Self::Decimal(decimal) => decimal.to_f32(),
        }
    }

    /// `doubleValue`.
    #[expect(clippy::cast_precision_loss, reason = "Java's casts")]
    pub(super) fn to_f64(self) -> f64 {
        match self {
            Self::Whole(n) => n as f64,
            Self::Float(n) => f64::from(n),
            Self::Double(n) => n,
            Self::Decimal(decimal) => decimal.to_f64(),
        }
    }
}

/// `Integer.parseInt` and its sisters: a sign and decimal digits of any script.
pub(super) fn parse_whole(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(digits) => (text.starts_with('-'), digits),
        None => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    let mut number: i64 = 0;
    for c in digits.chars() {
        let digit = i64::from(crate::java_time::decimal_digit(c)?);
        // Counting downwards reaches the least number as well.
        number = number.checked_mul(10)?.checked_sub(digit)?;
    }
    if sign {
        Some(number)
    } else {
        number.checked_neg()
    }
}

/// `Double.parseDouble`, and `Float.parseFloat` where `f32` is asked for.
pub(super) fn parse_double(text: &str) -> Option<f64> {
    let text = float_text(text)?;
    if !is_hexadecimal(text) {
        return text.parse().ok();
    }
    let (negative, digits, exponent) = hexadecimal(text)?;
    Some(signed(negative, scaled(digits, exponent, 53, -1074)))
}

/// `Float.parseFloat`.
#[expect(clippy::cast_possible_truncation, reason = "the number has been rounded to fit")]
pub(super) fn parse_float(text: &str) -> Option<f32> {
    let text = float_text(text)?;
    if !is_hexadecimal(text) {
        return text.parse().ok();
    }
    let (negative, digits, exponent) = hexadecimal(text)?;
    Some(signed(negative, scaled(digits, exponent, 24, -149)) as f32)
}

fn signed(negative: bool, number: f64) -> f64 {
    if negative {
        -number
    } else {
        number
    }
}

/// The text without blanks around it and without a letter for the type, if its form is Java's.
fn float_text(text: &str) -> Option<&str> {
    let text = text.trim_matches(|c: char| c <= ' ');
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, "NaN" | "Infinity") {
        return Some(text);
    }
    let is_hex = is_hexadecimal(text);
    let strip = |text: &'_ str| -> usize {
        text.strip_suffix(['f', 'F', 'd', 'D']).map_or(text.len(), str::len)
    };
    let text = text.get(..strip(text))?;
    if is_hex {
        return Some(text);
    }
    let unsigned = unsigned.get(..strip(unsigned))?;
    let mantissa = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            mantissa
        }
        None => unsigned,
    };
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let points = mantissa.bytes().filter(|b| *b == b'.').count();
    (digits > 0 && points <= 1 && digits + points == mantissa.len()).then_some(text)
}

fn is_hexadecimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    unsigned.starts_with("0x") || unsigned.starts_with("0X")
}

/// Sign, digits and binary exponent of `0x1.8p3`.
fn hexadecimal(text: &str) -> Option<(bool, u128, i64)> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.get(2..)?.split_once(['p', 'P'])?;
    let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let limit = if exponent.starts_with('-') { -1_000_000 } else { 1_000_000 };
    let mut exponent: i64 = exponent.parse().unwrap_or(limit).clamp(-1_000_000, 1_000_000);
    let mut number: u128 = 0;
    let mut any = false;
    let mut behind_point = false;
    for c in mantissa.chars() {
        if c == '.' && !behind_point {
            behind_point = true;
            continue;
        }
        let digit = u128::from(c.to_digit(16)?);
        any = true;
        if number >> 120 == 0 {
            number = number << 4 | digit;
            exponent -= if behind_point { 4 } else { 0 };
        } else {
            // What no longer fits counts only as being more than nothing.
            number |= u128::from(digit > 0);
            exponent += if behind_point { 0 } else { 4 };
        }
    }
    any.then_some((text.starts_with('-'), number, exponent))
}

/// `digits` × 2^`exponent`, rounded half to even to `bits` bits or to multiples of 2^`least`.
#[expect(clippy::cast_precision_loss, reason = "has been rounded to fit")]
fn scaled(digits: u128, exponent: i64, bits: i64, least: i64) -> f64 {
    if digits == 0 {
        return 0.0;
    }
    let length = i64::from(128 - digits.leading_zeros());
    let drop = (length - bits).max(least - exponent);
    if drop <= 0 {
        return (digits as f64) * power(exponent);
    }
    let Ok(drop_bits) = u32::try_from(drop) else { return 0.0 };
    if drop_bits > 127 {
        return 0.0;
    }
    let kept = digits >> drop_bits;
    let rest = digits & ((1_u128 << drop_bits) - 1);
    let half = 1_u128 << (drop_bits - 1);
    let up = rest > half || rest == half && kept & 1 == 1;
    ((kept + u128::from(up)) as f64) * power(exponent + drop)
}

/// 2^`exponent` in two steps, so that neither end is reached too early.
fn power(exponent: i64) -> f64 {
    let exponent = i32::try_from(exponent.clamp(-2200, 2200)).unwrap_or(0);
    if exponent < -1022 {
        return 2_f64.powi(-1022) * 2_f64.powi(exponent + 1022);
    }
    2_f64.powi(exponent)
}

/// `new BigDecimal(text)`.
pub(super) fn parse_decimal(text: &str) -> Result<Decimal, ConnectError> {
    text.parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts_are_javas() {
        let wide = Number::Whole(0x1_0000_0180);
        assert_eq!((wide.to_i32(), wide.to_i16(), wide.to_i8()), (384, 384, -128));
        assert_eq!(Number::Double(1e30).to_i32(), i32::MAX);
        assert_eq!(Number::Double(1e30).to_i8(), -1);
        assert_eq!(Number::Double(f64::NAN).to_i64(), 0);
    }

    #[test]
    fn texts_of_whole_numbers() {
        assert_eq!(parse_whole("+7"), Some(7));
        assert_eq!(parse_whole("-9223372036854775808"), Some(i64::MIN));
        assert_eq!(parse_whole("9223372036854775808"), None);
        assert_eq!(parse_whole("١٢"), Some(12));
        for text in ["", "-", " 7", "7 ", "1.0", "0x7"] {
            assert_eq!(parse_whole(text), None, "{text}");
        }
    }

    #[test]
    fn texts_of_fractions() {
        for (text, number) in [
            (" 1.5f ", 1.5),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e3D", 1000.0),
            ("-Infinity", f64::NEG_INFINITY),
            ("0x1.8p1", 3.0),
            ("0x1p-1074", 4.9e-324),
            ("0x1p-1075", 0.0),
            ("0x1.fffffffffffff8p0", 2.0),
            ("0x1p2000", f64::INFINITY),
        ] {
            assert_eq!(parse_double(text), Some(number), "{text}");
        }
        for text in ["", "inf", "nan", "1e", "1.2.3", "0x1", "f", "--1", "infinity", "0xp1"] {
            assert_eq!(parse_double(text), None, "{text}");
        }
        assert_eq!(parse_float("1e39"), Some(f32::INFINITY));
    }
}
