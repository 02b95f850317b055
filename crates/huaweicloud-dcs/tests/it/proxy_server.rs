//! A proxy that treats every CONNECT the same way and records the requests.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone, Copy)]
pub(crate) enum Manner {
    /// Connects to this address, whatever the requested host.
    ConnectTo(SocketAddr),
    /// Answers with these bytes and closes.
    Answer(&'static str),
}

pub(crate) struct ProxyServer {
    pub(crate) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl ProxyServer {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let kept = heads.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, manner, kept.clone()));
            }
        });
        Self { address, heads }
    }

    /// The request line and headers of each CONNECT.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

async fn serve(mut client: TcpStream, manner: Manner, heads: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = client.read_u8().await else {
            break;
        };
        head.push(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    heads.lock().unwrap().push(head);
    match manner {
        Manner::Answer(answer) => {
            let _ = client.write_all(answer.as_bytes()).await;
        }
        Manner::ConnectTo(address) => {
            let mut server = TcpStream::connect(address).await.unwrap();
            let established = b"HTTP/1.1 200 Connection established\r\n\r\n";
            let _ = client.write_all(established).await;
            let _ = copy_bidirectional(&mut client, &mut server).await;
        }
    }
}
