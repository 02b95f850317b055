//! Passwords: sent, and not shown.

use huaweicloud_dcs_api::{
    Secret,
    migration::types::{ConfigMigrationInstanceBody, SourceInstanceBody},
};
use schemars::schema_for;
use serde_json::json;

const PASSWORD: &str = "Invented-Passw0rd";

#[test]
fn it_is_not_shown() {
    let secret = Secret::from(PASSWORD);
    assert_eq!(format!("{secret:?}"), "Secret([redacted])");
    assert_eq!(format!("{secret:#?}"), "Secret([redacted])");
    let end = ConfigMigrationInstanceBody {
        password: Some(secret),
        ..ConfigMigrationInstanceBody::default()
    };
    assert!(!format!("{end:#?}").contains(PASSWORD), "{end:#?}");
}

#[test]
fn it_is_sent_and_read_as_it_is() {
    for text in [PASSWORD, "", "\"\u{e9}\\"] {
        let secret = Secret::from(text.to_owned());
        assert_eq!(secret.expose(), text);
        assert_eq!(serde_json::to_value(&secret).unwrap(), json!(text));
        let json = json!(text).to_string();
        let read: Secret = serde_json::from_str(&json).unwrap();
        assert_eq!(read.clone().expose(), text);
    }
}

#[test]
fn what_is_no_text_is_refused_without_being_shown() {
    let error = serde_json::from_value::<Secret>(json!(987_654)).unwrap_err();
    assert!(error.to_string().contains("expected a password"), "{error}");
    assert!(!error.to_string().contains("987654"), "{error}");
}

#[test]
fn a_schema_says_that_it_is_a_password() {
    let schema = schema_for!(SourceInstanceBody).to_value();
    let secret = &schema["$defs"]["Secret"];
    assert_eq!(secret["type"], "string");
    assert_eq!(secret["format"], "password");
}
