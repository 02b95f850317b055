//! The passwords in the body of a request, which an answer may send back.

use secrecy::SecretString;
use serde_json::Value;

/// The name of the members that hold one, in all requests of the service.
const NAME: &str = "password";

/// Each password in a JSON body, as it is and, where that differs, as it stands in JSON.
pub(crate) fn in_body(body: Option<&reqwest::Body>) -> Vec<SecretString> {
    let mut found = Vec::new();
    // Most calls have no body, and a failure to read nothing would cost more than the rest of this.
    if let Some(body) = body.and_then(reqwest::Body::as_bytes)
        && let Ok(value) = serde_json::from_slice(body)
    {
        collect(&value, &mut found);
    }
    found
}

/// Nothing of ours is nested so deep as to matter here.
fn collect(value: &Value, found: &mut Vec<SecretString>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if name == NAME => add(text, found),
                    value => collect(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

fn add(password: &str, found: &mut Vec<SecretString>) {
    let quoted = Value::from(password).to_string();
    let escaped = &quoted[1..quoted.len() - 1];
    if escaped != password {
        found.push(escaped.into());
    }
    found.push(password.into());
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn passwords_are_found_at_any_depth_and_in_both_spellings() {
        let body = reqwest::Body::from(
            r#"{"a":[{"password":"plain"}],"password":"quo\"ted","other":"no","b":{"password":null}}"#,
        );
        let found = in_body(Some(&body));
        let found: Vec<_> = found.iter().map(ExposeSecret::expose_secret).collect();
        assert_eq!(found, ["plain", r#"quo\"ted"#, r#"quo"ted"#]);
        assert!(in_body(None).is_empty());
        assert!(in_body(Some(&reqwest::Body::from("no JSON"))).is_empty());
    }
}
