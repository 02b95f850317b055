//! Formats parsed code as the text of a file.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, bail};
use syn::{File, Item};

/// Formats a file: header, attributes, and items separated by blank lines.
pub(super) fn render(header: &str, file: &File, settings: &Path) -> anyhow::Result<String> {
    let mut source = String::new();
    source.push_str(&unparse(file.attrs.clone(), Vec::new()));
    for run in runs(&file.items) {
        source.push('\n');
        source.push_str(&space_methods(&unparse(Vec::new(), run)));
    }
    Ok(format!("{header}\n{}", rustfmt(&source, settings)?))
}

/// Splits items into groups of one; only adjacent module declarations share a group.
fn runs(items: &[Item]) -> Vec<Vec<Item>> {
    let mut runs: Vec<Vec<Item>> = Vec::new();
    for item in items {
        match runs.last_mut() {
            Some(run) if is_declaration(item) && run.iter().all(is_declaration) => {
                run.push(item.clone());
            }
            _ => runs.push(vec![item.clone()]),
        }
    }
    runs
}

fn is_declaration(item: &Item) -> bool {
    matches!(item, Item::Mod(module) if module.content.is_none())
}

fn unparse(attrs: Vec<syn::Attribute>, items: Vec<Item>) -> String {
    prettyplease::unparse(&File {
        shebang: None,
        frontmatter: None,
        attrs,
        items,
    })
}

/// Adds a blank line after each method.
fn space_methods(source: &str) -> String {
    let mut spaced = String::new();
    let mut after_method = false;
    for line in source.lines() {
        if after_method && line != "}" {
            spaced.push('\n');
        }
        after_method = line == "    }";
        spaced.push_str(line);
        spaced.push('\n');
    }
    spaced
}

/// Runs rustfmt with only the given settings.
fn rustfmt(source: &str, settings: &Path) -> anyhow::Result<String> {
    let program = std::env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into());
    let mut child = Command::new(&program)
        .args(["--edition", "2024", "--emit", "stdout", "--config-path"])
        .arg(settings)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| {
            format!(
                "cannot run {}: install it with `rustup component add rustfmt`, or set RUSTFMT",
                program.display()
            )
        })?;
    if let Some(mut input) = child.stdin.take() {
        input
            .write_all(source.as_bytes())
            .context("cannot write to rustfmt")?;
    }
    let output = child
        .wait_with_output()
        .context("cannot read from rustfmt")?;
    if !output.status.success() {
        bail!(
            "rustfmt refuses the generated code: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    String::from_utf8(output.stdout).context("the output of rustfmt is not UTF-8")
}
