//! `completions` and `man`.

use crate::service::{bare, run};

#[test]
fn completions_for_every_shell_have_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = run(&mut bare(&format!("completions {shell}"))).ended_with(0);
        assert!(ran.stdout.contains("stop-sync"), "{shell}");
        assert_eq!(ran.stderr, "");
    }
    run(&mut bare("completions tcsh")).ended_with(2);
}

#[test]
fn man_writes_the_page_to_stdout() {
    let ran = run(&mut bare("man")).ended_with(0);
    assert!(ran.stdout.contains(".TH dcsctl 1"), "{ran:?}");
}

#[test]
fn man_output_dir_is_created_with_all_pages() {
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
fn man_output_dir_not_writable_exits_6() {
    let ran = run(&mut bare("man --output-dir /dev/null/man1")).ended_with(6);
    assert!(ran.stderr.contains("cannot write"), "{ran:?}");
}
