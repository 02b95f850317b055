//! Bad input is refused before anything is sent: section A of `faults.md`.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt as _;
use huaweicloud_dcs::types::{
    ConfigMigrationInstanceBody, IpExchangeRequest, MigrationMethod, ResumeMode,
    SetOnlineMigrationTaskBody,
};
use huaweicloud_dcs::{
    Condition, Credentials, CredentialsFuture, Error, ErrorKind, LogQuery, MigrationClient,
    ProvideCredentials, WaitConfig,
};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

const TASK: &str = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";
const PROJECT: &str = "0f9c5b1e7a2d4c68b3a1d5e7f9012345";

/// A port that records its connections.
struct Port {
    endpoint: String,
    connections: Arc<Mutex<Vec<SocketAddr>>>,
}

impl Port {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(Mutex::new(Vec::new()));
        let noted = connections.clone();
        tokio::spawn(async move {
            while let Ok((_, peer)) = listener.accept().await {
                noted.lock().unwrap().push(peer);
            }
        });
        Self {
            endpoint,
            connections,
        }
    }

    fn client(&self, provider: impl ProvideCredentials + 'static) -> MigrationClient {
        let builder = MigrationClient::builder().endpoint(&self.endpoint);
        builder
            .project_id(PROJECT)
            .credentials_provider(provider)
            .build()
            .unwrap()
    }

    /// The number of connections so far. Connects once itself: all earlier connections are recorded before that one.
    async fn connections(&self) -> usize {
        let address = self.endpoint.trim_start_matches("http://");
        let last = TcpStream::connect(address).await.unwrap();
        let last = last.local_addr().unwrap();
        let mine = async {
            loop {
                let noted = self.connections.lock().unwrap().clone();
                match noted.iter().position(|peer| *peer == last) {
                    Some(before) => break before,
                    None => tokio::task::yield_now().await,
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(5), mine)
            .await
            .unwrap()
    }
}

/// The error of every call that takes an id, for this id.
async fn every_call(client: &MigrationClient, id: &str) -> Vec<Error> {
    let exchange = IpExchangeRequest::default();
    let settings = SetOnlineMigrationTaskBody::new(
        MigrationMethod::FullAmountMigration,
        ResumeMode::Auto,
        ConfigMigrationInstanceBody::default(),
        ConfigMigrationInstanceBody::default(),
    );
    let wait = || WaitConfig::default().with_timeout(Duration::from_millis(1));
    let until = client.wait_until(id, Condition::Stopped, wait());
    let cut_over = client.cut_over(id);
    let mut logs = client.logs_all(id, LogQuery::default());
    vec![
        client.stop_sync(id).await.unwrap_err(),
        client.stop_sync_and_wait(id, wait()).await.unwrap_err(),
        until.await.unwrap_err(),
        client.wait_for_job(id, wait()).await.unwrap_err(),
        cut_over.dry_run().await.unwrap_err(),
        cut_over.run().await.unwrap_err(),
        client.roll_back(id, wait()).await.unwrap_err(),
        client.configure(id, &settings).await.unwrap_err(),
        logs.next().await.unwrap().unwrap_err(),
        client.stop(id).await.unwrap_err(),
        client.stop_many(&[TASK, id]).await.unwrap_err(),
        client.delete(&[TASK, id]).await.unwrap_err(),
        client.restart_many(&[TASK, id]).await.unwrap_err(),
        client.show(id).await.unwrap_err(),
        client.stats(id).await.unwrap_err(),
        client.logs(id, &LogQuery::default()).await.unwrap_err(),
        client.show_job(id).await.unwrap_err(),
        client.update(id, ResumeMode::Auto).await.unwrap_err(),
        client.exchange_ip(id, &exchange).await.unwrap_err(),
        client.rollback_ip(id).await.unwrap_err(),
        MigrationClient::check_task_id(id).unwrap_err(),
    ]
}

#[tokio::test]
async fn bad_id_is_refused_by_every_call_without_connecting() {
    let port = Port::open().await;
    let client = port.client(Credentials::token("tokenInvented"));
    for id in [
        "",
        "..",
        ".",
        r"..\..\..\evil",
        "a/b",
        "a?b",
        "a#b",
        "%2F",
        "%2e%2e",
        "a\rb",
        "a\nb",
        "\0",
        "\t",
        "\u{202e}a",
        "任务",
        &"a".repeat(65),
        &"a".repeat(10_000),
        &format!("{TASK}\n"),
        &format!(" {TASK}"),
        &format!("{TASK} "),
    ] {
        let calls = tokio::time::timeout(Duration::from_secs(10), every_call(&client, id));
        for error in calls.await.unwrap() {
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 0));
            assert!(!error.may_have_been_applied() && !error.is_retryable());
            let line = error.to_string();
            assert!(
                line.contains("task_id") || line.contains("job_id"),
                "{line}"
            );
            assert!(
                line.len() < 200 && !line.contains(|c: char| c.is_control() || c == '\u{202e}'),
                "{line:?}"
            );
        }
    }
    assert_eq!(port.connections().await, 0);
}

/// Provides credentials that `build()` cannot check.
struct Given(Credentials);

impl ProvideCredentials for Given {
    fn provide_credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async { Ok(self.0.clone()) })
    }
}

#[tokio::test]
async fn credentials_unfit_for_a_header_are_not_sent_or_shown() {
    let port = Port::open().await;
    for bad in [
        "",
        " ",
        "hidden ",
        " hidden",
        "hid\tden",
        "hidden\r\nX-Evil: 1",
        "hidden\n",
        "hidden\0",
        "hiddén",
    ] {
        for credentials in [
            Credentials::ak_sk(bad, "skInvented"),
            Credentials::ak_sk("AKINVENTED", bad),
            Credentials::ak_sk("AKINVENTED", "skInvented").with_security_token(bad),
            Credentials::token(bad),
        ] {
            let fixed = MigrationClient::builder()
                .endpoint(&port.endpoint)
                .project_id(PROJECT)
                .credentials(credentials.clone());
            let refused = fixed.build().unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Config);

            let given = port.client(Given(credentials)).stop_sync(TASK).await;
            let given = given.unwrap_err();
            assert_eq!(given.kind(), ErrorKind::Credentials);
            assert!(!given.may_have_been_applied());
            for error in [refused, given] {
                let shown = format!("{error} {error:?}");
                assert!(shown.contains("is empty") || shown.contains("holds blanks"));
                assert!(!shown.contains("hid"), "{shown}");
            }
        }
    }
    assert_eq!(port.connections().await, 0);
}

#[tokio::test]
async fn endpoint_with_trailing_slash_gives_a_single_slash() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/", listener.local_addr().unwrap());
    let request_line = tokio::spawn(async move {
        let (connection, _) = listener.accept().await.unwrap();
        let mut connection = BufReader::new(connection);
        let mut line = String::new();
        connection.read_line(&mut line).await.unwrap();
        let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
        connection.get_mut().write_all(answer).await.unwrap();
        line
    });
    let client = MigrationClient::builder()
        .endpoint(endpoint)
        .project_id(PROJECT)
        .credentials(Credentials::token("tokenInvented"))
        .build()
        .unwrap();
    client.stop_sync(TASK).await.unwrap();
    assert_eq!(
        request_line.await.unwrap(),
        format!("POST /v2/{PROJECT}/migration-task/{TASK}/sync-stop HTTP/1.1\r\n")
    );
}
