//! This workspace, and copies of it to break.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use xtask::specs::{self, Spec};

/// The folder of the real workspace.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap().to_path_buf()
}

/// The documents of a workspace and their crates.
pub(crate) fn specs(root: &Path) -> Vec<Spec> {
    specs::discover(root).unwrap()
}

/// A workspace with copies of the files that the commands read and write.
pub(crate) fn copy() -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n";
    fs::write(copy.path().join("Cargo.toml"), manifest).unwrap();
    for part in ["spec", "xtask/rustfmt-generated.toml"] {
        copy_all(&root().join(part), &copy.path().join(part));
    }
    for spec in specs(&root()) {
        add_crate(copy.path(), &spec.package, &spec.file);
        let generated = spec.folder.join("src/generated");
        copy_all(&root().join(&generated), &copy.path().join(&generated));
    }
    copy
}

/// Adds a crate that is generated from a document.
pub(crate) fn add_crate(root: &Path, name: &str, document: &str) {
    let folder = root.join("crates").join(name);
    fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"{name}\"\n\n[package.metadata.openapi]\nspec = \"{document}\"\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/lib.rs"), "mod generated;\n").unwrap();
}

/// Adds a document and its crate to a workspace.
pub(crate) fn add(root: &Path, name: &str, document: &str) {
    fs::write(root.join(format!("spec/{name}.yaml")), document).unwrap();
    add_crate(root, name, &format!("spec/{name}.yaml"));
}

fn copy_all(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            copy_all(&from.join(&name), &to.join(&name));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

/// All generated files with their bytes.
pub(crate) fn generated_files(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for spec in specs(root) {
        let folder = root.join(spec.generated_file(""));
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            files.push((path, bytes));
        }
    }
    files.sort();
    files
}

/// Runs a command of the built program in a workspace.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .current_dir(root)
        .output()
        .unwrap()
}
