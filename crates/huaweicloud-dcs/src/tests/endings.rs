//! Every way in which up to three attempts can end. The client never reports an applied request as not applied, never
//! retries a stop that may have been applied, and loses no response.

use super::*;
use crate::{Error, Response, Result};

/// How one attempt ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    NoConnection,
    TlsRefused,
    Reset,
    Silence,
    /// The head of this response, then a broken body.
    Cut(u16),
    /// A response without an error code, and one with a code of its own.
    Bare(u16),
    Coded(u16),
}

const STATUSES: [u16; 14] = [
    204, 200, 202, 302, 400, 401, 404, 408, 429, 500, 502, 503, 504, 501,
];

impl Ending {
    /// Whether the ending proves that the service did not act: the rule, independent of the code under test.
    fn is_proof(self) -> bool {
        match self {
            Self::NoConnection | Self::TlsRefused | Self::Coded(408 | 503) => true,
            Self::Reset | Self::Silence => false,
            Self::Cut(status) | Self::Bare(status) | Self::Coded(status) => {
                matches!(status, 400..=499) && status != 408
            }
        }
    }

    /// Whether an attempt can end like this if the service `acted`, or did not.
    fn can_have_acted(self, acted: bool) -> bool {
        if acted {
            !self.is_proof()
        } else {
            // The service reports success only if it acted.
            !matches!(self, Self::Bare(200 | 204))
        }
    }

    fn status(self) -> Option<u16> {
        match self {
            Self::Cut(status) | Self::Bare(status) | Self::Coded(status) => Some(status),
            _ => None,
        }
    }

    fn all() -> Vec<Self> {
        let mut endings = vec![
            Self::NoConnection,
            Self::TlsRefused,
            Self::Reset,
            Self::Silence,
            Self::Cut(200),
            Self::Cut(404),
            Self::Cut(503),
        ];
        for status in STATUSES {
            endings.push(Self::Bare(status));
            if status != 204 {
                endings.push(Self::Coded(status));
            }
        }
        endings
    }

    fn step(self, attempt: usize, success: &'static str) -> Step {
        let respond = |status, body: Body| {
            let mut response = answer(status, body);
            let id = request_id(attempt).parse().unwrap();
            response.headers_mut().insert("x-request-id", id);
            Step::response(response)
        };
        match self {
            Self::NoConnection => Step::not_sent(),
            Self::TlsRefused => Step::fail(SendCause::Tls),
            Self::Reset => Step::lost(),
            Self::Silence => Step::silence(),
            Self::Cut(status) => {
                let begun = Bytes::from_static(b"{\"error_");
                let begun = Ok(http_body::Frame::data(begun));
                let cut = futures_util::stream::iter([begun, Err("cut")]);
                respond(status, Body::wrap(http_body_util::StreamBody::new(cut)))
            }
            Self::Bare(200) => respond(200, success.into()),
            Self::Bare(status) => respond(status, "".into()),
            Self::Coded(status) => respond(status, NOT_NOW.into()),
        }
    }
}

fn request_id(attempt: usize) -> String {
    format!("r-{attempt}")
}

/// An operation and its rules.
struct Case {
    name: &'static str,
    changes: bool,
    repeats_ambiguous: bool,
    /// The body of a successful response.
    success: &'static str,
}

impl Case {
    async fn call(&self, client: &MigrationClient) -> Result<Response<()>> {
        match self.name {
            "stop_sync" => client.stop_sync(TASK).await,
            "create" => {
                let body =
                    crate::types::CreateOnlineMigrationTaskBody::new("orders", "g", "s", "v");
                let created = client.create_online(&body).await;
                created.map(|created| created.map(|_| ()))
            }
            "delete" => {
                let deleted = client.delete(&[TASK]).await;
                deleted.map(|deleted| deleted.map(|_| ()))
            }
            _ => client.show(TASK).await.map(|shown| shown.map(|_| ())),
        }
    }

    /// Makes a call whose attempts end like this. Returns nothing if it needs more attempts.
    fn run(
        &self,
        runtime: &tokio::runtime::Runtime,
        endings: &[Ending],
    ) -> Option<Result<Response<()>>> {
        let steps = endings.iter().enumerate();
        let script = Script::new(steps.map(|(at, ending)| ending.step(at + 1, self.success)));
        runtime.block_on(async {
            let client = client(&script);
            // One attempt more ends the call at once.
            let beyond = Step::fail(SendCause::Tls);
            script.extend([beyond]);
            let result = self.call(&client).await;
            (script.count() == endings.len()).then_some(result)
        })
    }
}

/// What is wrong with a result, given the attempts on which the service acted.
fn wrong(
    case: &Case,
    endings: &[Ending],
    acted: &[bool],
    result: &Result<Response<()>>,
) -> Option<&'static str> {
    let is_proven = endings.iter().all(|ending| ending.is_proof());
    let (last, repeated) = endings.split_last()?;
    if !case.repeats_ambiguous && !repeated.iter().all(|ending| ending.is_proof()) {
        return Some("retries a request that may have acted");
    }
    let error = match result {
        Ok(_) if !matches!(last, Ending::Bare(200 | 204)) => {
            return Some("reports a failure as success");
        }
        Ok(_) => return None,
        Err(error) => error,
    };
    let may = error.may_have_been_applied();
    if case.changes && acted.contains(&true) && !may {
        return Some("reports an applied request as not applied");
    }
    if may != (case.changes && !is_proven) {
        return Some("reports a proven refusal or a read as unknown");
    }
    if usize::try_from(error.attempts()) != Ok(endings.len()) {
        return Some("miscounts the attempts");
    }
    let kept: Vec<_> = std::iter::successors(Some(error), |error| error.previous())
        .filter_map(Error::request_id)
        .collect();
    let arrived = endings.iter().enumerate().rev();
    let arrived: Vec<_> = arrived
        .filter(|(_, ending)| ending.status().is_some())
        .map(|(at, _)| request_id(at + 1))
        .collect();
    if kept != arrived {
        return Some("loses a response");
    }
    let line = error.to_string();
    let named = arrived.first().is_none_or(|id| line.contains(&id[..]));
    (!named).then_some("does not name the last response in its line")
}

/// Every combination of attempts on which the service can have acted.
fn possible_acts(endings: &[Ending]) -> Vec<Vec<bool>> {
    endings.iter().fold(vec![Vec::new()], |before, ending| {
        let add = |acted| {
            let before = before.iter().filter(move |_| ending.can_have_acted(acted));
            before.map(move |before| [&before[..], &[acted]].concat())
        };
        add(true).chain(add(false)).collect()
    })
}

#[test]
fn any_three_endings_never_misreport_or_wrongly_retry() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let all = Ending::all();
    let (mut runs, mut combinations) = (0, 0);
    for case in [
        Case {
            name: "stop_sync",
            changes: true,
            repeats_ambiguous: false,
            success: "",
        },
        Case {
            name: "create",
            changes: true,
            repeats_ambiguous: false,
            success: r#"{"instance_id":"i"}"#,
        },
        Case {
            name: "delete",
            changes: true,
            repeats_ambiguous: true,
            success: r#"{"task_id_list":[]}"#,
        },
        Case {
            name: "show",
            changes: false,
            repeats_ambiguous: true,
            success: r#"{"status":"RUNNING"}"#,
        },
    ] {
        // Extends only sequences after which the client makes another attempt.
        let mut sequences: Vec<Vec<Ending>> = vec![Vec::new()];
        while let Some(sequence) = sequences.pop() {
            for ending in &all {
                let endings = [&sequence[..], &[*ending]].concat();
                runs += 1;
                let Some(result) = case.run(&runtime, &endings) else {
                    assert!(
                        endings.len() < 3,
                        "{}: a fourth after {endings:?}",
                        case.name
                    );
                    sequences.push(endings);
                    continue;
                };
                for acted in possible_acts(&endings) {
                    let wrong = wrong(&case, &endings, &acted, &result);
                    let name = case.name;
                    assert_eq!(wrong, None, "{name} {endings:?} {acted:?}: {result:?}");
                    combinations += 1;
                }
            }
        }
    }
    assert!(
        runs > 20_000 && combinations > 60_000,
        "{runs} {combinations}"
    );
}
