//! The connection that a request came over, for those who must cut it.

use std::{convert::Infallible, future::pending, sync::Arc};

use tokio::sync::Notify;

/// A handle on a connection. It comes with each request, as an extension.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line(Arc<Notify>);

impl Line {
    /// Has the connection closed as it is: what was not written yet is never sent.
    pub(crate) fn cut(&self) {
        self.0.notify_one();
    }

    /// Cuts the line in place of an answer. The caller is dropped along with the connection.
    pub(crate) async fn hang_up(&self) -> Infallible {
        self.cut();
        pending().await
    }

    /// Waits until someone cuts the line.
    pub(crate) async fn was_cut(&self) {
        self.0.notified().await;
    }
}
