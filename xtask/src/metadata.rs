//! What cargo says of the workspace.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};
use serde::Deserialize;

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
pub fn read(root: &Path) -> anyhow::Result<Metadata> {
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
