//! Rules of tidy on files and packages.

use xtask::{
    tidy::{File, layout, links, packages, sources},
    workspace::{Dependency, Package},
};

pub(crate) fn file(path: &str, text: impl Into<String>) -> File {
    File {
        path: path.to_owned(),
        text: text.into(),
    }
}

#[track_caller]
pub(crate) fn finds(problems: &[String], wanted: &[&str]) {
    assert_eq!(problems.len(), wanted.len(), "{problems:#?}");
    for (problem, words) in problems.iter().zip(wanted) {
        assert!(problem.contains(words), "{words}: {problem}");
    }
}

#[test]
fn tidy_file_passes() {
    let text = "//! What it is for.\n\n//! ```text\n//! ```\n".to_owned();
    finds(&sources(&[file("crates/a/src/lib.rs", text)]), &[]);
}

#[test]
fn unfinished_work_is_found_by_line() {
    for word in [["#[igno", "re]"], ["// FIX", "ME"]] {
        let text = format!("//! Docs.\n{}\n", word.concat());
        finds(&sources(&[file("a.rs", text)]), &["a.rs:2: "]);
    }
}

#[test]
fn ignored_example_is_found_in_code_and_markdown() {
    let fence = ["```", "ignore"].concat();
    finds(
        &sources(&[file("a.rs", format!("//! {fence}\n"))]),
        &["a.rs:1: "],
    );
    finds(
        &sources(&[file("README.md", format!("{fence}\n"))]),
        &["README.md:1: "],
    );
    finds(
        &sources(&[file("a.rs", format!("//! ```rust,{}\n", "ignore"))]),
        &["a.rs:1: "],
    );
}

#[test]
fn long_or_undocumented_file_is_found_unless_generated() {
    let long = format!("//! Docs.\n{}", "\n".repeat(400));
    let short = "//! Docs.\n";
    let files = [
        file("a.rs", long.clone()),
        file("b.rs", short),
        file("c.rs", short),
    ];
    finds(&sources(&files), &["a.rs: 401 lines"]);
    finds(&sources(&[file("x/generated/a.rs", long)]), &[]);
    finds(&sources(&[file("a.rs", "fn main() {}\n")]), &["a.rs:1: "]);
}

#[test]
fn stray_top_entry_and_uncompiled_test_are_found() {
    let files = [
        file("LICENSE", ""),
        file(".gitignore", ""),
        file("crates/a/tests/it/main.rs", "mod known;\n"),
        file("crates/a/tests/it/known.rs", ""),
        file("crates/a/tests/it/forgotten.rs", ""),
    ];
    finds(
        &layout(&files),
        &["LICENSE: ", "forgotten.rs: not compiled"],
    );
}

fn package(name: &str, publish: Option<Vec<String>>, on: &[(&str, Option<&str>)]) -> Package {
    let dependency = |(name, kind): &(&str, Option<&str>)| Dependency {
        name: (*name).to_owned(),
        kind: kind.map(str::to_owned),
        req: "*".to_owned(),
    };
    Package {
        name: name.to_owned(),
        manifest_path: format!("/workspace/crates/{name}/Cargo.toml"),
        publish,
        dependencies: on.iter().map(dependency).collect(),
        metadata: serde_json::Value::Null,
    }
}

#[test]
fn dependency_backwards_or_on_the_stand_in_is_found() {
    let unpublished = || Some(Vec::new());
    let all = [
        package("huaweicloud-sign", unpublished(), &[("serde", None)]),
        package(
            "huaweicloud-dcs",
            unpublished(),
            &[("huaweicloud-sign", None), ("dcs-stand-in", Some("dev"))],
        ),
        package("dcs-stand-in", unpublished(), &[]),
    ];
    finds(&packages(&all, &[]), &[]);
    let back = [
        package(
            "huaweicloud-sign",
            unpublished(),
            &[("huaweicloud-dcs", Some("dev"))],
        ),
        package("huaweicloud-dcs", unpublished(), &[("dcs-stand-in", None)]),
        package("dcs-stand-in", unpublished(), &[("huaweicloud-dcs", None)]),
    ];
    let must_not = ["huaweicloud-sign: ", "huaweicloud-dcs: ", "dcs-stand-in: "];
    finds(&packages(&back, &[]), &must_not);
}

#[test]
fn core_and_generated_crates_depend_only_downwards() {
    let package = |name, on: &[_]| package(name, Some(Vec::new()), on);
    let generated = |name, on: &[_]| Package {
        metadata: serde_json::json!({ "openapi": { "spec": "spec/any.yaml" } }),
        ..package(name, on)
    };
    let [sign, core, iam, api, dcs] = [
        "huaweicloud-sign",
        "huaweicloud-core",
        "huaweicloud-iam",
        "huaweicloud-dcs-api",
        "huaweicloud-dcs",
    ];
    let all = [
        package(sign, &[]),
        package(core, &[(sign, None)]),
        package(iam, &[(core, None), (sign, None)]),
        generated(api, &[(core, None)]),
        package(dcs, &[(core, None), (iam, None), (api, None), (sign, None)]),
        package("dcsctl", &[(dcs, None)]),
        package(
            "dcs-stand-in",
            &[(core, None), (iam, None), (api, None), (sign, None)],
        ),
        generated("huaweicloud-new", &[(core, None), (core, Some("dev"))]),
    ];
    finds(&packages(&all, &[]), &[]);
    for (from, on) in [
        (1, iam),
        (1, api),
        (1, dcs),
        (2, api),
        (2, dcs),
        (3, iam),
        (3, "dcs-stand-in"),
        (5, core),
        (6, dcs),
        (7, iam),
        (7, "dcs-stand-in"),
    ] {
        for kind in [None, Some("dev")] {
            let mut all = all.clone();
            let more = package("more", &[(on, kind)]).dependencies;
            all[from].dependencies.extend(more);
            finds(&packages(&all, &[]), &[&format!("must not depend on {on}")]);
        }
    }
}

#[test]
fn dev_dependency_with_a_version_is_found() {
    let on = [("huaweicloud-core", Some("dev")), ("serde", Some("dev"))];
    let mut all = [
        package("huaweicloud-core", Some(Vec::new()), &[]),
        package("huaweicloud-dcs", Some(Vec::new()), &on),
    ];
    for dependency in &mut all[1].dependencies {
        dependency.req = "^0.1.0".to_owned();
    }
    finds(
        &packages(&all, &[]),
        &["dev-dependency huaweicloud-core has a version"],
    );
    all[1].dependencies[0].kind = None;
    finds(&packages(&all, &[]), &[]);
}

#[test]
fn core_that_mentions_a_service_is_found_by_line() {
    let text = "//! Calls.\n// For Dcs.\n";
    let files = [
        file("crates/huaweicloud-core/src/a.rs", text),
        file(
            "crates/huaweicloud-core/README.md",
            "# Core\n\nMigrations.\n",
        ),
        file("crates/huaweicloud-core/Cargo.toml", "dcs"),
        file("crates/huaweicloud-core-more/src/a.rs", text),
        file("crates/huaweicloud-dcs/src/a.rs", text),
    ];
    finds(
        &sources(&files),
        &[
            "huaweicloud-core/src/a.rs:2: `dcs`",
            "huaweicloud-core/README.md:3: `migration`",
        ],
    );
}

#[test]
fn package_without_its_texts_or_folder_name_is_found() {
    let files = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"]
        .map(|name| file(&format!("crates/dcsctl/{name}"), ""));
    finds(
        &packages(&[package("dcsctl", None, &[])], &files),
        &["add crates/dcsctl/README.md"],
    );
    let mut moved = package("dcsctl", Some(Vec::new()), &[]);
    moved.manifest_path = "/workspace/crates/cli/Cargo.toml".to_owned();
    finds(&packages(&[moved], &[]), &["its folder is called cli"]);
    finds(
        &packages(&[package("new", Some(Vec::new()), &[])], &[]),
        &["add its allowed dependencies"],
    );
}

#[test]
fn link_to_a_missing_file_is_found_by_line() {
    let text =
        "[a](../b/c.rs) [b](../b#x) [c](https://a.example)\n[d](#x) [e](e.md) [f](../../b)\n";
    let files = [file("a/README.md", text), file("b/c.rs", "")];
    finds(&links(&files), &["README.md:2: e.md ", ":2: ../../b "]);
}
