//! The body of a request to DCS, a JSON object, and what is said where it is wrong.
//!
//! Only what is asked for by name is taken out of it, so that no password is kept.

use serde_json::{Map, Value};

use crate::service_error::ServiceError;

pub(crate) type Object = Map<String, Value>;

pub(crate) fn read(bytes: &[u8]) -> Result<Object, ServiceError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ServiceError::NO_BODY);
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(ServiceError::NOT_JSON),
    }
}

/// A member that must be there; null counts as missing.
pub(crate) fn member<'a>(
    object: &'a Object,
    name: &'static str,
) -> Result<&'a Value, ServiceError> {
    optional(object, name).ok_or_else(|| ServiceError::missing(name))
}

/// A member that need not be there; null counts as missing.
pub(crate) fn optional<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

pub(crate) fn text<'a>(object: &'a Object, name: &'static str) -> Result<&'a str, ServiceError> {
    let text = member(object, name)?.as_str();
    text.filter(|text| !text.is_empty())
        .ok_or_else(|| ServiceError::wrong(name))
}

pub(crate) fn optional_text<'a>(
    object: &'a Object,
    name: &'static str,
) -> Result<Option<&'a str>, ServiceError> {
    let value = optional(object, name);
    value
        .map(|value| value.as_str().ok_or_else(|| ServiceError::wrong(name)))
        .transpose()
}

pub(crate) fn choice<'a>(
    object: &'a Object,
    name: &'static str,
    of: &[&str],
) -> Result<&'a str, ServiceError> {
    let chosen = text(object, name)?;
    if of.contains(&chosen) {
        Ok(chosen)
    } else {
        Err(ServiceError::wrong(name))
    }
}

pub(crate) fn object<'a>(
    object: &'a Object,
    name: &'static str,
) -> Result<&'a Object, ServiceError> {
    let value = member(object, name)?;
    value.as_object().ok_or_else(|| ServiceError::wrong(name))
}

/// A list that holds something, and nothing but text.
pub(crate) fn texts<'a>(
    object: &'a Object,
    name: &'static str,
) -> Result<Vec<&'a str>, ServiceError> {
    let wrong = || ServiceError::wrong(name);
    let list = member(object, name)?.as_array().ok_or_else(wrong)?;
    let texts: Option<Vec<_>> = list.iter().map(Value::as_str).collect();
    texts.filter(|texts| !texts.is_empty()).ok_or_else(wrong)
}

/// The name of a task: 4 to 64 characters, a letter first, then letters, digits, `-` and `_`, as the user guide has it.
pub(crate) fn task_name<'a>(
    object: &'a Object,
    name: &'static str,
) -> Result<&'a str, ServiceError> {
    let text = text(object, name)?;
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if (4..=64).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(is_fine)
    {
        Ok(text)
    } else {
        Err(ServiceError::wrong(name))
    }
}
