//! Stops 10,000 tasks, 256 at a time, against a stand-in that refuses or drops every fifth request. Compares the
//! client's result of each stop with the stand-in's records.
//!
//! ```text
//! cargo run --release --example load                      10,000 stops, 256 at a time
//! cargo run --release --example load -- STOPS AT_ONCE SEED
//! ```
//!
//! It fails if the client reports a single stop wrongly.
#![expect(clippy::print_stdout, reason = "what a measurement finds, it prints")]

mod counting_proxy;
mod faults;
mod load;
mod truth;

use std::error::Error;
use std::time::Instant;

use huaweicloud_dcs::RetryConfig;
use load::Load;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut numbers = std::env::args().skip(1);
    let mut number = |default: u32| numbers.next().map_or(Ok(default), |text| text.parse());
    let load = Load {
        stops: number(10_000)?,
        at_once: number(256)?,
        seed: number(1)?,
        retry: RetryConfig::default(),
    };
    println!(
        "{} stops, {} at a time, seed {}",
        load.stops, load.at_once, load.seed
    );
    let started = now();
    let report = load.run().await?;
    let seconds = now().duration_since(started).as_secs_f64();
    println!("{report}");
    println!(
        "time: {seconds:.1} s, backoff of the client included; client, proxy and stand-in are one process"
    );
    if let Some(memory) = peak_memory() {
        println!("memory: {memory} at most");
    }
    match report.contradictions.first() {
        None => Ok(()),
        Some(first) => Err(format!("not the truth: {first}").into()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a measurement reads the real clock"
)]
fn now() -> Instant {
    Instant::now()
}

/// The peak resident memory of the process, on Linux.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}
