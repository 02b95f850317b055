//! Any text as a task id: the client refuses it or sends it as one path segment.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;
use crate::ErrorKind;

/// Any text, text of characters that matter in URLs, and valid ids.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        vec(any::<char>(), 0..24).prop_map(String::from_iter),
        r"[./\\%?#;:@&=+25EFefc -]{0,12}",
        r"[A-Za-z0-9_-]{0,70}",
        ("[A-Za-z0-9_-]{1,8}", any::<char>(), "[A-Za-z0-9_-]{0,8}")
            .prop_map(|(begin, c, end)| format!("{begin}{c}{end}")),
    ]
}

#[test]
fn any_task_id_is_refused_or_is_one_path_segment() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let script = Script::default();
    let client = runtime.block_on(async { client(&script) });
    let config = ProptestConfig {
        cases: 10_000,
        source_file: Some(file!()),
        ..ProptestConfig::default()
    };
    let each = |id: String| {
        script.reset([stopped()]);
        let result = runtime.block_on(client.stop_sync(&id));
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if (1..=64).contains(&id.len()) && id.bytes().all(is_plain) {
            prop_assert!(result.is_ok(), "{result:?}");
            let path = script.seen()[0].path.clone();
            let segments: Vec<_> = path.split('/').collect();
            let expected = ["", "v2", PROJECT, "migration-task", &id, "sync-stop"];
            prop_assert_eq!(segments, expected);
        } else {
            let error = result.unwrap_err();
            prop_assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 0));
            prop_assert_eq!(script.count(), 0);
            let line = error.to_string();
            prop_assert!(line.contains("task_id") && line.len() < 200);
            prop_assert!(!line.contains(['\r', '\n']));
        }
        Ok(())
    };
    TestRunner::new(config).run(&texts(), each).unwrap();
}
