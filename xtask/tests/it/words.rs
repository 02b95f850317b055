//! The length of sentences and of the names of tests.

use xtask::tidy::{long_sentences, long_test_names};

use crate::tidy::{file, finds};

/// What is found in one file, where four words are the most.
fn found(path: &str, text: &str) -> Vec<String> {
    long_sentences(&[file(path, text)], 4)
}

#[test]
fn long_sentence_is_named_by_line_length_and_first_words() {
    finds(
        &found("README.md", "# Short\n\nOne two. One two\nthree four five."),
        &["README.md:3: 5 words, at most 4: split \"One two three four ...\""],
    );
}

#[test]
fn sentence_ends_at_a_stop_but_not_within_an_abbreviation() {
    let short = "One two three! One two three? (One two three.) `Code` two three.\n\n- One two\n- Three four";
    finds(&found("a.md", short), &[]);
    finds(&found("a.md", "One, e.g. two three, four."), &["5 words"]);
    finds(
        &found("a.md", "One `a.b` two - *three* [four](x)."),
        &["5 words"],
    );
    finds(&found("a.md", "One `one word` two three."), &[]);
}

#[test]
fn tables_and_code_blocks_are_skipped() {
    let text = "| a | b |\n| --- | --- |\n| one two three four five | b |\n\n    one two three four five\n\n\
        ```text\none two three four five\n```\n\nOne two three four five.\n";
    finds(&found("a.md", text), &["a.md:11: "]);
}

#[test]
fn docs_and_literals_outside_tests_are_read() {
    let text = r#"//! One two three
//! four five.

#[cfg(test)]
mod tests {
    /// One two three four five.
    const A: &str = "one two three four five";
}

/// One two.
#[expect(reason = "one two three four five")]
fn f() {
    // One two three four five.
    bail!("one {x} three four five");
    print("Rows:\n  one two\n  three four\n");
}
"#;
    finds(
        &found("crates/a/src/b.rs", text),
        &["b.rs:1: 5", "b.rs:14: 5"],
    );
    finds(&found("crates/a/src/tests.rs", text), &[]);
    finds(&found("crates/a/tests/it/b.rs", text), &[]);
}

#[test]
fn descriptions_of_a_document_are_read() {
    let text =
        "a:\n  - summary: One two.\n    description: >-\n      One two three\n      four five.\n";
    finds(&found("spec/a.yaml", text), &["spec/a.yaml:3: 5 words"]);
}

#[test]
fn test_name_over_sixty_characters_is_found() {
    let name = "a".repeat(60);
    let text = format!(
        "#[test]\nfn {name}() {{}}\nfn {name}b() {{}}\n#[tokio::test(start_paused = true)]\n#[cfg(unix)]\nasync fn {name}c() {{}}\n"
    );
    finds(
        &long_test_names(&[file("a.rs", text)]),
        &["a.rs:6: 61 characters, at most 60: shorten aaa"],
    );
}
