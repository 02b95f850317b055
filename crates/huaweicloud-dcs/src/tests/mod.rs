//! Calls over a scripted transport on a paused clock: for waits, and for failures that no server can produce.

mod bodies;
mod calls;
mod credentials;
mod cut_over;
mod earlier;
mod echoes;
mod endings;
mod fake;
mod further;
mod gate;
mod identifiers;
mod limits;
mod lost;
mod projects;
mod properties;
mod renewals;
mod responses;
mod resume;
mod retries;
mod roll_back;
mod secrets;
mod skew;
mod tokens;
mod until;
mod waits;

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::Request;
use huaweicloud_core::clock;
use huaweicloud_core::testing::{
    Body, Clock, Reply, Script, SendCause, Step, Transport, paused_clock,
};
use tokio::time::{Instant, sleep};

use crate::{ClientBuilder, Credentials, MigrationClient};

const TASK: &str = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";
const PROJECT: &str = "0f9c5b1e7a2d4c68b3a1d5e7f9012345";

/// Counts stops in a script.
trait Stops {
    /// The number of POST requests sent.
    fn stops(&self) -> usize;
}

impl Stops for Script {
    fn stops(&self) -> usize {
        let seen = self.seen();
        seen.iter().filter(|seen| seen.method == "POST").count()
    }
}

/// 2026-01-02 03:04:05 UTC, the start of every test.
fn beginning() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_767_323_045)
}

fn settings() -> ClientBuilder {
    MigrationClient::builder()
        .endpoint("http://127.0.0.1:9")
        .project_id(PROJECT)
        .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
}

/// A client that sends its requests to the script.
fn client_with(settings: ClientBuilder, script: &Script) -> MigrationClient {
    client_over(settings, script)
}

fn client_over(
    settings: ClientBuilder,
    transport: &(impl Transport + Clone + 'static),
) -> MigrationClient {
    settings
        .transport(Arc::new(transport.clone()))
        .clock(paused_clock(beginning()))
        .build()
        .unwrap()
}

fn client(script: &Script) -> MigrationClient {
    client_with(settings(), script)
}

/// A response with the `X-Request-Id` that the gateway adds.
fn answer(status: u16, body: impl Into<Body>) -> http::Response<Body> {
    http::Response::builder()
        .status(status)
        .header("X-Request-Id", "r-1")
        .body(body.into())
        .unwrap()
}

fn says(status: u16, body: impl Into<Body>) -> Step {
    Step::response(answer(status, body))
}

fn stopped() -> Step {
    says(204, "")
}

fn task(status: &str) -> Step {
    says(
        200,
        format!(r#"{{"task_id":"{TASK}","status":"{status}"}}"#),
    )
}

/// A task with this exchange status.
fn exchanging(status: &str, task_status: &str) -> Step {
    says(
        200,
        format!(r#"{{"task_id":"{TASK}","status":"{status}","task_status":"{task_status}"}}"#),
    )
}

/// The statistics of a task that migrates, with this lag.
fn lag(offset: &str) -> Step {
    says(200, format!(r#"{{"offset":{offset},"is_migrating":true}}"#))
}

/// A list of tasks that gives the reason of a failure. Another task comes first.
fn failed_because(reason: &str) -> Step {
    let tasks = format!(
        r#"{{"task_id":"other","error_message":"Not ours."}},{{"task_id":"{TASK}","error_message":"{reason}"}}"#
    );
    says(200, format!(r#"{{"count":2,"migration_tasks":[{tasks}]}}"#))
}

/// An error body with a code of its own.
const NOT_NOW: &str = r#"{"error_code":"APIGW.0308","error_msg":"Not now."}"#;

/// A refusal for now, with proof that the service did not act.
fn refused_for_now(status: u16) -> Step {
    says(status, NOT_NOW)
}

fn wrong_state() -> Step {
    says(
        400,
        r#"{"error_code":"DCS.4957","error_msg":"Not in this state.","error_ext_msg":null}"#,
    )
}
