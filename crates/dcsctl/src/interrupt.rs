//! Ctrl-C and its kin: when the program is asked to end.

use std::future::pending;

use tokio::select;

/// Is over when the program is asked to end, by Ctrl-C or, as `timeout` and service managers ask, by SIGTERM; never, where
/// that cannot be watched.
pub(crate) async fn interrupt() {
    let ctrl_c = async {
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
    };
    select! {
        () = ctrl_c => {}
        () = termination() => {}
    }
}

#[cfg(unix)]
async fn termination() {
    use tokio::signal::unix::{SignalKind, signal};

    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => drop(terminated.recv().await),
        Err(_) => pending().await,
    }
}

#[cfg(not(unix))]
async fn termination() {
    pending().await
}
