//! How many lines each crate has.

use std::collections::BTreeMap;

use super::{
    File,
    circles::is_test_file,
    sources::{is_generated, is_rust},
};

/// The crates that make a call, whose size is watched.
const CALL: [&str; 3] = ["huaweicloud-core", "huaweicloud-iam", "huaweicloud-dcs"];

#[derive(Default)]
struct Count {
    code: usize,
    tests: usize,
    generated: usize,
}

/// The lines under `src/` of each crate, a line each, and the sum of those that make a call.
///
/// Tests are files and folders called so, and modules under `#[cfg(test)]`.
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

/// The lines outside modules under `#[cfg(test)]` in a formatted file, each with its number.
///
/// Such a module ends with the first brace that is indented like it.
pub(super) fn outside_tests(text: &str) -> Vec<(usize, &str)> {
    let mut outside = Vec::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        // An attribute of another item, or of a module with a file of its own, begins no block.
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
