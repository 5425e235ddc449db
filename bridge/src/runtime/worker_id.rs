//! The worker's own random name, kept in a file beside the offset file.
//!
//! MQTT client ids of persistent sessions are made from it, so it must survive a restart and
//! differ between workers. Invariant: a file is either absent or complete; of two workers that
//! start at once on the same file, both end up with the same id.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
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
        /// The system's words.
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
        /// The system's words.
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
}

/// Where the id of a worker with this offset file is kept.
pub fn path_beside(offset_file: &Path) -> PathBuf {
    let mut name = OsString::from(offset_file);
    name.push(".worker-id");
    PathBuf::from(name)
}

/// Reads the id, or makes one if there is no file yet.
pub fn load_or_create(path: &Path) -> Result<String, WorkerIdError> {
    if let Some(id) = load(path)? {
        return Ok(id);
    }
    let unwritable = |source| WorkerIdError::Unwritable { path: path.to_owned(), source };
    publish(path, &random_id()).map_err(unwritable)?;
    // Another worker may have been quicker: what stands in the file counts.
    load(path)?.ok_or_else(|| unwritable(io::ErrorKind::NotFound.into()))
}

fn load(path: &Path) -> Result<Option<String>, WorkerIdError> {
    let text = match fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(WorkerIdError::Unreadable { path: path.to_owned(), source }),
    };
    let id = text.trim_end();
    if id.len() == LENGTH && id.bytes().all(|b| b.is_ascii_hexdigit()) {
        Ok(Some(id.to_owned()))
    } else {
        Err(WorkerIdError::Damaged { path: path.to_owned() })
    }
}

/// Writes a complete file under another name and links it into place, which fails if the place is
/// taken; that is no error.
fn publish(path: &Path, id: &str) -> io::Result<()> {
    let mut draft = OsString::from(path);
    draft.push(format!(".{}", random_id()));
    let draft = PathBuf::from(draft);
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
        // The id must still be there after a power cut; without a directory to sync, so be it.
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

    #[test]
    fn is_made_once_and_read_ever_after() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("o.worker-id");
        let first = load_or_create(&path).unwrap();
        assert_eq!(first.len(), LENGTH);
        assert_eq!(load_or_create(&path).unwrap(), first);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "no draft stays behind");
    }

    #[test]
    fn of_two_ids_the_first_in_place_wins() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("o.worker-id");
        publish(&path, "0123456789abcdef").unwrap();
        publish(&path, "fedcba9876543210").unwrap();
        assert_eq!(load_or_create(&path).unwrap(), "0123456789abcdef");
    }

    #[test]
    fn a_damaged_file_is_an_error_and_never_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("o.worker-id");
        for damage in ["", "0123", "0123456789abcdeg\n", "0123456789abcdef0\n"] {
            fs::write(&path, damage).unwrap();
            assert!(matches!(load_or_create(&path), Err(WorkerIdError::Damaged { .. })));
            assert_eq!(fs::read_to_string(&path).unwrap(), damage);
        }
    }

    #[test]
    fn a_missing_directory_is_named() {
        let error = load_or_create(Path::new("/nonexistent/o.worker-id")).unwrap_err();
        assert!(error.to_string().starts_with("cannot write the worker id file /nonexistent/o"));
    }
}
