//! JSON of the generated models: reads requests and writes responses.
//!
//! Plain serde differs from the service in two points. Its errors do not name the wrong parameter, and the models omit unset
//! members where the service writes null. Both need the names of a model's members, which its `Deserialize` gives.

use std::{error, fmt, slice};

use serde::{
    Deserializer, Serialize,
    de::{
        self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor,
    },
    forward_to_deserialize_any,
};
use serde_json::{Value, map};

/// Why a body was refused. Parameters have their names from the OpenAPI document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    Empty,
    NotAnObject,
    Missing(String),
    Wrong(String),
}

/// Reads the body of a request. Null counts as missing. A list must not be empty.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::Empty);
    }
    let mut value: Value = serde_json::from_slice(body).map_err(|_| Problem::NotAnObject)?;
    if !value.is_object() {
        return Err(Problem::NotAnObject);
    }
    T::deserialize(Walk {
        value: &mut value,
        fills: false,
    })
}

/// Writes the body of a response with all members at every level, null if unset.
pub(crate) fn with_all_members<T: Serialize + DeserializeOwned>(model: &T) -> Value {
    let mut value = serde_json::to_value(model).unwrap_or_default();
    // Reading the value back adds the missing members. The result is not needed.
    let _ = T::deserialize(Walk {
        value: &mut value,
        fills: true,
    });
    value
}

/// A value that a model's `Deserialize` walks through.
struct Walk<'a> {
    value: &'a mut Value,
    /// Whether to add missing members as null.
    fills: bool,
}

/// A wrong parameter whose name only the object around it knows.
const UNNAMED: Problem = Problem::Wrong(String::new());

impl<'a> Walk<'a> {
    fn into_value(self) -> &'a Value {
        self.value
    }
}

impl<'de> Deserializer<'de> for Walk<'de> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let value = self.into_value();
        value.deserialize_any(visitor).map_err(|_| UNNAMED)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        let value = self.into_value();
        let read = value.deserialize_enum(name, variants, visitor);
        read.map_err(|_| UNNAMED)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.value.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        members: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        let object = self.value.as_object_mut().ok_or(UNNAMED)?;
        if self.fills {
            for member in members {
                object.entry(*member).or_insert(Value::Null);
            }
        }
        visitor.visit_map(Members {
            rest: object.iter_mut(),
            next: None,
            fills: self.fills,
        })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let items = self.value.as_array_mut().ok_or(UNNAMED)?;
        if items.is_empty() && !self.fills {
            return Err(UNNAMED);
        }
        visitor.visit_seq(Items {
            rest: items.iter_mut(),
            fills: self.fills,
        })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        tuple tuple_struct map identifier ignored_any
    }
}

struct Members<'a> {
    rest: map::IterMut<'a>,
    next: Option<(&'a String, &'a mut Value)>,
    fills: bool,
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Problem> {
        self.next = self.rest.find(|(_, value)| !value.is_null());
        let name = self.next.as_ref().map(|(name, _)| name.as_str());
        name.map(|name| seed.deserialize(name.into_deserializer()))
            .transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        let (name, value) = self.next.take().ok_or(UNNAMED)?;
        let walk = Walk {
            value,
            fills: self.fills,
        };
        seed.deserialize(walk).map_err(|problem| match problem {
            Problem::Wrong(inner) if inner.is_empty() => Problem::Wrong(name.clone()),
            inner => inner,
        })
    }
}

struct Items<'a> {
    rest: slice::IterMut<'a, Value>,
    fills: bool,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Problem;

    /// An error in an item has the name of the list.
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Problem> {
        let Some(value) = self.rest.next() else {
            return Ok(None);
        };
        let fills = self.fills;
        let read = seed.deserialize(Walk { value, fills });
        read.map(Some).map_err(|_| UNNAMED)
    }
}

impl de::Error for Problem {
    fn custom<T: fmt::Display>(_: T) -> Self {
        UNNAMED
    }

    fn missing_field(name: &'static str) -> Self {
        Self::Missing(name.into())
    }
}

impl error::Error for Problem {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no body"),
            Self::NotAnObject => f.write_str("the body is not a JSON object"),
            Self::Missing(name) => write!(f, "{name} is missing"),
            Self::Wrong(name) => write!(f, "{name} is wrong"),
        }
    }
}

#[cfg(test)]
mod tests {
    use huaweicloud_dcs_api::types::{
        CreateMigrationTaskBody, ListMigrationTaskResponse, MigrationTaskList,
    };
    use serde_json::json;

    use super::*;

    fn problem(backup_files: &Value, target: &Value) -> Option<Problem> {
        let body = json!({
            "migration_method": "full_amount_migration",
            "migration_type": "backupfile_import",
            "task_name": "name",
            "backup_files": backup_files,
            "target_instance": target,
            "unknown": [],
        });
        read::<CreateMigrationTaskBody>(body.to_string().as_bytes()).err()
    }

    #[test]
    fn problem_names_innermost_parameter_but_no_list_item() {
        let missing = |name: &str| Some(Problem::Missing(name.into()));
        let wrong = |name: &str| Some(Problem::Wrong(name.into()));
        let target = json!({ "id": "x" });
        assert_eq!(problem(&Value::Null, &target), None);
        assert_eq!(
            problem(&Value::Null, &Value::Null),
            missing("target_instance")
        );
        assert_eq!(problem(&Value::Null, &json!({})), missing("id"));
        assert_eq!(problem(&Value::Null, &json!({ "id": 7 })), wrong("id"));
        assert_eq!(problem(&json!({}), &target), missing("file_source"));
        assert_eq!(
            problem(&json!({ "file_source": "tape" }), &target),
            wrong("file_source")
        );
        for files in [
            json!([]),
            json!([{}]),
            json!([{ "file_name": 7 }]),
            json!("x"),
        ] {
            let backup = json!({ "file_source": "self_build_obs", "files": files });
            assert_eq!(problem(&backup, &target), wrong("files"), "{files}");
        }
    }

    #[test]
    fn response_has_all_members_at_every_level() {
        let mut answer = ListMigrationTaskResponse::default();
        let mut task = MigrationTaskList::default();
        task.task_id = Some("x".into());
        answer.migration_tasks = Some(vec![task]);
        let value = with_all_members(&answer);
        assert_eq!(value["migration_tasks"][0]["task_id"], "x");
        let task = value["migration_tasks"][0].as_object();
        assert_eq!(
            task.and_then(|it| it.get("error_message")),
            Some(&Value::Null)
        );
        assert_eq!(
            value.as_object().and_then(|it| it.get("count")),
            Some(&Value::Null)
        );
    }
}
