//! CPU time of a signed stop: this crate compared with plain reqwest and the same signer.
//!
//! Both stop the same task at the same server. The benchmark measures only the client's thread; the server has its own.
//! `cargo bench -p huaweicloud-dcs` prints both times, then their ratio over alternating rounds.
#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, SystemTime};

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{Criterion, Throughput};
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use huaweicloud_dcs::{Credentials, MigrationClient};
use huaweicloud_sign::AccessKey;
use tokio::runtime::Runtime;

const PROJECT: &str = "0f9c5b1e7a2d4c68b3a1d5e7f9012345";
const TASK: &str = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";
const KEY: [&str; 2] = ["AKINVENTED", "skInvented"];

/// CPU time of the calling thread.
struct ThreadTime;

fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap()
}

impl Measurement for ThreadTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        thread_time()
    }

    fn end(&self, start: Duration) -> Duration {
        thread_time().saturating_sub(start)
    }

    fn add(&self, a: &Duration, b: &Duration) -> Duration {
        *a + *b
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        WallTime.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

/// Starts a server that answers every request with 204. Returns its endpoint.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            std::thread::spawn(move || answer_all(connection));
        }
    });
    format!("http://{address}")
}

fn answer_all(mut connection: TcpStream) {
    connection.set_nodelay(true).unwrap();
    let mut buffer = [0; 4096];
    let mut length = 0;
    // The requests have no body: an empty line ends each.
    while let Ok(count @ 1..) = connection.read(&mut buffer[length..]) {
        length += count;
        if buffer[..length].ends_with(b"\r\n\r\n") {
            length = 0;
            let answer = b"HTTP/1.1 204 No Content\r\nX-Request-Id: 9c41f0d2b7a84f6e8d0b5a3c2e1f7d64\r\n\r\n";
            if connection.write_all(answer).is_err() {
                return;
            }
        }
    }
}

fn our_client(endpoint: &str) -> MigrationClient {
    let credentials = Credentials::ak_sk(KEY[0], KEY[1]);
    MigrationClient::builder()
        .endpoint(endpoint)
        .project_id(PROJECT)
        .credentials(credentials)
        .build()
        .unwrap()
}

fn plain_client() -> reqwest::Client {
    reqwest::Client::builder()
        .http1_only()
        .no_proxy()
        .no_gzip()
        .redirect(reqwest::redirect::Policy::none())
        .tls_backend_preconfigured(no_roots())
        .build()
        .unwrap()
}

/// An empty TLS configuration: reqwest needs one although the server speaks plain HTTP.
fn no_roots() -> rustls::ClientConfig {
    rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

/// A stop without this crate: one attempt, only the status, no timeout.
#[expect(
    clippy::disallowed_methods,
    reason = "a program without this crate reads the clock itself"
)]
async fn plain_stop(client: &reqwest::Client, endpoint: &str) {
    let url = format!("{endpoint}/v2/{PROJECT}/migration-task/{TASK}/sync-stop");
    let mut request = client
        .post(url)
        .header(CONTENT_TYPE, "application/json")
        .header(CONTENT_LENGTH, "0")
        .header("x-project-id", PROJECT)
        .build()
        .unwrap();
    let headers = [
        ("content-type", &b"application/json"[..]),
        ("host", endpoint.trim_start_matches("http://").as_bytes()),
        ("x-project-id", PROJECT.as_bytes()),
    ];
    let signed = huaweicloud_sign::sign(
        &huaweicloud_sign::Request {
            method: "POST",
            path: request.url().path(),
            query: "",
            headers: &headers,
            body: b"",
        },
        &AccessKey::new(KEY[0], KEY[1]),
        SystemTime::now(),
    )
    .unwrap();
    let headers = request.headers_mut();
    headers.insert(
        HOST,
        endpoint.trim_start_matches("http://").parse().unwrap(),
    );
    headers.insert("x-sdk-date", signed.x_sdk_date().parse().unwrap());
    headers.insert(AUTHORIZATION, signed.authorization().parse().unwrap());
    let response = client.execute(request).await.unwrap();
    assert_eq!(response.status(), 204);
}

async fn our_stop(client: &MigrationClient) {
    assert_eq!(client.stop_sync(TASK).await.unwrap().status(), 204);
}

/// Our CPU time divided by that of plain reqwest: the median over alternating rounds.
fn ratio(runtime: &Runtime, endpoint: &str) -> f64 {
    const ROUNDS: usize = 41;
    const CALLS: usize = 250;
    let (plain, ours) = (plain_client(), our_client(endpoint));
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = thread_time();
            (0..CALLS).for_each(|_| runtime.block_on(plain_stop(&plain, endpoint)));
            let middle = thread_time();
            (0..CALLS).for_each(|_| runtime.block_on(our_stop(&ours)));
            let ours = thread_time().saturating_sub(middle);
            ours.as_secs_f64() / middle.saturating_sub(start).as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ROUNDS / 2]
}

fn main() {
    let endpoint = server();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (plain, ours) = (plain_client(), our_client(&endpoint));

    let mut criterion = Criterion::default()
        .with_measurement(ThreadTime)
        .configure_from_args();
    let mut group = criterion.benchmark_group("signed stop_sync, CPU time of the client's thread");
    group.throughput(Throughput::Elements(1));
    group.bench_function("reqwest with the signer", |bencher| {
        bencher.iter(|| runtime.block_on(plain_stop(&plain, &endpoint)));
    });
    group.bench_function("huaweicloud-dcs", |bencher| {
        bencher.iter(|| runtime.block_on(our_stop(&ours)));
    });
    group.finish();
    criterion.final_summary();

    let ratio = ratio(&runtime, &endpoint);
    println!("ratio, median of alternating rounds: {ratio:.3}");
}
