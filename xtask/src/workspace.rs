//! The workspace: its folder, and its packages as cargo lists them.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

/// Finds the folder of the workspace's `Cargo.toml`, at or above the current folder.
///
/// # Errors
///
/// If there is none.
pub fn find_root() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir().context("no current folder")?;
    let root = here.ancestors().find(|folder| is_root(folder));
    match root {
        Some(root) => Ok(root.to_path_buf()),
        None => {
            bail!(
                "no Cargo.toml with [workspace] here or above: run the command inside the workspace"
            )
        }
    }
}

fn is_root(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"))
}

/// The workspace, as cargo describes it.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Metadata {
    /// Its packages.
    pub packages: Vec<Package>,
    /// The folder in which cargo builds.
    pub target_directory: PathBuf,
}

/// A package of the workspace.
#[derive(Clone, Debug, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "tests build packages by hand")]
pub struct Package {
    /// Its name.
    pub name: String,
    /// The path of its manifest.
    pub manifest_path: String,
    /// The registries it may be published to; empty for an unpublished package.
    pub publish: Option<Vec<String>>,
    /// Its dependencies.
    pub dependencies: Vec<Dependency>,
    /// The `metadata` of its manifest, for other tools than cargo; `null` if absent.
    #[serde(default)]
    pub metadata: serde_json::Value,
}

impl Package {
    /// The OpenAPI document that the package is generated from, relative to the workspace's root.
    #[must_use]
    pub fn spec(&self) -> Option<&str> {
        self.metadata["openapi"]["spec"].as_str()
    }
}

/// One line of a manifest's dependencies.
#[derive(Clone, Debug, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "tests build packages by hand")]
pub struct Dependency {
    /// The package that it names.
    pub name: String,
    /// `None` for a normal dependency, else `dev` or `build`.
    pub kind: Option<String>,
    /// The version requirement; `*` if only a path is given.
    pub req: String,
}

/// Gets the description of the workspace from cargo.
///
/// # Errors
///
/// If `cargo metadata` fails.
pub fn metadata(root: &Path) -> anyhow::Result<Metadata> {
    let output = cargo()
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("cannot run cargo")?;
    ensure!(
        output.status.success(),
        "cargo metadata failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    serde_json::from_slice(&output.stdout).context("cannot read the output of cargo metadata")
}

/// The cargo that runs this program, else the cargo in `PATH`.
#[must_use]
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
