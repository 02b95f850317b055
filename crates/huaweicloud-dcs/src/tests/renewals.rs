//! A refused token: the client gets another one and retries the call once.

use futures_util::future::join_all;

use super::tokens::{PASSWORD, WRONG_PASSWORD, asked, grant, granted, tokens_sent, user};
use super::*;
use crate::{CredentialsFuture, ErrorKind, ProvideCredentials, RetryConfig};

/// The service's refusal of a token.
fn refused(code: &str) -> Step {
    says(
        401,
        format!(r#"{{"error_code":"{code}","error_msg":"The token must be updated."}}"#),
    )
}

#[tokio::test(start_paused = true)]
async fn refused_token_is_renewed_and_the_stop_retried_once() {
    for code in ["APIGW.0307", "DCS.1001", "DCS.1002", "DCS.1003"] {
        let script = Script::new([
            granted("token-1"),
            refused(code),
            granted("token-2"),
            stopped(),
            stopped(),
        ]);
        let client = client_with(user(), &script);
        assert_eq!(
            client.stop_sync(TASK).await.unwrap().attempts(),
            2,
            "{code}"
        );
        client.stop_sync(TASK).await.unwrap();
        assert_eq!(tokens_sent(&script), ["token-1", "token-2", "token-2"]);
    }
}

#[tokio::test(start_paused = true)]
async fn other_401_and_403_are_not_retried() {
    let forbidden = says(403, r#"{"error_code":"DCS.1002","error_msg":"m"}"#);
    for refusal in [
        refused("DCS.1004"),
        refused("APIGW.0301"),
        says(401, ""),
        forbidden,
    ] {
        let script = Script::new([granted("token-1"), refusal]);
        let error = client_with(user(), &script)
            .stop_sync(TASK)
            .await
            .unwrap_err();
        assert_eq!((error.attempts(), asked(&script)), (1, 1), "{error}");
        assert!(!error.may_have_been_applied());
    }
}

#[tokio::test(start_paused = true)]
async fn renewed_token_refused_ends_the_call() {
    let script = Script::new([
        granted("token-1"),
        refused("DCS.1002"),
        granted("token-2"),
        refused("DCS.1001"),
    ]);
    let error = client_with(user(), &script)
        .stop_sync(TASK)
        .await
        .unwrap_err();
    assert_eq!(
        (error.status(), error.code(), error.attempts()),
        (Some(401), Some("DCS.1001"), 2)
    );
    assert!(!error.may_have_been_applied());
}

#[tokio::test(start_paused = true)]
async fn refused_tokens_send_the_password_once_per_30_s() {
    let refused = || refused("DCS.1002");
    let script = Script::new([granted("token-1"), refused(), granted("token-2"), refused()]);
    let client = client_with(user(), &script);
    client.stop_sync(TASK).await.unwrap_err();
    for _ in 0..10 {
        script.extend([refused()]);
        let error = client.stop_sync(TASK).await.unwrap_err();
        assert_eq!((error.status(), error.attempts()), (Some(401), 1));
    }
    assert_eq!(asked(&script), 2);

    sleep(Duration::from_secs(31)).await;
    let steps = [refused(), granted("token-3"), stopped()];
    script.extend(steps);
    client.stop_sync(TASK).await.unwrap();
    assert_eq!(asked(&script), 3);
}

#[tokio::test(start_paused = true)]
async fn renewal_with_same_token_is_not_retried() {
    let script = Script::new([granted("token-1"), refused("DCS.1002"), granted("token-1")]);
    let error = client_with(user(), &script)
        .stop_sync(TASK)
        .await
        .unwrap_err();
    assert_eq!((error.code(), error.attempts()), (Some("DCS.1002"), 1));
}

#[tokio::test(start_paused = true)]
async fn retries_disabled_renews_token_for_the_next_call() {
    let script = Script::new([
        granted("token-1"),
        refused("DCS.1002"),
        granted("token-2"),
        stopped(),
    ]);
    let client = client_with(user().retry(RetryConfig::disabled()), &script);
    let error = client.stop_sync(TASK).await.unwrap_err();
    assert_eq!((error.attempts(), script.count()), (1, 2));
    client.stop_sync(TASK).await.unwrap();
    assert_eq!(tokens_sent(&script), ["token-1", "token-2"]);
}

#[tokio::test(start_paused = true)]
async fn concurrent_refusals_renew_the_token_once() {
    let refusal = |seconds| {
        let body = r#"{"error_code":"APIGW.0307","error_msg":"m"}"#;
        Step::response(answer(401, body)).after(Duration::from_secs(seconds))
    };
    let script = Script::new([
        granted("token-1"),
        stopped(),
        // Two arrive at the same time, and one after the renewal.
        refusal(1),
        refusal(1),
        refusal(9),
        Step::response(grant("token-2", 3600)).after(Duration::from_secs(1)),
        stopped(),
        stopped(),
        stopped(),
    ]);
    let client = client_with(user(), &script);
    client.stop_sync(TASK).await.unwrap();
    for ended in join_all((0..3).map(|_| client.stop_sync(TASK))).await {
        assert_eq!(ended.unwrap().attempts(), 2);
    }
    assert_eq!(asked(&script), 2);
}

#[tokio::test(start_paused = true)]
async fn failed_renewal_is_the_error_and_not_applied() {
    let script = Script::new([
        granted("token-1"),
        refused("DCS.1002"),
        says(401, WRONG_PASSWORD),
    ]);
    let error = client_with(user(), &script)
        .stop_sync(TASK)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.status(), error.attempts()),
        (ErrorKind::Credentials, Some(401), 1)
    );
    assert!(!error.may_have_been_applied());
}

#[tokio::test(start_paused = true)]
async fn fixed_token_is_not_renewed() {
    let script = Script::new([refused("DCS.1002")]);
    let fixed = settings().credentials(Credentials::token("tokenInvented"));
    let error = client_with(fixed, &script)
        .stop_sync(TASK)
        .await
        .unwrap_err();
    assert_eq!(error.attempts(), 1);
}

/// Provides one token until it is told that the token was refused, then the next.
#[derive(Debug, Default)]
struct Vault {
    version: Mutex<u32>,
    refused: Mutex<Vec<Credentials>>,
    stubborn: bool,
}

impl ProvideCredentials for Vault {
    fn provide_credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async {
            Ok(Credentials::token(format!(
                "token-{}",
                self.version.lock().unwrap()
            )))
        })
    }

    fn credentials_refused(&self, refused: &Credentials) {
        self.refused.lock().unwrap().push(refused.clone());
        *self.version.lock().unwrap() += u32::from(!self.stubborn);
    }
}

#[tokio::test(start_paused = true)]
async fn refused_provider_is_told_and_called_again_once() {
    let vault = Arc::new(Vault::default());
    let script = Script::new([refused("APIGW.0307"), says(429, ""), refused("APIGW.0307")]);
    let client = client_with(settings().credentials_provider(vault.clone()), &script);
    assert_eq!(client.stop_sync(TASK).await.unwrap_err().attempts(), 3);
    assert_eq!(tokens_sent(&script), ["token-0", "token-1", "token-1"]);
    assert_eq!(
        *vault.refused.lock().unwrap(),
        [Credentials::token("token-0")]
    );
}

#[tokio::test(start_paused = true)]
async fn provider_with_same_credentials_ends_the_call() {
    let vault = Arc::new(Vault {
        stubborn: true,
        ..Vault::default()
    });
    let script = Script::new([refused("DCS.1002")]);
    let client = client_with(settings().credentials_provider(vault), &script);
    let error = client.stop_sync(TASK).await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), (Some("DCS.1002"), 1));
}

#[tokio::test(start_paused = true)]
async fn iam_user_from_provider_is_not_sent() {
    let script = Script::default();
    let provider = Credentials::iam_user("account", "user", PASSWORD);
    let client = client_with(settings().credentials_provider(provider), &script);
    let error = client.stop_sync(TASK).await.unwrap_err();
    assert_eq!((error.kind(), script.count()), (ErrorKind::Credentials, 0));
    assert!(
        error.to_string().contains("give it to .credentials()"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn unconnected_renewal_does_not_say_nothing_was_sent() {
    let disconnected = (0..3).map(|_| Step::not_sent());
    let steps = [granted("token-1"), refused("DCS.1002")];
    let script = Script::new(steps.into_iter().chain(disconnected));
    let client = client_with(user(), &script);
    let line = client.stop_sync(TASK).await.unwrap_err().to_string();
    assert!(
        line.contains("[attempt 1: HTTP 401 DCS.1002, request r-1]"),
        "{line}"
    );
    assert!(!line.contains("nothing was sent"), "{line}");
}
