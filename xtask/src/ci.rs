//! `cargo xtask ci`: runs all checks of a change, the fastest first.

use std::{
    io::{self, Write},
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::Context;

/// The test command that the README shows.
pub const TEST: &str = "cargo test --workspace";

/// The steps, in the order in which they run.
pub const STEPS: &[&str] = &[
    "cargo fmt --all --check",
    "cargo xtask spec",
    "cargo xtask gen --check",
    "cargo xtask tidy",
    "cargo clippy --workspace --all-targets -- -D warnings",
    // Features are additive and optional: no TLS, and each TLS back-end that is not the default.
    "cargo clippy -p huaweicloud-dcs --no-default-features -- -D warnings",
    "cargo clippy -p huaweicloud-dcs --no-default-features --features rustls-aws-lc -- -D warnings",
    "cargo clippy -p huaweicloud-dcs --no-default-features --features native-tls -- -D warnings",
    "cargo clippy -p dcs-stand-in --features redis --all-targets -- -D warnings",
    // The fuzz targets compile. libFuzzer is left out because it needs C++.
    r#"cargo check --quiet --manifest-path crates/huaweicloud-core/fuzz/Cargo.toml --no-default-features --target-dir target/fuzz --config build.rustflags=["--cfg","fuzzing"]"#,
    r#"cargo check --quiet --manifest-path crates/huaweicloud-sign/fuzz/Cargo.toml --no-default-features --target-dir target/fuzz --config build.rustflags=["--cfg","fuzzing"]"#,
    TEST,
    // The JSON schemas of the models are a feature.
    "cargo test -p huaweicloud-iam -p huaweicloud-dcs-api --all-features",
    // With real Redis servers.
    "cargo test -p dcs-stand-in --features redis",
    // Failures of TLS and proxies with each back-end, and https without one.
    "cargo test -p huaweicloud-core --no-default-features --lib transport::tests",
    "cargo test -p huaweicloud-core --no-default-features --features rustls-aws-lc --lib transport::tests",
    "cargo test -p huaweicloud-core --no-default-features --features native-tls --lib transport::tests",
    "cargo doc --workspace --no-deps --quiet",
    "cargo deny --all-features --config .deny.toml check bans licenses sources",
    "cargo run --quiet --example stop_sync",
    "cargo run --quiet --example cut_over",
    "cargo xtask interop",
];

/// Runs all steps and stops at the first failure.
///
/// # Errors
///
/// If a step cannot be started.
pub fn run(root: &Path) -> anyhow::Result<ExitCode> {
    for step in STEPS {
        writeln!(io::stdout(), "==> {step}")?;
        let mut words = step.split(' ');
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).current_dir(root);
        if step.starts_with("cargo doc") {
            command.env("RUSTDOCFLAGS", "-D warnings");
        }
        let status = command
            .status()
            .with_context(|| format!("cannot run {step}"))?;
        if !status.success() {
            writeln!(io::stderr(), "failed: {step}")?;
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}
