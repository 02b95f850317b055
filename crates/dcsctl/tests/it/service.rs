//! Shared by the tests: a stand-in, and the program set up to call it.

use std::process::{Command, Stdio};

use dcs_stand_in::{Builder, Fault, RecordedRequest, StandIn, TaskStatus};
use tokio::runtime::Runtime;

use crate::running::wait_until;
pub(crate) use crate::running::{Ran, run, run_with_input, spawn};

pub(crate) const ACCESS_KEY: &str = "AKINVENTED";
pub(crate) const SECRET_KEY: &str = "skInvented";
pub(crate) const PROJECT: &str = "0123456789abcdef0123456789abcdef";

/// A task ID in the format of the service.
pub(crate) fn id(number: u32) -> String {
    format!("b21989ec-2889-4b8e-99db-{number:012x}")
}

/// A stand-in with tasks 1 to 9, all in the incremental phase.
pub(crate) struct Service {
    pub(crate) stand_in: StandIn,
    _runtime: Runtime,
}

impl Service {
    pub(crate) fn start() -> Self {
        Self::start_with(|builder| builder)
    }

    pub(crate) fn start_with(set: impl FnOnce(Builder) -> Builder) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let mut builder = StandIn::builder()
            .access_key(ACCESS_KEY, SECRET_KEY)
            .project_id(PROJECT);
        for number in 1..=9 {
            builder = builder.task(id(number), TaskStatus::IncrementalMigrating);
        }
        let stand_in = runtime.block_on(set(builder).start()).unwrap();
        Self {
            stand_in,
            _runtime: runtime,
        }
    }

    /// Adds a fault, in the syntax of the stand-in's command line.
    pub(crate) fn with_fault(self, fault: &str) -> Self {
        self.stand_in.fault(fault.parse::<Fault>().unwrap());
        self
    }

    pub(crate) fn with_task(self, number: u32, status: TaskStatus) -> Self {
        self.stand_in.set_task_status(&id(number), status);
        self
    }

    /// The program with all settings in its environment, and no other variables.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = bare(line);
        command
            .env("HUAWEICLOUD_SDK_AK", ACCESS_KEY)
            .env("HUAWEICLOUD_SDK_SK", SECRET_KEY)
            .env("HUAWEICLOUD_SDK_PROJECT_ID", PROJECT)
            .env("DCS_ENDPOINT", self.stand_in.endpoint());
        command
    }

    pub(crate) fn run(&self, line: &str) -> Ran {
        run(&mut self.command(line))
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.stand_in.requests()
    }

    /// Waits for this number of requests.
    pub(crate) fn wait_for_requests(&self, count: usize) {
        let have_come = wait_until(|| self.requests().len() >= count);
        assert!(have_come, "{count}: {:?}", self.requests());
    }
}

/// The program with an empty environment.
pub(crate) fn bare(line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dcsctl"));
    command
        .env_clear()
        .stdin(Stdio::null())
        .args(line.split_whitespace());
    command
}

/// Starts the program through another program with these arguments.
#[cfg(unix)]
pub(crate) fn through(starter: &str, arguments: &[&str], program: &Command) -> Command {
    let mut command = Command::new(starter);
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null())
        .args(arguments)
        .arg(program.get_program())
        .args(program.get_args());
    for (name, value) in program.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command
}
