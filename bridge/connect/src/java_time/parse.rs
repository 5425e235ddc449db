//! Text as a moment: lenient, in UTC unless the text names a zone.

use super::names::{begins_with, short, zone, ERAS, HALVES, LONG_ERAS, MONTHS, WEEKDAYS};
use super::number;
use super::pattern::Part;
use super::resolve::{iso_weekday, CalendarFields, Field};

/// What a two-digit year means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Century {
    /// The first moment that it can name.
    pub(super) start: i64,
    /// The year of that.
    pub(super) year: i64,
}

/// Reads `text` by a pattern; what comes after the pattern's end is not looked at.
pub(super) fn parse(parts: &[Part], text: &str, century: Century) -> Option<i64> {
    let mut reader = Reader {
        text: text.chars().collect(),
        pos: 0,
        given: CalendarFields::default(),
        century,
        ambiguous: false,
    };
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Text(text) => text.chars().try_for_each(|c| reader.expect(c))?,
            Part::Letters(letter, count) => {
                let adjacent = parts.get(index + 1).is_some_and(is_number);
                reader.field(*letter, *count, adjacent)?;
            }
        }
    }
    // `DateFormat.parse` takes a text of which nothing was read for unreadable.
    if reader.pos == 0 {
        return None;
    }
    let ms = reader.given.resolve();
    if reader.ambiguous && ms < century.start {
        reader.given.add_years(100);
        return Some(reader.given.resolve());
    }
    Some(ms)
}

/// Whether a part begins with digits, so that a number before it must keep to its length.
fn is_number(part: &Part) -> bool {
    match part {
        Part::Text(_) => false,
        Part::Letters('M' | 'L', count) => *count <= 2,
        Part::Letters(letter, _) => !matches!(letter, 'G' | 'E' | 'a' | 'z' | 'Z' | 'X'),
    }
}

struct Reader {
    text: Vec<char>,
    pos: usize,
    given: CalendarFields,
    century: Century,
    ambiguous: bool,
}

impl Reader {
    fn expect(&mut self, c: char) -> Option<()> {
        let found = *self.text.get(self.pos)?;
        if found != c && !(is_space(found) && is_space(c)) {
            return None;
        }
        self.pos += 1;
        Some(())
    }

    fn field(&mut self, letter: char, count: usize, adjacent: bool) -> Option<()> {
        let start = self.pos;
        while matches!(self.text.get(self.pos)?, ' ' | '\t') {
            self.pos += 1;
        }
        match letter {
            'G' => {
                let eras = ERAS.iter().chain(&LONG_ERAS).enumerate().map(|(i, era)| (i % 2, *era));
                self.name(start, Field::Era, eras)
            }
            'M' | 'L' if count >= 3 => self.name(start, Field::Month, both_lengths(&MONTHS)),
            'E' => {
                self.name(start, Field::Weekday, both_lengths(&WEEKDAYS).map(|(i, n)| (i + 1, n)))
            }
            'a' => self.name(start, Field::AmPm, HALVES.into_iter().enumerate()),
            'z' | 'Z' => self.zone(start),
            'X' => self.iso_zone(count),
            _ => self.number(start, letter, count, adjacent),
        }
    }

    /// The longest of the names that stands at `start`, blanks before it not allowed.
    fn name<'n>(
        &mut self,
        start: usize,
        field: Field,
        names: impl Iterator<Item = (usize, &'n str)>,
    ) -> Option<()> {
        let rest = self.text.get(start..)?;
        let (value, name) =
            names.filter(|(_, name)| begins_with(rest, name)).max_by_key(|(_, name)| name.len())?;
        self.given.set(field, i32::try_from(value).ok()?);
        self.pos = start + name.chars().count();
        Some(())
    }

    fn number(&mut self, start: usize, letter: char, count: usize, adjacent: bool) -> Option<()> {
        let first = self.pos;
        let within = if adjacent {
            self.text.get(..start.checked_add(count)?)?
        } else {
            self.text.as_slice()
        };
        let (end, value) = number::read(within, first)?;
        self.pos = end;
        let (field, value) = match letter {
            'y' | 'Y' => {
                let field = if letter == 'y' { Field::Year } else { Field::WeekYear };
                (field, self.year(value, count, first))
            }
            'M' | 'L' => (Field::Month, value.wrapping_sub(1)),
            'd' => (Field::Day, value),
            'k' if value == 24 => (Field::HourOfDay, 0),
            'k' | 'H' => (Field::HourOfDay, value),
            'h' if value == 12 => (Field::Hour, 0),
            'h' | 'K' => (Field::Hour, value),
            'm' => (Field::Minute, value),
            's' => (Field::Second, value),
            'D' => (Field::DayOfYear, value),
            'F' => (Field::WeekdayInMonth, value),
            'w' => (Field::WeekOfYear, value),
            'W' => (Field::WeekOfMonth, value),
            'u' => {
                let weekday = iso_weekday(i64::from(value));
                (Field::Weekday, i32::try_from(weekday).unwrap_or(value))
            }
            _ => (Field::Millisecond, value),
        };
        self.given.set(field, value);
        Some(())
    }

    /// Two digits mean a year within eighty years before and twenty after today.
    fn year(&mut self, value: i32, count: usize, first: usize) -> i32 {
        let two_digits = count <= 2
            && self.pos - first == 2
            && self
                .text
                .get(first..self.pos)
                .is_some_and(|digits| digits.iter().all(|c| c.is_numeric()));
        let (Ok(year), true) = (i32::try_from(self.century.year), two_digits) else {
            return value;
        };
        let turn = year % 100;
        self.ambiguous = value == turn;
        value + year / 100 * 100 + if value < turn { 100 } else { 0 }
    }

    fn zone(&mut self, start: usize) -> Option<()> {
        let c = *self.text.get(self.pos)?;
        if let Some(sign) = sign(c) {
            return self.numeric_zone(self.pos + 1, sign, 0, false);
        }
        let rest = self.text.get(start..)?;
        if matches!(c, 'G' | 'g') && begins_with(rest, "GMT") {
            let after = start + 3;
            if let Some(sign) = self.text.get(after).copied().and_then(sign) {
                return self.numeric_zone(after + 1, sign, 0, true);
            }
            self.pos = after;
            self.given.set(Field::Offset, 0);
            return Some(());
        }
        let (length, minutes) = zone(self.text.get(self.pos..)?)?;
        self.pos += length;
        self.given.set(Field::Offset, minutes * 60_000);
        Some(())
    }

    fn iso_zone(&mut self, count: usize) -> Option<()> {
        let c = *self.text.get(self.pos)?;
        if c == 'Z' {
            self.pos += 1;
            self.given.set(Field::Offset, 0);
            return Some(());
        }
        self.numeric_zone(self.pos + 1, sign(c)?, count, count == 3)
    }

    /// Hours and minutes after a sign; `count` 0 stands for other than ISO 8601.
    fn numeric_zone(&mut self, at: usize, sign: i32, count: usize, colon: bool) -> Option<()> {
        let digit = |i: usize| -> Option<i32> {
            let digit = self.text.get(i)?.to_digit(10)?;
            i32::try_from(digit).ok()
        };
        let mut hours = digit(at)?;
        let mut pos = at + 1;
        // The text must go on, even where one digit is enough.
        self.text.get(pos)?;
        match digit(pos) {
            Some(second) => {
                hours = hours * 10 + second;
                pos += 1;
            }
            None if count > 0 || !colon => return None,
            None => {}
        }
        if hours > 23 {
            return None;
        }
        let mut minutes = 0;
        if count != 1 {
            if colon {
                if *self.text.get(pos)? != ':' {
                    return None;
                }
                pos += 1;
            }
            minutes = digit(pos)? * 10 + digit(pos + 1)?;
            pos += 2;
            if minutes > 59 {
                return None;
            }
        }
        self.pos = pos;
        self.given.set(Field::Offset, (hours * 60 + minutes) * 60_000 * sign);
        Some(())
    }
}

fn sign(c: char) -> Option<i32> {
    match c {
        '+' => Some(1),
        '-' => Some(-1),
        _ => None,
    }
}

/// Unicode's space separators.
fn is_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

fn both_lengths<'n>(names: &'n [&'n str]) -> impl Iterator<Item = (usize, &'n str)> {
    names.iter().enumerate().flat_map(|(i, name)| [(i, *name), (i, short(name))])
}
