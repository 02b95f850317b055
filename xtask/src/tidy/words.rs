//! The length of sentences in texts that users read, and of the names of tests.

use proc_macro2::{TokenStream, TokenTree};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use syn::LitStr;

use super::{
    File,
    circles::is_test_file,
    lines::outside_tests,
    sources::{has_extension, is_rust},
};
use crate::lint::tree::{self, Node};

/// The most characters in the name of a test.
const LONGEST_NAME: usize = 60;

/// Texts, each with its first line.
type Texts = Vec<(usize, String)>;

/// Finds the sentences of more than `most` words.
///
/// Reads Markdown files, doc comments and string literals outside tests, and the descriptions of the OpenAPI documents. Skips tables,
/// code blocks and attributes.
#[must_use]
pub fn long_sentences(files: &[File], most: usize) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files {
        for (first_line, text) in texts(file) {
            for (line, sentence) in sentences(&text) {
                let words: Vec<&str> = sentence.split_whitespace().collect();
                if words.len() > most {
                    problems.push(format!(
                        "{}:{}: {} words, at most {most}: split \"{} ...\"",
                        file.path,
                        first_line + line,
                        words.len(),
                        words[..most.min(6)].join(" ")
                    ));
                }
            }
        }
    }
    problems
}

/// Finds the tests whose names are too long.
#[must_use]
pub fn long_test_names(files: &[File]) -> Vec<String> {
    let mut problems = Vec::new();
    for File { path, text } in files.iter().filter(|file| is_rust(&file.path)) {
        let mut is_test = false;
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim_start();
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            let name = line
                .split_once("fn ")
                .and_then(|(_, it)| it.split_once('('));
            if let Some((name, _)) = name.filter(|_| is_test) {
                is_test = false;
                let length = name.len();
                if length > LONGEST_NAME {
                    problems.push(format!(
                        "{path}:{number}: {length} characters, at most {LONGEST_NAME}: shorten {name}"
                    ));
                }
            }
        }
    }
    problems
}

fn texts(File { path, text }: &File) -> Texts {
    let mut texts = Texts::new();
    if has_extension(path, "md") {
        texts.push((1, text.clone()));
    } else if path.starts_with("spec/") && has_extension(path, "yaml") {
        // A document that cannot be read breaks a rule of `cargo xtask spec`.
        if let Ok(root) = tree::read(text) {
            descriptions(&root, &mut texts);
        }
    } else if is_rust(path) && path.contains("/src/") && !is_test_file(path) {
        let lines = outside_tests(text);
        documentation(&lines, &mut texts);
        let code: String = lines.iter().flat_map(|(_, line)| [*line, "\n"]).collect();
        let line_of = |literal: &str| {
            let before = code.split(literal).next().unwrap_or_default();
            lines[before.matches('\n').count()].0
        };
        if let Ok(tokens) = code.parse() {
            literals(tokens, &line_of, &mut texts);
        }
    }
    texts
}

fn documentation(lines: &[(usize, &str)], texts: &mut Texts) {
    let mut next = 0;
    for &(number, line) in lines {
        let line = line.trim_start();
        if let Some(doc) = line.strip_prefix("///").or(line.strip_prefix("//!")) {
            match texts.last_mut().filter(|_| next == number) {
                Some((_, text)) => text.extend(["\n", doc]),
                None => texts.push((number, doc.to_owned())),
            }
            next = number + 1;
        }
    }
}

fn literals(tokens: TokenStream, line_of: &impl Fn(&str) -> usize, texts: &mut Texts) {
    let mut in_attribute = false;
    for token in tokens {
        if let TokenTree::Punct(punct) = &token {
            in_attribute = punct.as_char() == '#' || in_attribute && punct.as_char() == '!';
        } else if !std::mem::take(&mut in_attribute) {
            if let TokenTree::Group(group) = &token {
                literals(group.stream(), line_of, texts);
            } else if let Ok(literal) = syn::parse2::<LitStr>(token.clone().into()) {
                // An indented line of a help text is a row of a table.
                let text = literal.value().replace("\n ", "\n\n ");
                texts.push((line_of(&token.to_string()), text));
            }
        }
    }
}

fn descriptions(node: &Node, texts: &mut Texts) {
    for entry in node.entries() {
        if let ("summary" | "description", Some(text)) = (entry.key.as_str(), entry.node.text()) {
            let line = usize::try_from(entry.line).unwrap_or_default();
            texts.push((line, text.to_owned()));
        }
        descriptions(&entry.node, texts);
    }
    for item in node.items() {
        descriptions(item, texts);
    }
}

/// Splits Markdown into sentences, each with the number of lines before it. A code span is one word.
fn sentences(markdown: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut block = String::new();
    let mut block_line = 0;
    let mut is_skipped = false;
    for (event, range) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        let more = match event {
            Event::Start(Tag::Table(_) | Tag::CodeBlock(_)) => {
                is_skipped = true;
                None
            }
            Event::End(TagEnd::Table | TagEnd::CodeBlock) => {
                is_skipped = false;
                None
            }
            _ if is_skipped => continue,
            Event::Text(text) | Event::InlineHtml(text) => Some(text.to_string()),
            Event::Code(code) => Some(format!("`{}`", code.replace(char::is_whitespace, "_"))),
            Event::SoftBreak | Event::HardBreak => Some("\n".to_owned()),
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Link { .. } | Tag::Image { .. })
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image) => {
                continue;
            }
            _ => None,
        };
        if block.is_empty() {
            block_line = markdown[..range.start].matches('\n').count();
        }
        match more {
            Some(more) => block += &more,
            None => split(&std::mem::take(&mut block), block_line, &mut found),
        }
    }
    found
}

/// Splits a block after each full stop, but for one that a lower-case letter follows, as in "e.g. this".
fn split(block: &str, block_line: usize, found: &mut Vec<(usize, String)>) {
    let mut sentence = String::new();
    let mut start = 0;
    let mut end = 0;
    for word in block.split_inclusive(char::is_whitespace) {
        if sentence.is_empty() {
            start = end;
        }
        end += word.len();
        if word.contains(char::is_alphanumeric) {
            sentence += word;
        }
        let word = word.trim_end().trim_end_matches(['"', '\'', ')', '”']);
        let goes_on = block[end..].trim_start().starts_with(char::is_lowercase);
        if end == block.len() || word.ends_with(['.', '!', '?']) && !goes_on {
            let line = block_line + block[..start].matches('\n').count();
            found.push((line, std::mem::take(&mut sentence)));
        }
    }
}
