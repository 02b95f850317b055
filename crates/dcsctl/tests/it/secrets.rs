//! Secrets that must not be shown.

use crate::service::{ACCESS_KEY, PROJECT, Ran, SECRET_KEY, Service, bare, id, run};

#[track_caller]
fn shows_no(ran: &Ran, secrets: &[&str]) {
    let said = format!("{}{}", ran.stdout, ran.stderr);
    for secret in secrets.iter().chain(&["Signature=", "SDK-HMAC-SHA256"]) {
        let said = said.to_lowercase();
        assert!(!said.contains(&secret.to_lowercase()), "{secret}: {said}");
    }
    // Only a signature has 64 hexadecimal digits.
    let is_hex = |word: &str| word.len() >= 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = said.split(|c: char| !c.is_ascii_alphanumeric());
    assert_eq!(words.filter(|word| is_hex(word)).count(), 0, "{said}");
}

#[test]
fn log_of_all_crates_shows_no_secret() {
    let service = Service::start_with(|builder| {
        builder.temporary_access_key("AKTEMPORARY", "skTemporary", "stInvented")
    });
    for command in ["stop-sync --wait", "show"] {
        let mut command = service.command(&format!("{command} -vv {}", id(1)));
        command
            .env("HUAWEICLOUD_SDK_AK", "AKTEMPORARY")
            .env("HUAWEICLOUD_SDK_SK", "skTemporary")
            .env("HUAWEICLOUD_SDK_SECURITY_TOKEN", "stInvented");
        let ran = run(&mut command).ended_with(0);
        assert!(ran.stderr.contains("ShowMigrationTask"), "{ran:?}");
        assert!(ran.stderr.contains("hyper"), "not all crates log: {ran:?}");
        shows_no(&ran, &["AKTEMPORARY", "skTemporary", "stInvented"]);
    }
}

#[test]
fn log_shows_no_refused_key_and_no_token() {
    let service = Service::start_with(|builder| builder.token("tokenInvented"));
    let line = format!("stop-sync -vv {}", id(1));
    let ran = run(service.command(&line).env("HUAWEICLOUD_SDK_SK", "skWrong")).ended_with(3);
    shows_no(&ran, &[ACCESS_KEY, SECRET_KEY, "skWrong"]);
    let ran = run(bare(&line)
        .env("HW_AUTH_TOKEN", "tokenInvented")
        .env("HW_PROJECT_ID", PROJECT)
        .env("DCS_ENDPOINT", service.stand_in.endpoint()));
    shows_no(&ran.ended_with(0), &["tokenInvented"]);
}

#[test]
fn verbose_once_is_one_line_per_call() {
    let service = Service::start();
    let ran = service.run(&format!("show -v {}", id(1))).ended_with(0);
    assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
    for part in [
        "ShowMigrationTask",
        "GET",
        "status=200",
        "attempts=1",
        "request_id=",
    ] {
        assert!(ran.stderr.contains(part), "{ran:?}");
    }
    let ran = service
        .run(&format!("stop-sync -v {}", id(1)))
        .ended_with(0);
    assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
}

#[test]
fn secret_as_argument_is_refused() {
    for option in [
        "--ak",
        "--sk",
        "--access-key",
        "--secret-key",
        "--token",
        "--security-token",
        "--password",
    ] {
        let ran = run(&mut bare(&format!("stop-sync a {option} skInvented"))).ended_with(2);
        assert!(ran.stderr.contains("unexpected argument"), "{ran:?}");
    }
}

#[test]
fn usage_error_masks_what_follows_an_equals_sign() {
    for (line, named) in [
        ("HUAWEICLOUD_SDK_SK=skHidden list", "HUAWEICLOUD_SDK_SK=…"),
        ("list HUAWEICLOUD_SDK_SK=skHidden", "HUAWEICLOUD_SDK_SK=…"),
        ("list --sk=skHidden", "--sk"),
        ("list --output=skHidden", "--output"),
        ("list --timeout=5skHidden", "--timeout"),
        ("list --output HW_SECRET_KEY=skHidden", "HW_SECRET_KEY=…"),
        ("show HUAWEICLOUD_SDK_SK=skHidden", "task_id"),
        ("stop HW_SECRET_KEY=skHidden a", "HW_SECRET_KEY=…"),
        ("list --region HW_SECRET_KEY=skHidden", "HW_SECRET_KEY=…"),
        (
            "list --project-id p --endpoint HW_SECRET_KEY=skHidden",
            "HW_SECRET_KEY=…",
        ),
        (
            "exchange-ip --ip HW_SECRET_KEY=skHidden a",
            "HW_SECRET_KEY=…",
        ),
        (
            "import --name seed --backup-id b --target-id t --target-password-file=skHidden",
            "--target-password-file",
        ),
    ] {
        let ran = run(bare(line)
            .env("HW_ACCESS_KEY", ACCESS_KEY)
            .env("HW_SECRET_KEY", SECRET_KEY)
            .env("HW_REGION_NAME", "ap-southeast-1"))
        .ended_with(2);
        assert!(!ran.stderr.contains("Hidden"), "{line}: {ran:?}");
        assert!(ran.stderr.contains(named), "{line}: {ran:?}");
    }
}
