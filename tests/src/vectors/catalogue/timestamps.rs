//! TimestampConverter: every source to every target, precisions, and SimpleDateFormat's letters in
//! both directions.

use serde_json::{json, Value};

use super::shorthand::{
    data, logical, optional, plain, required, structure, typed, with, Catalogue,
};

const TARGETS: [&str; 5] = ["string", "unix", "Date", "Time", "Timestamp"];
const FORMAT: &str = "yyyy-MM-dd HH:mm:ss.SSS";

pub(super) fn fill(c: &mut Catalogue) {
    matrix(c);
    fields(c);
    configs(c);
    printing(c);
    reading(c);
}

/// Sources with schema and without.
fn sources() -> Vec<(&'static str, Value, Value)> {
    let text = json!("2023-11-14 22:13:20.123");
    vec![
        ("string", data(required("string"), text.clone()), plain(text)),
        (
            "unix",
            data(required("int64"), json!(1_700_000_000_123_i64)),
            plain(json!(1_700_000_000_123_i64)),
        ),
        (
            "date",
            data(logical("Date"), json!(19_675)),
            typed(json!(1_699_920_000_000_i64), json!("date")),
        ),
        ("time", data(logical("Time"), json!(80_000_123)), typed(json!(80_000_123), json!("date"))),
        (
            "timestamp",
            data(logical("Timestamp"), json!(1_700_000_000_123_i64)),
            typed(json!(1_700_000_000_123_i64), json!("date")),
        ),
        ("negative", data(logical("Timestamp"), json!(-1)), typed(json!(-1), json!("date"))),
        (
            "int32",
            data(required("int32"), json!(1_700_000)),
            typed(json!(1_700_000), json!("int32")),
        ),
        ("float64", data(required("double"), json!(1.5)), plain(json!(1.5))),
        ("boolean", data(required("boolean"), json!(true)), plain(json!(true))),
        ("bad-string", data(required("string"), json!("yesterday")), plain(json!("yesterday"))),
        ("empty-string", data(required("string"), json!("")), plain(json!(""))),
        ("big", data(required("int64"), json!(i64::MAX)), plain(json!(i64::MAX))),
        ("null", data(optional("int64"), json!(null)), plain(json!(null))),
        (
            "null-timestamp",
            data(with(logical("Timestamp"), &json!({"optional": true})), json!(null)),
            plain(json!(null)),
        ),
        (
            "decimal",
            data(logical("Decimal"), json!("AJY=")),
            typed(json!("1.50"), json!("decimal:2")),
        ),
        (
            "map",
            data(structure(&[("a", required("int64"))]), json!({"a": 1})),
            plain(json!({"a": 1})),
        ),
    ]
}

fn matrix(c: &mut Catalogue) {
    for (name, with_schema, without) in sources() {
        for target in TARGETS {
            let config = json!({"target.type": target, "format": FORMAT});
            c.value(
                &format!("whole/schema/{name}/{target}"),
                "TimestampConverter",
                config.clone(),
                with_schema.clone(),
            );
            c.value(
                &format!("whole/plain/{name}/{target}"),
                "TimestampConverter",
                config,
                without.clone(),
            );
        }
    }
    for precision in ["milliseconds", "seconds", "microseconds", "nanoseconds"] {
        for n in [
            0_i64,
            1,
            -1,
            1_700_000_000,
            -1_500,
            1_700_000_000_123,
            1_700_000_000_123_456,
            1_700_000_000_123_456_789,
            i64::MAX,
            i64::MIN,
        ] {
            let config = |target: &str| json!({"target.type": target, "unix.precision": precision});
            c.value(
                &format!("precision/{precision}/from/{n}"),
                "TimestampConverter",
                config("Timestamp"),
                data(required("int64"), json!(n)),
            );
            c.value(
                &format!("precision/{precision}/to/{n}"),
                "TimestampConverter",
                config("unix"),
                data(logical("Timestamp"), json!(n)),
            );
            c.value(
                &format!("precision/{precision}/date/{n}"),
                "TimestampConverter",
                config("Date"),
                plain(json!(n)),
            );
            c.value(
                &format!("precision/{precision}/time/{n}"),
                "TimestampConverter",
                config("Time"),
                plain(json!(n)),
            );
        }
    }
}

fn fields(c: &mut Catalogue) {
    let schema = || {
        with(
            structure(&[
                ("ts", with(optional("int64"), &json!({"default": 5, "doc": "gone"}))),
                ("n", required("string")),
            ]),
            &json!({"name": "s", "version": 2, "doc": "d", "parameters": {"p": "q"}}),
        )
    };
    for target in TARGETS {
        for kept in ["true", "false"] {
            let config = json!({
                "target.type": target, "format": FORMAT, "field": "ts",
                "replace.null.with.default": kept,
            });
            for (id, payload) in [("value", json!(1_700_000_000_123_i64)), ("null", json!(null))] {
                let payload = json!({"ts": payload, "n": "x"});
                c.both(
                    &format!("field/{target}/{kept}/{id}/schema"),
                    "TimestampConverter",
                    &config,
                    &data(schema(), payload.clone()),
                );
                c.value(
                    &format!("field/{target}/{kept}/{id}/plain"),
                    "TimestampConverter",
                    config.clone(),
                    plain(payload),
                );
            }
        }
        let config = json!({"target.type": target, "format": FORMAT, "field": "missing"});
        c.value(
            &format!("field/{target}/missing/schema"),
            "TimestampConverter",
            config.clone(),
            data(schema(), json!({"ts": 1, "n": "x"})),
        );
        c.value(
            &format!("field/{target}/missing/plain"),
            "TimestampConverter",
            config.clone(),
            plain(json!({"ts": 1})),
        );
        c.value(
            &format!("field/{target}/tombstone"),
            "TimestampConverter",
            config.clone(),
            plain(json!(null)),
        );
        c.value(
            &format!("field/{target}/string"),
            "TimestampConverter",
            config.clone(),
            plain(json!("x")),
        );
        c.value(
            &format!("field/{target}/string-schema"),
            "TimestampConverter",
            config,
            data(required("string"), json!("x")),
        );
        for (attribute, value) in
            [("optional", json!(true)), ("default", json!(4)), ("doc", json!("d"))]
        {
            c.value(
                &format!("whole/{target}/{attribute}"),
                "TimestampConverter",
                json!({"target.type": target, "format": FORMAT}),
                data(with(required("int64"), &json!({attribute: value})), json!(3)),
            );
        }
    }
}

fn configs(c: &mut Catalogue) {
    for (id, config) in [
        ("nothing", json!({})),
        ("unknown-target", json!({"target.type": "date"})),
        ("empty-target", json!({"target.type": ""})),
        ("string-without-format", json!({"target.type": "string"})),
        ("string-with-empty-format", json!({"target.type": "string", "format": ""})),
        ("string-with-blank-format", json!({"target.type": "string", "format": " "})),
        ("bad-format", json!({"target.type": "string", "format": "yyyy-bb"})),
        ("open-quote", json!({"target.type": "string", "format": "yyyy 'at"})),
        ("bad-format-unused", json!({"target.type": "unix", "format": "b"})),
        ("bad-precision", json!({"target.type": "unix", "unix.precision": "days"})),
        ("precision-case", json!({"target.type": "unix", "unix.precision": "SECONDS"})),
        ("read-without-format", json!({"target.type": "unix"})),
        ("dotted-field", json!({"target.type": "unix", "field": "a.b", "format": FORMAT})),
    ] {
        c.value(
            &format!("config/{id}"),
            "TimestampConverter",
            config.clone(),
            data(required("string"), json!("2023-01-01")),
        );
        c.value(&format!("config/{id}/number"), "TimestampConverter", config, plain(json!(1)));
    }
}

/// Moments at which calendars are odd: epoch, leap day, year ends of two week systems, 1582, year 0.
const MOMENTS: &[i64] = &[
    0,
    -1,
    1_700_000_000_123,
    1_709_164_800_000,
    1_735_516_800_000,
    1_609_372_800_000,
    -12_219_292_800_000,
    -12_219_292_800_001,
    -62_135_596_800_000,
    -62_135_769_600_001,
    -99_999_999_999_999,
    253_402_300_800_000,
    951_782_400_000,
];

const PRINTED: &[&str] = &[
    "G",
    "GGGG",
    "y",
    "yy",
    "yyy",
    "yyyy",
    "yyyyyy",
    "Y",
    "YY",
    "YYYY",
    "M",
    "MM",
    "MMM",
    "MMMM",
    "MMMMM",
    "L",
    "LLL",
    "LLLL",
    "w",
    "ww",
    "W",
    "D",
    "DDD",
    "d",
    "dd",
    "ddd",
    "F",
    "E",
    "EEEE",
    "EEEEE",
    "u",
    "uu",
    "a",
    "aaa",
    "H",
    "HH",
    "k",
    "kk",
    "K",
    "KK",
    "h",
    "hh",
    "m",
    "mm",
    "s",
    "ss",
    "S",
    "SS",
    "SSS",
    "SSSSSS",
    "z",
    "zzzz",
    "Z",
    "ZZZZ",
    "X",
    "XX",
    "XXX",
    "''",
    "'a''b'",
    "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "EEE, d MMM yyyy HH:mm:ss Z",
    "YYYY-'W'ww-u",
    "h:mm a",
    "yyyyMMddHHmmssSSS",
    "\u{e9} yyyy \u{1f600}",
    "K:mm a, z",
    "D 'of' y G",
];

fn printing(c: &mut Catalogue) {
    for (n, format) in PRINTED.iter().enumerate() {
        for moment in MOMENTS {
            c.value(
                &format!("print/{n}/{moment}"),
                "TimestampConverter",
                json!({"target.type": "string", "format": format}),
                typed(json!(moment), json!("date")),
            );
        }
    }
    for (n, format) in
        ["XXXX", "b", "B", "e", "n", "yyyy-MM-ddTHH", "V", "O", "'", "I", "A"].iter().enumerate()
    {
        c.value(
            &format!("print/refused/{n}"),
            "TimestampConverter",
            json!({"target.type": "string", "format": format}),
            typed(json!(0), json!("date")),
        );
    }
}

/// Format, text.
const READ: &[(&str, &str)] = &[
    ("yyyy-MM-dd", "2023-11-14"),
    ("yyyy-MM-dd", "2023-11-14T10:00"),
    ("yyyy-MM-dd", "2023-13-40"),
    ("yyyy-MM-dd", "2023-02-29"),
    ("yyyy-MM-dd", "2023-0-0"),
    ("yyyy-MM-dd", " 2023-11-14"),
    ("yyyy-MM-dd", "2023 -11-14"),
    ("yyyy-MM-dd", "2023- 11-14"),
    ("yyyy-MM-dd", "23-1-2"),
    ("yyyy-MM-dd", "-23-1-2"),
    ("yyyy-MM-dd", "2023-11"),
    ("yyyy-MM-dd", "2023/11/14"),
    ("yyyy-MM-dd", "0000-01-01"),
    ("yyyy-MM-dd", "123456789-01-01"),
    ("yyyy-MM-dd", "999999999999-01-01"),
    ("yyyy-MM-dd", "1582-10-04"),
    ("yyyy-MM-dd", "1582-10-05"),
    ("yyyy-MM-dd", "1582-10-10"),
    ("yyyy-MM-dd", "1582-10-15"),
    ("yyyy-MM-dd", "1500-02-29"),
    ("yyyy-MM-dd", "\u{662}\u{660}\u{662}\u{663}-01-01"),
    ("yyyyMMdd", "20231114"),
    ("yyyyMMdd", "202311"),
    ("yyyyMMdd", "2023111"),
    ("yyyyMMdd", "020231114"),
    ("yyyyMMddHHmmss", "20231114101112"),
    ("yyyyMMddHHmmssSSS", "20231114101112999"),
    ("yyyyMMdd", "2023-1-1"),
    ("HHmm", "930"),
    ("HHmm", "0930"),
    ("yy-M-d", "23-1-2"),
    ("yy-M-d", "68-1-2"),
    ("yy-M-d", "99-1-2"),
    ("yy-M-d", "00-1-2"),
    ("yy-M-d", "0-1-2"),
    ("yy-M-d", "123-1-2"),
    ("yy-M-d", "2023-1-2"),
    ("y-M-d", "23-1-2"),
    ("yyy-M-d", "23-1-2"),
    ("d MMM yyyy", "14 Nov 2023"),
    ("d MMM yyyy", "14 November 2023"),
    ("d MMM yyyy", "14 NOV 2023"),
    ("d MMM yyyy", "14 nov 2023"),
    ("d MMM yyyy", "14 Nvo 2023"),
    ("d MMMM yyyy", "14 Nov 2023"),
    ("d MMMM yyyy", "1 May 2023"),
    ("d MMM yyyy", "14 Sept 2023"),
    ("d LLLL yyyy", "14 March 2023"),
    ("d MM yyyy", "14 Nov 2023"),
    ("EEE, d MMM yyyy HH:mm:ss Z", "Tue, 14 Nov 2023 22:13:20 +0100"),
    ("EEE, d MMM yyyy HH:mm:ss Z", "Wed, 14 Nov 2023 22:13:20 +0100"),
    ("EEE, d MMM yyyy HH:mm:ss z", "Tue, 14 Nov 2023 22:13:20 GMT"),
    ("EEEE d MMM yyyy", "Tue 14 Nov 2023"),
    ("EEE d MMM yyyy", "Tuesday 14 Nov 2023"),
    ("EEE d MMM yyyy", "Nosuchday 14 Nov 2023"),
    ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2023-11-14T22:13:20.123Z"),
    ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2023-11-14T22:13:20.123+01:00"),
    ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2023-11-14T22:13:20.123-0130"),
    ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2023-11-14T22:13:20.123456Z"),
    ("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "2023-11-14T22:13:20.123Z"),
    ("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "2023-11-14T22:13:20Z"),
    ("yyyy-MM-dd HH:mm:ss.SSS", "2023-11-14 22:13:20.1"),
    ("yyyy-MM-dd HH:mm:ss.S", "2023-11-14 22:13:20.12"),
    ("yyyy-MM-dd HH:mm:ss.SSSSSS", "2023-11-14 22:13:20.123456"),
    ("HH:mm X", "10:00 Z"),
    ("HH:mm X", "10:00 +01"),
    ("HH:mm X", "10:00 +0130"),
    ("HH:mm XX", "10:00 -0130"),
    ("HH:mm XXX", "10:00 +01"),
    ("HH:mm X", "10:00 z"),
    ("HH:mm X", "10:00 +24"),
    ("HH:mm Z", "10:00 +0100"),
    ("HH:mm Z", "10:00 +01:00"),
    ("HH:mm Z", "10:00 GMT+01:00"),
    ("HH:mm Z", "10:00 GMT+1"),
    ("HH:mm Z", "10:00 +1"),
    ("HH:mm Z", "10:00 +2500"),
    ("HH:mm Z", "10:00 +0160"),
    ("HH:mm Z", "10:00 Z"),
    ("HH:mm z", "10:00 UTC"),
    ("HH:mm z", "10:00 GMT"),
    ("HH:mm z", "10:00 GMT-3"),
    ("HH:mm z", "10:00 GMT-03:30"),
    ("HH:mm z", "10:00 +0100"),
    ("HH:mm z", "10:00 PST"),
    ("HH:mm z", "10:00 PDT"),
    ("HH:mm z", "10:00 EST"),
    ("HH:mm z", "10:00 CET"),
    ("HH:mm z", "10:00 CEST"),
    ("HH:mm z", "10:00 Pacific Standard Time"),
    ("HH:mm zzzz", "10:00 Coordinated Universal Time"),
    ("HH:mm z", "10:00 Nowhere"),
    ("HH:mm z", "10:00 utc"),
    ("h:mm a", "3:05 PM"),
    ("h:mm a", "3:05 pm"),
    ("h:mm a", "12:05 AM"),
    ("h:mm a", "12:05 PM"),
    ("h:mm a", "15:05 PM"),
    ("h:mm a", "3:05"),
    ("h:mm", "3:05"),
    ("K:mm a", "0:05 PM"),
    ("k:mm", "24:05"),
    ("k:mm", "0:05"),
    ("H:mm", "24:05"),
    ("H:mm", "25:61"),
    ("H:mm", "-1:00"),
    ("H:mm:ss", "1:-2:3"),
    ("D yyyy", "60 2023"),
    ("D yyyy", "366 2023"),
    ("D yyyy", "0 2023"),
    ("YYYY-'W'ww-u", "2023-W01-1"),
    ("YYYY-'W'ww", "2023-W53"),
    ("YYYY ww E", "2020 01 Wed"),
    ("yyyy MM W E", "2023 11 2 Tue"),
    ("yyyy MM F E", "2023 11 2 Tue"),
    ("yyyy u", "2023 3"),
    ("G yyyy", "BC 5"),
    ("G yyyy", "AD 5"),
    ("yyyy G", "44 BC"),
    ("G", "bc"),
    ("yyyy 'o''clock'", "2023 o'clock"),
    ("yyyy''MM", "2023'11"),
    ("'day' d", "day 5"),
    ("'day' d", "Day 5"),
    ("yyyy MM", "2023  11"),
    ("yyyy  MM", "2023 11"),
    ("yyyyMM", "2023 11"),
    ("S", "1234"),
    ("s", "1700000000"),
    ("s", "99999999999999999999"),
    ("H", "1.9"),
    ("H", "1e2"),
    ("H", "+5"),
    ("H", "1,000"),
    ("", "x"),
    ("'x'", "x"),
    ("'x'", "y"),
    ("yyyy", ""),
    ("yyyy", "\u{1f600}"),
    ("yyyyy-MM-dd", "12023-11-14"),
    ("dd.MM.yyyy", "1.2.2023"),
    ("dd.MM.yyyy", "1.2.23"),
    ("M/d/yy h:mm a z", "11/14/23 3:05 PM UTC"),
];

fn reading(c: &mut Catalogue) {
    for (n, (format, text)) in READ.iter().enumerate() {
        c.value(
            &format!("read/{n}"),
            "TimestampConverter",
            json!({"target.type": "unix", "format": format}),
            data(required("string"), json!(text)),
        );
    }
}
