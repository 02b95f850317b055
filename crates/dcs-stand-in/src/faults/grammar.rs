//! Faults as text.

use std::{error, fmt, str::FromStr, time::Duration};

use axum::http::{
    HeaderName, HeaderValue, StatusCode,
    header::{LOCATION, RETRY_AFTER},
};

use super::fault::{Changes, Fault, FaultBody, Reply, Target};
use crate::call::Call;

/// The grammar of a [`Fault`] as text.
pub const FAULT_GRAMMAR: &str = "\
TARGET[*[COUNT]]:ITEM[:ITEM]...

TARGET     an operation: create-import, create-online, configure, list, show, update, stats, logs, stop, sync-stop,
           batch-stop, batch-restart, delete, exchange-ip, rollback-ip, job, projects, token;
           any (operation), or connection
COUNT      how often it strikes: once without `*`, every time with `*` alone

ITEM, in any order:
  STATUS          respond with this HTTP status and do not act; without it, act and send the usual response
  close           close the connection without a response (for `connection`: as soon as it is made)
  after           act first, then strike
  delay=TIME      wait before acting, or with `after` between acting and responding: 500ms, 2s
  retry-after=N   set `Retry-After`
  truncate        announce the whole body, send half of it, close the connection; not with `huge`, `empty`, 204, 304
  html            replace the body by an HTML page
  empty           remove the body
  huge            replace the body by 64 MiB
  endless         replace the body by one that never ends
  body=TEXT       replace the body; takes the rest of the text, so it comes last; not with 204, 304
  redirect=URL    set `Location`, with status 307 by default; takes the rest of the text, so it comes last";

/// A text that is not a fault. The message says what is wrong and gives examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultError {
    text: String,
    why: String,
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, why } = self;
        write!(
            f,
            "{why} in fault {text:?}; write for example sync-stop:503, show*2:429:retry-after=1, sync-stop:close:after"
        )
    }
}

impl error::Error for FaultError {}

impl FromStr for Fault {
    type Err = FaultError;

    /// Parses a fault by [`FAULT_GRAMMAR`].
    fn from_str(text: &str) -> Result<Self, FaultError> {
        read(text).map_err(|why| FaultError {
            text: text.into(),
            why,
        })
    }
}

fn read(text: &str) -> Result<Fault, String> {
    let (struck, items) = text.split_once(':').ok_or("missing `:`")?;
    let (target, times) = read_struck(struck)?;
    let items = read_items(items)?;
    if target == Target::Connection && items != Items::just_close() {
        return Err("`connection` takes only `close`".into());
    }
    Ok(Fault {
        target,
        times,
        acts_first: items.after,
        delay: items.delay.unwrap_or_default(),
        reply: items.reply()?,
    })
}

fn read_struck(struck: &str) -> Result<(Target, Option<u32>), String> {
    let (target, times) = match struck.split_once('*') {
        None => (struck, Some(1)),
        Some((target, "")) => (target, None),
        Some((target, count)) => match count.parse() {
            Ok(0) | Err(_) => return Err(format!("{count:?} is not a count")),
            Ok(count) => (target, Some(count)),
        },
    };
    let call = Call::ALL.iter().copied().find(|call| call.name() == target);
    let target = match (target, call) {
        (_, Some(call)) => Target::Operation(call.operation().id),
        ("any", None) => Target::AnyOperation,
        ("connection", None) => Target::Connection,
        _ => return Err(format!("{target:?} is not a target")),
    };
    Ok((target, times))
}

#[derive(Debug, Default, PartialEq)]
struct Items {
    close: bool,
    after: bool,
    truncate: bool,
    delay: Option<Duration>,
    status: Option<StatusCode>,
    retry_after: Option<HeaderValue>,
    redirect: Option<HeaderValue>,
    body: Option<FaultBody>,
}

fn read_items(mut rest: &str) -> Result<Items, String> {
    let mut items = Items::default();
    loop {
        // The values of these two may contain colons.
        let takes_all = rest.starts_with("body=") || rest.starts_with("redirect=");
        let (item, more) = match rest.split_once(':') {
            Some((item, more)) if !takes_all => (item, Some(more)),
            _ => (rest, None),
        };
        items.add(item)?;
        match more {
            Some(more) => rest = more,
            None => return Ok(items),
        }
    }
}

impl Items {
    fn just_close() -> Self {
        Self {
            close: true,
            ..Self::default()
        }
    }

    fn add(&mut self, item: &str) -> Result<(), String> {
        let is_new = match item.split_once('=') {
            None => match item {
                "close" => !std::mem::replace(&mut self.close, true),
                "after" => !std::mem::replace(&mut self.after, true),
                "truncate" => !std::mem::replace(&mut self.truncate, true),
                "html" => self.body.replace(FaultBody::Html).is_none(),
                "empty" => self.body.replace(FaultBody::Bytes("".into())).is_none(),
                "huge" => self.body.replace(FaultBody::Huge).is_none(),
                "endless" => self.body.replace(FaultBody::Endless).is_none(),
                _ => self.status.replace(read_status(item)?).is_none(),
            },
            Some(("delay", time)) => {
                let time = humantime::parse_duration(time)
                    .map_err(|_| format!("{time:?} is not a time"))?;
                self.delay.replace(time).is_none()
            }
            Some(("retry-after", value)) => self.retry_after.replace(read_value(value)?).is_none(),
            Some(("redirect", url)) => self.redirect.replace(read_value(url)?).is_none(),
            Some(("body", text)) => {
                let body = FaultBody::Bytes(text.to_owned().into());
                self.body.replace(body).is_none()
            }
            Some(_) => return Err(format!("{item:?} is not an item")),
        };
        if is_new {
            Ok(())
        } else {
            Err(format!("{item:?} repeats or contradicts an earlier item"))
        }
    }

    /// Refuses combinations that would have no effect, or another one than written.
    fn check_body(&self) -> Result<(), String> {
        let status = self.status.as_ref().map_or(0, StatusCode::as_u16);
        let body = self.body.as_ref();
        let is_empty = body == Some(&FaultBody::Bytes("".into()));
        if matches!(status, 204 | 304) && (self.truncate || body.is_some() && !is_empty) {
            return Err(format!("a response {status} has no body"));
        }
        if self.truncate && is_empty {
            return Err("`truncate` needs a body".into());
        }
        if self.truncate && body == Some(&FaultBody::Huge) {
            return Err("`truncate` does not go with `huge`".into());
        }
        Ok(())
    }

    fn reply(self) -> Result<Reply, String> {
        self.check_body()?;
        let headers: [(HeaderName, Option<HeaderValue>); 2] =
            [(RETRY_AFTER, self.retry_after), (LOCATION, self.redirect)];
        let changes = Changes {
            status: self.status.or_else(|| {
                headers[1]
                    .1
                    .is_some()
                    .then_some(StatusCode::TEMPORARY_REDIRECT)
            }),
            headers: headers
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .collect(),
            body: self.body,
            is_truncated: self.truncate,
        };
        if !self.close {
            Ok(Reply::Answer(changes))
        } else if changes == Changes::default() {
            Ok(Reply::Close)
        } else {
            Err("`close` sends no response to change".into())
        }
    }
}

fn read_status(item: &str) -> Result<StatusCode, String> {
    match item.parse() {
        // A status below 200 only announces a response.
        Ok(status) if (200..600).contains(&StatusCode::as_u16(&status)) => Ok(status),
        _ => Err(format!("{item:?} is neither a status nor another item")),
    }
}

fn read_value(text: &str) -> Result<HeaderValue, String> {
    text.parse()
        .map_err(|_| format!("{text:?} cannot be the value of a header"))
}
