//! Settings that `build()` refuses, and getters of settings.

use std::num::NonZeroU32;
use std::time::Duration;

use huaweicloud_dcs::types::IpExchangeRequest;
use huaweicloud_dcs::{
    ClientBuilder, Condition, Credentials, Environment, ErrorKind, LogQuery, MigrationClient,
    RetryConfig, TaskQuery, WaitConfig,
};

fn good() -> ClientBuilder {
    MigrationClient::builder()
        .region("cn-north-4")
        .project_id("0f9c5b1e7a2d4c68b3a1d5e7f9012345")
        .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
}

#[track_caller]
fn refused(settings: ClientBuilder, words: &[&str]) {
    let error = settings.build().unwrap_err();
    assert_eq!(
        (
            error.kind(),
            error.attempts(),
            error.may_have_been_applied()
        ),
        (ErrorKind::Config, 0, false)
    );
    assert!(!error.is_retryable());
    let line = error.to_string();
    assert!(
        words.iter().all(|word| line.contains(word)) && !line.contains('\n'),
        "{line}"
    );
}

#[test]
fn region_gives_the_endpoint_unless_one_is_set() {
    let client = good().build().unwrap();
    assert_eq!(
        client.endpoint(),
        "https://dcs.cn-north-4.myhuaweicloud.com"
    );
    assert_eq!(client.region(), Some("cn-north-4"));
    let client = good().endpoint("https://dcs.example.com/").build().unwrap();
    assert_eq!(
        (client.endpoint(), client.region()),
        ("https://dcs.example.com", Some("cn-north-4"))
    );
}

#[test]
fn build_names_all_missing_settings_at_once() {
    refused(
        MigrationClient::builder(),
        &[
            "set a region or an endpoint",
            "set a project id",
            "set credentials",
        ],
    );
}

#[test]
fn build_names_all_bad_settings_at_once() {
    let settings = MigrationClient::builder()
        .endpoint("dcs.example.com")
        .project_id("..")
        .credentials(Credentials::ak_sk("AKINVENTED", ""))
        .timeout(Duration::ZERO)
        .retry(RetryConfig::default().with_max_attempts(0));
    refused(
        settings,
        &[
            "scheme",
            "project_id",
            "secret access key is empty",
            "time limit",
            "max_attempts",
        ],
    );
}

#[test]
fn build_without_project_needs_a_region_or_iam_endpoint() {
    let unset =
        || MigrationClient::builder().credentials(Credentials::ak_sk("AKINVENTED", "skInvented"));
    let client = unset().region("cn-north-4").build().unwrap();
    assert_eq!(client.known_project_id(), None);
    refused(
        unset().endpoint("https://dcs.example.com"),
        &[
            "no project id",
            "set a project id",
            "project_id",
            "HUAWEICLOUD_SDK_PROJECT_ID",
            "a region",
        ],
    );
    // The region may belong to another cloud: credentials go only to an IAM endpoint that is set.
    let elsewhere = || unset().endpoint("https://dcs.example.com").region("eu-de");
    refused(
        elsewhere(),
        &["no project id", "set a project id", "an IAM endpoint"],
    );
    let settings = elsewhere().iam_endpoint("https://iam.example.com");
    assert!(settings.build().is_ok());
}

#[test]
fn iam_user_needs_iam_endpoint_and_password() {
    let unset = || {
        MigrationClient::builder()
            .endpoint("https://dcs.example.com")
            .project_id("0f9c5b1e7a2d4c68b3a1d5e7f9012345")
    };
    let user = |password| Credentials::iam_user("account", "user", password);
    refused(
        unset().credentials(user("passwordInvented")),
        &["no IAM endpoint", "set an IAM endpoint"],
    );
    let placed = || unset().iam_endpoint("https://iam.example.com");
    refused(placed().credentials(user("")), &["password is empty"]);
    assert!(
        placed()
            .credentials(user("passwordInvented"))
            .build()
            .is_ok()
    );
}

#[test]
fn bad_iam_endpoint_is_refused() {
    for (endpoint, word) in [
        ("iam.example.com", "scheme"),
        ("https://iam.example.com/v3", "path"),
        ("https://user@iam.example.com", "user information"),
        ("http://iam.example.com", "in clear"),
    ] {
        refused(good().iam_endpoint(endpoint), &["IAM endpoint", word]);
    }
}

#[test]
fn code_settings_override_environment_in_any_order() {
    let mut environment = Environment::default();
    environment.region = Some("cn-east-3".to_owned());
    environment.endpoint = Some("https://dcs.example.com".to_owned());
    environment.project_id = Some("another".to_owned());
    for settings in [
        good().environment(environment.clone()),
        MigrationClient::builder()
            .environment(environment)
            .region("cn-north-4")
            .project_id("0f9c5b1e7a2d4c68b3a1d5e7f9012345")
            .credentials(Credentials::ak_sk("AKINVENTED", "skInvented")),
    ] {
        let client = settings.build().unwrap();
        assert_eq!(
            client.endpoint(),
            "https://dcs.cn-north-4.myhuaweicloud.com"
        );
        assert_eq!(
            client.known_project_id(),
            Some("0f9c5b1e7a2d4c68b3a1d5e7f9012345")
        );
    }
}

#[test]
fn unknown_region_advises_to_set_an_endpoint() {
    refused(
        good().region("cn-north-5"),
        &["cn-north-5", "set an endpoint"],
    );
}

#[test]
fn bad_endpoint_is_refused() {
    for (endpoint, word) in [
        ("", "scheme"),
        ("dcs.example.com", "scheme"),
        ("http://[::1", "is not an address"),
        ("https://dcs.example.com?x", "query"),
        ("https://dcs.example.com#x", "fragment"),
        ("https://user@dcs.example.com", "user information"),
        ("http://dcs.example.com", "in clear"),
    ] {
        refused(good().endpoint(endpoint), &[word]);
    }
}

#[test]
fn project_id_that_changes_the_path_is_refused() {
    for id in [
        "",
        ".",
        "..",
        "..\\x",
        "a/b",
        "a\r\nb",
        "项目",
        &"a".repeat(65),
    ] {
        refused(good().project_id(id), &["project_id"]);
    }
}

/// The longest line: all settings are bad, and the line quotes each.
#[test]
fn build_error_line_is_bounded_for_any_setting() {
    for text in ["x", "\u{202e}", "\n\0", "任务"] {
        let text = text.repeat(10_000);
        for settings in [
            good().endpoint(&text).iam_endpoint(&text),
            good().region(&text).iam_endpoint(&text),
        ] {
            let settings = settings
                .project_id(&text)
                .credentials(Credentials::ak_sk(&text, &text));
            let line = settings.build().unwrap_err().to_string();
            let moves = |c: char| c.is_control() || c == '\u{202e}';
            assert!(line.len() < 4096 && !line.contains(moves), "{line:?}");
        }
    }
}

#[test]
fn wait_and_query_getters_return_what_was_set() {
    let [interval, timeout, unchanged] = [1, 2, 3].map(Duration::from_secs);
    let wait = WaitConfig::default()
        .with_interval(interval)
        .with_timeout(timeout)
        .with_unchanged_timeout(unchanged);
    assert_eq!(
        (wait.interval(), wait.timeout(), wait.unchanged_timeout()),
        (interval, timeout, unchanged)
    );
    let tasks = TaskQuery::default()
        .with_name("orders")
        .with_offset(1)
        .with_limit(2);
    assert_eq!(
        (tasks.name(), tasks.offset(), tasks.limit()),
        (Some("orders"), Some(1), Some(2))
    );
    let logs = LogQuery::default()
        .with_level("ERROR")
        .with_offset(1)
        .with_limit(2);
    assert_eq!(
        (logs.level(), logs.offset(), logs.limit()),
        (Some("ERROR"), Some(1), Some(2))
    );
}

#[test]
fn cut_over_getters_return_what_was_set() {
    let [interval, timeout, confirmed] = [1, 2, 3].map(Duration::from_secs);
    let unset = good().build().unwrap().cut_over("t");
    assert!(unset.exchange().is_none() && !unset.ignores_lag());
    let cut_over = unset
        .with_max_lag(5)
        .with_readings(NonZeroU32::MIN)
        .with_interval(interval)
        .with_timeout(timeout)
        .with_confirmation(WaitConfig::default().with_timeout(confirmed))
        .by_exchange(IpExchangeRequest::default())
        .ignoring_lag();
    assert_eq!(
        (cut_over.task_id(), cut_over.max_lag(), cut_over.readings()),
        ("t", 5, NonZeroU32::MIN)
    );
    assert_eq!(
        (cut_over.interval(), cut_over.timeout()),
        (interval, timeout)
    );
    assert_eq!(cut_over.confirmation().timeout(), confirmed);
    assert!(cut_over.exchange().is_some() && cut_over.ignores_lag());
}

#[test]
fn futures_are_send() {
    fn crosses<T: Send>(_: T) {}
    let client = good().build().unwrap();
    crosses(client.stop_sync("t"));
    crosses(client.show("t"));
    crosses(client.project_id());
    crosses(client.projects(None));
    crosses(client.stop_sync_and_wait("t", WaitConfig::default()));
    crosses(client.wait_until("t", Condition::Stopped, WaitConfig::default()));
    crosses(client.wait_for_job("j", WaitConfig::default()));
    let cut_over = client.cut_over("t");
    crosses(cut_over.run());
    crosses(cut_over.dry_run());
    crosses(client.roll_back("t", WaitConfig::default()));
}

/// Moving large futures costs time, and lints warn where they are awaited.
#[test]
fn futures_stay_below_8_kib() {
    let client = good().build().unwrap();
    let cut_over = client.cut_over("t");
    for size in [
        size_of_val(&client.stop_sync("t")),
        size_of_val(&client.stop_sync_and_wait("t", WaitConfig::default())),
        size_of_val(&client.wait_until("t", Condition::Stopped, WaitConfig::default())),
        size_of_val(&client.roll_back("t", WaitConfig::default())),
        size_of_val(&cut_over.run()),
    ] {
        assert!(size < 8 * 1024, "{size} bytes");
    }
}
