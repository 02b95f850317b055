//! Rules on packages: their files, their names, and who may depend on whom.

use std::{path::Path, process::Command};

use anyhow::{Context, ensure};
use serde::Deserialize;

use super::File;

/// A package of the workspace, as cargo describes it.
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
}

/// Whom each of our packages may depend on, among our own, and whom its tests may besides.
const DIRECTIONS: [(&str, &[&str], &[&str]); 6] = [
    ("huaweicloud-sign", &[], &[]),
    ("huaweicloud-dcs-api", &[], &[]),
    (
        "huaweicloud-dcs",
        &["huaweicloud-dcs-api", "huaweicloud-sign"],
        &["dcs-stand-in"],
    ),
    ("dcsctl", &["huaweicloud-dcs"], &["dcs-stand-in"]),
    (
        "dcs-stand-in",
        &["huaweicloud-dcs-api", "huaweicloud-sign"],
        &[],
    ),
    ("xtask", &[], &[]),
];

/// What a published package brings along.
const PUBLISHED_FILES: [&str; 4] = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// Asks cargo for the packages of the workspace.
///
/// # Errors
///
/// When cargo does not answer.
pub fn read_packages(root: &Path) -> anyhow::Result<Vec<Package>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("cargo cannot be run")?;
    ensure!(
        output.status.success(),
        "cargo metadata failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let metadata: Metadata =
        serde_json::from_slice(&output.stdout).context("cargo metadata is not as expected")?;
    Ok(metadata.packages)
}

/// Says which packages break a rule.
#[must_use]
pub fn packages(packages: &[Package], files: &[File]) -> Vec<String> {
    let mut problems = Vec::new();
    for package in packages {
        let name = &package.name;
        let folder = Path::new(&package.manifest_path)
            .parent()
            .and_then(Path::file_name)
            .and_then(std::ffi::OsStr::to_str)
            .unwrap_or_default();
        if folder != name {
            problems.push(format!(
                "{name}: its folder is called {folder}: give both one name"
            ));
        }
        let is_published = package.publish.as_ref().is_none_or(|to| !to.is_empty());
        for wanted in PUBLISHED_FILES {
            let path = format!("crates/{folder}/{wanted}");
            if is_published && !files.iter().any(|file| file.path == path) {
                problems.push(format!(
                    "{name}: {path} is missing, and it is to be published"
                ));
            }
        }
        let Some((_, normal, in_tests)) = DIRECTIONS.iter().find(|(of, ..)| of == name) else {
            problems.push(format!(
                "{name}: say in the rules of tidy whom it may depend on"
            ));
            continue;
        };
        for dependency in &package.dependencies {
            let is_ours = packages.iter().any(|other| other.name == dependency.name);
            let on = dependency.name.as_str();
            let is_for_tests = dependency.kind.as_deref() == Some("dev");
            if is_ours && !normal.contains(&on) && !(is_for_tests && in_tests.contains(&on)) {
                problems.push(format!("{name}: it must not depend on {on}"));
            }
        }
    }
    problems
}
