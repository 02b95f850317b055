//! What the logs of every crate hold of a call with an IAM user's token, at the most talkative level.

use std::io::Write;
use std::sync::{Arc, Mutex};

use huaweicloud_dcs::{Credentials, MigrationClient};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

const PASSWORD: &str = "passwordInventedForLogs";
const TOKEN: &str = "tokenInventedForLogs";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        Write::write(&mut *self.0.lock().unwrap(), text)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Answers the call for a token, then a stop, each on a connection of its own. Gives its address.
async fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let granted =
            format!("201 Created\r\nX-Subject-Token: {TOKEN}\r\nContent-Length: 2\r\n\r\n{{}}");
        let stopped = "204 No Content\r\n\r\n".to_owned();
        for (end, answer) in [("}}", granted), ("\r\n\r\n", stopped)] {
            let (mut connection, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(end.as_bytes()) {
                connection.read_buf(&mut request).await.unwrap();
            }
            let answer =
                format!("HTTP/1.1 {answer}").replacen("\r\n", "\r\nConnection: close\r\n", 1);
            connection.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    address
}

#[tokio::test]
async fn no_log_holds_the_password_or_the_token() {
    let log = Log::default();
    let writer = log.clone();
    // While there is one subscriber only, what another thread comes by first is not heard on this one either.
    let second = tracing::Dispatch::new(
        tracing_subscriber::fmt()
            .with_writer(std::io::sink)
            .finish(),
    );
    let listening = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .set_default();
    let address = server().await;
    let client = MigrationClient::builder()
        .endpoint(&address)
        .iam_endpoint(&address)
        .project_id("0f9c5b1e7a2d4c68b3a1d5e7f9012345")
        .credentials(Credentials::iam_user("account", "user", PASSWORD))
        .build()
        .unwrap();
    let stop = client.stop_sync("6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31");
    let limit = std::time::Duration::from_secs(10);
    tokio::time::timeout(limit, stop).await.unwrap().unwrap();

    drop((listening, second));
    let text = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    for said in [
        "KeystoneCreateUserTokenByPassword",
        "StopMigrationTaskSync",
        "starting new connection",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    for secret in [PASSWORD, TOKEN] {
        assert!(!text.contains(secret), "{secret}");
    }
}
