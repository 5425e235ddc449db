//! Whole numbers as Java's `DecimalFormat` reads them for a date.

/// Reads a number at `pos`; returns where it ends, and Java's `intValue` of it.
pub(super) fn read(text: &[char], pos: usize) -> Option<(usize, i32)> {
    let at = |i: usize| text.get(i).copied();
    let begins = |i: usize, word: &str| word.chars().enumerate().all(|(n, c)| at(i + n) == Some(c));
    if begins(pos, "NaN") {
        return Some((pos + 3, 0));
    }
    let negative = at(pos) == Some('-');
    let start = pos + usize::from(negative);
    if at(start) == Some('∞') {
        return Some((start + 1, if negative { i32::MIN } else { i32::MAX }));
    }
    let (mut end, digits) = digits(text, start);
    if digits.is_empty() {
        return None;
    }
    let mut exponent = None;
    if at(end) == Some('E') {
        let minus = at(end + 1) == Some('-');
        let (after, power) = self::digits(text, end + 1 + usize::from(minus));
        if !power.is_empty() {
            let power: i32 = power.parse().unwrap_or(i32::MAX);
            exponent = Some(if minus { -power } else { power });
            end = after;
        }
    }
    let number = match exponent {
        None => digits.parse::<i64>().ok().map(|n| if negative { -n } else { n }),
        Some(_) => None,
    };
    let sign = if negative { "-" } else { "" };
    let wide = || format!("{sign}{digits}e{}", exponent.unwrap_or(0)).parse().unwrap_or(0.0);
    Some((end, number.map_or_else(|| narrow(wide()), wrap)))
}

#[expect(clippy::cast_possible_truncation, reason = "Java keeps the lower half")]
fn wrap(number: i64) -> i32 {
    number as i32
}

/// A number that was no `long` for its size stays at the ends of the range.
#[expect(clippy::cast_possible_truncation, reason = "Java keeps the nearest")]
fn narrow(number: f64) -> i32 {
    if number.abs() < 9.2e18 {
        wrap(number as i64)
    } else {
        number as i32
    }
}

/// Digits of any script.
fn digits(text: &[char], start: usize) -> (usize, String) {
    let mut end = start;
    let mut digits = String::new();
    while let Some(digit) = text.get(end).and_then(|c| digit(*c)) {
        digits.push(char::from(b'0' + digit));
        end += 1;
    }
    (end, digits)
}

/// The value of a decimal digit; Unicode keeps the ten of a script together.
pub fn digit(c: char) -> Option<u8> {
    const ZEROS: [u32; 37] = [
        0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
        0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
        0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
        0xff10,
    ];
    let code = u32::from(c);
    ZEROS
        .iter()
        .find(|zero| (**zero..**zero + 10).contains(&code))
        .and_then(|zero| u8::try_from(code - zero).ok())
}
