//! The look-up of projects.

use dcs_stand_in::{Builder, Effect, StandIn};

use crate::{
    client::{Call, PROJECT, TOKEN, builder, stand_in},
    generated::caller,
};

fn seen(projects: Vec<huaweicloud_iam::types::Project>) -> Vec<(String, String)> {
    let pair = |it: huaweicloud_iam::types::Project| (it.name.unwrap(), it.id.unwrap());
    projects.into_iter().map(pair).collect()
}

#[tokio::test]
async fn projects_unset_lists_the_default() {
    let own = "00000000000000000000000000000001";
    for (settings, id) in [
        (builder().project_id(own), own),
        (StandIn::builder().token(TOKEN), Builder::DEFAULT_PROJECT_ID),
    ] {
        let stand_in = settings.start().await.unwrap();
        let projects = seen(caller(&stand_in).projects(None).await);
        assert_eq!(projects, [("ap-southeast-1".into(), id.into())]);
        assert_eq!(stand_in.requests()[0].effect(), Effect::Shown);
    }
}

#[tokio::test]
async fn projects_by_name_match_exactly() {
    let [one, two, three] = ["1", "2", "3"].map(|digit| digit.repeat(32));
    let settings = builder()
        .project(&one, "ap-southeast-1")
        .project(&two, "ap-southeast-1_copy")
        .project(&three, "ap-southeast-1");
    let stand_in = settings.start().await.unwrap();
    let caller = caller(&stand_in);
    assert_eq!(caller.projects(None).await.len(), 3);
    let found = seen(caller.projects(Some("ap-southeast-1")).await);
    let ids: Vec<_> = found.into_iter().map(|(_, id)| id).collect();
    assert_eq!(ids, [one, three]);
    assert!(caller.projects(Some("ap-southeast")).await.is_empty());
}

#[tokio::test]
async fn projects_by_other_filters_and_pages_are_listed() {
    let settings = builder()
        .project("1".repeat(32), "one")
        .project("2".repeat(32), "two");
    let stand_in = settings.start().await.unwrap();
    for (query, count) in [
        ("enabled=true", Some(2)),
        ("enabled=false", Some(0)),
        ("domain_id=a1b2c3d4e5f60718293a4b5c6d7e8f90", Some(2)),
        ("domain_id=x", Some(0)),
        ("page=2&per_page=1", Some(1)),
        ("page=3&per_page=1", Some(0)),
        ("page=1&per_page=5000", Some(2)),
        ("page=1", None),
        ("per_page=1", None),
        ("page=0&per_page=1", None),
        ("page=0&per_page=18446744073709551615", None),
        ("page=1&per_page=18446744073709551615", None),
        ("page=1&per_page=5001", None),
        ("page=x&per_page=1", None),
    ] {
        let call = Call::new("GET", format!("/v3/projects?{query}")).token(TOKEN);
        let answer = call.send(&stand_in).await;
        let json = answer.json();
        match count {
            Some(count) => assert_eq!(json["projects"].as_array().unwrap().len(), count, "{query}"),
            None => assert_eq!((answer.status, &json["error"]["code"]), (400, &400.into())),
        }
    }
}

#[tokio::test]
async fn projects_need_credentials_and_accept_a_signature() {
    let stand_in = stand_in().await;
    let call = || Call::new("GET", "/v3/projects?name=ap-southeast-1");
    let refused = call().send(&stand_in).await;
    assert_eq!(refused.code(), (401, "APIGW.0301".into()));
    let signed = call().call(&stand_in).await;
    assert_eq!(signed.status, 200);
    assert_eq!(signed.json()["projects"][0]["id"], PROJECT);
    assert_eq!(
        signed.header("X-Iam-Trace-Id"),
        signed.header("X-Request-Id")
    );
}
