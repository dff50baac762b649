//! The data folder: one process at a time, and throw-away folders that go with their process.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::Location;
use crate::OpenError;

const PREFIX: &str = "matchlist-";
const LOCK: &str = "matchlist.lock";
/// For how long the process of a throw-away folder may not hold its lock yet.
const YOUNG: Duration = Duration::from_secs(60);

/// A folder that this process alone uses.
pub(super) struct Folder {
    path: PathBuf,
    temporary: bool,
    _lock: File,
}

impl Folder {
    pub(super) fn open(location: &Location) -> Result<Self, OpenError> {
        let (path, temporary) = match location {
            Location::Folder(path) => (path.clone(), false),
            Location::Temporary => {
                let parent = temporary_parent();
                sweep(&parent, YOUNG);
                (parent.join(format!("{PREFIX}{}", uuid::Uuid::new_v4().simple())), true)
            }
        };
        let failed = |source| OpenError::Folder { folder: path.display().to_string(), source };
        make(&path).map_err(failed)?;
        let lock = lock_file(&path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, temporary, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { folder: path.display().to_string() }),
            Err(TryLockError::Error(e)) => Err(failed(e)),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file in it, which is made, unless it is there, for its owner alone; SQLite gives the files
    /// beside it the same mode.
    pub(super) fn own_file(&self, name: &str) -> Result<PathBuf, OpenError> {
        let path = self.path.join(name);
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(_) => Ok(path),
            Err(source) => Err(OpenError::Folder { folder: self.path.display().to_string(), source }),
        }
    }

    pub(super) const fn is_temporary(&self) -> bool {
        self.temporary
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.temporary {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Makes the folder, unless it is there, for its owner alone: it holds all items, hashes of passwords and the
/// server's secret.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn lock_file(folder: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(LOCK))
}

fn temporary_parent() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}

/// Removes what crashed processes left: throw-away folders that nobody holds the lock of. Young ones are
/// left, as their process may be about to take it.
pub(super) fn sweep(parent: &Path, young: Duration) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        if !entry.file_name().to_str().is_some_and(|n| n.starts_with(PREFIX)) {
            continue;
        }
        let path = entry.path();
        let age = entry.metadata().and_then(|m| m.created().or_else(|_| m.modified())).ok();
        let old = age.and_then(|at| at.elapsed().ok()).is_some_and(|age| age > young);
        let is_ours = path.join(LOCK).is_file();
        if old && is_ours && lock_file(&path).is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(&path);
        }
    }
}
