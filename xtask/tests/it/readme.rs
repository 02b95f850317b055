//! The commands that the README of the workspace shows to maintainers.

use crate::workspace;

#[test]
fn each_command_that_the_readme_shows_is_one_that_is_run_or_known() {
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
