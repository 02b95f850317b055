//! Wraps documentation to `///` lines of a readable length, and adds documentation that the generator omits.

use syn::{
    Attribute, Expr, ExprLit, File, ImplItemFn, Lit, LitStr, Meta, ReturnType, Variant,
    parse_quote,
    visit_mut::{self, VisitMut},
};

/// The most characters in a line of documentation.
const WIDTH: usize = 92;

/// The end of the documentation of each operation: all operations have the same errors.
const ERRORS: &str = "# Errors\n\n\
    Every failure is an [`Error`](huaweicloud_core::Error). \
    [`may_have_been_applied`](huaweicloud_core::Error::may_have_been_applied) \
    is true if the request may have taken effect.";

/// Rewrites the documentation of a file.
pub(super) fn rewrite(file: &mut File) {
    Docs.visit_file_mut(file);
}

struct Docs;

impl VisitMut for Docs {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        let style = attributes
            .iter()
            .find(|attribute| text_of(attribute).is_some())
            .map(|attribute| attribute.style);
        let Some(style) = style else {
            return;
        };
        let lines = layout(&take(attributes));
        let docs = lines.iter().map(|line| -> Attribute {
            let line = if line.is_empty() {
                String::new()
            } else {
                format!(" {line}")
            };
            let mut attribute: Attribute = parse_quote!(#[doc = #line]);
            attribute.style = style;
            attribute
        });
        attributes.splice(0..0, docs);
    }

    fn visit_impl_item_fn_mut(&mut self, method: &mut ImplItemFn) {
        if method.sig.asyncness.is_some() && matches!(method.sig.output, ReturnType::Type(..)) {
            method.attrs.push(parse_quote!(#[doc = ""]));
            method.attrs.push(parse_quote!(#[doc = #ERRORS]));
        }
        visit_mut::visit_impl_item_fn_mut(self, method);
    }

    fn visit_variant_mut(&mut self, variant: &mut Variant) {
        if !variant
            .attrs
            .iter()
            .any(|attribute| text_of(attribute).is_some())
        {
            let text = format!("The value `{}`.", value_of(variant));
            variant.attrs.push(parse_quote!(#[doc = #text]));
        }
        visit_mut::visit_variant_mut(self, variant);
    }
}

/// The first sentence of the documentation in `attributes`.
pub(super) fn first_sentence(attributes: &[Attribute]) -> String {
    let text: Vec<String> = attributes.iter().filter_map(text_of).collect();
    let text = text.join(" ");
    let end = text.find(". ").map_or(text.len(), |end| end + 1);
    text[..end].trim().to_owned()
}

/// Removes the documentation from a list of attributes and returns it.
fn take(attributes: &mut Vec<Attribute>) -> String {
    let mut text = String::new();
    attributes.retain(|attribute| match text_of(attribute) {
        Some(more) => {
            text.push_str(more.strip_prefix(' ').unwrap_or(&more));
            text.push('\n');
            false
        }
        None => true,
    });
    text
}

/// The text of a `doc` attribute.
fn text_of(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// The JSON value of a variant.
fn value_of(variant: &Variant) -> String {
    let mut value = variant.ident.to_string();
    for attribute in &variant.attrs {
        if attribute.path().is_ident("serde") {
            // Only `rename = "…"` determines the value.
            let _ = attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("rename") {
                    value = meta.value()?.parse::<LitStr>()?.value();
                }
                Ok(())
            });
        }
    }
    value
}

/// Wraps paragraphs and list items, keeps blank lines, and removes the JSON schema that typify adds.
fn layout(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in without_details(text).trim().split("\n\n") {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        for block in blocks(paragraph) {
            fill(&block, &mut lines);
        }
    }
    if lines == [""] { Vec::new() } else { lines }
}

fn without_details(text: &str) -> String {
    match text
        .split_once("<details>")
        .and_then(|(before, rest)| Some((before, rest.split_once("</details>")?.1)))
    {
        Some((before, after)) => format!("{}\n\n{}", before.trim_end(), after.trim_start()),
        None => text.to_owned(),
    }
}

/// Splits a paragraph into its list items and the text before them.
fn blocks(paragraph: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    for line in paragraph.trim().lines() {
        match blocks.last_mut() {
            Some(block) if !line.starts_with("- ") => {
                block.push(' ');
                block.push_str(line.trim());
            }
            _ => blocks.push(line.trim().to_owned()),
        }
    }
    blocks
}

/// Wraps one block; further lines of a list item are indented.
fn fill(block: &str, lines: &mut Vec<String>) {
    let indent = if block.starts_with("- ") { "  " } else { "" };
    let mut line = String::new();
    for word in sentence(block).split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
}

/// Adds the full stop that the generator removes. A list item may be only a name.
fn sentence(block: &str) -> String {
    let is_item = block.starts_with("- ");
    let is_open = |last: char| last.is_alphanumeric() || (last == '`' && !is_item);
    if block.ends_with(is_open) && !block.starts_with('#') {
        format!("{block}.")
    } else {
        block.to_owned()
    }
}
