//! Numbers that come as text.

use huaweicloud_dcs_api::NumberOrString;
use serde_json::{Value, json};

fn read(json: &str) -> NumberOrString {
    serde_json::from_str(json).unwrap()
}

#[test]
fn each_is_written_back_as_it_came() {
    for json in [
        "0",
        "123",
        "-7",
        "1.5",
        "9007199254740993",
        "18446744073709551615",
        r#""""#,
        r#""123""#,
        r#""0100""#,
        r#""1.50""#,
        r#""2 MB""#,
    ] {
        assert_eq!(serde_json::to_string(&read(json)).unwrap(), json);
        let value: Value = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_value(read(json)).unwrap(), value);
    }
}

#[test]
fn a_number_and_its_text_are_not_the_same() {
    assert_ne!(read("123"), read(r#""123""#));
    assert_eq!(read("123"), NumberOrString::from(123));
    assert_eq!(read(r#""123""#), NumberOrString::from("123"));
}

#[test]
fn both_are_read_as_numbers() {
    for json in ["123", r#""123""#] {
        assert_eq!(read(json).as_u64(), Some(123));
        assert_eq!(read(json).as_f64(), Some(123.0));
        assert_eq!(read(json).to_string(), "123");
    }
    assert_eq!(read("123").as_str(), None);
    assert_eq!(read(r#""123""#).as_str(), Some("123"));
}

#[test]
fn what_is_no_number_is_read_as_none() {
    for json in [r#""""#, r#""2 MB""#, r#""NaN""#, r#""inf""#, r#""1e999""#] {
        assert_eq!(read(json).as_u64(), None, "{json}");
        assert_eq!(read(json).as_f64(), None, "{json}");
    }
    for json in ["-7", "1.5", r#""-7""#, r#""1.5""#] {
        assert_eq!(read(json).as_u64(), None, "{json}");
        assert!(read(json).as_f64().is_some(), "{json}");
    }
}

#[test]
fn anything_else_is_refused() {
    for json in [json!(null), json!(true), json!([1]), json!({"number": 1})] {
        let result = serde_json::from_value::<NumberOrString>(json.clone());
        assert!(result.is_err(), "{json}");
    }
    let error = serde_json::from_str::<NumberOrString>("true").unwrap_err();
    assert!(
        error.to_string().contains("expected a number or a string"),
        "{error}"
    );
}
