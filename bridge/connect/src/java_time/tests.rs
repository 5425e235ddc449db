//! What Java answers, pattern by pattern.
//!
//! `java-answers.tsv` holds, per line: `f` and a pattern, milliseconds and their text, or `p` and a
//! pattern, a text and its milliseconds; `!` precedes the text of an error. For two-digit years the
//! century begins in July 1997.

use proptest::prelude::*;

use super::*;

/// Eighty years after the tenth of July 1997, where the century of the answers begins.
const NOW: i64 = 868_492_800_000 + 29_220 * 86_400_000;

fn of(pattern: &str) -> JavaDateFormat {
    JavaDateFormat::new(pattern, NOW).unwrap()
}

fn ours(way: &str, pattern: &str, input: &str) -> String {
    match JavaDateFormat::new(pattern, NOW) {
        Err(error) => format!("!{error}"),
        Ok(format) if way == "f" => format.format(input.parse().unwrap()),
        Ok(format) => match format.parse(input) {
            Ok(ms) => ms.to_string(),
            Err(error) => format!("!{error}"),
        },
    }
}

#[test]
fn answers_are_javas() {
    let lines = include_str!("java-answers.tsv");
    let mut wrong = Vec::new();
    for line in lines.lines() {
        let mut cells = line.splitn(4, '\t');
        let mut cell = || cells.next().unwrap();
        let (way, pattern, input, java) = (cell(), cell(), cell(), cell());
        let ours = ours(way, pattern, input);
        if ours != java {
            wrong.push(format!("{line}\n  ours {ours}"));
        }
    }
    assert!(lines.lines().count() > 1000);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_end_of_the_pattern_is_the_end_of_reading() {
    assert_eq!(of("yyyy-MM-dd").parse("2020-01-02T03:04"), Ok(1_577_923_200_000));
    assert_eq!(of("yyyy-MM-dd").parse("20x").unwrap_err().to_string(), "Unparseable date: \"20x\"");
}

#[test]
fn wrong_patterns_get_javas_words() {
    let error = |pattern| JavaDateFormat::new(pattern, NOW).unwrap_err().to_string();
    assert_eq!(error("yyyy-b"), "Illegal pattern character 'b'");
    assert_eq!(error("yyyy 'at"), "Unterminated quote");
    assert_eq!(error("XXXX"), "invalid ISO 8601 format: length=4");
}

#[test]
fn numbers_are_read_as_javas_number_format_reads_them() {
    for (text, ms) in [
        ("1E3", -30_609_792_000_000),
        ("NaN", -62_167_392_000_000),
        ("∞", -6_019_000_092_841_406_464),
        ("-∞", 6_017_484_157_321_406_464),
        ("١٢", -61_788_700_800_000),
        ("99999999999", 1_471_883_220_702_496_768),
        ("9223372036854775808", -6_019_000_092_841_406_464),
    ] {
        assert_eq!(of("yyyy").parse(text), Ok(ms), "{text}");
    }
}

proptest! {
    #[test]
    fn a_full_pattern_reads_what_it_wrote(
        ms in -62_000_000_000_000_i64..250_000_000_000_000,
        pattern in prop::sample::select(vec![
            "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
            "G yyyy DDD KK:mm:ss.SSS a z",
            "EEEE, d MMMM yyyy hh:mm:ss.SSS a Z",
            "YYYY-ww-u kk:mm:ss.SSS",
            "yyyy MM F E HH mm ss SSS",
            "yyyy MM W E HH mm ss SSS",
        ]),
    ) {
        // In October 1582 weeks of the month have no unambiguous meaning.
        prop_assume!(!(-12_250_000_000_000..-12_170_000_000_000).contains(&ms));
        let format = of(pattern);
        prop_assert_eq!(format.parse(&format.format(ms)), Ok(ms));
    }

    #[test]
    fn no_text_panics(pattern in "[GyMdkHmsSEDFwWahKzZYuXL' :-]{0,12}", text in "[0-9A-Za-z+:∞ -]{0,16}", ms in any::<i64>()) {
        if let Ok(format) = JavaDateFormat::new(&pattern, NOW) {
            let _ = format.parse(&text);
            let _ = format.format(ms);
        }
    }
}
