//! What the pipeline must be told of a service.

use crate::types::Operation;

/// One service of Huawei Cloud: where it is, and what its error codes mean. The pipeline knows no service but by this.
#[allow(
    clippy::exhaustive_structs,
    reason = "the crate of a service writes its description down as a constant"
)]
#[derive(Debug)]
pub struct Service {
    /// Its short name, as messages have it, such as `IAM`.
    pub name: &'static str,
    /// The environment variable of its endpoint, such as `IAM_ENDPOINT`: see [`Environment`](crate::Environment).
    pub endpoint_variable: &'static str,
    /// The address of its endpoint in a region; nothing for a region that is not known.
    pub endpoint_of: fn(region: &str) -> Option<String>,
    /// What its codes begin with: a 404 with another code is the gateway's.
    pub code_prefixes: &'static [&'static str],
    /// The codes of which more is known than their words.
    pub codes: &'static [ErrorCode],
    /// What to do before a call that may have been applied is made again, if there is more to say than that: a sentence
    /// that begins with "it may have been applied", or nothing.
    pub look_first: fn(&Operation) -> &'static str,
}

/// An error code, and what is known of it.
#[allow(clippy::exhaustive_structs, reason = "they stand in constants")]
#[derive(Debug)]
pub struct ErrorCode {
    /// The code.
    pub code: &'static str,
    /// What it means for a program.
    pub meaning: CodeMeaning,
    /// What to do next.
    pub advice: &'static str,
}

/// What an error code means for a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodeMeaning {
    /// The token is invalid, has expired or is missing: another one may be accepted.
    TokenRefused,
    /// What the call names does not exist.
    NotFound,
    /// The present status of what the call names forbids it.
    WrongStatus,
    /// The service knows no such path.
    UnknownPath,
    /// Anything else.
    Other,
}

/// The codes under which the gateway before every service refuses a signature whose date is too old or too new. The first
/// is also that of a wrong key.
pub(crate) const DATE_REFUSED: [&str; 2] = ["APIGW.0301", "APIGW.0303"];
/// The codes under which it refuses a key or a signature.
pub(crate) const KEY_REFUSED: [&str; 3] = ["APIGW.0301", "APIGW.0303", "APIGW.0305"];
/// The code under which it refuses a token.
const TOKEN_REFUSED: ErrorCode = ErrorCode {
    code: "APIGW.0307",
    meaning: CodeMeaning::TokenRefused,
    advice: GET_A_TOKEN,
};

/// What to do where a token is refused.
const GET_A_TOKEN: &str = "get a new token for the project, and check the region";

impl ErrorCode {
    /// A code that asks for another token.
    #[must_use]
    pub const fn token_refused(code: &'static str) -> Self {
        Self {
            code,
            ..TOKEN_REFUSED
        }
    }
}

impl Service {
    fn known(&self, code: &str) -> Option<&ErrorCode> {
        let mut codes = self.codes.iter().chain([&TOKEN_REFUSED]);
        codes.find(|known| known.code == code)
    }

    /// What a code means that came with this status. A 404 with a code of the service's own means that what the call
    /// names does not exist, unless it is the path that the service does not know.
    #[must_use]
    pub fn meaning_of(&self, status: Option<u16>, code: &str) -> CodeMeaning {
        let is_own = || self.code_prefixes.iter().any(|own| code.starts_with(own));
        match self.known(code).map(|known| known.meaning) {
            Some(CodeMeaning::UnknownPath) => CodeMeaning::UnknownPath,
            _ if status == Some(404) && is_own() => CodeMeaning::NotFound,
            Some(meaning) => meaning,
            None => CodeMeaning::Other,
        }
    }

    /// What to do about a response that proves that the call was not applied, or to a call that only reads.
    #[must_use]
    pub fn advice(&self, status: u16, code: &str) -> &'static str {
        if let Some(known) = self.known(code) {
            return known.advice;
        }
        match status {
            401 => {
                "check credentials and clock before you try again: failures in a row lock the access key"
            }
            403 => "ask for the right to make this call, and check the project",
            404 => "check region and endpoint",
            408 | 429 | 503 => "refused for now: try again later, and slower",
            400..=499 => "fix the request before you send it again",
            500..=599 => "try again later",
            _ => "this is not the service's answer: check the endpoint and the proxies before it",
        }
    }
}
