//! A row of an operation table.

/// One operation of a service, as its OpenAPI document describes it.
#[allow(
    clippy::exhaustive_structs,
    reason = "generated code writes the tables down as constants"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operation {
    /// The name in the vendor documentation, such as `ListServers`.
    pub id: &'static str,
    /// The HTTP method, in upper case.
    pub method: &'static str,
    /// The path template, such as `/v2/{project_id}/servers/{server_id}`.
    pub path: &'static str,
    /// Whether an ambiguous attempt may be retried.
    pub repeat: Repeat,
    /// Whether the operation changes a resource. False for a `GET`, and for a call that only creates a token.
    pub changes: bool,
    /// The documented HTTP status of a success.
    pub success: u16,
    /// The body of a success.
    pub success_body: SuccessBody,
    /// The credentials that a request needs.
    pub auth: Auth,
    /// The names of secret members of the request body, at any depth: those with `format: password`.
    pub secrets: &'static [&'static str],
    /// The names of secret headers of a success, in lower case.
    pub secret_headers: &'static [&'static str],
    /// The names of members of a success that hold free text, at any depth. The service may write anything there, even
    /// a secret. Members that hold IDs, names or addresses are never among them.
    pub free_text: &'static [&'static str],
}

/// Whether a call may be retried if an earlier attempt may have reached the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Repeat {
    /// A second call does no harm.
    Safe,
    /// A second call may act again, or its effect is not documented.
    Never,
}

/// The body of a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SuccessBody {
    /// No body. A 200 with a JSON object that reports no error is a success, too.
    Empty,
    /// JSON with a model.
    Json,
    /// An undocumented body. It is not read, but must not report an error.
    Ignored,
}

/// The credentials that a request needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Auth {
    /// A signature or a token.
    Required,
    /// No credentials, or credentials in the body.
    None,
}

impl Operation {
    /// Whether the operation only reads.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.method == "GET"
    }

    /// Whether an ambiguous attempt may be retried, because a second call does no harm or changes nothing.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        !self.changes || self.repeat == Repeat::Safe
    }
}
