//! Forwards connections to a server and counts them.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// It runs until it is dropped.
pub(crate) struct CountingProxy {
    address: SocketAddr,
    counts: Arc<Counts>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Counts {
    accepted: AtomicUsize,
    open: AtomicUsize,
    most_open: AtomicUsize,
}

impl CountingProxy {
    pub(crate) async fn start(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let counts = Arc::<Counts>::default();
        let task = tokio::spawn(accept(listener, server, counts.clone()));
        Ok(Self {
            address,
            counts,
            task,
        })
    }

    /// Where to reach the server through it.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections were made in all.
    pub(crate) fn accepted(&self) -> usize {
        self.counts.accepted.load(Ordering::Relaxed)
    }

    /// How many connections were open at once, at most.
    pub(crate) fn most_open(&self) -> usize {
        self.counts.most_open.load(Ordering::Relaxed)
    }
}

impl Drop for CountingProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, counts: Arc<Counts>) {
    while let Ok((mut client, _)) = listener.accept().await {
        counts.accepted.fetch_add(1, Ordering::Relaxed);
        let open = counts.open.fetch_add(1, Ordering::Relaxed) + 1;
        counts.most_open.fetch_max(open, Ordering::Relaxed);
        let counts = counts.clone();
        tokio::spawn(async move {
            // If it breaks, both sides see that; the test is how they handle it.
            if let Ok(mut server) = TcpStream::connect(server).await {
                let nodelay = [client.set_nodelay(true), server.set_nodelay(true)];
                if nodelay.iter().all(Result::is_ok) {
                    let _ = copy_bidirectional(&mut client, &mut server).await;
                }
            }
            counts.open.fetch_sub(1, Ordering::Relaxed);
        });
    }
}
