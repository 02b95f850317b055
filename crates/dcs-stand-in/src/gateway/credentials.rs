//! Checks of signatures and tokens.

use std::{collections::HashMap, fmt};

use axum::http::{
    HeaderMap,
    header::{AUTHORIZATION, HeaderValue},
    request::Parts,
};
use huaweicloud_sign::{Authorization, CLOCK_WINDOW, Request, VerifyError};
use secrecy::{ExposeSecret, SecretString};

use super::{
    refusal::Refusal,
    tokens::{Known, Scope, Tokens},
};
use crate::time::Moment;

/// The accepted credentials.
#[derive(Default)]
pub(crate) struct Gateway {
    keys: HashMap<String, Key>,
    pub(crate) tokens: Tokens,
}

struct Key {
    secret: SecretString,
    /// Only temporary keys have one.
    security_token: Option<SecretString>,
}

impl Gateway {
    pub(crate) fn add_key(
        &mut self,
        id: String,
        secret: SecretString,
        security_token: Option<SecretString>,
    ) {
        self.keys.insert(
            id,
            Key {
                secret,
                security_token,
            },
        );
    }

    /// Checks the credentials of a request and returns their scope.
    ///
    /// If there is a signature, a token is ignored. The vendor documentation does not say what the gateway does with both.
    pub(crate) fn admit(
        &self,
        request: &Parts,
        body: &[u8],
        now: Moment,
    ) -> Result<Scope, Refusal> {
        let headers = &request.headers;
        if let Some(authorization) = headers.get(AUTHORIZATION) {
            self.admit_signed(authorization, request, body, now)?;
            Ok(Scope::Any)
        } else if let Some(token) = headers.get("x-auth-token") {
            self.admit_token(token, now)
        } else {
            Err(Refusal::unauthenticated("x-auth-token not found"))
        }
    }

    fn admit_signed(
        &self,
        authorization: &HeaderValue,
        request: &Parts,
        body: &[u8],
        now: Moment,
    ) -> Result<(), Refusal> {
        let authorization = authorization
            .to_str()
            .map_err(|_| VerifyError::Malformed)
            .and_then(Authorization::parse)
            .map_err(|error| bad_signature(&error))?;
        let id = authorization.access_key_id();
        let Some(key) = self.keys.get(id) else {
            return Err(Refusal::unauthenticated(format!("ak {id} not exist")));
        };
        let headers: Vec<_> = request
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let signed = Request {
            method: request.method.as_str(),
            path: request.uri.path(),
            query: request.uri.query().unwrap_or_default(),
            headers: &headers,
            body,
        };
        authorization
            .verify(&signed, key.secret.expose_secret(), now.day, CLOCK_WINDOW)
            .map_err(|error| bad_signature(&error))?;
        key.check_security_token(&request.headers)
    }

    fn admit_token(&self, given: &HeaderValue, now: Moment) -> Result<Scope, Refusal> {
        match self.tokens.look_up(given.as_bytes(), now) {
            Known::Good(scope) => Ok(scope),
            Known::Expired => Err(Refusal::STALE_TOKEN),
            Known::Unknown => Err(Refusal::unauthenticated("decrypt token fail")),
        }
    }
}

impl Key {
    fn check_security_token(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let given = headers.get("x-security-token").map(HeaderValue::as_bytes);
        let wanted = self
            .security_token
            .as_ref()
            .map(|token| token.expose_secret().as_bytes());
        if given == wanted {
            Ok(())
        } else {
            Err(Refusal::unauthenticated("decrypt token fail"))
        }
    }
}

/// The two documented messages. The second also says what is wrong, to help authors of signers.
fn bad_signature(error: &VerifyError) -> Refusal {
    match error {
        VerifyError::OutsideClockWindow => {
            Refusal::unauthenticated("calc ak sk signature fail:signature expired")
        }
        VerifyError::Mismatch => Refusal::unauthenticated("verify aksk signature fail"),
        other => Refusal::unauthenticated(format!("verify aksk signature fail, {other}")),
    }
}

/// Shows only the number of credentials.
impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("keys", &self.keys.len())
            .field("tokens", &self.tokens.count())
            .finish()
    }
}
