//! Text and JSON: fields, tables, objects.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use clap::ValueEnum;
use comfy_table::{Table, presets};
use serde::Serialize;

use crate::outcome::Failure;
use crate::text::one_line;

/// Whether every line is a JSON object.
static IS_JSON: AtomicBool = AtomicBool::new(false);

/// The output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One line per task, or per field
    Text,
    /// One object per line
    Json,
}

/// Sets the format of all further output.
pub(crate) fn set_format(format: Format) {
    IS_JSON.store(format == Format::Json, Relaxed);
}

pub(super) fn is_json() -> bool {
    IS_JSON.load(Relaxed)
}

/// A JSON object on one line.
pub(crate) fn serialized(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value)
        .map_err(|error| Failure::local(format!("cannot write JSON: {error}")))
}

/// Lists the known fields, one per line, with the values in one column.
pub(crate) fn fields(fields: impl IntoIterator<Item = (&'static str, Option<String>)>) -> String {
    let lines = fields.into_iter().filter_map(|(name, value)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some(format!("{name:<15}  {}", one_line(&value)))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A table with a heading and one line per row. Columns are aligned for characters of any width. No borders, so that tools
/// can read it. Unknown values are dashes.
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

/// Escapes foreign text; a dash stands for none.
pub(crate) fn cell(text: Option<&str>) -> String {
    match text {
        None | Some("") => "-".to_owned(),
        Some(text) => one_line(text),
    }
}
