//! The secrets in the body of a request, which an answer may send back.

use crate::types::Operation;
use secrecy::SecretString;
use serde_json::Value;

/// Each text in a JSON body under a name that the operation's document marks as secret.
pub(crate) fn in_body(operation: &Operation, body: Option<&[u8]>) -> Vec<SecretString> {
    let mut found = Vec::new();
    if !operation.secrets.is_empty()
        && let Some(body) = body
        && let Ok(value) = serde_json::from_slice(body)
    {
        collect(&value, false, operation.secrets, &mut found);
    }
    found
}

/// Nothing of ours is nested so deep as to matter here.
fn collect(value: &Value, is_secret: bool, names: &[&str], found: &mut Vec<SecretString>) {
    match value {
        Value::String(text) if is_secret => found.push(text.as_str().into()),
        Value::Array(items) => {
            for item in items {
                collect(item, is_secret, names, found);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                collect(value, names.contains(&name.as_str()), names, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn secrets_are_found_at_any_depth_under_the_names_given() {
        let body = serde_json::json!({
            "a": [{"password": "plain"}],
            "old_password": "quo\"ted",
            "other": "no",
            "password": {"name": "no", "password": null, "x": {"old_password": ["deep", 1]}},
        });
        let mut found = Vec::new();
        collect(&body, false, &["old_password", "password"], &mut found);
        let mut found: Vec<_> = found.iter().map(ExposeSecret::expose_secret).collect();
        found.sort_unstable();
        assert_eq!(found, ["deep", "plain", "quo\"ted"]);
    }
}
