//! A client that writes 1, 2, 3, … and knows what was acknowledged.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use ::redis::cmd;

use super::servers::{Server, connect};

/// A running writer. It keeps its address and connects again after an error.
pub(crate) struct Writer {
    last: Arc<AtomicU64>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(port: u16, password: Option<&'static str>) -> Self {
        let last = Arc::new(AtomicU64::new(0));
        let ends = Arc::new(AtomicBool::new(false));
        let (counted, asked) = (Arc::clone(&last), Arc::clone(&ends));
        let write = move || {
            let mut number = 0;
            while !asked.load(Ordering::SeqCst) {
                let Some(mut connection) = connect(port, password) else {
                    std::thread::sleep(Duration::from_millis(5));
                    continue;
                };
                let mut set = |number: u64| {
                    let mut set = cmd("SET");
                    set.arg(format!("write:{number}")).arg(number);
                    set.query::<()>(&mut connection)
                };
                while !asked.load(Ordering::SeqCst) {
                    // A write without a response is never made again: its number is skipped.
                    number += 1;
                    if set(number).is_err() {
                        break;
                    }
                    counted.store(number, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_micros(200));
                }
            }
        };
        Self {
            last,
            ends,
            thread: Some(std::thread::spawn(write)),
        }
    }

    /// The last write that was acknowledged.
    pub(crate) fn last(&self) -> u64 {
        self.last.load(Ordering::SeqCst)
    }

    /// Waits until this many more writes are acknowledged.
    pub(crate) async fn more(&self, writes: u64) {
        let then = self.last() + writes;
        crate::client::until(|| self.last() >= then).await;
    }

    /// Ends the writer. Returns the last write that was acknowledged.
    pub(crate) fn end(mut self) -> u64 {
        self.join();
        self.last()
    }

    fn join(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.join();
    }
}

/// The numbers of the writes that a server holds, in order.
pub(crate) fn held(server: &Server) -> Vec<u64> {
    let keys: Vec<String> = server.order(&["KEYS", "write:*"]);
    let number = |key: String| key["write:".len()..].parse().unwrap();
    let mut held: Vec<u64> = keys.into_iter().map(number).collect();
    held.sort_unstable();
    held
}

/// The length of the unbroken prefix 1, 2, 3, …
pub(crate) fn prefix(held: &[u64]) -> u64 {
    held.iter()
        .zip(1..)
        .take_while(|(held, number)| **held == *number)
        .count() as u64
}
