//! Which models other crates may take apart but not put together.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Attribute, Field, File, ImplItem, Item, ItemEnum, ItemStruct, parse_quote};

use super::idents;

/// Marks each model `#[non_exhaustive]`, because the service adds members and values at any time. What requests are made of stays
/// as it is: callers must be able to write it down. Returns the names of the models that requests are made of.
pub(super) fn keep_open(client: &File, types: &mut File) -> BTreeSet<String> {
    let uses: BTreeMap<String, BTreeSet<String>> = types
        .items
        .iter()
        .filter_map(|item| Some((name_of(item)?, types_in(item))))
        .collect();
    let requested = reachable(requested_by(client), &uses);
    for item in &mut types.items {
        match item {
            Item::Struct(item) if requested.contains(&item.ident.to_string()) => mark(
                &mut item.attrs,
                parse_quote! {
                    #[allow(clippy::exhaustive_structs, reason = "callers write requests down")]
                },
            ),
            Item::Struct(ItemStruct { attrs, .. }) | Item::Enum(ItemEnum { attrs, .. }) => {
                mark(attrs, parse_quote!(#[non_exhaustive]));
            }
            _ => {}
        }
    }
    requested
}

/// Puts a mark below the documentation and the derives.
fn mark(attributes: &mut Vec<Attribute>, mark: Attribute) {
    let after_derive = attributes
        .iter()
        .position(|attribute| attribute.path().is_ident("derive"))
        .map_or(attributes.len(), |position| position + 1);
    attributes.insert(after_derive, mark);
}

fn name_of(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// All names in the types of a model's fields. Names of variants are none of them: one may be that of another model.
fn types_in(item: &Item) -> BTreeSet<String> {
    let fields: Vec<&Field> = match item {
        Item::Struct(item) => item.fields.iter().collect(),
        Item::Enum(item) => item.variants.iter().flat_map(|item| &item.fields).collect(),
        _ => Vec::new(),
    };
    fields
        .into_iter()
        .flat_map(|field| idents::of(&field.ty))
        .collect()
}

/// All names in the arguments of the client's operations.
fn requested_by(client: &File) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for item in &client.items {
        let Item::Impl(block) = item else { continue };
        for method in &block.items {
            if let ImplItem::Fn(method) = method
                && method.sig.asyncness.is_some()
            {
                names.extend(idents::of(&method.sig.inputs));
            }
        }
    }
    names
}

/// The models among `start` and all that they are made of.
fn reachable(
    start: BTreeSet<String>,
    uses: &BTreeMap<String, BTreeSet<String>>,
) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<String> = start.into_iter().collect();
    while let Some(name) = open.pop() {
        if let Some(used) = uses.get(&name)
            && seen.insert(name)
        {
            open.extend(used.iter().cloned());
        }
    }
    seen
}
