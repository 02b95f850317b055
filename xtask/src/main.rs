//! The commands that keep this workspace.

fn main() {}
