//! Authenticates a request with credentials: the last step before it is sent.

use std::time::SystemTime;

use http::HeaderValue;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName};
use huaweicloud_sign::AccessKey;
use reqwest::{Body, Request};
use secrecy::ExposeSecret;

use super::credentials::{Credentials, Kind};

const X_AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");
const X_PROJECT_ID: HeaderName = HeaderName::from_static("x-project-id");
const X_SDK_DATE: HeaderName = HeaderName::from_static("x-sdk-date");
const X_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-security-token");

/// Sets the host, and a token or the project, date and signature of a key pair.
pub(crate) fn authenticate(
    request: &mut Request,
    credentials: Option<&Credentials>,
    host: &HeaderValue,
    project_id: Option<&HeaderValue>,
    time: SystemTime,
) -> Result<(), String> {
    let headers = request.headers_mut();
    // Set here, so that the host that is signed is sent.
    headers.insert(HOST, host.clone());
    match credentials.map(|credentials| &credentials.0) {
        Some(Kind::Token(token)) => {
            headers.insert(X_AUTH_TOKEN, sensitive(token.expose_secret())?);
            Ok(())
        }
        Some(Kind::AccessKey {
            id,
            secret,
            security_token,
        }) => {
            if let Some(project_id) = project_id {
                headers.insert(X_PROJECT_ID, project_id.clone());
            }
            if let Some(token) = security_token {
                headers.insert(X_SECURITY_TOKEN, sensitive(token.expose_secret())?);
            }
            sign(request, &AccessKey::new(id, secret.expose_secret()), time)
        }
        // The body of the call for a token identifies the user.
        Some(Kind::User { .. }) | None => Ok(()),
    }
}

fn sign(request: &mut Request, key: &AccessKey<'_>, time: SystemTime) -> Result<(), String> {
    // A proxy may change other headers, such as content length and user agent.
    let names = [CONTENT_TYPE, HOST, X_PROJECT_ID, X_SECURITY_TOKEN];
    let mut headers = [("", &b""[..]); 4];
    let mut count = 0;
    for name in &names {
        if let Some(value) = request.headers().get(name) {
            headers[count] = (name.as_str(), value.as_bytes());
            count += 1;
        }
    }
    let body = request.body().and_then(Body::as_bytes);
    let signed = huaweicloud_sign::sign(
        &huaweicloud_sign::Request {
            method: request.method().as_str(),
            path: request.url().path(),
            query: request.url().query().unwrap_or_default(),
            headers: &headers[..count],
            body: body.unwrap_or_default(),
        },
        key,
        time,
    )
    .map_err(|error| error.to_string())?;
    let headers = request.headers_mut();
    headers.insert(X_SDK_DATE, sensitive(signed.x_sdk_date())?);
    headers.insert(AUTHORIZATION, sensitive(signed.authorization())?);
    Ok(())
}

/// A header value that the HTTP library does not log.
fn sensitive(value: &str) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::try_from(value).map_err(|error| error.to_string())?;
    value.set_sensitive(true);
    Ok(value)
}
