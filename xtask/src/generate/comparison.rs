//! Compares the generated files on disk with the files that would be generated.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use anyhow::Context;
use similar::TextDiff;

use super::Files;

/// Says how the files on disk differ from `files`, by path from the workspace's root.
///
/// # Errors
///
/// If a file or folder cannot be read.
pub fn compare(root: &Path, files: &Files) -> anyhow::Result<BTreeMap<PathBuf, String>> {
    let mut differences = BTreeMap::new();
    for (path, text) in files {
        match std::fs::read(root.join(path)) {
            Ok(bytes) if bytes == text.as_bytes() => {}
            Ok(bytes) => {
                let diff = diff(path, &String::from_utf8_lossy(&bytes), text);
                differences.insert(path.clone(), format!("is stale\n{diff}"));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                differences.insert(path.clone(), "is missing".to_owned());
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        }
    }
    let folders: BTreeSet<&Path> = files.keys().filter_map(|path| path.parent()).collect();
    for folder in folders {
        for path in list(root, folder)? {
            if !files.contains_key(&path) {
                differences.insert(path, "is not generated from anything".to_owned());
            }
        }
    }
    Ok(differences)
}

fn diff(path: &Path, old: &str, new: &str) -> String {
    let path = path.display();
    TextDiff::from_lines(old, new)
        .unified_diff()
        .header(&format!("{path} (on disk)"), &format!("{path} (generated)"))
        .to_string()
}

/// Lists all files below a folder of the workspace.
fn list(root: &Path, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(root.join(folder)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("cannot list {}", folder.display()))?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            files.extend(list(root, &path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
