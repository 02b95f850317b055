//! Reads and checks all task IDs before anything is sent.

use std::collections::HashSet;

use huaweicloud_dcs::MigrationClient;

use super::stdin;
use crate::outcome::Failure;
use crate::text::{masked, shortened};

/// Stands for the IDs on standard input.
const STANDARD_INPUT: &str = "-";

/// Maximum number of invalid IDs in the message.
const SHOWN: usize = 10;

/// Reads IDs from the command line and, at `-`, from standard input. Drops duplicates; requires at least one valid ID.
pub(crate) fn read(arguments: &[String]) -> Result<Vec<String>, Failure> {
    let mut input = String::new();
    if arguments.iter().any(|argument| argument == STANDARD_INPUT) {
        input = stdin::read("task IDs (one per line)")?;
    }
    let ids = collect(arguments, &input);
    if ids.is_empty() {
        return Err(Failure::usage(
            "no task ID: pass at least one, or `-` to read them from standard input",
        ));
    }
    check(&ids)?;
    Ok(ids)
}

/// Reads the ID of a command for one task.
pub(crate) fn read_one(argument: &str) -> Result<Vec<String>, Failure> {
    let ids = vec![argument.trim().to_owned()];
    check(&ids)?;
    Ok(ids)
}

/// Collects IDs in their order, trimmed, without blank ones and duplicates.
fn collect(arguments: &[String], input: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut ids = Vec::new();
    let mut add = |text: &str| {
        let id = text.trim();
        if !id.is_empty() && seen.insert(id.to_owned()) {
            ids.push(id.to_owned());
        }
    };
    for argument in arguments {
        if argument == STANDARD_INPUT {
            input.lines().for_each(&mut add);
        } else {
            add(argument);
        }
    }
    ids
}

/// Refuses all IDs that the client would not send, in one message.
fn check(ids: &[String]) -> Result<(), Failure> {
    let problem = |id: &String| {
        let error = MigrationClient::check_task_id(id).err()?;
        // The argument may be a whole file, or have a secret after `=`.
        Some(format!("  {:?}: {error}", shortened(&masked(id), 80)))
    };
    let problems: Vec<_> = ids.iter().filter_map(problem).collect();
    if problems.is_empty() {
        return Ok(());
    }
    let mut message = format!(
        "invalid task IDs ({} of {}); nothing was sent:",
        problems.len(),
        ids.len()
    );
    for problem in problems.iter().take(SHOWN) {
        message = format!("{message}\n{problem}");
    }
    if problems.len() > SHOWN {
        message = format!("{message}\n  and {} more", problems.len() - SHOWN);
    }
    Err(Failure::usage(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings<const N: usize>(texts: [&str; N]) -> Vec<String> {
        texts.map(str::to_owned).to_vec()
    }

    #[test]
    fn ids_are_trimmed_without_blanks_and_duplicates() {
        assert_eq!(
            collect(&strings([" b ", "", "a", "b", "\t"]), ""),
            ["b", "a"]
        );
    }

    #[test]
    fn dash_is_replaced_by_standard_input_once() {
        let input = "c\r\n\n  d  \na\nc";
        assert_eq!(
            collect(&strings(["a", "-", "b", "-"]), input),
            ["a", "c", "d", "b"]
        );
        assert_eq!(collect(&strings(["a"]), input), ["a"]);
    }

    #[test]
    fn invalid_ids_are_named_one_per_line() {
        let failure = check(&strings(["good", "a/b", "..", "x\r\ny"])).unwrap_err();
        assert_eq!(failure.exit(), crate::outcome::Exit::Usage);
        let message = failure.to_string();
        assert_eq!(message.lines().count(), 4, "{message}");
        assert!(
            message.contains("(3 of 4)")
                && message.contains("\"a/b\"")
                && message.contains("task_id"),
            "{message}"
        );
        assert!(check(&strings(["good", "b21989ec-2889-4b8e-99db-19c073425ec2"])).is_ok());
    }

    #[test]
    fn many_invalid_ids_give_a_short_message() {
        let ids: Vec<String> = (0..500)
            .map(|n| format!("{n}/{}", "x".repeat(5_000)))
            .collect();
        let message = check(&ids).unwrap_err().to_string();
        assert!(
            message.len() < 3_000 && message.ends_with("and 490 more"),
            "{message}"
        );
    }
}
