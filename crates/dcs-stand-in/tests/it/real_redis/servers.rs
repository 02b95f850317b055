//! Redis servers on the loopback.

use std::{
    io::Write,
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::Once,
    time::Duration,
};

use ::redis::{Client, Connection, FromRedisValue, cmd};
use tempfile::TempDir;

pub(crate) const PASSWORD: &str = "pwInvented";

/// Whether `redis-server` is installed. It must be in CI; elsewhere, one line says that the tests did not run.
pub(crate) fn are_missing() -> bool {
    static SAID: Once = Once::new();
    let version = Command::new("redis-server")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if version.is_ok_and(|status| status.success()) {
        return false;
    }
    let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!in_ci, "redis-server is not installed");
    SAID.call_once(|| {
        // The test harness would hide a printed line.
        let line =
            b"skipped: the tests with real Redis servers; install redis-server to run them\n";
        std::io::stderr().write_all(line).unwrap();
    });
    true
}

/// A running server, which is killed when it is dropped.
pub(crate) struct Server {
    process: Child,
    password: Option<&'static str>,
    port: u16,
    _folder: TempDir,
}

impl Server {
    pub(crate) fn start(password: Option<&'static str>) -> Self {
        Self::start_at(None, password)
    }

    /// Starts an empty server, on a free port if none is given.
    pub(crate) fn start_at(port: Option<u16>, password: Option<&'static str>) -> Self {
        // Another process may take a free port first.
        let started = (0..20).find_map(|_| Self::try_start(port, password));
        started.expect("redis-server starts")
    }

    fn try_start(port: Option<u16>, password: Option<&'static str>) -> Option<Self> {
        let port = port.unwrap_or_else(|| {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap().port()
        });
        let folder = tempfile::tempdir().unwrap();
        let text = port.to_string();
        let process = Command::new("redis-server")
            .args(["--port", &text, "--bind", "127.0.0.1", "--save", ""])
            .args(["--appendonly", "no", "--repl-diskless-sync-delay", "0"])
            .args(["--requirepass", password.unwrap_or_default()])
            .arg("--dir")
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self {
            process,
            password,
            port,
            _folder: folder,
        };
        for _ in 0..1000 {
            if server.try_connect(port).is_some() {
                return Some(server);
            }
            if server.process.try_wait().unwrap().is_some() {
                return None;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        None
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn password(&self) -> Option<&'static str> {
        self.password
    }

    /// Connects by another port, such as a front of the server.
    pub(crate) fn try_connect(&self, port: u16) -> Option<Connection> {
        connect(port, self.password)
    }

    pub(crate) fn order<T: FromRedisValue>(&self, words: &[&str]) -> T {
        let mut connection = self.try_connect(self.port).expect("the server runs");
        let (name, arguments) = words.split_first().unwrap();
        cmd(name).arg(arguments).query(&mut connection).unwrap()
    }

    /// Adds this many keys `key:0`, `key:1`, … with values of this size.
    pub(crate) fn fill(&self, keys: usize, size: usize) {
        let mut connection = self.try_connect(self.port).unwrap();
        let value = "v".repeat(size);
        let mut pipe = ::redis::pipe();
        for key in 0..keys {
            pipe.cmd("SET")
                .arg(format!("key:{key}"))
                .arg(&value)
                .ignore();
        }
        pipe.query::<()>(&mut connection).unwrap();
    }

    pub(crate) fn keys(&self) -> u64 {
        self.order(&["DBSIZE"])
    }

    pub(crate) fn is_master(&self) -> bool {
        let info: String = self.order(&["INFO", "replication"]);
        info.contains("role:master")
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Stops the process, or lets it go on: `STOP` or `CONT`.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.process.id().to_string();
        let kill = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(kill.unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn connect(port: u16, password: Option<&str>) -> Option<Connection> {
    let login = password.map(|password| format!(":{password}@"));
    let url = format!("redis://{}127.0.0.1:{port}", login.unwrap_or_default());
    let client = Client::open(url).unwrap();
    let limit = Duration::from_secs(5);
    let mut connection = client.get_connection_with_timeout(limit).ok()?;
    connection.set_read_timeout(Some(limit)).unwrap();
    // A front accepts even if no server is behind it.
    cmd("PING").query::<String>(&mut connection).ok()?;
    Some(connection)
}
