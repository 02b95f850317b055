//! Things of one kind, a line each under a heading.

use comfy_table::{Table, presets};

use crate::output::one_line;

/// Columns that stay in line whatever the width of the characters, with no lines drawn, so that tools can read them.
/// What is unknown is a dash.
pub(crate) fn text<const N: usize>(heading: [&str; N], rows: Vec<[Option<&str>; N]>) -> String {
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
