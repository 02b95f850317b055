//! What the operation tables say about one operation.

/// One operation of a service, as its OpenAPI document describes it.
#[allow(
    clippy::exhaustive_structs,
    reason = "generated code writes the tables down as constants"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operation {
    /// The service's own name of the operation, such as `ListServers`.
    pub id: &'static str,
    /// The HTTP method, in upper case.
    pub method: &'static str,
    /// The path template, such as `/v2/{project_id}/servers/{server_id}`.
    pub path: &'static str,
    /// Whether an ambiguous call may be made again.
    pub repeat: Repeat,
    /// Whether the operation changes anything that a second call could change again. A `GET` never does, and neither does
    /// a call that only makes a token.
    pub changes: bool,
    /// The HTTP status of a success, as documented.
    pub success: u16,
    /// What the body of a success is.
    pub success_body: SuccessBody,
    /// What a request proves its sender with.
    pub auth: Auth,
    /// The members of the request body that hold a secret, by their names, at any depth: those with `format: password`.
    pub secrets: &'static [&'static str],
    /// The headers of a success that hold a secret, in lower case.
    pub secret_headers: &'static [&'static str],
    /// The members of a success that hold free text, by their names, at any depth: text in which the service may repeat
    /// anything, a secret included. Members that hold IDs, names or addresses are never among them.
    pub free_text: &'static [&'static str],
}

/// Whether a call may be made again when nobody knows if the first one reached the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Repeat {
    /// A second call does no harm.
    Safe,
    /// A second call may act a second time, or nothing says that it does not.
    Never,
}

/// What the body of a success is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SuccessBody {
    /// Nothing. A 200 whose body is an object that tells of no error is a success, too.
    Empty,
    /// JSON, for which there is a model.
    Json,
    /// Something that no page describes. It is not read, but must not tell of an error.
    Ignored,
}

/// What a request proves its sender with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Auth {
    /// A signature or a token.
    Required,
    /// Nothing, or what is in its body.
    None,
}

impl Operation {
    /// Whether the operation only reads.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.method == "GET"
    }

    /// Whether an ambiguous attempt may be repeated: where a second call does no harm, or changes nothing.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        !self.changes || self.repeat == Repeat::Safe
    }
}
