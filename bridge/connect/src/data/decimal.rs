//! `java.math.BigDecimal`: a whole number of any size and where its point stands.
//!
//! Equality counts the scale (1.0 is not 1.00), as Java's does. Nothing here grows with the
//! exponent of a text: a number such as `1E+2147483647` stays two numbers until someone asks for
//! all its zeros, which is refused beyond a bound.

use num_bigint::BigInt;

use super::ConnectError;

/// A decimal number: `unscaled` × 10^-`scale`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decimal {
    unscaled: BigInt,
    scale: i32,
}

impl Decimal {
    /// `unscaled` × 10^-`scale`.
    pub fn new(unscaled: BigInt, scale: i32) -> Self {
        Self { unscaled, scale }
    }

    /// From two's complement, big-endian, which is how the logical type is stored.
    pub fn from_bytes(bytes: &[u8], scale: i32) -> Result<Self, ConnectError> {
        if bytes.is_empty() {
            return Err(ConnectError::of(
                "java.lang.NumberFormatException",
                "Zero length BigInteger",
            ));
        }
        Ok(Self::new(BigInt::from_signed_bytes_be(bytes), scale))
    }

    /// The unscaled number in two's complement, big-endian, as short as can be.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.unscaled.to_signed_bytes_be()
    }

    /// The digits as a whole number.
    pub fn unscaled(&self) -> &BigInt {
        &self.unscaled
    }

    /// How many of the digits stand behind the point.
    pub fn scale(&self) -> i32 {
        self.scale
    }

    /// The exact value of a floating point number; none for what is not finite.
    pub fn exactly(number: f64) -> Option<Self> {
        if !number.is_finite() {
            return None;
        }
        let bits = number.to_bits();
        let exponent = i32::try_from(bits >> 52 & 0x7ff).unwrap_or(0);
        let fraction = bits & ((1 << 52) - 1);
        let (mut mantissa, mut power) =
            if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
        if mantissa == 0 {
            return Some(Self::new(BigInt::ZERO, 0));
        }
        let even = mantissa.trailing_zeros();
        mantissa >>= even;
        power += i32::try_from(even).unwrap_or(0);
        let mut digits = BigInt::from(mantissa);
        if number < 0.0 {
            digits = -digits;
        }
        let size = power.unsigned_abs();
        Some(if power < 0 {
            Self::new(digits * BigInt::from(5).pow(size), -power)
        } else {
            Self::new(digits << size, 0)
        })
    }

    /// The nearest `double`.
    pub fn to_f64(&self) -> f64 {
        let text = format!("{}e{}", self.unscaled, -i64::from(self.scale));
        text.parse().unwrap_or(f64::NAN)
    }

    /// The nearest `float`.
    pub fn to_f32(&self) -> f32 {
        let text = format!("{}e{}", self.unscaled, -i64::from(self.scale));
        text.parse().unwrap_or(f32::NAN)
    }

    /// `BigDecimal.longValue`: without the fraction, the lowest 64 bits.
    pub fn to_i64_wrapping(&self) -> i64 {
        // 10^64 is a multiple of 2^64.
        if self.scale <= -64 {
            return 0;
        }
        low_bits(&self.truncated())
    }

    /// The whole number, if it is one and fits.
    pub fn to_i64_exact(&self) -> Option<i64> {
        if self.scale <= -64 {
            return (self.unscaled == BigInt::ZERO).then_some(0);
        }
        let whole = self.truncated();
        if self.scale > 0 && !self.has_no_fraction(&whole) {
            return None;
        }
        i64::try_from(&whole).ok()
    }

    /// Whether `whole` × 10^scale gives the digits back.
    fn has_no_fraction(&self, whole: &BigInt) -> bool {
        if self.unscaled == BigInt::ZERO {
            return true;
        }
        if u64::from(self.scale.unsigned_abs()) > self.digit_bound() {
            return false;
        }
        whole * BigInt::from(10).pow(self.scale.unsigned_abs()) == self.unscaled
    }

    /// Without the digits behind the point; the scale must be above -64.
    fn truncated(&self) -> BigInt {
        let size = self.scale.unsigned_abs();
        if self.scale <= 0 {
            return &self.unscaled * BigInt::from(10).pow(size);
        }
        if u64::from(size) > self.digit_bound() {
            return BigInt::ZERO;
        }
        &self.unscaled / BigInt::from(10).pow(size)
    }

    /// No fewer than the digits that there are.
    fn digit_bound(&self) -> u64 {
        self.unscaled.bits() / 3 + 1
    }
}

/// The lowest 64 bits in two's complement.
fn low_bits(number: &BigInt) -> i64 {
    let low = number.iter_u64_digits().next().unwrap_or(0).cast_signed();
    if number.sign() == num_bigint::Sign::Minus {
        low.wrapping_neg()
    } else {
        low
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self::new(number.into(), 0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::java_double;
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn bytes_are_twos_complement_and_minimal() {
        for (number, bytes) in [
            (0_i64, &[0_u8][..]),
            (127, &[127]),
            (128, &[0, 128]),
            (-128, &[128]),
            (-129, &[255, 127]),
        ] {
            assert_eq!(Decimal::from(number).to_bytes(), bytes);
            assert_eq!(Decimal::from_bytes(bytes, 0), Ok(Decimal::from(number)));
        }
        assert_eq!(Decimal::from_bytes(&[0, 0, 1], 0), Ok(Decimal::from(1)));
        assert_eq!(Decimal::from_bytes(&[], 0).unwrap_err().message, "Zero length BigInteger");
    }

    #[test]
    fn long_values() {
        for (text, want) in [
            ("1.9", 1),
            ("-1.9", -1),
            ("9223372036854775808", i64::MIN),
            ("18446744073709551617", 1),
            ("-18446744073709551617", -1),
            ("1E+70", 0),
            ("1E+2147483647", 0),
            ("1E-2147483647", 0),
            ("1E+3", 1000),
        ] {
            assert_eq!(decimal(text).to_i64_wrapping(), want, "{text}");
        }
        assert_eq!(decimal("1.00").to_i64_exact(), Some(1));
        assert_eq!(decimal("1.01").to_i64_exact(), None);
        assert_eq!(decimal("0E-2147483647").to_i64_exact(), Some(0));
        assert_eq!(decimal("1E-2147483647").to_i64_exact(), None);
        assert_eq!(decimal("9223372036854775808").to_i64_exact(), None);
        assert_eq!(decimal("1E+2147483647").to_i64_exact(), None);
    }

    #[test]
    fn exact_values_of_doubles() {
        let text = |number| Decimal::exactly(number).unwrap().to_string();
        assert_eq!(text(0.1), "0.1000000000000000055511151231257827021181583404541015625");
        assert_eq!(text(1e22), "10000000000000000000000");
        assert_eq!(text(-0.0), "0");
        assert_eq!(text(-2.5), "-2.5");
        assert_eq!(Decimal::exactly(f64::NAN), None);
    }

    proptest! {
        #[test]
        fn doubles_survive(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
            let there = Decimal::exactly(number).unwrap();
            prop_assert_eq!(java_double(there.to_f64()), java_double(number + 0.0));
        }

        #[test]
        fn bytes_read_back(number in any::<i128>(), scale in any::<i32>()) {
            let it = Decimal::new(number.into(), scale);
            prop_assert_eq!(Decimal::from_bytes(&it.to_bytes(), scale), Ok(it));
        }

        #[test]
        fn whole_part_is_the_numbers(number in any::<i64>(), scale in 0_u32..25) {
            let want = 10_i128.checked_pow(scale).map_or(0, |power| i128::from(number) / power);
            let it = Decimal::new(number.into(), i32::try_from(scale).unwrap());
            prop_assert_eq!(i128::from(it.to_i64_wrapping()), want);
        }
    }
}
