//! Formats log lines and writes them to standard error.
//!
//! Text for people, or one JSON object a line for machines; both carry the connector and the task
//! as fields. Lines pass a `LogQueue`, so a reader of standard error that stops blocks no log
//! call. Secrets are hidden by the code that logs them: nothing here can recognise a password.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::os::fd::AsFd as _;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tracing::level_filters::LevelFilter;
use tracing::subscriber::NoSubscriber;
use tracing::{Dispatch, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::Layer as _;

use super::log_queue::LogQueue;

/// The longest that the end of the program waits for its last lines to be written.
const FLUSH_TIME: Duration = Duration::from_secs(1);

/// The queue in front of standard error, once [`install`] has made it.
static QUEUE: OnceLock<LogQueue> = OnceLock::new();

/// The format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Selects the lines to write, as in `info,kcql_bridge::mqtt=debug`.
#[derive(Debug, Clone, PartialEq)]
pub struct LogFilter(Targets);

/// A filter that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no log filter; write a level (error, warn, info, debug, trace, off), or \
     target=level pairs, as in info,kcql_bridge::mqtt=debug"
)]
pub struct LogFilterError(String);

impl Default for LogFilter {
    fn default() -> Self {
        Self(Targets::new().with_default(LevelFilter::INFO))
    }
}

impl std::str::FromStr for LogFilter {
    type Err = LogFilterError;

    /// Targets that are not named stay at `info`.
    fn from_str(text: &str) -> Result<Self, LogFilterError> {
        let wrong = || LogFilterError(text.to_owned());
        let mut targets = Targets::new().with_default(LevelFilter::INFO);
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let level = |name: &str| name.trim().parse::<LevelFilter>().map_err(|_| wrong());
            targets = match part.split_once('=') {
                Some((target, name)) => targets.with_target(target.trim(), level(name)?),
                None => targets.with_default(level(part)?),
            };
        }
        Ok(Self(targets))
    }
}

/// A subscriber that writes to `writer`.
pub fn dispatch<W>(format: LogFormat, filter: LogFilter, colour: bool, writer: W) -> Dispatch
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    fn with<S, L>(registry: S, layer: L) -> Dispatch
    where
        S: Subscriber + Send + Sync,
        L: tracing_subscriber::Layer<S> + Send + Sync,
    {
        Dispatch::new(registry.with(layer))
    }
    let registry = tracing_subscriber::registry();
    // Reporting an error of the log output would write to it, and may panic.
    let layer = tracing_subscriber::fmt::layer().with_writer(writer).log_internal_errors(false);
    match format {
        LogFormat::Text => with(registry, layer.with_ansi(colour).with_filter(filter.0)),
        LogFormat::Json => with(registry, layer.json().flatten_event(true).with_filter(filter.0)),
    }
}

/// Writes to standard error from now on, in the whole process. Later calls change nothing. The
/// guard is to live as long as the program.
pub fn install(format: LogFormat, filter: LogFilter) -> io::Result<LogGuard> {
    // A descriptor of its own: the lock of `std::io::stderr` is held as long as a write lasts.
    let stderr = File::from(io::stderr().as_fd().try_clone_to_owned()?);
    let colour = stderr.is_terminal();
    let notice = DroppedNotice::new(format, colour);
    let queue = LogQueue::start(stderr, move |dropped| notice.render(dropped))?;
    let queue = QUEUE.get_or_init(|| queue).clone();
    let dispatch = dispatch(format, filter, colour, move || queue.clone());
    let _ = tracing::dispatcher::set_global_default(dispatch);
    Ok(LogGuard(()))
}

/// Dropped at the end of the program, it waits for the last lines, at most `FLUSH_TIME`.
#[derive(Debug)]
pub struct LogGuard(());

impl Drop for LogGuard {
    fn drop(&mut self) {
        if let Some(queue) = QUEUE.get() {
            queue.flush(FLUSH_TIME);
        }
    }
}

/// Writes a line to standard error that is no log line, behind the log lines before it.
pub fn print_line(line: &str) {
    let line = format!("{line}\n");
    match QUEUE.get() {
        Some(queue) => queue.push(line.as_bytes()),
        None => {
            let _ = io::stderr().write_all(line.as_bytes());
        }
    }
}

/// Renders the line that tells how many lines were dropped, in the form of the others. No filter
/// applies: whoever lost lines wanted them.
struct DroppedNotice {
    line: Capture,
    dispatch: Dispatch,
}

impl DroppedNotice {
    fn new(format: LogFormat, colour: bool) -> Self {
        let line = Capture::default();
        let writer = line.clone();
        let filter = LogFilter::default();
        Self { line, dispatch: dispatch(format, filter, colour, move || writer.clone()) }
    }

    fn render(&self, dropped: u64) -> Vec<u8> {
        tracing::dispatcher::with_default(&self.dispatch, || {
            tracing::warn!(
                target: "log",
                dropped,
                "log lines dropped: standard error was not read fast enough"
            );
        });
        std::mem::take(&mut *self.line.lock())
    }
}

/// Log lines in memory.
#[derive(Debug, Clone, Default)]
pub struct Capture {
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Capture {
    /// A dispatcher that writes here; hand it to `tracing::dispatcher::with_default`.
    pub fn dispatch(&self, format: LogFormat, filter: LogFilter) -> Dispatch {
        // With one subscriber alive, `tracing` remembers for good what the first thread to reach
        // a log line thought of it, and another test's thread thinks nothing. With two it asks.
        static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));
        LazyLock::force(&ANOTHER);
        let capture = self.clone();
        dispatch(format, filter, false, move || capture.clone())
    }

    /// Everything written so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.lock()).into_owned()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured(format: LogFormat, filter: &str, log: impl FnOnce()) -> String {
        let capture = Capture::default();
        let dispatch = capture.dispatch(format, filter.parse().unwrap());
        tracing::dispatcher::with_default(&dispatch, log);
        capture.text()
    }

    #[test]
    fn a_text_line_names_connector_and_task() {
        let text = captured(LogFormat::Text, "info", || {
            let _span = tracing::info_span!("task", connector = "c", task = 0).entered();
            tracing::info!("task starts");
        });
        assert!(text.contains(r#"task{connector="c" task=0}"#), "{text}");
        assert!(text.trim_end().ends_with("task starts"), "{text}");
    }

    #[test]
    fn a_json_line_is_an_object_with_the_same_fields() {
        let text = captured(LogFormat::Json, "info", || {
            let _span = tracing::info_span!("task", connector = "c", task = 0).entered();
            tracing::warn!(broker = "tcp://b", "away");
        });
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["level"], "WARN");
        assert_eq!(line["message"], "away");
        assert_eq!(line["broker"], "tcp://b");
        assert_eq!(line["span"]["connector"], "c");
    }

    #[test]
    fn the_count_of_dropped_lines_has_the_form_of_the_others() {
        let notice = DroppedNotice::new(LogFormat::Json, false);
        for dropped in [7, 8] {
            let line: serde_json::Value = serde_json::from_slice(&notice.render(dropped)).unwrap();
            assert_eq!((&line["level"], &line["dropped"]), (&"WARN".into(), &dropped.into()));
        }
        let text = DroppedNotice::new(LogFormat::Text, false).render(7);
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("log lines dropped") && text.ends_with("dropped=7\n"), "{text}");
    }

    #[test]
    fn a_filter_is_a_level_or_pairs_of_target_and_level() {
        let log = || {
            tracing::debug!(target: "kcql_bridge::mqtt::session", "seen");
            tracing::debug!("not seen");
            tracing::info!("info stays");
        };
        let text = captured(LogFormat::Text, "kcql_bridge::mqtt=debug", log);
        assert!(text.contains("seen") && !text.contains("not seen"), "{text}");
        assert!(text.contains("info stays"));
        assert_eq!(captured(LogFormat::Text, "off", log), "");
        assert!("loud".parse::<LogFilter>().is_err());
        assert!("a=loud".parse::<LogFilter>().is_err());
    }
}
