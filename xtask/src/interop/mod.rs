//! `cargo xtask interop`: the vendor's own Python SDK against the stand-in.
//!
//! What the stand-in accepts and answers is only worth something if the vendor's client agrees, and our models only if they hold what the
//! vendor's do. Both clients make every call of the chapter, each at a stand-in of its own, and what they read is compared. The SDK is
//! installed into a folder that is thrown away, and runs with a home that is thrown away too: it writes there.

mod comparison;

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
};

use anyhow::{Context, ensure};

use self::comparison::Story;
use crate::workspace;

/// The release that the vectors and facts of this project were taken from.
const SDK: &str = "huaweicloudsdkdcs==3.1.219";
const SCRIPT: &str = include_str!("story.py");

const ACCESS_KEY: [&str; 2] = ["AKINVENTED", "skInvented"];
const PROJECT: &str = "0f9c5b1e7a2d4c68b3a1d5e7f9012345";
const TASKS: [&str; 2] = [
    "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31",
    "8aa6a1b27c9d4e0f9b3c5d7e1f204a66",
];

/// Installs the SDK, has both clients tell their story, and compares.
///
/// # Errors
///
/// When something that it needs cannot be had, or when SDK, stand-in and our client disagree.
pub fn run(root: &Path) -> anyhow::Result<ExitCode> {
    let folder = tempfile::tempdir().context("there is no place for a temporary folder")?;
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
        "interop: both clients made the same of every call"
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Has a client tell its story at a stand-in of its own.
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
        // Nothing of the environment: a proxy or somebody's key would change what is tested.
        .env_clear()
        .env("HOME", home)
        .current_dir(home)
        .stderr(Stdio::inherit())
        .output()
        .context("a client cannot be run")?;
    ensure!(
        output.status.success(),
        "a client and the stand-in disagree: see above"
    );
    Story::read(&String::from_utf8_lossy(&output.stdout))
}

/// Builds the stand-in and our client, and says in which folder they are.
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
            .context("cargo cannot be run")?;
        ensure!(built.success(), "{} cannot be built", target[0]);
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
    fn start(programs: &Path) -> anyhow::Result<Self> {
        let [id, secret] = ACCESS_KEY;
        let program = Command::new(programs.join("dcs-stand-in"))
            .args(["--ak", id, "--sk", secret, "--project-id", PROJECT])
            .args(TASKS.map(|task| format!("--task={task}=INCRMIGEATING")))
            .stderr(Stdio::null())
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
