//! The command line of the demo.

use std::time::Duration;

/// Runs everything in one process: nothing to install.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
Examples:
  kcql-bridge demo                          until Ctrl-C, 1,000 readings a second
  kcql-bridge demo --messages 1000          ends after 1,000 readings
  kcql-bridge demo --for 30s --rate 5000    ends after 30 s

While it runs, join with curl, mosquitto_pub, mosquitto_sub and kcat on the printed addresses.
Exit code: 0 if nothing was lost, 1 if anything was.")]
pub struct DemoArgs {
    /// Readings to publish per second
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub rate: u32,
    /// End after this many readings
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub messages: Option<u64>,
    /// End after this long, such as 30s, 5m or 1h
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    pub duration: Option<Duration>,
    /// Drop the N-th record on its way to the check, to see that the demo notices a loss
    #[arg(long, value_name = "N", hide = true)]
    pub drop_record: Option<u64>,
}

/// Reads `500ms`, `30s`, `5m`, `1h`; a bare number means seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(digits.len()..).unwrap_or_default();
    let number: u64 =
        digits.parse().map_err(|_| format!("'{text}' is not a time; write 30s, 5m or 1h"))?;
    let millis = match unit {
        "ms" => Some(number),
        "" | "s" => number.checked_mul(1000),
        "m" => number.checked_mul(60_000),
        "h" => number.checked_mul(3_600_000),
        _ => return Err(format!("unknown unit '{unit}' in '{text}'; use ms, s, m or h")),
    };
    match millis {
        Some(0) | None => Err(format!("'{text}' is out of range")),
        Some(millis) => Ok(Duration::from_millis(millis)),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;
    use std::time::Duration;

    #[test]
    fn times_have_units_and_errors_say_what_to_write() {
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("7"), Ok(Duration::from_secs(7)));
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        for bad in ["", "s", "30y", "-1s", "0s", "99999999999999999h"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
