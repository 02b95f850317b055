//! `completions` and `man`.

use crate::service::{bare, run};

#[test]
fn a_script_for_each_shell_knows_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = run(&mut bare(&format!("completions {shell}"))).ended_with(0);
        assert!(ran.stdout.contains("stop-sync"), "{shell}");
        assert_eq!(ran.stderr, "");
    }
    run(&mut bare("completions tcsh")).ended_with(2);
}

#[test]
fn the_page_of_the_program_goes_to_standard_output() {
    let ran = run(&mut bare("man")).ended_with(0);
    assert!(ran.stdout.contains(".TH dcsctl 1"), "{ran:?}");
}

#[test]
fn a_page_for_each_command_goes_to_a_folder_that_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("share/man1");
    let mut command = bare("man --output-dir");
    let ran = run(command.arg(&pages)).ended_with(0);
    assert_eq!(ran.stdout, "");
    for page in ["dcsctl.1", "dcsctl-stop-sync.1", "dcsctl-list.1"] {
        let page = std::fs::read_to_string(pages.join(page)).unwrap();
        assert!(
            page.contains("dcsctl") && page.contains("Examples:"),
            "{page}"
        );
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_a_failure_that_says_so() {
    let ran = run(&mut bare("man --output-dir /dev/null/man1")).ended_with(6);
    assert!(ran.stderr.contains("cannot be written"), "{ran:?}");
}
