//! Refusals of the gateway, in its own shape.

use std::borrow::Cow;

use axum::{http::StatusCode, response::Response};
use huaweicloud_dcs_api::types::ErrorResponse;
use serde_json::json;

use crate::http::json_answer;

/// A refusal of the gateway.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
}

impl Refusal {
    pub(crate) const NO_SUCH_API: Self = Self::new(
        StatusCode::NOT_FOUND,
        "APIGW.0101",
        "The API does not exist or has not been published in the environment.",
    );
    pub(crate) const LENGTH_REQUIRED: Self = Self::new(
        StatusCode::LENGTH_REQUIRED,
        "APIGW.0201",
        "API request error.",
    );
    pub(crate) const TOO_LARGE: Self = Self::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "APIGW.0201",
        "Request entity too large.",
    );
    pub(crate) const UNREADABLE: Self =
        Self::new(StatusCode::BAD_REQUEST, "APIGW.0201", "API request error.");
    pub(crate) const STALE_TOKEN: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "APIGW.0307",
        "The token must be updated.",
    );

    pub(crate) const fn new(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self {
            status,
            code,
            message: Cow::Borrowed(message),
        }
    }

    /// Refuses credentials. All reasons have the same code; only the end of the message differs.
    pub(crate) fn unauthenticated(why: impl AsRef<str>) -> Self {
        let message = format!("Incorrect IAM authentication information: {}", why.as_ref());
        Self {
            status: StatusCode::UNAUTHORIZED,
            code: "APIGW.0301",
            message: message.into(),
        }
    }

    pub(crate) fn answer(self, request_id: &str) -> Response {
        let mut error = ErrorResponse::default();
        error.error_code = Some(self.code.into());
        error.error_msg = Some(self.message.into_owned());
        let mut body = json!(error);
        // Only errors of the gateway have this member; the model is that of the service.
        body["request_id"] = request_id.into();
        json_answer(self.status, &body)
    }
}
