//! Usage errors, without possible secrets: a user may have typed `HUAWEICLOUD_SDK_SK=...` in the wrong place.

use std::env;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue};

use crate::outcome::Failure;
use crate::text::masked;

/// Whether a command line that clap refused asks for JSON.
pub(crate) fn asks_for_json() -> bool {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let has_value = |pair: &[OsString]| pair[0] == "--output" && pair[1] == "json";
    arguments.windows(2).any(has_value) || arguments.iter().any(|it| it == "--output=json")
}

/// The error on one line, without tips.
pub(crate) fn failure(error: &clap::Error) -> Failure {
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<_> = first.split_whitespace().collect();
    let words = words.join(" ");
    let message = words.strip_prefix("error: ").unwrap_or(&words);
    Failure::usage(message).with_advice("see `dcsctl --help`")
}

/// The error that may be shown: without the text after `=` in any argument, and without wrong tips.
pub(crate) fn shown(error: clap::Error, program: &clap::Command) -> clap::Error {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let is_value = |text: &str| {
        arguments.iter().any(|argument| {
            let argument = argument.to_string_lossy();
            let value = argument.split_once('=').map(|(_, value)| value);
            value.is_some_and(|value| !value.is_empty() && value == text)
        })
    };
    let mut shown = error;
    let invalid = shown.get(ContextKind::InvalidValue);
    if let Some(ContextValue::String(value)) = invalid
        && (is_value(value) || value.contains('='))
    {
        // The message of a value parser may quote the value: drop it.
        let mut other = clap::Error::new(shown.kind()).with_cmd(program);
        for (kind, value) in shown.context() {
            other.insert(kind, value.clone());
        }
        if is_value(value) {
            let value = ContextValue::String("…".to_owned());
            other.insert(ContextKind::InvalidValue, value);
        }
        shown = other;
    }
    let context: Vec<_> = shown
        .context()
        .map(|(kind, value)| (kind, value.clone()))
        .collect();
    for (kind, value) in context {
        match value {
            ContextValue::String(text) => {
                shown.insert(kind, ContextValue::String(masked(&text)));
            }
            ContextValue::Strings(texts) => {
                let texts = texts.iter().map(|text| masked(text)).collect();
                shown.insert(kind, ContextValue::Strings(texts));
            }
            ContextValue::StyledStrs(tips) if kind == ContextKind::Suggested => {
                // For an unknown option clap suggests passing it as a value. No value here starts with a dash.
                let is_wrong = |tip: &str| tip.contains("as a value") || tip.contains('=');
                if tips.iter().any(|tip| is_wrong(&tip.to_string())) {
                    shown.remove(kind);
                }
            }
            _ => {}
        }
    }
    shown
}
