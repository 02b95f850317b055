//! Whether two clients made the same of the same answers.

use anyhow::{Context, ensure};
use serde_json::{Map, Value};

/// What the service sends and the vendor's SDK does not know.
const OURS_ALONE: [(&str, &str); 3] = [
    ("CreateOnlineMigrationTask", "job_id"),
    ("SetOnlineMigrationTask", "error"),
    ("CreateMigrationTask", "error"),
];

/// The story that a client told: a line of JSON a call.
#[derive(Debug, PartialEq)]
pub(super) struct Story(Vec<(String, Value)>);

impl Story {
    /// Reads what a client wrote, without what cannot be the same: ids are numbered as they appear, times have no value, and what the SDK
    /// does not know is left out. Members that are null count as left out, and numbers as their text, because the SDK writes them so.
    pub(super) fn read(text: &str) -> anyhow::Result<Self> {
        let mut ids = Vec::new();
        let mut story = Vec::new();
        for line in text.lines() {
            let mut call: Map<String, Value> =
                serde_json::from_str(line).with_context(|| format!("{line:?} is no call"))?;
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

    /// Compares with the story that the vendor's SDK told.
    pub(super) fn check(&self, vendors: &Self) -> anyhow::Result<()> {
        ensure!(!self.0.is_empty(), "no call was made");
        for (ours, theirs) in self.0.iter().zip(&vendors.0) {
            ensure!(
                ours == theirs,
                "the clients disagree on {}:\nours   {}\ntheirs {}",
                theirs.0,
                ours.1,
                theirs.1
            );
        }
        let [ours, theirs] = [self.0.len(), vendors.0.len()];
        ensure!(
            ours == theirs,
            "we made {ours} calls, the vendor's SDK {theirs}"
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
    fn ids_times_nulls_and_the_types_of_numbers_make_no_difference() {
        let ours = format!(
            r#"{{"operation":"X","value":{{"id":"{A}","created_at":"1","n":1,"of":["{A}"]}}}}"#
        );
        let theirs = format!(
            r#"{{"operation":"X","value":{{"id":"{B}","created_at":"2","n":"1","of":["{B}"],"error":null}}}}"#
        );
        check(&ours, &theirs).unwrap();
    }

    #[test]
    fn what_the_sdk_does_not_know_is_left_out_where_it_is_known_to() {
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
    fn everything_else_is_a_difference() {
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
