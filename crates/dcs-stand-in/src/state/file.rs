//! The file that keeps the tasks, so that they survive a restart.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::task::Task;

/// The file with all tasks and their passwords, which only its owner can read.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
}

impl StateFile {
    /// Reads the tasks. There are none if there is no file.
    pub(crate) fn open(path: PathBuf) -> io::Result<(Self, Vec<Task>)> {
        let tasks = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let file = Self { path };
        // A file that cannot be written is an error at the start, not at the first change.
        file.write(&tasks)?;
        Ok((file, tasks))
    }

    /// Replaces the file at once: a reader finds the old tasks or the new ones.
    pub(crate) fn write(&self, tasks: &[Task]) -> io::Result<()> {
        let mut new = self.path.clone().into_os_string();
        new.push(".new");
        let new = Path::new(&new);
        let mut file = create(new)?;
        file.write_all(&serde_json::to_vec(tasks)?)?;
        file.sync_all()?;
        fs::rename(new, &self.path)
    }
}

/// Creates an empty file with mode 0600, even if there was one with another mode.
fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
