//! The two forms of what is written, text and JSON: fields, tables, objects.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use clap::ValueEnum;
use comfy_table::{Table, presets};
use serde::Serialize;

use crate::outcome::Failure;
use crate::text::one_line;

/// Whether every line is an object.
static IS_JSON: AtomicBool = AtomicBool::new(false);

/// How data is written to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One line a task, or one a field
    Text,
    /// One object a line
    Json,
}

/// Sets how everything is written from now on.
pub(crate) fn set_format(format: Format) {
    IS_JSON.store(format == Format::Json, Relaxed);
}

pub(super) fn is_json() -> bool {
    IS_JSON.load(Relaxed)
}

/// An object of JSON on one line.
pub(crate) fn serialized(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value)
        .map_err(|error| Failure::local(format!("this cannot be written as JSON: {error}")))
}

/// What is known of one thing: each field's name and value, if it is known, on a line, the values in one column.
pub(crate) fn fields(fields: impl IntoIterator<Item = (&'static str, Option<String>)>) -> String {
    let lines = fields.into_iter().filter_map(|(name, value)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some(format!("{name:<15}  {}", one_line(&value)))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Things of one kind, a line each under a heading, in columns that stay in line whatever the width of the characters,
/// with no lines drawn, so that tools can read them. What is unknown is a dash.
pub(crate) fn table<const N: usize>(heading: [&str; N], rows: Vec<[Option<&str>; N]>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(heading);
    for row in rows {
        table.add_row(row.map(cell));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}

/// Text of somebody else, or a dash where there is none.
pub(crate) fn cell(text: Option<&str>) -> String {
    match text {
        None | Some("") => "-".to_owned(),
        Some(text) => one_line(text),
    }
}
