//! The workspace: where it is, and what cargo says of it.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

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

/// The workspace, as cargo describes it.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Metadata {
    /// Its packages.
    pub packages: Vec<Package>,
    /// Where cargo builds, which the environment or a user's settings may have moved.
    pub target_directory: PathBuf,
}

/// A package of the workspace.
#[derive(Clone, Debug, Deserialize)]
#[expect(
    clippy::exhaustive_structs,
    reason = "rules are tested on packages made by hand"
)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Where its manifest is.
    pub manifest_path: String,
    /// The registries it may go to: an empty list where it is not published.
    pub publish: Option<Vec<String>>,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
    /// What its manifest says for other tools than cargo, `null` where it says nothing.
    #[serde(default)]
    pub metadata: serde_json::Value,
}

impl Package {
    /// The OpenAPI document that the package is generated from, from the workspace's root.
    #[must_use]
    pub fn spec(&self) -> Option<&str> {
        self.metadata["openapi"]["spec"].as_str()
    }
}

/// One line of a manifest's dependencies.
#[derive(Clone, Debug, Deserialize)]
#[expect(
    clippy::exhaustive_structs,
    reason = "rules are tested on packages made by hand"
)]
pub struct Dependency {
    /// The package that is depended on.
    pub name: String,
    /// Nothing for a normal one, else `dev` or `build`.
    pub kind: Option<String>,
    /// The versions that do: `*` where a path alone says it.
    pub req: String,
}

/// Asks cargo.
///
/// # Errors
///
/// When cargo does not answer.
pub fn metadata(root: &Path) -> anyhow::Result<Metadata> {
    let output = cargo()
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("cargo cannot be run")?;
    ensure!(
        output.status.success(),
        "cargo metadata failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    serde_json::from_slice(&output.stdout).context("cargo metadata is not as expected")
}

/// The cargo that runs this program, else the one on the path.
#[must_use]
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
