//! What is known of one thing, a field a line.

use crate::output::one_line;

/// Name and value, if it is known.
pub(crate) type Field = (&'static str, Option<String>);

/// The fields that are known, one a line, the values in one column.
pub(crate) fn text(fields: impl IntoIterator<Item = Field>) -> String {
    let lines = fields.into_iter().filter_map(|(name, value)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some(format!("{name:<15}  {}", one_line(&value)))
    });
    lines.collect::<Vec<_>>().join("\n")
}
