//! Faults written as text.

use dcs_stand_in::{FAULT_GRAMMAR, Fault, StatusCode, operations};

use crate::client::{Call, TOKEN, stand_in};
use crate::operations::asked_for;

fn read(text: &str) -> Fault {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn fault_as_text_equals_fault_in_code() {
    let show = &operations::SHOW_MIGRATION_TASK;
    let stop = &operations::STOP_MIGRATION_TASK_SYNC;
    let status = |code| Fault::answer(StatusCode::from_u16(code).unwrap());
    let header =
        |name: &'static str, value| move |fault: Fault| fault.header(name.parse().unwrap(), value);
    let value = dcs_stand_in::HeaderValue::from_static;
    let ms = std::time::Duration::from_millis;
    for (text, fault) in [
        ("sync-stop:503", status(503).on(stop)),
        ("sync-stop:504:after", status(504).on(stop).after_acting()),
        (
            "show:429:retry-after=1",
            header("retry-after", value("1"))(status(429).on(show)),
        ),
        (
            "sync-stop:close:after",
            Fault::close().on(stop).after_acting(),
        ),
        (
            "sync-stop:after:close",
            Fault::close().on(stop).after_acting(),
        ),
        ("any*3:502", status(502).times(3)),
        ("any*:502", status(502).always()),
        (
            "show:delay=1500ms",
            Fault::own_answer().on(show).delay(ms(1500)),
        ),
        (
            "sync-stop:after:delay=2s:500",
            status(500).on(stop).after_acting().delay(ms(2000)),
        ),
        ("show:truncate", Fault::own_answer().on(show).truncated()),
        ("show:503:html", status(503).on(show).html()),
        ("show:400:empty", status(400).on(show).body("")),
        ("show:200:huge", status(200).on(show).huge()),
        (
            "show:endless:500:truncate",
            status(500).on(show).endless().truncated(),
        ),
        (
            "show:500:body={\"a\":\"b*2\"}",
            status(500).on(show).body("{\"a\":\"b*2\"}"),
        ),
        ("show:body=", Fault::own_answer().on(show).body("")),
        ("show:204:empty", status(204).on(show).body("")),
        (
            "any:redirect=http://[::1]:9/*2",
            header("location", value("http://[::1]:9/*2"))(status(307)),
        ),
        (
            "any:302:redirect=/x",
            header("location", value("/x"))(status(302)),
        ),
        ("connection*2:close", Fault::close_connection().times(2)),
    ] {
        assert_eq!(format!("{:?}", read(text)), format!("{fault:?}"), "{text}");
    }
}

#[test]
fn fault_malformed_is_one_clear_error() {
    let examples =
        "write for example sync-stop:503, show*2:429:retry-after=1, sync-stop:close:after";
    for (text, why) in [
        ("", "missing `:`"),
        ("503", "missing `:`"),
        ("halt:503", r#""halt" is not a target"#),
        ("Show:503", r#""Show" is not a target"#),
        (":503", r#""" is not a target"#),
        ("show:", r#""" is neither a status nor another item"#),
        ("show::503", r#""" is neither a status nor another item"#),
        ("show:5o3", r#""5o3" is neither a status nor another item"#),
        ("show:100", r#""100" is neither a status nor another item"#),
        ("show:600", r#""600" is neither a status nor another item"#),
        (
            "show:503*2",
            r#""503*2" is neither a status nor another item"#,
        ),
        ("show*0:503", r#""0" is not a count"#),
        ("show*x:503", r#""x" is not a count"#),
        ("show*4294967296:503", r#""4294967296" is not a count"#),
        (
            "show:503:504",
            r#""504" repeats or contradicts an earlier item"#,
        ),
        (
            "show:503:html:empty",
            r#""empty" repeats or contradicts an earlier item"#,
        ),
        (
            "show:close:close",
            r#""close" repeats or contradicts an earlier item"#,
        ),
        ("show:delay=1", r#""1" is not a time"#),
        ("show:color=red", r#""color=red" is not an item"#),
        (
            "show:429:retry-after=\n",
            r#""\n" cannot be the value of a header"#,
        ),
        ("show:close:503", "`close` sends no response to change"),
        ("show:close:truncate", "`close` sends no response to change"),
        ("show:204:body=x", "a response 204 has no body"),
        ("show:304:html", "a response 304 has no body"),
        ("show:truncate:204", "a response 204 has no body"),
        ("show:huge:truncate", "`truncate` does not go with `huge`"),
        ("show:truncate:body=", "`truncate` needs a body"),
        ("connection:503", "`connection` takes only `close`"),
        ("connection:close:after", "`connection` takes only `close`"),
    ] {
        let error = text.parse::<Fault>().unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{why} in fault {text:?}; {examples}")
        );
    }
}

#[test]
fn grammar_names_all_targets_and_items() {
    for word in [
        "show",
        "sync-stop",
        "any",
        "connection",
        "COUNT",
        "STATUS",
        "close",
        "after",
        "delay=",
        "retry-after=",
        "truncate",
        "html",
        "empty",
        "huge",
        "endless",
        "body=",
        "redirect=",
    ] {
        assert!(FAULT_GRAMMAR.contains(word), "{word}");
    }
}

#[tokio::test]
async fn operations_all_have_a_fault_target() {
    let names = [
        "create-import",
        "create-online",
        "configure",
        "list",
        "show",
        "update",
        "stats",
        "logs",
        "stop",
        "sync-stop",
        "batch-stop",
        "batch-restart",
        "delete",
        "exchange-ip",
        "rollback-ip",
        "job",
        "projects",
        "token",
    ];
    let stand_in = stand_in().await;
    for name in names {
        assert!(FAULT_GRAMMAR.contains(name), "{name}");
        stand_in.fault(read(&format!("{name}:418")));
    }
    for operation in asked_for() {
        let answer = Call::to(&operation).token(TOKEN).send(&stand_in).await;
        assert_eq!(answer.status, 418, "{}", operation.id);
    }
}
