//! Accepted and refused credentials.

use dcs_stand_in::StandIn;
use serde_json::json;

use crate::client::{AK, Call, PROJECT, SK, TASK, TOKEN, builder, now, stand_in, with_task};

const PREFIX: &str = "Incorrect IAM authentication information: ";

async fn refused(call: Call, to: &StandIn, why: &str) {
    let answer = call.send(to).await;
    assert_eq!(answer.code(), (401, "APIGW.0301".into()));
    assert_eq!(answer.message(), format!("{PREFIX}{why}"));
}

#[tokio::test]
async fn signature_or_token_is_accepted() {
    let stand_in = stand_in().await;
    assert_eq!(Call::show(TASK).call(&stand_in).await.status, 200);
    assert_eq!(
        Call::show(TASK).token(TOKEN).send(&stand_in).await.status,
        200
    );
    // As in the vendor's SDK, the hashed path has one slash more than the sent path.
    let stop = Call::stop(TASK).header("X-Project-Id", PROJECT);
    assert_eq!(stop.call(&stand_in).await.status, 204);
}

#[tokio::test]
async fn refusal_has_the_shape_of_the_gateway() {
    let stand_in = stand_in().await;
    let answer = Call::show(TASK).send(&stand_in).await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.json(),
        json!({
            "error_msg": "Incorrect IAM authentication information: x-auth-token not found",
            "error_code": "APIGW.0301",
            "request_id": answer.header("X-Request-Id").unwrap(),
        })
    );
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    assert_eq!(answer.header("Date"), Some("Fri, 02 Jan 2026 03:04:05 GMT"));
}

#[tokio::test]
async fn wrong_secret_or_key_is_refused() {
    let stand_in = stand_in().await;
    let wrong_secret = Call::stop(TASK).signed_by(&stand_in, AK, "skOther", now());
    refused(wrong_secret, &stand_in, "verify aksk signature fail").await;
    let unknown_key = Call::stop(TASK).signed_by(&stand_in, "AKOTHER", SK, now());
    refused(unknown_key, &stand_in, "ak AKOTHER not exist").await;
    let unreadable = Call::stop(TASK).header("Authorization", "Bearer abc");
    let why =
        "verify aksk signature fail, the algorithm is not supported: sign with SDK-HMAC-SHA256";
    refused(unreadable, &stand_in, why).await;
}

#[tokio::test]
async fn changed_signed_request_is_refused() {
    let stand_in = stand_in().await;
    let signed = Call::stop(TASK)
        .header("X-Project-Id", PROJECT)
        .signed(&stand_in);
    let mut path = signed.clone();
    path.target = path.target.replace("6f0c", "6f0d");
    let mut method = signed.clone();
    method.method = "GET";
    method.target = method.target.replace("/sync-stop", "");
    let mut query = signed.clone();
    query.target.push_str("?a=b");
    let header = signed
        .clone()
        .without_header("X-Project-Id")
        .header("X-Project-Id", "00000000000000000000000000000000");
    for altered in [path, method, query, header, signed.clone().body("{}")] {
        refused(altered, &stand_in, "verify aksk signature fail").await;
    }
    assert_eq!(signed.send(&stand_in).await.status, 204);
}

#[tokio::test]
async fn changed_body_is_refused() {
    let stand_in = stand_in().await;
    let call = Call::stop(TASK).body(r#"{"a": 1}"#);
    assert_eq!(call.call(&stand_in).await.status, 204);
}

#[tokio::test]
async fn several_keys_and_tokens_are_all_accepted() {
    let stand_in = with_task(
        builder()
            .access_key("AKSECOND", "skSecond")
            .token("tokenSecond"),
    )
    .await;
    for (ak, sk) in [(AK, SK), ("AKSECOND", "skSecond")] {
        let call = Call::show(TASK).signed_by(&stand_in, ak, sk, now());
        assert_eq!(call.send(&stand_in).await.status, 200, "{ak}");
    }
    for token in [TOKEN, "tokenSecond"] {
        assert_eq!(
            Call::show(TASK).token(token).send(&stand_in).await.status,
            200
        );
    }
    let mixed = Call::show(TASK).signed_by(&stand_in, AK, "skSecond", now());
    refused(mixed, &stand_in, "verify aksk signature fail").await;
}

#[tokio::test]
async fn temporary_key_needs_its_security_token() {
    let stand_in =
        with_task(builder().temporary_access_key("AKTEMPORARY", "skTemporary", "stInvented")).await;
    let signed = |call: Call| call.signed_by(&stand_in, "AKTEMPORARY", "skTemporary", now());
    let show = || Call::show(TASK);
    let right = show().header("X-Security-Token", "stInvented");
    assert_eq!(signed(right).send(&stand_in).await.status, 200);
    // Some signers add the token after signing.
    let unsigned = signed(show()).header("X-Security-Token", "stInvented");
    assert_eq!(unsigned.send(&stand_in).await.status, 200);
    refused(signed(show()), &stand_in, "decrypt token fail").await;
    let wrong = show().header("X-Security-Token", "stOther");
    refused(signed(wrong), &stand_in, "decrypt token fail").await;
    let needless = show()
        .header("X-Security-Token", "stInvented")
        .signed(&stand_in);
    refused(needless, &stand_in, "decrypt token fail").await;
}

#[tokio::test]
async fn unknown_and_expired_tokens_have_their_codes() {
    let stand_in = stand_in().await;
    refused(
        Call::show(TASK).token("tokenOther"),
        &stand_in,
        "decrypt token fail",
    )
    .await;
    stand_in.expire_token(TOKEN);
    let answer = Call::show(TASK).token(TOKEN).send(&stand_in).await;
    assert_eq!(answer.code(), (401, "APIGW.0307".into()));
    assert_eq!(answer.message(), "The token must be updated.");
}
