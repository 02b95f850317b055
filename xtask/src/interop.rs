//! `cargo xtask interop`: the vendor's own Python SDK against the stand-in.
//!
//! What the stand-in accepts and answers is only worth something if the vendor's client agrees. The SDK is installed into a folder that
//! is thrown away, and runs with a home that is thrown away too: it writes there.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
};

use anyhow::{Context, ensure};

use crate::metadata;

/// The release that the vectors and facts of this project were taken from.
const SDK: &str = "huaweicloudsdkdcs==3.1.219";
const SCRIPT: &str = include_str!("interop.py");

const ACCESS_KEY: [&str; 2] = ["AKINVENTED", "skInvented"];
const PROJECT: &str = "0f9c5b1e7a2d4c68b3a1d5e7f9012345";
const TASK: &str = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";

/// Installs the SDK, starts the stand-in, and runs the script.
///
/// # Errors
///
/// When something that it needs cannot be had, or when SDK and stand-in disagree.
pub fn run(root: &Path) -> anyhow::Result<ExitCode> {
    let folder = tempfile::tempdir().context("there is no place for a temporary folder")?;
    let python = install_sdk(folder.path())?;
    let stand_in = StandIn::start(root)?;

    let home = folder.path().join("home");
    std::fs::create_dir(&home)?;
    let status = Command::new(python)
        .args(["-c", SCRIPT, &stand_in.endpoint])
        .args(ACCESS_KEY)
        .args([PROJECT, TASK])
        // Nothing of the environment: a proxy or somebody's key would change what is tested.
        .env_clear()
        .env("HOME", &home)
        .current_dir(&home)
        .status()
        .context("the SDK's Python cannot be run")?;
    ensure!(
        status.success(),
        "the vendor's SDK and the stand-in disagree: see above"
    );
    Ok(ExitCode::SUCCESS)
}

fn install_sdk(folder: &Path) -> anyhow::Result<PathBuf> {
    let venv = folder.join("venv");
    let made = Command::new("python3")
        .arg("-m")
        .arg("venv")
        .arg(&venv)
        .status()
        .context("python3 is needed to run the vendor's SDK")?;
    ensure!(
        made.success(),
        "python3 cannot make a virtual environment: install its venv module"
    );
    let python = venv.join("bin").join("python");
    let installed = Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", SDK])
        .status()
        .context("pip cannot be run")?;
    ensure!(installed.success(), "pip cannot install {SDK}");
    Ok(python)
}

/// The stand-in's program, running until it is dropped.
struct StandIn {
    program: Child,
    endpoint: String,
}

impl StandIn {
    fn start(root: &Path) -> anyhow::Result<Self> {
        let built = metadata::cargo()
            .args(["build", "--quiet", "--package", "dcs-stand-in"])
            .current_dir(root)
            .status()
            .context("cargo cannot be run")?;
        ensure!(built.success(), "the stand-in cannot be built");
        let task = format!("{TASK}=INCRMIGEATING");
        let [id, secret] = ACCESS_KEY;
        let program = Command::new(
            metadata::read(root)?
                .target_directory
                .join("debug")
                .join("dcs-stand-in"),
        )
        .args([
            "--ak",
            id,
            "--sk",
            secret,
            "--project-id",
            PROJECT,
            "--task",
            &task,
        ])
        .stdout(Stdio::piped())
        .spawn()
        .context("the stand-in cannot be started")?;
        let mut stand_in = Self {
            program,
            endpoint: String::new(),
        };
        let output = stand_in.program.stdout.take();
        let mut line = String::new();
        BufReader::new(output.context("the stand-in has no output")?).read_line(&mut line)?;
        let endpoint = line
            .trim()
            .strip_prefix("listening on ")
            .with_context(|| format!("the stand-in began with {line:?}"))?;
        endpoint.clone_into(&mut stand_in.endpoint);
        Ok(stand_in)
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        // It may have ended by itself, which the script has then complained of.
        let _ = self.program.kill();
        let _ = self.program.wait();
        let _ = std::io::stdout().flush();
    }
}
