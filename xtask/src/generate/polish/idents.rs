//! Which names a piece of code mentions.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

/// All identifiers in `code`.
pub(super) fn of(code: &impl ToTokens) -> BTreeSet<String> {
    let mut idents = BTreeSet::new();
    collect(code.to_token_stream(), &mut idents);
    idents
}

fn collect(tokens: TokenStream, idents: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), idents),
            TokenTree::Ident(ident) => {
                idents.insert(ident.to_string());
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
