//! A meter reading: the payload that the demo publishes, and its identity when it comes back.

use std::fmt::Write as _;

use serde::Deserialize;

/// Which reading it is. A meter never sends two readings with the same timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ReadingId {
    /// Number of the meter.
    pub(super) meter: u32,
    /// Milliseconds since 1970.
    pub(super) timestamp_ms: i64,
}

/// Meters per building.
const METERS_PER_BUILDING: u32 = 10;
/// Meters in all.
pub(super) const METERS: u32 = 50;

/// `telemetry/<building>/<meter>`.
pub(super) fn topic(meter: u32) -> String {
    format!("telemetry/b{}/m{}", meter / METERS_PER_BUILDING, meter % METERS_PER_BUILDING)
}

/// The payload of a reading; replaces what is in `out`.
pub(super) fn payload(id: ReadingId, value: f64, out: &mut String) {
    out.clear();
    let (building, meter) = (id.meter / METERS_PER_BUILDING, id.meter % METERS_PER_BUILDING);
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        r#"{{"uuid":"b{building}-m{meter}","Readings":[[{},{value:.1}]],"Properties":{{"UnitofMeasure":"C"}}}}"#,
        id.timestamp_ms,
    );
}

#[derive(Deserialize)]
struct ReadingJson<'a> {
    uuid: &'a str,
    #[serde(rename = "Readings")]
    readings: [(i64, f64); 1],
}

/// The identity of a reading, if the payload is one of ours.
pub(super) fn identify(payload: &[u8]) -> Option<ReadingId> {
    let wire: ReadingJson<'_> = serde_json::from_slice(payload).ok()?;
    let (building, meter) = wire.uuid.strip_prefix('b')?.split_once("-m")?;
    let (building, meter): (u32, u32) = (building.parse().ok()?, meter.parse().ok()?);
    if meter >= METERS_PER_BUILDING || building >= METERS / METERS_PER_BUILDING {
        return None;
    }
    let [(timestamp_ms, _)] = wire.readings;
    Some(ReadingId { meter: building * METERS_PER_BUILDING + meter, timestamp_ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_recognised_when_it_comes_back() {
        let id = ReadingId { meter: 17, timestamp_ms: 1_795_377_010_274 };
        let mut text = String::new();
        payload(id, 21.5, &mut text);
        assert_eq!(
            text,
            r#"{"uuid":"b1-m7","Readings":[[1795377010274,21.5]],"Properties":{"UnitofMeasure":"C"}}"#
        );
        assert_eq!(topic(17), "telemetry/b1/m7");
        assert_eq!(identify(text.as_bytes()), Some(id));
    }

    #[test]
    fn what_others_publish_is_not_a_reading_of_ours() {
        for text in ["", "hello", "{}", r#"{"uuid":"x","Readings":[[1,2]]}"#] {
            assert_eq!(identify(text.as_bytes()), None, "{text}");
        }
    }
}
