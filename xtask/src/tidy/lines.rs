//! Counts the lines of each crate.

use std::collections::BTreeMap;

use super::{
    File,
    circles::is_test_file,
    sources::{is_generated, is_rust},
};

/// The crates whose total size is watched: those that make a call.
const CALL: [&str; 3] = ["huaweicloud-core", "huaweicloud-iam", "huaweicloud-dcs"];

#[derive(Default)]
struct Count {
    code: usize,
    tests: usize,
    generated: usize,
}

/// Counts the lines under `src/`: one line of text per crate, and the total of the crates that make a call.
///
/// Files and folders called `tests`, and modules under `#[cfg(test)]`, count as tests.
#[must_use]
pub fn lines(files: &[File]) -> Vec<String> {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    for file in files.iter().filter(|file| is_rust(&file.path)) {
        let Some((folder, _)) = file.path.split_once("/src/") else {
            continue;
        };
        let name = folder.rsplit('/').next().unwrap_or_default();
        let count = counts.entry(name).or_default();
        let all = file.text.lines().count();
        if is_generated(&file.path) {
            count.generated += all;
        } else if is_test_file(&file.path) {
            count.tests += all;
        } else {
            let code = outside_tests(&file.text).len();
            count.code += code;
            count.tests += all - code;
        }
    }
    let mut text: Vec<String> = counts
        .iter()
        .map(|(name, count)| {
            let Count {
                code,
                tests,
                generated,
            } = count;
            format!("{name:<20} code {code:>6}  tests {tests:>6}  generated {generated:>6}")
        })
        .collect();
    let sum: usize = CALL
        .iter()
        .filter_map(|name| counts.get(name))
        .map(|count| count.code)
        .sum();
    text.push(format!("{:<20} code {sum:>6}", "core+iam+dcs"));
    text
}

/// The lines of a formatted file outside modules under `#[cfg(test)]`, each with its number.
///
/// A module ends at the first closing brace with its own indentation.
pub(super) fn outside_tests(text: &str) -> Vec<(usize, &str)> {
    let mut outside = Vec::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        // The attribute of another item, or of a module in its own file, starts no block.
        let mut rest = lines
            .clone()
            .skip_while(|(_, line)| line.trim_start().starts_with("#["));
        let is_block = rest
            .next()
            .is_some_and(|(_, line)| line.trim_start().starts_with("mod ") && line.ends_with('{'));
        match line.strip_suffix("#[cfg(test)]").filter(|_| is_block) {
            Some(indent) => {
                let end = format!("{indent}}}");
                lines.find(|(_, line)| *line == end);
            }
            None => outside.push((number, line)),
        }
    }
    outside
}
