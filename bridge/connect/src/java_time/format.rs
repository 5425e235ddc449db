//! A moment as text.

use super::fields::Fields;
use super::names::{name, short, ERAS, HALVES, MONTHS, WEEKDAYS};
use super::pattern::Part;

/// Writes `ms` since 1970 by a pattern, in UTC.
pub(super) fn format(parts: &[Part], ms: i64) -> String {
    let fields = Fields::of(ms);
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Letters(letter, count) => write(&fields, *letter, *count, &mut out),
        }
    }
    out
}

fn write(fields: &Fields, letter: char, count: usize, out: &mut String) {
    let long = count >= 4;
    let number = match letter {
        'G' => {
            out.push_str(name(&ERAS, i64::from(fields.ad)));
            return;
        }
        'y' | 'Y' => {
            let year = if letter == 'y' { fields.year } else { fields.week_year };
            if count == 2 {
                // Java cuts the digits and keeps the sign.
                if year < 0 && year % 100 == 0 {
                    out.push('-');
                }
                year % 100
            } else {
                year
            }
        }
        'M' | 'L' if count >= 3 => {
            let full = name(&MONTHS, fields.month);
            out.push_str(if long { full } else { short(full) });
            return;
        }
        'M' | 'L' => fields.month + 1,
        'E' => {
            let full = name(&WEEKDAYS, fields.weekday - 1);
            out.push_str(if long { full } else { short(full) });
            return;
        }
        'u' => (fields.weekday + 5) % 7 + 1,
        'a' => {
            out.push_str(name(&HALVES, fields.hour / 12));
            return;
        }
        'z' => {
            out.push_str(if long { "Coordinated Universal Time" } else { "UTC" });
            return;
        }
        'Z' => {
            out.push_str("+0000");
            return;
        }
        'X' => {
            out.push('Z');
            return;
        }
        'k' if fields.hour == 0 => 24,
        'k' | 'H' => fields.hour,
        'h' if fields.hour % 12 == 0 => 12,
        'h' | 'K' => fields.hour % 12,
        'd' => fields.day,
        'D' => fields.day_of_year,
        'F' => fields.weekday_in_month,
        'w' => fields.week_of_year,
        'W' => fields.week_of_month,
        'm' => fields.minute,
        's' => fields.second,
        _ => fields.millisecond,
    };
    pad(number, count, out);
}

fn pad(number: i64, digits: usize, out: &mut String) {
    if number < 0 {
        out.push('-');
    }
    let text = number.unsigned_abs().to_string();
    out.extend(std::iter::repeat_n('0', digits.saturating_sub(text.len())));
    out.push_str(&text);
}
