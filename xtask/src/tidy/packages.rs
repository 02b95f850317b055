//! Rules on packages: files, names and dependencies.

use std::path::Path;

use super::File;
use crate::workspace::Package;

/// Which of our packages each package may depend on, and which ones also in tests.
const DIRECTIONS: [(&str, &[&str], &[&str]); 7] = [
    ("huaweicloud-sign", &[], &[]),
    ("huaweicloud-core", &["huaweicloud-sign"], &[]),
    (
        "huaweicloud-iam",
        &["huaweicloud-core", "huaweicloud-sign"],
        &[],
    ),
    (
        "huaweicloud-dcs",
        &[
            "huaweicloud-core",
            "huaweicloud-dcs-api",
            "huaweicloud-iam",
            "huaweicloud-sign",
        ],
        &["dcs-stand-in"],
    ),
    ("dcsctl", &["huaweicloud-dcs"], &["dcs-stand-in"]),
    (
        "dcs-stand-in",
        &[
            "huaweicloud-core",
            "huaweicloud-dcs-api",
            "huaweicloud-iam",
            "huaweicloud-sign",
        ],
        &[],
    ),
    ("xtask", &[], &[]),
];

/// The same for a generated crate that is not listed above.
const GENERATED: (&[&str], &[&str]) = (&["huaweicloud-core"], &[]);

/// The files that a published package must have.
const PUBLISHED_FILES: [&str; 4] = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// Finds packages that break a rule.
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
                "{name}: its folder is called {folder}: give both the same name"
            ));
        }
        let is_published = package.publish.as_ref().is_none_or(|to| !to.is_empty());
        for wanted in PUBLISHED_FILES {
            let path = format!("crates/{folder}/{wanted}");
            if is_published && !files.iter().any(|file| file.path == path) {
                problems.push(format!(
                    "{name}: add {path}, because the package is published"
                ));
            }
        }
        let known = DIRECTIONS.iter().find(|(of, ..)| of == name);
        let known = known.map(|&(_, normal, in_tests)| (normal, in_tests));
        let Some((normal, in_tests)) = known.or(package.spec().map(|_| GENERATED)) else {
            problems.push(format!(
                "{name}: add its allowed dependencies to xtask/src/tidy/packages.rs"
            ));
            continue;
        };
        for dependency in &package.dependencies {
            let is_ours = packages.iter().any(|other| other.name == dependency.name);
            let on = dependency.name.as_str();
            let is_for_tests = dependency.kind.as_deref() == Some("dev");
            // A package may enable its own features for its tests.
            let may =
                normal.contains(&on) || is_for_tests && (in_tests.contains(&on) || on == name);
            if is_ours && !may {
                problems.push(format!("{name}: it must not depend on {on}"));
            }
            // With a version, a crate could only be published after the crates that its tests need.
            if is_ours && is_for_tests && dependency.req != "*" {
                problems.push(format!(
                    "{name}: its dev-dependency {on} has a version: keep only the path"
                ));
            }
        }
    }
    problems
}
