//! `cargo xtask interop`: compares the vendor's Python SDK with our client at the stand-in.
//!
//! Both clients make every call, each at its own stand-in, and must read the same values. This checks the stand-in and our models against
//! the vendor's code. The SDK is installed into a temporary folder and runs with a temporary home.

mod comparison;

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
};

use anyhow::{Context, ensure};

use self::comparison::Story;
use crate::workspace;

/// The release from which the test vectors and facts of this project come.
const SDK: &str = "huaweicloudsdkdcs==3.1.219";
const SCRIPT: &str = include_str!("story.py");

const ACCESS_KEY: [&str; 2] = ["AKINVENTED", "skInvented"];
const PROJECT: &str = "0f9c5b1e7a2d4c68b3a1d5e7f9012345";
const TASKS: [&str; 2] = [
    "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31",
    "8aa6a1b27c9d4e0f9b3c5d7e1f204a66",
];

/// Installs the SDK, runs both clients, and compares their logs.
///
/// # Errors
///
/// If a requirement is missing, or if SDK, stand-in and our client disagree.
pub fn run(root: &Path) -> anyhow::Result<ExitCode> {
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let python = install_sdk(folder.path())?;
    let programs = build(root)?;
    let home = folder.path().join("home");
    std::fs::create_dir(&home)?;

    let sdk = Command::new(python);
    let vendors = tell(&programs, sdk, &["-c", SCRIPT], &home)?;
    let ours = Command::new(programs.join("examples").join("every_call"));
    let ours = tell(&programs, ours, &[], &home)?;
    ours.check(&vendors)?;
    writeln!(
        std::io::stdout(),
        "interop: both clients read the same values from every call"
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Runs a client at its own stand-in and returns its log.
fn tell(
    programs: &Path,
    mut client: Command,
    arguments: &[&str],
    home: &Path,
) -> anyhow::Result<Story> {
    let stand_in = StandIn::start(programs)?;
    let output = client
        .args(arguments)
        .arg(&stand_in.endpoint)
        .args(ACCESS_KEY)
        .arg(PROJECT)
        .args(TASKS)
        // A proxy or a key from the environment would change the test.
        .env_clear()
        .env("HOME", home)
        .current_dir(home)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run a client")?;
    ensure!(
        output.status.success(),
        "a client failed at the stand-in: see above"
    );
    Story::read(&String::from_utf8_lossy(&output.stdout))
}

/// Builds the stand-in and our client, and returns their folder.
fn build(root: &Path) -> anyhow::Result<PathBuf> {
    for target in [
        ["dcs-stand-in", "--bins"].as_slice(),
        &["huaweicloud-dcs", "--example", "every_call"],
    ] {
        let built = workspace::cargo()
            .args(["build", "--quiet", "--package"])
            .args(target)
            .current_dir(root)
            .status()
            .context("cannot run cargo")?;
        ensure!(built.success(), "cannot build {}", target[0]);
    }
    Ok(workspace::metadata(root)?.target_directory.join("debug"))
}

fn install_sdk(folder: &Path) -> anyhow::Result<PathBuf> {
    let venv = folder.join("venv");
    let made = Command::new("python3")
        .arg("-m")
        .arg("venv")
        .arg(&venv)
        .status()
        .context("cannot run python3, which the vendor's SDK needs")?;
    ensure!(
        made.success(),
        "python3 cannot create a virtual environment: install its venv module"
    );
    let python = venv.join("bin").join("python");
    let installed = Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", SDK])
        .status()
        .context("cannot run pip")?;
    ensure!(installed.success(), "pip cannot install {SDK}");
    Ok(python)
}

/// The program of the stand-in, which runs until it is dropped.
struct StandIn {
    program: Child,
    endpoint: String,
}

impl StandIn {
    fn start(programs: &Path) -> anyhow::Result<Self> {
        let [id, secret] = ACCESS_KEY;
        let program = Command::new(programs.join("dcs-stand-in"))
            .args(["--ak", id, "--sk", secret, "--project-id", PROJECT])
            .args(TASKS.map(|task| format!("--task={task}=INCRMIGEATING")))
            .stderr(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the stand-in")?;
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
            .with_context(|| format!("the first line of the stand-in is {line:?}"))?;
        endpoint.clone_into(&mut stand_in.endpoint);
        Ok(stand_in)
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        // It may have ended by itself; the client has then reported it.
        let _ = self.program.kill();
        let _ = self.program.wait();
        let _ = std::io::stdout().flush();
    }
}
