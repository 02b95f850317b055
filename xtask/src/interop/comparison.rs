//! Compares what two clients read from the same responses.

use anyhow::{Context, ensure};
use serde_json::{Map, Value};

/// Response members that the vendor's SDK does not know.
const OURS_ALONE: [(&str, &str); 3] = [
    ("CreateOnlineMigrationTask", "job_id"),
    ("SetOnlineMigrationTask", "error"),
    ("CreateMigrationTask", "error"),
];

/// The log of a client: one line of JSON per call.
#[derive(Debug, PartialEq)]
pub(super) struct Story(Vec<(String, Value)>);

impl Story {
    /// Reads the log of a client, without differences that do not matter.
    ///
    /// IDs are numbered in order of appearance, and times have no value. Members that are null or unknown to the SDK are removed.
    /// Numbers become text, as in the SDK.
    pub(super) fn read(text: &str) -> anyhow::Result<Self> {
        let mut ids = Vec::new();
        let mut story = Vec::new();
        for line in text.lines() {
            let mut call: Map<String, Value> =
                serde_json::from_str(line).with_context(|| format!("{line:?} is not a call"))?;
            let operation = call.remove("operation");
            let operation = operation
                .as_ref()
                .and_then(Value::as_str)
                .with_context(|| format!("{line:?} names no operation"))?;
            let mut value = call.remove("value").unwrap_or_default();
            for (of, member) in OURS_ALONE {
                if operation == of {
                    value.as_object_mut().and_then(|value| value.remove(member));
                }
            }
            story.push((operation.to_owned(), comparable(value, &mut ids)));
        }
        Ok(Self(story))
    }

    /// Compares with the log of the vendor's SDK.
    pub(super) fn check(&self, vendors: &Self) -> anyhow::Result<()> {
        ensure!(!self.0.is_empty(), "our client made no call");
        for (ours, theirs) in self.0.iter().zip(&vendors.0) {
            ensure!(
                ours == theirs,
                "the clients read different responses to {}:\nours   {}\nvendor {}",
                theirs.0,
                ours.1,
                theirs.1
            );
        }
        let [ours, theirs] = [self.0.len(), vendors.0.len()];
        ensure!(
            ours == theirs,
            "our client made {ours} calls, the vendor's SDK {theirs}"
        );
        Ok(())
    }
}

fn comparable(value: Value, ids: &mut Vec<String>) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| {
                let value = if name.ends_with("_at") {
                    "a time".into()
                } else {
                    comparable(value, ids)
                };
                (name, value)
            })
            .collect(),
        Value::Array(items) => items
            .into_iter()
            .map(|item| comparable(item, ids))
            .collect(),
        Value::Number(number) => number.to_string().into(),
        Value::String(text) if is_id(&text) => {
            let number = ids.iter().position(|id| *id == text).unwrap_or_else(|| {
                ids.push(text);
                ids.len() - 1
            });
            format!("id {number}").into()
        }
        other => other,
    }
}

fn is_id(text: &str) -> bool {
    let digits = text.replace('-', "");
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ours: &str, theirs: &str) -> anyhow::Result<()> {
        Story::read(ours)?.check(&Story::read(theirs)?)
    }

    const A: &str = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";
    const B: &str = "8aa6a1b27c9d4e0f9b3c5d7e1f204a66";

    #[test]
    fn ids_times_nulls_and_number_types_are_ignored() {
        let ours = format!(
            r#"{{"operation":"X","value":{{"id":"{A}","created_at":"1","n":1,"of":["{A}"]}}}}"#
        );
        let theirs = format!(
            r#"{{"operation":"X","value":{{"id":"{B}","created_at":"2","n":"1","of":["{B}"],"error":null}}}}"#
        );
        check(&ours, &theirs).unwrap();
    }

    #[test]
    fn member_unknown_to_the_sdk_is_ignored_if_listed() {
        let created = r#"{"operation":"CreateOnlineMigrationTask","value":{"job_id":"j"}}"#;
        check(
            created,
            r#"{"operation":"CreateOnlineMigrationTask","value":{}}"#,
        )
        .unwrap();
        check(
            &created.replace("Online", ""),
            r#"{"operation":"CreateMigrationTask","value":{}}"#,
        )
        .unwrap_err();
    }

    #[test]
    fn any_other_difference_is_found() {
        let one = format!(r#"{{"operation":"X","value":{{"id":"{A}","of":"{A}"}}}}"#);
        for other in [
            one.replace('X', "Y"),
            one.replace("of", "in"),
            one.replacen(A, B, 1),
            one.replace(r#","of""#, r#","more":true,"of""#),
            format!("{one}\n{one}"),
            String::new(),
        ] {
            check(&one, &other).unwrap_err();
            check(&other, &one).unwrap_err();
        }
        check("", "").unwrap_err();
    }
}
