//! Formats what the demo prints: some records, a counter line, the table at the end.

use std::fmt::Write as _;
use std::time::Duration;

use super::delivery_check::Summary;
use super::verifier::ConsumedRecord;

/// A record in one line, shortened for a terminal.
pub(super) fn record_line(seen: &ConsumedRecord<'_>, lag_ms: u32) -> String {
    format!(
        "{}[{}] @{}  key {}  value {}  lag {lag_ms} ms",
        seen.topic,
        seen.partition,
        seen.offset,
        shortened(seen.key, 48),
        shortened(seen.value, 96),
    )
}

fn shortened(bytes: &[u8], max: usize) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == max {
            out.push('…');
            break;
        }
        if c.is_control() {
            let _ = write!(out, "{}", c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// The counter line.
pub(super) fn counter_line(
    published: u64,
    delivered: u64,
    duplicates: u64,
    per_second: u64,
) -> String {
    format!(
        "published {published}  delivered {delivered}  duplicates {duplicates}  {per_second} msg/s"
    )
}

/// The table at the end.
pub(super) fn table(summary: &Summary, took: Duration) -> String {
    let seconds = took.as_secs_f64().max(0.001);
    #[allow(clippy::cast_precision_loss)] // a rate for people
    let per_second = summary.delivered as f64 / seconds;
    let lag = |value: Option<u32>| value.map_or("-".to_owned(), |ms| format!("{ms} ms"));
    let mut rows = vec![
        ("published", summary.published.to_string()),
        ("delivered", summary.delivered.to_string()),
        ("duplicates", summary.duplicates.to_string()),
        ("lost", summary.lost.to_string()),
        ("msg/s", format!("{per_second:.0}")),
        ("lag p50", lag(summary.lag_p50_ms)),
        ("lag p99", lag(summary.lag_p99_ms)),
    ];
    if summary.evicted > 0 {
        rows.push((
            "unread",
            format!("{} (the embedded Kafka dropped them by size)", summary.evicted),
        ));
    }
    if summary.foreign > 0 {
        rows.push((
            "others'",
            format!("{} records that the demo did not publish", summary.foreign),
        ));
    }
    let mut out = String::new();
    for (name, value) in rows {
        let _ = writeln!(out, "  {name:<11}{value}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_every_figure() {
        let summary = Summary {
            published: 1000,
            delivered: 999,
            duplicates: 2,
            evicted: 0,
            lost: 1,
            foreign: 0,
            lag_p50_ms: Some(7),
            lag_p99_ms: None,
        };
        assert_eq!(
            table(&summary, Duration::from_secs(2)),
            "  published  1000\n  delivered  999\n  duplicates 2\n  lost       1\n  msg/s      \
             500\n  lag p50    7 ms\n  lag p99    -\n"
        );
    }

    #[test]
    fn long_and_unprintable_bytes_are_shortened() {
        assert_eq!(shortened(b"abc\n", 10), "abc\\n");
        assert_eq!(shortened(b"abcdef", 3), "abc…");
    }
}
