//! Puts credentials on a request: the last thing before it is sent.

use std::time::SystemTime;

use http::HeaderValue;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName};
use huaweicloud_sign::AccessKey;
use reqwest::Request;
use secrecy::ExposeSecret;

use super::credentials::{Credentials, Kind};

const X_AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");
const X_PROJECT_ID: HeaderName = HeaderName::from_static("x-project-id");
const X_SDK_DATE: HeaderName = HeaderName::from_static("x-sdk-date");
const X_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-security-token");

/// Sets what a token needs, or what a key pair needs: project, date and signature.
pub(crate) fn authenticate(
    request: &mut Request,
    credentials: Option<&Credentials>,
    host: &HeaderValue,
    project_id: Option<&HeaderValue>,
    time: SystemTime,
) -> Result<(), String> {
    // Set by hand, so that what is signed is what is sent.
    request.headers_mut().insert(HOST, host.clone());
    match credentials.map(|credentials| &credentials.0) {
        Some(Kind::Token(token)) => {
            request
                .headers_mut()
                .insert(X_AUTH_TOKEN, sensitive(token.expose_secret())?);
        }
        // The body of the call that gets a token says who the user is.
        Some(Kind::User { .. }) | None => {}
        Some(Kind::AccessKey {
            id,
            secret,
            security_token,
        }) => {
            if let Some(project_id) = project_id {
                request
                    .headers_mut()
                    .insert(X_PROJECT_ID, project_id.clone());
            }
            if let Some(token) = security_token {
                request
                    .headers_mut()
                    .insert(X_SECURITY_TOKEN, sensitive(token.expose_secret())?);
            }
            sign(request, &AccessKey::new(id, secret.expose_secret()), time)?;
        }
    }
    Ok(())
}

fn sign(request: &mut Request, key: &AccessKey<'_>, time: SystemTime) -> Result<(), String> {
    // What else is set (content length, user agent) may be rewritten by a proxy and is left out of the signature.
    let names = [CONTENT_TYPE, HOST, X_PROJECT_ID, X_SECURITY_TOKEN];
    let mut headers = [("", &b""[..]); 4];
    let mut count = 0;
    for name in &names {
        if let Some(value) = request.headers().get(name) {
            headers[count] = (name.as_str(), value.as_bytes());
            count += 1;
        }
    }
    let signed = huaweicloud_sign::sign(
        &huaweicloud_sign::Request {
            method: request.method().as_str(),
            path: request.url().path(),
            query: request.url().query().unwrap_or_default(),
            headers: &headers[..count],
            body: request
                .body()
                .and_then(reqwest::Body::as_bytes)
                .unwrap_or_default(),
        },
        key,
        time,
    )
    .map_err(|error| error.to_string())?;
    let date = sensitive(signed.x_sdk_date())?;
    let authorization = sensitive(signed.authorization())?;
    request.headers_mut().insert(X_SDK_DATE, date);
    request.headers_mut().insert(AUTHORIZATION, authorization);
    Ok(())
}

/// A header value that no log of the HTTP library shows.
fn sensitive(value: &str) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::try_from(value).map_err(|error| error.to_string())?;
    value.set_sensitive(true);
    Ok(value)
}
