//! Compares code with a template that has holes.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

/// Matches any one token in a template.
const HOLE: &str = "__";

/// The tokens of `code` in the holes of `template`; `None` if they differ elsewhere. Trailing commas are ignored.
pub(super) fn holes(template: TokenStream, code: &impl ToTokens) -> Option<Vec<TokenTree>> {
    let mut found = Vec::new();
    fits(template, code.to_token_stream(), &mut found).then_some(found)
}

fn fits(template: TokenStream, code: TokenStream, found: &mut Vec<TokenTree>) -> bool {
    let (template, code) = (tokens(template), tokens(code));
    template.len() == code.len()
        && template.into_iter().zip(code).all(|pair| match pair {
            (TokenTree::Ident(wanted), token) if wanted == HOLE => {
                found.push(token);
                true
            }
            (TokenTree::Group(wanted), TokenTree::Group(group)) => {
                wanted.delimiter() == group.delimiter()
                    && fits(wanted.stream(), group.stream(), found)
            }
            (wanted, token) => wanted.to_string() == token.to_string(),
        })
}

fn tokens(stream: TokenStream) -> Vec<TokenTree> {
    let mut tokens: Vec<TokenTree> = stream.into_iter().collect();
    tokens.pop_if(|last| matches!(last, TokenTree::Punct(last) if last.as_char() == ','));
    tokens
}
