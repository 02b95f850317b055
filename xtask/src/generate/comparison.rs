//! The generated files on disk beside those that would be generated.

use std::{
    collections::BTreeSet,
    fmt, io,
    path::{Path, PathBuf},
};

use anyhow::Context;
use similar::TextDiff;

use super::Files;

/// A file on disk that is not what would be generated.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Difference {
    /// It has another text.
    Stale {
        /// The file, from the workspace's root.
        path: PathBuf,
        /// How it differs, as a unified diff.
        diff: String,
    },
    /// It is not there.
    Missing {
        /// The file, from the workspace's root.
        path: PathBuf,
    },
    /// Nothing is generated there.
    Extra {
        /// The file, from the workspace's root.
        path: PathBuf,
    },
}

/// Compares the files on disk with `files`, in the order of their paths.
///
/// # Errors
///
/// When a file is there and cannot be read.
pub fn compare(root: &Path, files: &Files) -> anyhow::Result<Vec<Difference>> {
    let mut differences = Vec::new();
    for (path, text) in files {
        match read(&root.join(path))? {
            None => differences.push(Difference::Missing { path: path.clone() }),
            Some(bytes) if bytes == text.as_bytes() => {}
            Some(bytes) => differences.push(Difference::Stale {
                path: path.clone(),
                diff: diff(path, &String::from_utf8_lossy(&bytes), text),
            }),
        }
    }
    let folders: BTreeSet<&Path> = files.keys().filter_map(|path| path.parent()).collect();
    let mut there = Vec::new();
    for folder in folders {
        list(root, folder, &mut there)?;
    }
    let extra = there.into_iter().filter(|path| !files.contains_key(path));
    differences.extend(extra.map(|path| Difference::Extra { path }));
    differences.sort_by(|left, right| left.path().cmp(right.path()));
    Ok(differences)
}

impl Difference {
    /// The file, from the workspace's root.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Stale { path, .. } | Self::Missing { path } | Self::Extra { path } => path,
        }
    }

    /// Makes the file what it ought to be, and says what was done for that.
    pub(super) fn resolve(&self, root: &Path, files: &Files) -> anyhow::Result<&'static str> {
        let path = root.join(self.path());
        let result = match files.get(self.path()) {
            Some(text) => path
                .parent()
                .map_or(Ok(()), std::fs::create_dir_all)
                .and_then(|()| std::fs::write(&path, text))
                .map(|()| "written"),
            None => std::fs::remove_file(&path).map(|()| "removed"),
        };
        result.with_context(|| format!("{} cannot be changed", self.path().display()))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path().display();
        match self {
            Self::Stale { diff, .. } => write!(formatter, "{path}: is stale\n{diff}"),
            Self::Missing { .. } => write!(formatter, "{path}: is missing"),
            Self::Extra { .. } => write!(formatter, "{path}: is generated from nothing"),
        }
    }
}

fn diff(path: &Path, old: &str, new: &str) -> String {
    let path = path.display();
    TextDiff::from_lines(old, new)
        .unified_diff()
        .header(&format!("{path} (on disk)"), &format!("{path} (generated)"))
        .to_string()
}

/// The bytes of a file, or nothing if there is none.
fn read(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// All files below a folder of the workspace.
fn list(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = match std::fs::read_dir(root.join(folder)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.with_context(|| format!("{} cannot be listed", folder.display()))?,
    };
    for entry in entries {
        let entry = entry.with_context(|| format!("{} cannot be listed", folder.display()))?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            list(root, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
