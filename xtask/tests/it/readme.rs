//! The commands in the README of the workspace.

use crate::workspace;

#[test]
fn readme_commands_are_steps_of_ci_or_known() {
    let readme = std::fs::read_to_string(workspace::root().join("README.md")).unwrap();
    let commands: Vec<_> = readme
        .lines()
        .filter(|line| line.starts_with("cargo "))
        .collect();
    assert!(commands.contains(&xtask::ci::TEST));
    for command in commands {
        let is_known = match command.strip_prefix("cargo xtask ") {
            Some(line) => {
                let arguments: Vec<_> = line.split(' ').chain(["--help"]).collect();
                workspace::run(&workspace::root(), &arguments)
                    .status
                    .success()
            }
            None => xtask::ci::STEPS
                .iter()
                .any(|step| step.replace("--quiet ", "") == command),
        };
        assert!(is_known, "{command}");
    }
}
