//! A way to write requests down without naming what they leave out.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::{Field, File, Ident, Item, ItemImpl, ItemStruct, Type, parse_quote};

use super::idents;

/// Gives each request that has required and optional members a `new` of the required ones, for `..Request::new(…)` in a literal.
///
/// Not where two arguments would have one type: nothing would notice if they were swapped. Such a request is written out.
pub(super) fn add(types: &mut File, requested: &BTreeSet<String>) {
    let items = std::mem::take(&mut types.items);
    for item in items {
        let constructor = match &item {
            Item::Struct(item) if requested.contains(&item.ident.to_string()) => of(item),
            _ => None,
        };
        types.items.push(item);
        types.items.extend(constructor.map(Item::Impl));
    }
}

fn of(item: &ItemStruct) -> Option<ItemImpl> {
    let (optional, required): (Vec<&Field>, Vec<&Field>) =
        item.fields.iter().partition(|field| is_optional(field));
    let distinct: BTreeSet<String> = required
        .iter()
        .map(|field| field.ty.to_token_stream().to_string())
        .collect();
    if optional.is_empty() || required.is_empty() || distinct.len() < required.len() {
        return None;
    }
    let name = &item.ident;
    let arguments = required.iter().map(|field| {
        let (name, ty) = (&field.ident, &field.ty);
        if is_string(ty) {
            quote::quote!(#name: impl Into<String>)
        } else {
            quote::quote!(#name: #ty)
        }
    });
    let members = item.fields.iter().map(|field| {
        let name = &field.ident;
        if is_option(&field.ty) {
            quote::quote!(#name: None)
        } else if is_optional(field) {
            quote::quote!(#name: Vec::new())
        } else if is_string(&field.ty) {
            quote::quote!(#name: #name.into())
        } else {
            quote::quote!(#name)
        }
    });
    Some(parse_quote! {
        impl #name {
            #[doc = " What the service requires, and nothing else."]
            #[must_use]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#members),* }
            }
        }
    })
}

/// Lists that may be left out are no options: left out, they are empty.
fn is_optional(field: &Field) -> bool {
    is_option(&field.ty)
        || field.attrs.iter().any(|attribute| {
            attribute.path().is_ident("serde") && idents::of(attribute).contains("default")
        })
}

fn is_option(ty: &Type) -> bool {
    last_name(ty).is_some_and(|name| name == "Option")
}

fn is_string(ty: &Type) -> bool {
    last_name(ty).is_some_and(|name| name == "String")
}

fn last_name(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}
