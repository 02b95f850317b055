//! A server that plays a script of bytes, closes and waits on each connection, and records what it sees.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use huaweicloud_dcs::{ClientBuilder, Credentials, MigrationClient};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

pub(crate) const TASK: &str = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";
pub(crate) const STOPPED: &[u8] = b"HTTP/1.1 204 No Content\r\nX-Request-Id: r-1\r\n\r\n";

/// The longest wait of any test.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// One action on a connection. After the last one, the server closes the connection.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Reads and counts the head of a request. Ends the connection if none arrives.
    Read,
    Write(Vec<u8>),
    /// Writes this many bytes, or as many as the client takes, and counts them. Counts a close if the client leaves
    /// early.
    Flood(usize),
    /// Writes a byte every few milliseconds until the client closes the connection. Counts the close.
    Trickle,
    /// Closes the writing half.
    Finish,
    /// Closes the reading half.
    Deafen,
    /// Resets the connection.
    Reset,
    /// Waits until the test opens the gate.
    Gate,
    /// Waits until the client closes the connection. Counts the close.
    AwaitClose,
    /// Restarts the script.
    Again,
}

pub(crate) fn write(bytes: impl AsRef<[u8]>) -> Act {
    Act::Write(bytes.as_ref().to_vec())
}

/// A response with a `Content-Length`.
pub(crate) fn answer(status: &str, body: &str) -> Act {
    let length = body.len();
    write(format!(
        "HTTP/1.1 {status}\r\nX-Request-Id: r-1\r\nContent-Length: {length}\r\n\r\n{body}"
    ))
}

pub(crate) struct Server {
    pub(crate) endpoint: String,
    seen: Arc<Seen>,
}

#[derive(Debug)]
struct Seen {
    connections: AtomicUsize,
    closed: AtomicUsize,
    flooded: AtomicUsize,
    gate: Semaphore,
    /// How often each request line arrived.
    requests: Mutex<HashMap<String, usize>>,
    heads: Mutex<Vec<String>>,
}

impl Server {
    /// Plays the script that the function returns for the number of the connection, counted from 0.
    pub(crate) async fn playing(script: impl Fn(usize) -> Vec<Act> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Seen {
            connections: AtomicUsize::new(0),
            closed: AtomicUsize::new(0),
            flooded: AtomicUsize::new(0),
            gate: Semaphore::new(0),
            requests: Mutex::default(),
            heads: Mutex::default(),
        });
        let told = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let number = told.connections.fetch_add(1, Ordering::SeqCst);
                let (script, told) = (script(number), Arc::clone(&told));
                tokio::spawn(async move {
                    play(connection, &script, &told).await;
                });
            }
        });
        Self { endpoint, seen }
    }

    /// Plays the same script on every connection.
    pub(crate) async fn always(script: impl Into<Vec<Act>>) -> Self {
        let script = script.into();
        Self::playing(move |_| script.clone()).await
    }

    pub(crate) fn settings(&self) -> ClientBuilder {
        MigrationClient::builder()
            .endpoint(&self.endpoint)
            .project_id("p")
            .credentials(Credentials::token("tokenInvented"))
            .timeout(PATIENCE)
    }

    pub(crate) fn client(&self) -> MigrationClient {
        self.settings().build().unwrap()
    }

    /// The number of requests whose head arrived complete.
    pub(crate) fn requests(&self) -> usize {
        self.seen.requests.lock().unwrap().values().sum()
    }

    /// The number of requests whose first line contains `part`.
    pub(crate) fn requests_of(&self, part: &str) -> usize {
        let requests = self.seen.requests.lock().unwrap();
        let named = requests.iter().filter(|(line, _)| line.contains(part));
        named.map(|(_, count)| count).sum()
    }

    /// The highest count of any single request line.
    pub(crate) fn most_of_one(&self) -> usize {
        let requests = self.seen.requests.lock().unwrap();
        requests.values().copied().max().unwrap_or_default()
    }

    pub(crate) fn heads(&self) -> Vec<String> {
        self.seen.heads.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// The bytes of a flood that the client and the socket buffers took.
    pub(crate) fn flooded(&self) -> usize {
        self.seen.flooded.load(Ordering::SeqCst)
    }

    pub(crate) fn open_gate(&self) {
        self.seen.gate.add_permits(1);
    }

    /// Waits until the client has closed this many connections.
    pub(crate) async fn closed(&self, count: usize) {
        until("connections closed", || {
            self.seen.closed.load(Ordering::SeqCst) >= count
        })
        .await;
    }

    /// Waits until this many requests have arrived.
    pub(crate) async fn asked(&self, count: usize) {
        until("requests arrived", || self.requests() >= count).await;
    }
}

/// Waits until `holds` returns true, at most `PATIENCE`.
async fn until(what: &str, holds: impl Fn() -> bool) {
    let wait = async {
        while !holds() {
            sleep(Duration::from_millis(2)).await;
        }
    };
    let waited = timeout(PATIENCE, wait).await;
    assert!(waited.is_ok(), "{what}: not within {PATIENCE:?}");
}

/// Plays a script until it or the connection ends.
async fn play(mut connection: TcpStream, script: &[Act], seen: &Seen) -> Option<()> {
    let mut place = 0;
    while let Some(act) = script.get(place) {
        place += 1;
        match act {
            Act::Read => read_head(&mut connection, seen).await?,
            Act::Write(bytes) => connection.write_all(bytes).await.ok()?,
            Act::Flood(bytes) => {
                if flood(&mut connection, *bytes, seen).await.is_none() {
                    seen.closed.fetch_add(1, Ordering::SeqCst);
                    return None;
                }
            }
            Act::Trickle => {
                while connection.write_all(b"x").await.is_ok() {
                    sleep(Duration::from_millis(5)).await;
                }
                seen.closed.fetch_add(1, Ordering::SeqCst);
            }
            Act::Finish => connection.shutdown().await.ok()?,
            Act::Deafen => {
                let plain = connection.into_std().ok()?;
                plain.shutdown(std::net::Shutdown::Read).ok()?;
                connection = TcpStream::from_std(plain).ok()?;
            }
            Act::Reset => {
                connection.set_zero_linger().ok()?;
                return None;
            }
            Act::Gate => seen.gate.acquire().await.ok()?.forget(),
            Act::AwaitClose => {
                while matches!(connection.read(&mut [0; 1024]).await, Ok(read) if read > 0) {}
                seen.closed.fetch_add(1, Ordering::SeqCst);
            }
            Act::Again => place = 0,
        }
    }
    Some(())
}

async fn read_head(connection: &mut TcpStream, seen: &Seen) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(connection.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let line = head.lines().next().unwrap_or_default().to_owned();
    seen.heads.lock().unwrap().push(head);
    *seen.requests.lock().unwrap().entry(line).or_default() += 1;
    Some(())
}

async fn flood(connection: &mut TcpStream, bytes: usize, seen: &Seen) -> Option<()> {
    let chunk = vec![b'x'; 64 * 1024];
    let mut left = bytes;
    while left > 0 {
        let written = connection
            .write(&chunk[..left.min(chunk.len())])
            .await
            .ok()?;
        seen.flooded.fetch_add(written, Ordering::SeqCst);
        left -= written;
    }
    Some(())
}
