//! The command line.

use std::{net::SocketAddr, time::Duration};

use clap::{
    CommandFactory, Parser,
    error::{Error, ErrorKind},
};
#[cfg(feature = "redis")]
use dcs_stand_in::RedisEngine;
use dcs_stand_in::{Builder, FAULT_GRAMMAR, Fault, StandIn, TaskStatus};

#[cfg(feature = "redis")]
use crate::engine::EngineArguments;

/// A local stand-in of Huawei Cloud DCS data migration.
///
/// Keeps its tasks in memory and listens on the loopback, unless --listen gives another address. Standard output gets one line,
/// `listening on http://127.0.0.1:PORT`. Standard error gets a line per request: method, path, status, operation, request ID,
/// duration.
///
/// Other users of this machine can see the arguments. Invent all secrets; never give real ones.
#[derive(Parser)]
#[command(version, after_long_help = format!("How a FAULT is written:\n\n{FAULT_GRAMMAR}"))]
pub(crate) struct Arguments {
    /// Address to listen on; port 0 takes any free port. Others can reach an address outside the loopback, over plain HTTP: a
    /// warning on standard error says so.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// ID of an access key that may sign requests. Goes with the `--sk` in the same position. May be repeated with it.
    #[arg(long, value_name = "ID")]
    ak: Vec<String>,

    /// Invented secret of an access key.
    #[arg(long, value_name = "SECRET")]
    sk: Vec<String>,

    /// Security token that requests signed with the access key must have. Allowed with exactly one key.
    #[arg(long, value_name = "TOKEN")]
    security_token: Option<String>,

    /// Invented token that requests may have in `X-Auth-Token`. May be repeated.
    #[arg(long, value_name = "TOKEN")]
    token: Vec<String>,

    /// IAM user who may get tokens, with an invented password. May be repeated.
    // Split later: an error of the parser would show the password.
    #[arg(long, value_name = "ACCOUNT:NAME:PASSWORD")]
    user: Vec<String>,

    /// Lifetime of a token that IAM issues.
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = humantime::parse_duration)]
    token_lifetime: Duration,

    /// Project that the credentials belong to. Without it, any project is accepted.
    #[arg(long, value_name = "ID")]
    project_id: Option<String>,

    /// Project that IAM lists. The default is that of `--project-id`, named ap-southeast-1. May be repeated.
    #[arg(long, value_name = "ID=NAME", value_parser = project)]
    project: Vec<(String, String)>,

    /// Migration task and its status, such as INCRMIGEATING. May be repeated.
    #[arg(long, value_name = "ID=STATUS", value_parser = task)]
    task: Vec<(String, TaskStatus)>,

    /// Time to stop a task.
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = humantime::parse_duration)]
    stop_delay: Duration,

    /// Time to create an online task.
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = humantime::parse_duration)]
    creation_duration: Duration,

    /// Time to import backup files.
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = humantime::parse_duration)]
    import_duration: Duration,

    /// Time for the full copy of an online task.
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = humantime::parse_duration)]
    full_copy_duration: Duration,

    /// Time until the lag of an incremental phase is 0.
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = humantime::parse_duration)]
    catch_up_duration: Duration,

    /// Time to exchange IP addresses, and to roll the exchange back.
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = humantime::parse_duration)]
    exchange_duration: Duration,

    #[cfg(feature = "redis")]
    #[command(flatten)]
    engine: EngineArguments,

    /// Return the numbers of `stats` as strings.
    #[arg(long)]
    numbers_as_strings: bool,

    /// Fault to inject, such as sync-stop:503. May be repeated. If several fit a request, the first strikes.
    #[arg(long, value_name = "FAULT")]
    fault: Vec<Fault>,
}

impl Arguments {
    /// The settings of the stand-in and its initial faults.
    pub(crate) fn settings(self) -> Result<(Builder, Vec<Fault>), Error> {
        if self.ak.len() != self.sk.len() {
            return Err(usage("give one --sk for each --ak"));
        }
        if self.ak.is_empty() && self.token.is_empty() && self.user.is_empty() {
            return Err(usage("give --ak and --sk, or --token, or --user"));
        }
        if self.security_token.is_some() && self.ak.len() != 1 {
            return Err(usage("--security-token goes with exactly one --ak"));
        }
        let mut builder = StandIn::builder()
            .listen(self.listen)
            .stop_delay(self.stop_delay)
            .creation_duration(self.creation_duration)
            .import_duration(self.import_duration)
            .full_copy_duration(self.full_copy_duration)
            .catch_up_duration(self.catch_up_duration)
            .exchange_duration(self.exchange_duration)
            .token_lifetime(self.token_lifetime);
        if self.numbers_as_strings {
            builder = builder.numbers_as_strings();
        }
        #[cfg(feature = "redis")]
        if let Some(engine) = self.engine.settings().map_err(usage)? {
            // Ignores an error of the write, as the other warnings do.
            let _ =
                std::io::Write::write_all(&mut std::io::stderr(), RedisEngine::LIMITS.as_bytes());
            builder = builder.redis(engine);
        }
        for user in self.user {
            // The password comes last, so it may contain colons.
            let [account, name, password] = user
                .splitn(3, ':')
                .collect::<Vec<_>>()
                .try_into()
                .map_err(|_| usage("give --user as ACCOUNT:NAME:PASSWORD"))?;
            builder = builder.user(account, name, password);
        }
        for (id, name) in self.project {
            builder = builder.project(id, name);
        }
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

/// An error with the form and the exit code of clap's own errors.
pub(crate) fn usage(message: impl std::fmt::Display) -> Error {
    Arguments::command().error(ErrorKind::ValueValidation, message)
}

fn project(text: &str) -> Result<(String, String), &'static str> {
    let (id, name) = text.split_once('=').ok_or("write ID=NAME")?;
    Ok((id.into(), name.into()))
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
