//! No log and no `Debug` shows a secret: section F of `faults.md`.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use huaweicloud_dcs::{
    ClientBuilder, Credentials, CredentialsFuture, Environment, ErrorKind, LogQuery,
    MigrationClient, ProvideCredentials, RetryConfig, StopEnd, TaskQuery, WaitConfig, types,
};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::fault_sockets::{Act, STOPPED, Server, TASK, answer, write};

const ACCESS_KEY: &str = "AKINVENTED0123456789";
const SECRET_KEY: &str = "skInvented/+0123456789==";
const SECURITY_TOKEN: &str = "securityTokenInvented+/0123456789==";
const TOKEN: &str = "MIIInvented-tokenOfIam+/0123456789==";
const PASSWORD: &str = "passw0rd!Invented";
const SECRETS: [&str; 5] = [ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN, TOKEN, PASSWORD];

fn temporary_key() -> Credentials {
    Credentials::ak_sk(ACCESS_KEY, SECRET_KEY).with_security_token(SECURITY_TOKEN)
}

fn token() -> Credentials {
    Credentials::token(TOKEN)
}

fn user() -> Credentials {
    Credentials::iam_user("account", "user", PASSWORD)
}

fn configuration() -> types::SetOnlineMigrationTaskBody {
    let end = || types::ConfigMigrationInstanceBody::default().with_password(PASSWORD);
    types::SetOnlineMigrationTaskBody::new(
        types::MigrationMethod::FullAmountMigration,
        types::ResumeMode::Auto,
        end(),
        end(),
    )
}

fn import() -> types::CreateMigrationTaskBody {
    let source = types::SourceInstanceBody::new("10.0.0.1:6379").with_password(PASSWORD);
    types::CreateMigrationTaskBody::new(
        types::MigrationMethod::FullAmountMigration,
        types::MigrationType::BackupfileImport,
        types::TargetInstanceBody::new("i-1").with_password(PASSWORD),
        "import",
    )
    .with_source_instance(source)
}

#[track_caller]
fn shows_no_secret(said: &str, signatures: &[String]) {
    let said = said.to_lowercase();
    for secret in SECRETS
        .into_iter()
        .chain(signatures.iter().map(String::as_str))
    {
        assert!(!said.contains(&secret.to_lowercase()), "{secret}: {said}");
    }
    assert!(!said.contains("signature="), "{said}");
}

/// Collects the log output of all crates on this thread.
struct Heard(Arc<Mutex<Vec<u8>>>);

impl io::Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A server that echoes the secrets of each request. It sends a 503, a 400, a success, and again a 503 and a 400.
async fn echoing(proofs: &[&str]) -> Server {
    let says = |status: &str, secrets: &[&str]| {
        let echo = secrets.join(" ");
        let body = format!(r#"{{"error_code":"APIGW.0301","error_msg":"{echo}"}}"#);
        let length = body.len();
        write(format!(
            "HTTP/1.1 {status}\r\nX-Request-Id: {echo}\r\nSet-Cookie: {echo}\r\nRetry-After: 0\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        ))
    };
    let with_password = [proofs, &[PASSWORD]].concat();
    Server::always([
        Act::Read,
        says("503 Busy", &with_password),
        Act::Read,
        says("400 Bad Request", &with_password),
        Act::Read,
        write(STOPPED),
        Act::Read,
        says("503 Busy", proofs),
        Act::Read,
        says("400 Bad Request", proofs),
        Act::Again,
    ])
    .await
}

/// The body of a refusal by IAM that echoes the password.
fn refusal() -> String {
    format!(r#"{{"error":{{"code":401,"message":"{PASSWORD}","title":"{PASSWORD}"}}}}"#)
}

/// An IAM that refuses for now and then grants a token. Both responses echo the password.
async fn granting() -> Server {
    let says = |status: &str, header: &str, body: &str| {
        let length = body.len();
        write(format!(
            "HTTP/1.1 {status}\r\nX-Request-Id: {PASSWORD}\r\n{header}\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
    };
    let token = format!("X-Subject-Token: {TOKEN}");
    let granted = format!(r#"{{"token":{{"user":{{"name":"{PASSWORD}"}}}}}}"#);
    Server::always([
        Act::Read,
        says("503 Busy", "Retry-After: 0", &refusal()),
        Act::Read,
        says("201 Created", &token, &granted),
        Act::Again,
    ])
    .await
}

#[tokio::test]
async fn traces_of_all_crates_hold_no_secret() {
    // With only one subscriber, an event that another thread reaches first would be disabled on this thread, too.
    let second = tracing::Dispatch::new(tracing_subscriber::fmt().with_writer(io::sink).finish());
    let heard = Arc::new(Mutex::new(Vec::new()));
    let writer = Arc::clone(&heard);
    let listening = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || Heard(Arc::clone(&writer)))
        .set_default();
    let mut signatures = Vec::new();
    for (credentials, proofs) in [
        (
            temporary_key(),
            &[ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN][..],
        ),
        (token(), &[TOKEN]),
        (user(), &[TOKEN]),
    ] {
        let (server, iam) = (echoing(proofs).await, granting().await);
        let settings = settings(&server, credentials).iam_endpoint(&iam.endpoint);
        let client = settings.build().unwrap();
        let refused = client.configure(TASK, &configuration()).await.unwrap_err();
        assert_eq!((refused.status(), refused.attempts()), (Some(400), 2));
        client.stop_sync(TASK).await.unwrap();
        let error = client.show(TASK).await.unwrap_err();
        assert_eq!(error.status(), Some(400));
        signatures.extend(server.heads().iter().filter_map(|head| {
            let (_, signature) = head.split_once("Signature=")?;
            Some(signature.lines().next()?.to_owned())
        }));
    }
    drop((listening, second));
    let heard = String::from_utf8_lossy(&heard.lock().unwrap()).into_owned();
    for crate_name in [
        "huaweicloud:",
        "hyper_util",
        "reqwest",
        "SetOnlineMigrationTask",
        "KeystoneCreateUserTokenByPassword",
    ] {
        assert!(heard.contains(crate_name), "{crate_name} has no log");
    }
    assert_eq!(
        signatures.len(),
        5,
        "each request of the key pair was signed"
    );
    shows_no_secret(&heard, &signatures);
}

fn settings(server: &Server, credentials: Credentials) -> ClientBuilder {
    server
        .settings()
        .credentials(credentials)
        .retry(RetryConfig::default().with_initial_backoff(Duration::from_millis(1)))
}

/// A provider without `Debug`: its client still needs one.
struct Silent;

impl ProvideCredentials for Silent {
    fn provide_credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async { Ok(token()) })
    }
}

#[tokio::test]
async fn debug_of_public_types_shows_no_secret() {
    let mut shown = Vec::new();
    let mut show = |what: &dyn std::fmt::Debug| shown.push(format!("{what:?} {what:#?}"));
    for (credentials, proofs) in [
        (temporary_key(), &[SECRET_KEY, SECURITY_TOKEN][..]),
        (token(), &[TOKEN]),
        (user(), &[TOKEN]),
    ] {
        let iam = granting().await;
        let server = Server::always([
            Act::Read,
            write(STOPPED),
            Act::Read,
            answer("200 OK", &task_with_passwords()),
            Act::Read,
            answer(
                "200 OK",
                r#"{"migration_tasks":[{"task_id":"t","result":"failed"}]}"#,
            ),
            Act::Read,
            answer(
                "401 X",
                &format!(r#"{{"error_msg":"{}"}}"#, proofs.join(" ")),
            ),
        ])
        .await;
        let settings = settings(&server, credentials.clone()).iam_endpoint(&iam.endpoint);
        show(&settings);
        let client = settings.build().unwrap();
        show(&client);
        show(&client.cut_over(TASK));
        let outcome = client
            .stop_sync_and_wait(TASK, WaitConfig::default())
            .await
            .unwrap();
        assert_eq!(outcome.end(), &StopEnd::Stopped);
        show(&outcome);
        show(&outcome.response().unwrap());
        let stops = client.stop_many(&["t"]).await.unwrap();
        assert_eq!(
            stops.body()[0].result().unwrap_err().kind(),
            ErrorKind::Service
        );
        show(&stops);
        let error = client.stop_sync(TASK).await.unwrap_err();
        let said = error.message().unwrap().split(' ');
        assert!(said.eq(proofs.iter().map(|_| "[redacted]")), "{error}");
        show(&error);
        show(&error.to_string());
        show(&credentials);
    }
    let iam = Server::always([Act::Read, answer("401 X", &refusal())]).await;
    let settings = settings(&iam, user()).iam_endpoint(&iam.endpoint);
    let refused = settings.build().unwrap().stop_sync(TASK).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Credentials, "{refused}");
    show(&refused);
    show(&refused.to_string());
    let provided = MigrationClient::builder().credentials_provider(Silent);
    show(&provided);
    let misplaced = || format!("https://user:{PASSWORD}@dcs.example.com");
    let provided = provided.endpoint(misplaced()).iam_endpoint(misplaced());
    show(&provided.proxy(misplaced()));
    let mut environment = Environment::default();
    environment.endpoint = Some(misplaced());
    environment.iam_endpoint = Some(misplaced());
    show(&environment);
    show(&import());
    show(&configuration());
    show(&types::Secret::from(PASSWORD));
    show(&RetryConfig::default());
    show(&TaskQuery::default());
    show(&LogQuery::default());
    let bad = MigrationClient::builder()
        .region("cn-north-4")
        .project_id("p")
        .credentials(Credentials::ak_sk(ACCESS_KEY, format!("{SECRET_KEY}\n")))
        .build()
        .unwrap_err();
    assert!(bad.to_string().contains("secret access key"), "{bad}");
    show(&bad);
    show(&bad.to_string());
    shows_no_secret(&shown.join("\n"), &[]);
}

/// The service should send no passwords. If it does, the models drop them.
fn task_with_passwords() -> String {
    format!(
        r#"{{"task_id":"{TASK}","status":"TERMINATED","password":"{PASSWORD}",
            "source_instance":{{"addrs":"10.0.0.1:6379","password":"{PASSWORD}"}},
            "target_instance":{{"id":"i-1","password":"{PASSWORD}"}}}}"#
    )
}
