//! Where the workspace is.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// The folder of the workspace's own `Cargo.toml`, at or above the current one.
///
/// # Errors
///
/// When there is none.
pub fn find_root() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir().context("there is no current folder")?;
    let root = here.ancestors().find(|folder| is_root(folder));
    match root {
        Some(root) => Ok(root.to_path_buf()),
        None => {
            bail!("no Cargo.toml with [workspace] here or above: run this inside the workspace")
        }
    }
}

fn is_root(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"))
}
