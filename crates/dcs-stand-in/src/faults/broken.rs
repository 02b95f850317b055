//! Bodies and connections that break.

use std::{
    convert::Infallible,
    future::pending,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::Notify;

/// A handle of a connection. Each request has it as an extension.
#[derive(Clone, Debug, Default)]
pub(crate) struct Connection(Arc<Notify>);

impl Connection {
    /// Closes the connection at once. Data that is not written yet is never sent.
    pub(crate) fn cut(&self) {
        self.0.notify_one();
    }

    /// Closes the connection instead of a response. The caller is dropped with the connection.
    pub(crate) async fn hang_up(&self) -> Infallible {
        self.cut();
        pending().await
    }

    /// Waits until the connection is cut.
    pub(crate) async fn was_cut(&self) {
        self.0.notified().await;
    }
}

static CHUNK: [u8; 64 * 1024] = [b'x'; 64 * 1024];

/// A body of one repeated byte, made as it is sent.
#[derive(Debug)]
pub(crate) struct Repeated {
    /// `None`: without end.
    left: Option<u64>,
}

impl Repeated {
    pub(crate) const HUGE: Self = Self {
        left: Some(64 * 1024 * 1024),
    };
    pub(crate) const ENDLESS: Self = Self { left: None };
}

impl HttpBody for Repeated {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let mut chunk = Bytes::from_static(&CHUNK);
        if let Some(left) = &mut self.left {
            chunk.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
            *left -= chunk.len() as u64;
            if chunk.is_empty() {
                return Poll::Ready(None);
            }
        }
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn size_hint(&self) -> SizeHint {
        self.left
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// Half of the first piece of another body, announced with its whole length. Then the connection is cut.
#[derive(Debug)]
pub(crate) struct Truncated {
    whole: Body,
    connection: Connection,
    progress: Progress,
}

#[derive(Debug)]
enum Progress {
    Begun,
    /// Half is handed over. The next poll returns `Pending` and wakes the task, so that hyper sends the half first.
    HandedOver,
    Sent,
}

impl Truncated {
    pub(crate) fn new(whole: Body, connection: Connection) -> Self {
        Self {
            whole,
            connection,
            progress: Progress::Begun,
        }
    }
}

impl HttpBody for Truncated {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match self.progress {
            Progress::Begun => {
                let frame = Pin::new(&mut self.whole).poll_frame(context);
                if frame.is_ready() {
                    self.progress = Progress::HandedOver;
                }
                frame.map_ok(|frame| frame.map_data(|data| data.slice(..data.len() / 2)))
            }
            Progress::HandedOver => {
                self.progress = Progress::Sent;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Progress::Sent => {
                self.connection.cut();
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.whole.is_end_stream() && matches!(self.progress, Progress::Begun)
    }

    fn size_hint(&self) -> SizeHint {
        self.whole.size_hint()
    }
}
