//! Errors of the service, in its own shape.

use std::borrow::Cow;

use axum::{http::StatusCode, response::Response};
use huaweicloud_dcs_api::types::{ErrorResponse, MigrationTaskResult};

use crate::{
    http::{Problem, model_answer},
    state::Refused,
};

/// An error of the service.
#[derive(Debug)]
pub(crate) struct ServiceError {
    status: StatusCode,
    code: &'static str,
    message: Option<Cow<'static, str>>,
}

impl ServiceError {
    pub(crate) const MALFORMED_PROJECT: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "DCS.4002",
        Some("Invalid project ID format."),
    );
    pub(crate) const OTHER_PROJECT: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "DCS.1004",
        Some("Project ID does not match the token."),
    );
    pub(crate) const NO_BODY: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "DCS.4004",
        Some("Empty request body."),
    );
    pub(crate) const NOT_JSON: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "DCS.4005",
        Some("The message body contains invalid characters or is not in JSON format."),
    );
    pub(crate) const MALFORMED_TASK: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "DCS.4070",
        Some("Invalid task ID format."),
    );
    /// The vendor documentation and the samples have no message for this code.
    pub(crate) const NO_SUCH_TASK: Self = Self::new(StatusCode::BAD_REQUEST, "DCS.4133", None);
    pub(crate) const WRONG_STATE: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "DCS.4957",
        Some("This operation is not allowed when the task is in the current state."),
    );
    pub(crate) const INTERNAL: Self = Self::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "DCS.5000",
        Some("Internal service error."),
    );

    pub(crate) const fn new(
        status: StatusCode,
        code: &'static str,
        message: Option<&'static str>,
    ) -> Self {
        let message = match message {
            Some(message) => Some(Cow::Borrowed(message)),
            None => None,
        };
        Self {
            status,
            code,
            message,
        }
    }

    /// A missing parameter.
    pub(crate) fn missing(name: &str) -> Self {
        Self::parameter("DCS.4063", name)
    }

    /// A parameter with a wrong value. This code and that of [`missing`](Self::missing) are a guess: the vendor documentation
    /// describes both in the same words.
    pub(crate) fn wrong(name: &str) -> Self {
        Self::parameter("DCS.4062", name)
    }

    /// In the vendor documentation, three parameters have their own codes.
    fn parameter(code: &'static str, name: &str) -> Self {
        let (code, message) = match name {
            "vpc_id" => ("DCS.4013", format!("Invalid {name} in the request.")),
            "security_group_id" => ("DCS.4014", format!("Invalid {name} in the request.")),
            "subnet_id" => ("DCS.4016", format!("Invalid {name} in the request.")),
            _ => (code, format!("Invalid {name} parameter in the request.")),
        };
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            message: Some(message.into()),
        }
    }

    /// The result of one task in the response to a call of several.
    pub(crate) fn result(self, task: &str) -> MigrationTaskResult {
        let mut result = MigrationTaskResult::default();
        result.task_id = Some(task.into());
        result.result = Some("failed".into());
        result.error_code = Some(self.code.into());
        result.error_msg = self.message.map(Cow::into_owned);
        result
    }

    pub(crate) fn answer(self) -> Response {
        let mut error = ErrorResponse::default();
        error.error_code = Some(self.code.into());
        error.error_msg = self.message.map(Cow::into_owned);
        model_answer(self.status, &error)
    }
}

impl From<Problem> for ServiceError {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Empty => Self::NO_BODY,
            Problem::NotAnObject => Self::NOT_JSON,
            Problem::Missing(name) => Self::missing(&name),
            Problem::Wrong(name) => Self::wrong(&name),
        }
    }
}

impl From<Refused> for ServiceError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NoSuchTask => Self::NO_SUCH_TASK,
            Refused::WrongState => Self::WRONG_STATE,
            #[cfg(feature = "redis")]
            Refused::MissingParameter(name) => Self::missing(name),
            #[cfg(feature = "redis")]
            Refused::WrongParameter(name) => Self::wrong(name),
            // The vendor documentation has no code for this.
            #[cfg(feature = "redis")]
            Refused::UnfitTarget(message) => Self {
                message: Some(message.into()),
                ..Self::WRONG_STATE
            },
            #[cfg(feature = "redis")]
            Refused::Unavailable => Self::INTERNAL,
        }
    }
}
