//! A TCP forwarder on the loopback, which can be slowed down, cut and turned to another server.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::{AbortHandle, JoinSet},
};

/// A running forwarder. It stops and closes its connections when it is dropped.
#[derive(Debug)]
pub(super) struct Forwarder {
    port: u16,
    way: watch::Sender<Way>,
    accepting: AbortHandle,
}

/// Where the connections lead, and how fast.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way {
    /// The address of the server.
    pub(super) to: String,
    pub(crate) is_cut: bool,
    /// The limit for the bytes that a client receives. `None`: no limit.
    pub(crate) bytes_per_second: Option<u64>,
    /// Counts the closures of all connections.
    closed: u64,
}

impl Way {
    pub(super) fn to(address: &str) -> Self {
        Self {
            to: address.into(),
            ..Self::default()
        }
    }

    /// Closes the connections.
    pub(crate) fn close(&mut self) {
        self.closed += 1;
    }
}

const BUFFER: usize = 16 * 1024;

impl Forwarder {
    /// Listens on this port, or on any free port if it is `None` or taken.
    pub(super) async fn start(port: Option<u16>, way: watch::Sender<Way>) -> io::Result<Self> {
        let wanted = TcpListener::bind(("127.0.0.1", port.unwrap_or(0))).await;
        let listener = match wanted {
            Err(_) if port.is_some() => TcpListener::bind(("127.0.0.1", 0)).await?,
            wanted => wanted?,
        };
        let port = listener.local_addr()?.port();
        let accepting = tokio::spawn(accept(listener, way.subscribe())).abort_handle();
        Ok(Self {
            port,
            way,
            accepting,
        })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Turns to another server and closes the connections to the former one.
    pub(super) fn turn_to(&self, address: &str) {
        self.way.send_if_modified(|way| {
            let turns = way.to != address;
            if turns {
                way.to = address.into();
                way.close();
            }
            turns
        });
    }
}

impl Drop for Forwarder {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, way: watch::Receiver<Way>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((client, _)) => {
                    connections.spawn(carry(client, way.clone()));
                }
                // Most likely there are no more file descriptors. Some become free as connections end.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Carries a connection until an end closes it or the way changes.
async fn carry(client: TcpStream, mut way: watch::Receiver<Way>) {
    let (to, is_cut, closed) = {
        let way = way.borrow();
        (way.to.clone(), way.is_cut, way.closed)
    };
    if is_cut {
        return;
    }
    let limited = way.clone();
    let carried = async {
        let server = TcpStream::connect(to).await?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        tokio::try_join!(
            pump(from_client, to_server, None),
            pump(from_server, to_client, Some(limited)),
        )
    };
    tokio::select! {
        _ = carried => {}
        _ = way.wait_for(|way| way.closed != closed) => {}
    }
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut way: Option<watch::Receiver<Way>>,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let limit = way.as_ref().and_then(|way| way.borrow().bytes_per_second);
        // 20 portions a second, so that a new limit holds soon.
        let most = limit.map_or(BUFFER, |limit| {
            usize::try_from(limit / 20).map_or(BUFFER, |most| most.clamp(1, BUFFER))
        });
        let read = from.read(&mut buffer[..most]).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        if let Some(way) = &mut way {
            // A limit of 0 holds the bytes.
            let flows = way.wait_for(|way| way.bytes_per_second != Some(0)).await;
            flows.map_err(io::Error::other)?;
        }
        to.write_all(&buffer[..read]).await?;
        if let Some(limit) = limit.filter(|limit| *limit > 0) {
            let micros = (read as u64 * 1_000_000).div_ceil(limit);
            tokio::time::sleep(Duration::from_micros(micros)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    /// A server that sends its name and 100 bytes, then echoes.
    async fn server(name: u8) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    stream.write_all(&[name; 101]).await.unwrap();
                    let (mut read, mut write) = stream.split();
                    let _ = tokio::io::copy(&mut read, &mut write).await;
                });
            }
        });
        address
    }

    async fn forwarder(to: &str) -> (Forwarder, watch::Sender<Way>) {
        let (way, _) = watch::channel(Way::to(to));
        (Forwarder::start(None, way.clone()).await.unwrap(), way)
    }

    async fn connect(forwarder: &Forwarder) -> TcpStream {
        TcpStream::connect(("127.0.0.1", forwarder.port()))
            .await
            .unwrap()
    }

    async fn next(stream: &mut TcpStream) -> io::Result<u8> {
        tokio::time::timeout(LIMIT, stream.read_u8()).await.unwrap()
    }

    #[tokio::test]
    async fn turn_closes_old_connections_and_leads_to_the_new_server() {
        let (first, second) = (server(b'a').await, server(b'b').await);
        let (forwarder, _way) = forwarder(&first).await;
        let mut old = connect(&forwarder).await;
        assert_eq!(next(&mut old).await.unwrap(), b'a');
        forwarder.turn_to(&second);
        while next(&mut old).await.is_ok() {}
        let mut new = connect(&forwarder).await;
        assert_eq!(next(&mut new).await.unwrap(), b'b');
        forwarder.turn_to(&second);
        let mut rest = [0; 100];
        new.read_exact(&mut rest).await.unwrap();
        new.write_all(b"x").await.unwrap();
        assert_eq!(next(&mut new).await.unwrap(), b'x');
    }

    #[tokio::test]
    async fn cut_closes_and_refuses_connections_until_restored() {
        let (forwarder, way) = forwarder(&server(b'a').await).await;
        let mut old = connect(&forwarder).await;
        assert_eq!(next(&mut old).await.unwrap(), b'a');
        way.send_modify(|way| {
            way.is_cut = true;
            way.close();
        });
        while next(&mut old).await.is_ok() {}
        assert!(next(&mut connect(&forwarder).await).await.is_err());
        way.send_modify(|way| way.is_cut = false);
        assert_eq!(next(&mut connect(&forwarder).await).await.unwrap(), b'a');
    }

    #[tokio::test]
    async fn limit_of_zero_holds_the_bytes() {
        let (forwarder, way) = forwarder(&server(b'a').await).await;
        way.send_modify(|way| way.bytes_per_second = Some(0));
        let mut stream = connect(&forwarder).await;
        let held = tokio::time::timeout(Duration::from_millis(100), stream.read_u8()).await;
        assert!(held.is_err(), "a byte came through");
        way.send_modify(|way| way.bytes_per_second = None);
        assert_eq!(next(&mut stream).await.unwrap(), b'a');
    }

    #[tokio::test(start_paused = true)]
    async fn limit_sets_the_time_for_all_bytes() {
        let (forwarder, way) = forwarder(&server(b'a').await).await;
        way.send_modify(|way| way.bytes_per_second = Some(20));
        let mut stream = connect(&forwarder).await;
        let began = crate::time::instant();
        stream.read_exact(&mut [0; 101]).await.unwrap();
        let taken = crate::time::instant() - began;
        assert!(taken >= Duration::from_secs(5), "{taken:?}");
    }

    #[tokio::test]
    async fn port_in_use_is_replaced_by_a_free_one() {
        let (first, way) = forwarder("127.0.0.1:1").await;
        let second = Forwarder::start(Some(first.port()), way).await.unwrap();
        assert_ne!(first.port(), second.port());
    }
}
