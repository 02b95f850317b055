//! Finds names in code, and shortens paths as a person would write them.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, ExprPath, File, GenericArgument, Item, LitStr, Meta, Path, PathArguments,
    PathSegment, QSelf, Token, Type, TypePath,
    parse::Parser,
    punctuated::Punctuated,
    visit_mut::{self, VisitMut},
};

/// The items that every module has in scope.
const IN_SCOPE: &[&str] = &[
    "std::boxed::Box",
    "std::clone::Clone",
    "std::convert::From",
    "std::convert::Into",
    "std::convert::TryFrom",
    "std::convert::TryInto",
    "std::default::Default",
    "std::option::Option",
    "std::result::Result",
    "std::string::String",
    "std::string::ToString",
    "std::vec::Vec",
];

/// Shortens the paths of a file, except for names that the file defines itself.
pub(super) fn shorten(file: &mut File) {
    let taken: Vec<String> = file.items.iter().filter_map(name_of).collect();
    let in_scope = IN_SCOPE
        .iter()
        .copied()
        .filter(|path| !taken.iter().any(|name| name == last(path)))
        .collect();
    Shorten { in_scope }.visit_file_mut(file);
}

/// Whether the last segment of a type's path is `name`.
pub(super) fn is(ty: &Type, name: &str) -> bool {
    last_segment(ty).is_some_and(|last| last.ident == name)
}

/// `T` of `name<T, …>`.
pub(super) fn argument_of(ty: &Type, name: &str) -> Option<Type> {
    let last = last_segment(ty).filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    }
}

/// All identifiers in `code`.
pub(super) fn names_in(code: &impl ToTokens) -> BTreeSet<String> {
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

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

fn name_of(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

struct Shorten {
    in_scope: Vec<&'static str>,
}

impl Shorten {
    /// Shortens a path, and returns the number of removed segments.
    fn path(&self, path: &mut Path) -> usize {
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let known = self.in_scope.iter().find_map(|known| {
            let length = known.split("::").count();
            let fits = known.split("::").eq(names.iter().take(length));
            fits.then_some(length - 1)
        });
        let unneeded = match known {
            Some(length) => length,
            None if names.len() > 1 && names[0] == "self" => 1,
            None => 0,
        };
        path.segments = std::mem::take(&mut path.segments)
            .into_iter()
            .skip(unneeded)
            .collect();
        // No item in these files has the name of a crate.
        path.leading_colon = None;
        unneeded
    }

    /// Shortens a path in a string, such as `"::std::option::Option::is_none"`; `None` for other tokens.
    fn path_in_text(&self, token: &TokenTree) -> Option<TokenTree> {
        let text: LitStr = syn::parse2(token.clone().into()).ok()?;
        let mut path: Path = text.parse().ok()?;
        if path.segments.len() < 2 {
            return None;
        }
        self.path(&mut path);
        let short = path.to_token_stream().to_string().replace(' ', "");
        Some(Literal::string(&short).into())
    }

    /// Shortens a path that may be the path of `<T as Trait>::Item`, where `QSelf` counts the segments of the trait.
    fn qualified(&mut self, qself: Option<&mut QSelf>, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let lost = self.path(path);
        if let Some(qself) = qself {
            self.visit_type_mut(&mut qself.ty);
            qself.position = qself.position.saturating_sub(lost);
        }
    }
}

impl VisitMut for Shorten {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        self.path(path);
    }

    fn visit_type_path_mut(&mut self, kind: &mut TypePath) {
        self.qualified(kind.qself.as_mut(), &mut kind.path);
    }

    fn visit_expr_path_mut(&mut self, expression: &mut ExprPath) {
        self.qualified(expression.qself.as_mut(), &mut expression.path);
    }

    /// The arguments of an attribute are bare tokens, some of them paths in strings.
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        let Meta::List(list) = &mut attribute.meta else {
            return;
        };
        if list.path.is_ident("derive") {
            let derives = Punctuated::<Path, Token![,]>::parse_terminated;
            if let Ok(mut derives) = derives.parse2(list.tokens.clone()) {
                for derive in &mut derives {
                    self.path(derive);
                }
                list.tokens = derives.to_token_stream();
            }
        } else if list.path.is_ident("serde") {
            list.tokens = std::mem::take(&mut list.tokens)
                .into_iter()
                .map(|token| self.path_in_text(&token).unwrap_or(token))
                .collect();
        }
    }
}
