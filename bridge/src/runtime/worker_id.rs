//! The worker's own random id, in a file beside the offset file, locked while the worker runs.
//!
//! MQTT client ids of persistent sessions are made from it, so it must survive a restart and
//! differ between workers that run. Invariants: the file is either absent or complete, and at most
//! one running worker has its id. The lock is the operating system's and ends with the process, so
//! files of a killed worker do not keep a new one out.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

/// Length of an id: 64 bits in hexadecimal, short enough for an MQTT client id of 23 bytes.
const LENGTH: usize = 16;

/// Why there is no worker id.
#[derive(Debug, thiserror::Error)]
pub enum WorkerIdError {
    /// The file cannot be read.
    #[error("cannot read the worker id file {}: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error(
        "cannot write the worker id file {}: {source} (it is kept beside \
         offset.storage.file.filename)",
        .path.display()
    )]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file holds something else.
    #[error(
        "{} does not hold a worker id (16 hexadecimal digits); restore it, or delete it to get a \
         new one, which leaves persistent MQTT sessions under the old one behind",
        .path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// Another worker runs with it.
    #[error(
        "another worker{} runs with the worker id file {}, and two workers with one id take each \
         other's MQTT sessions; stop that worker, or give this one an \
         offset.storage.file.filename of its own",
        .holder.map(|process| format!(", process {process},")).unwrap_or_default(),
        .path.display()
    )]
    InUse {
        /// The file.
        path: PathBuf,
        /// The process id of that worker, where it could leave it.
        holder: Option<u32>,
    },
}

/// A worker id. No other worker can have it while this lives.
#[derive(Debug)]
pub struct WorkerId {
    id: String,
    /// Has the process id, for the error of a second worker.
    process_file: PathBuf,
    _locked: File,
}

/// The id file of a worker with this offset file.
pub fn path_beside(offset_file: &Path) -> PathBuf {
    with_suffix(offset_file, ".worker-id")
}

impl WorkerId {
    /// Locks the file and reads the id; makes both if there is no file yet.
    pub fn acquire(path: &Path) -> Result<Self, WorkerIdError> {
        let unreadable = |source| WorkerIdError::Unreadable { path: path.to_owned(), source };
        let mut file = open_or_create(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(process_file(path)).ok();
                let holder = holder.and_then(|text| text.trim().parse().ok());
                return Err(WorkerIdError::InUse { path: path.to_owned(), holder });
            }
            Err(TryLockError::Error(error)) => tracing::warn!(
                path = %path.display(),
                %error,
                "cannot lock the worker id file: a second worker with it would not be noticed"
            ),
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(unreadable)?;
        let id = parse(&bytes).ok_or_else(|| WorkerIdError::Damaged { path: path.to_owned() })?;
        let process_file = process_file(path);
        // Only the error of a second worker needs it.
        let _ = fs::write(&process_file, format!("{}\n", std::process::id()));
        Ok(Self { id, process_file, _locked: file })
    }

    /// The id: 16 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.id
    }
}

impl Drop for WorkerId {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.process_file);
    }
}

fn process_file(path: &Path) -> PathBuf {
    with_suffix(path, ".pid")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

fn open_or_create(path: &Path) -> Result<File, WorkerIdError> {
    let open = || match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(WorkerIdError::Unreadable { path: path.to_owned(), source }),
    };
    if let Some(file) = open()? {
        return Ok(file);
    }
    let unwritable = |source| WorkerIdError::Unwritable { path: path.to_owned(), source };
    publish(path, &random_id()).map_err(unwritable)?;
    // Another worker may have created it first: the file counts.
    open()?.ok_or_else(|| unwritable(io::ErrorKind::NotFound.into()))
}

fn parse(bytes: &[u8]) -> Option<String> {
    let id = str::from_utf8(bytes).ok()?.trim_end();
    let is_id = id.len() == LENGTH && id.bytes().all(|b| b.is_ascii_hexdigit());
    is_id.then(|| id.to_owned())
}

/// Writes a complete file under another name and links it into place. A file that is there already
/// stays.
fn publish(path: &Path, id: &str) -> io::Result<()> {
    let draft = with_suffix(path, &format!(".{}", random_id()));
    let written = OpenOptions::new().write(true).create_new(true).open(&draft).and_then(|mut f| {
        writeln!(f, "{id}")?;
        f.sync_all()
    });
    let linked = written.and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        // No hard links on this file system: a rename is atomic too.
        Err(_) => fs::rename(&draft, path),
        Ok(()) => Ok(()),
    });
    let _ = fs::remove_file(&draft);
    if linked.is_ok() {
        // The id must survive a power cut, as far as the directory can be synced.
        if let Some(Ok(directory)) = path.parent().map(fs::File::open) {
            let _ = directory.sync_all();
        }
    }
    linked
}

/// 64 bits from the seeds that the standard library draws for its hash maps.
fn random_id() -> String {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_beside_the_offset_file() {
        assert_eq!(
            path_beside(Path::new("/tmp/connect.offsets")),
            Path::new("/tmp/connect.offsets.worker-id")
        );
    }

    fn acquire(path: &Path) -> String {
        WorkerId::acquire(path).unwrap().as_str().to_owned()
    }

    #[test]
    fn is_made_once_and_read_ever_after() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("o.worker-id");
        let first = acquire(&path);
        assert_eq!(first.len(), LENGTH);
        assert_eq!(acquire(&path), first);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing else stays behind");
    }

    #[test]
    fn of_two_ids_the_first_in_place_wins() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("o.worker-id");
        publish(&path, "0123456789abcdef").unwrap();
        publish(&path, "fedcba9876543210").unwrap();
        assert_eq!(acquire(&path), "0123456789abcdef");
    }

    #[test]
    fn a_second_worker_is_refused_with_the_process_of_the_first_until_that_ends() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("o.worker-id");
        let first = WorkerId::acquire(&path).unwrap();
        let error = WorkerId::acquire(&path).unwrap_err();
        let holder = Some(std::process::id());
        assert!(
            matches!(&error, WorkerIdError::InUse { holder: found, .. } if *found == holder),
            "{error}"
        );
        let text = format!("another worker, process {}, runs with", std::process::id());
        assert!(error.to_string().starts_with(&text), "{error}");
        drop(first);
        acquire(&path);
    }

    #[test]
    fn the_files_of_a_killed_worker_do_not_keep_a_new_one_out() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("o.worker-id");
        fs::write(&path, "0123456789abcdef\n").unwrap();
        fs::write(process_file(&path), "1\n").unwrap();
        assert_eq!(acquire(&path), "0123456789abcdef");
    }

    #[test]
    fn a_file_in_a_folder_that_cannot_be_written_is_enough() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("o.worker-id");
        fs::write(&path, "0123456789abcdef\n").unwrap();
        // Takes the place of the file with the process id, as a folder without rights does.
        fs::create_dir(process_file(&path)).unwrap();
        let _first = WorkerId::acquire(&path).unwrap();
        let error = WorkerId::acquire(&path).unwrap_err();
        assert!(error.to_string().starts_with("another worker runs with"), "{error}");
    }

    #[test]
    fn a_damaged_file_is_an_error_and_never_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("o.worker-id");
        for damage in ["", "0123", "0123456789abcdeg\n", "0123456789abcdef0\n"] {
            fs::write(&path, damage).unwrap();
            assert!(matches!(WorkerId::acquire(&path), Err(WorkerIdError::Damaged { .. })));
            assert_eq!(fs::read_to_string(&path).unwrap(), damage);
        }
    }

    #[test]
    fn a_missing_directory_is_named() {
        let error = WorkerId::acquire(Path::new("/nonexistent/o.worker-id")).unwrap_err();
        assert!(error.to_string().starts_with("cannot write the worker id file /nonexistent/o"));
    }
}
