//! The command line.

use std::{net::SocketAddr, time::Duration};

use clap::{
    CommandFactory, Parser,
    error::{Error, ErrorKind},
};
use dcs_stand_in::{Builder, FAULT_GRAMMAR, Fault, StandIn, TaskStatus};

/// A local stand-in of Huawei Cloud DCS data migration.
///
/// It listens on the loopback only and keeps its tasks in memory. Once it listens it says so in one line on standard output,
/// `listening on http://127.0.0.1:PORT`, and from then on writes a line a request to standard error: method, path, status,
/// operation, request id, time taken.
///
/// The secrets given here can be seen by others on this machine. Invent them; never give real ones.
#[derive(Parser)]
#[command(version, after_long_help = format!("How a FAULT is written:\n\n{FAULT_GRAMMAR}"))]
pub(crate) struct Arguments {
    /// Address of the loopback to listen on; port 0 takes any that is free.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// Id of an access key that may sign requests. It goes with the `--sk` of the same position and may be repeated with it.
    #[arg(long, value_name = "ID")]
    ak: Vec<String>,

    /// Secret of an access key, an invented one.
    #[arg(long, value_name = "SECRET")]
    sk: Vec<String>,

    /// Security token that requests signed with the access key must carry. There must be just one key then.
    #[arg(long, value_name = "TOKEN")]
    security_token: Option<String>,

    /// Token that requests may carry in `X-Auth-Token`, an invented one. May be repeated.
    #[arg(long, value_name = "TOKEN")]
    token: Vec<String>,

    /// The project that the credentials belong to; without it, any.
    #[arg(long, value_name = "ID")]
    project_id: Option<String>,

    /// A migration task and its status, such as INCRMIGEATING. May be repeated.
    #[arg(long, value_name = "ID=STATUS", value_parser = task)]
    task: Vec<(String, TaskStatus)>,

    /// How long a task takes to stop.
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = humantime::parse_duration)]
    stop_delay: Duration,

    /// Something that goes wrong, such as sync-stop:503. May be repeated; of those that fit a request, the first strikes.
    #[arg(long, value_name = "FAULT")]
    fault: Vec<Fault>,
}

impl Arguments {
    /// The settings, and the faults to begin with.
    pub(crate) fn settings(self) -> Result<(Builder, Vec<Fault>), Error> {
        if self.ak.len() != self.sk.len() {
            return Err(usage("give one --sk for each --ak"));
        }
        if self.ak.is_empty() && self.token.is_empty() {
            return Err(usage("give --ak and --sk, or --token"));
        }
        if self.security_token.is_some() && self.ak.len() != 1 {
            return Err(usage("--security-token goes with exactly one --ak"));
        }
        let mut builder = StandIn::builder()
            .listen(self.listen)
            .stop_delay(self.stop_delay);
        for (id, secret) in self.ak.into_iter().zip(self.sk) {
            builder = match self.security_token.clone() {
                Some(token) => builder.temporary_access_key(id, secret, token),
                None => builder.access_key(id, secret),
            };
        }
        for token in self.token {
            builder = builder.token(token);
        }
        if let Some(id) = self.project_id {
            builder = builder.project_id(id);
        }
        for (id, status) in self.task {
            builder = builder.task(id, status);
        }
        Ok((builder, self.fault))
    }
}

/// An error of the same looks and exit code as those that clap finds itself.
pub(crate) fn usage(message: impl std::fmt::Display) -> Error {
    Arguments::command().error(ErrorKind::ValueValidation, message)
}

fn task(text: &str) -> Result<(String, TaskStatus), String> {
    let (id, status) = text.split_once('=').ok_or("write ID=STATUS")?;
    match TaskStatus::from(status) {
        TaskStatus::Unknown(_) => Err(format!(
            "{status:?} is not a status: write for example INCRMIGEATING, RUNNING or TERMINATED"
        )),
        status => Ok((id.into(), status)),
    }
}
