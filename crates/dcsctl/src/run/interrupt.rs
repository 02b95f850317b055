//! Interruption by SIGINT (Ctrl-C), SIGTERM or SIGHUP. A separate thread receives signals, whatever else is blocked.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use tokio::select;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::outcome::{Exit, Failure};
use crate::output;

/// Signals within this time count as one. When a terminal closes, kernel and shell each send a SIGHUP at almost the same
/// time. The user asked only once, and the report must be written.
const DEBOUNCE: Duration = Duration::from_millis(250);

/// Maximum time to write the remaining lines after a signal.
const GRACE: Duration = Duration::from_secs(1);

/// Whether a signal has arrived.
static SIGNALLED: LazyLock<watch::Sender<bool>> = LazyLock::new(|| watch::Sender::new(false));

/// The number of [`interrupt`] futures. Without any, a signal ends the program at once.
static LISTENERS: AtomicUsize = AtomicUsize::new(0);

/// The exit code if a signal ends the program at once.
static SIGNAL_EXIT: AtomicU8 = AtomicU8::new(Exit::Interrupted as u8);

/// Sets the exit code for a signal that ends the program at once.
pub(crate) fn set_signal_exit(exit: Exit) {
    SIGNAL_EXIT.store(exit as u8, SeqCst);
}

/// Completes when a signal arrives: SIGINT (Ctrl-C), SIGTERM or SIGHUP.
pub(crate) async fn interrupt() {
    let _listener = Listener::new();
    // The sender lives as long as the program.
    let _ = SIGNALLED.subscribe().wait_for(|signalled| *signalled).await;
}

/// Whether a signal has arrived.
pub(crate) fn is_interrupted() -> bool {
    *SIGNALLED.borrow()
}

/// Runs work before anything is sent. After an interruption, says that nothing was sent and returns nothing.
pub(crate) async fn unless_interrupted<T>(work: impl Future<Output = T>) -> Option<T> {
    select! {
        biased;
        () = interrupt() => {
            output::talk("nothing was sent");
            None
        }
        done = work => Some(done),
    }
}

/// Waits until all output is written. After a signal, a reader that does not read is given up: outcomes go to standard
/// error.
pub(crate) async fn end(result: Result<Exit, Failure>) -> Result<Exit, Failure> {
    set_signal_exit(result.as_ref().map_or_else(Failure::exit, |exit| *exit));
    let written = select! {
        biased;
        written = output::written() => Ok(written),
        () = interrupt() => timeout(GRACE, output::written()).await,
    };
    match (written, result) {
        (Ok(written), Ok(exit)) => written.map(|()| exit),
        (Ok(_), Err(failure)) => Err(failure),
        (Err(_), result) => match (output::give_up(), result) {
            (true, Ok(Exit::Done)) => Ok(Exit::Interrupted),
            (_, result) => result,
        },
    }
}

struct Listener;

impl Listener {
    fn new() -> Self {
        LISTENERS.fetch_add(1, SeqCst);
        Self
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        LISTENERS.fetch_sub(1, SeqCst);
    }
}

/// Handles a signal. The second one, or one without listeners, ends the program.
fn on_signal() {
    // Count before notifying, which ends the listeners.
    let is_waited_for = LISTENERS.load(SeqCst) > 0;
    let is_second = SIGNALLED.send_replace(true);
    if is_second || !is_waited_for {
        std::process::exit(SIGNAL_EXIT.load(SeqCst).into());
    }
}

/// Starts the thread that receives signals.
pub(crate) fn listen() -> Result<(), Failure> {
    let cannot = |error| Failure::local(format!("cannot listen for signals: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()
        .map_err(cannot)?;
    let mut signals = {
        let _inside = runtime.enter();
        Signals::new().map_err(cannot)?
    };
    let listener = std::thread::Builder::new().name("signals".to_owned());
    let listen = move || {
        runtime.block_on(async {
            loop {
                signals.next().await;
                on_signal();
                let same = async {
                    loop {
                        signals.next().await;
                    }
                };
                // The future never completes, so the timeout does.
                let _: Result<(), _> = timeout(DEBOUNCE, same).await;
            }
        });
    };
    listener.spawn(listen).map(drop).map_err(cannot)
}

#[cfg(unix)]
use unix::Signals;

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::io;

    use tokio::select;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    pub(super) struct Signals {
        interrupt: Signal,
        terminate: Signal,
        hang_up: Option<Signal>,
    }

    impl Signals {
        pub(super) fn new() -> io::Result<Self> {
            // `nohup` starts programs with SIGHUP ignored: leave it so.
            let hears_hang_up = !ignores_hang_up(&fs::read_to_string("/proc/self/status"));
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hang_up: hears_hang_up
                    .then(|| signal(SignalKind::hangup()))
                    .transpose()?,
            })
        }

        pub(super) async fn next(&mut self) {
            let hang_up = async {
                match &mut self.hang_up {
                    Some(hang_up) => drop(hang_up.recv().await),
                    None => std::future::pending().await,
                }
            };
            select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
                () = hang_up => {}
            }
        }
    }

    /// Whether SIGHUP, bit 0 of the mask of ignored signals, was ignored at the start. Outside Linux the mask cannot be
    /// read; SIGHUP then keeps its disposition.
    fn ignores_hang_up(status: &io::Result<String>) -> bool {
        let mask = status.as_ref().ok().and_then(|status| {
            let mask = status
                .lines()
                .find_map(|line| line.strip_prefix("SigIgn:"))?;
            u64::from_str_radix(mask.trim(), 16).ok()
        });
        mask.is_none_or(|mask| mask & 1 == 1)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn sighup_is_ignored_if_it_was_at_the_start() {
            for (status, expected) in [
                ("Name:\tx\nSigIgn:\t0000000000000001\n", true),
                ("SigIgn:\t0000000000001000\n", false),
                ("SigBlk:\t0000000000000000\n", true),
            ] {
                assert_eq!(
                    ignores_hang_up(&Ok(status.to_owned())),
                    expected,
                    "{status}"
                );
            }
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
