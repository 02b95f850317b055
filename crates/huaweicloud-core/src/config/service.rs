//! The description of a service.

use crate::types::Operation;

/// Describes a service of Huawei Cloud to the pipeline: its endpoints, and what its error codes mean.
#[allow(
    clippy::exhaustive_structs,
    reason = "the crate of a service writes its description down as a constant"
)]
#[derive(Debug)]
pub struct Service {
    /// Its short name in messages, such as `IAM`.
    pub name: &'static str,
    /// The environment variable of its endpoint, such as `IAM_ENDPOINT`: see [`Environment`](crate::Environment).
    pub endpoint_variable: &'static str,
    /// The address of its endpoint in a region, if the region is known.
    pub endpoint_of: fn(region: &str) -> Option<String>,
    /// The prefixes of its error codes. A 404 with any other code comes from the gateway.
    pub code_prefixes: &'static [&'static str],
    /// The error codes with a meaning or advice of their own.
    pub codes: &'static [ErrorCode],
    /// The advice for a call that may have been applied: a sentence that begins with "it may have been applied". Empty for
    /// the general advice.
    pub look_first: fn(&Operation) -> &'static str,
}

/// An error code, its meaning and its advice.
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
    /// The token is invalid, missing or has expired: a new one may be accepted.
    TokenRefused,
    /// The object that the call names does not exist.
    NotFound,
    /// The status of the object forbids the call.
    WrongStatus,
    /// The service does not have this path.
    UnknownPath,
    /// Anything else.
    Other,
}

/// The gateway's codes for a signature whose date is too old or too new. The first also means a wrong key.
pub(crate) const DATE_REFUSED: [&str; 2] = ["APIGW.0301", "APIGW.0303"];
/// The gateway's codes for a wrong key or signature.
pub(crate) const KEY_REFUSED: [&str; 3] = ["APIGW.0301", "APIGW.0303", "APIGW.0305"];
/// The gateway's code for a refused token.
const TOKEN_REFUSED: ErrorCode = ErrorCode {
    code: "APIGW.0307",
    meaning: CodeMeaning::TokenRefused,
    advice: GET_A_TOKEN,
};

/// The advice for a refused token.
const GET_A_TOKEN: &str = "get a new token for the project, and check the region";

impl ErrorCode {
    /// A code with its meaning and its advice.
    #[must_use]
    pub const fn new(code: &'static str, meaning: CodeMeaning, advice: &'static str) -> Self {
        Self {
            code,
            meaning,
            advice,
        }
    }

    /// A code that asks for a new token.
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

    /// Returns the meaning of a code with this status. A 404 with a code of the service means
    /// [`NotFound`](CodeMeaning::NotFound), unless the code means [`UnknownPath`](CodeMeaning::UnknownPath).
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

    /// The advice for a response that proves that the call was not applied, and for any response to a read.
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
            408 | 429 | 503 => "overloaded for now: try again later, less often",
            400..=499 => "fix the request before you send it again",
            500..=599 => "try again later",
            _ => "this response is not from the service: check the endpoint and the proxies",
        }
    }
}
