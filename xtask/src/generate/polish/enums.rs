//! Keeps `FromStr` as the only conversion from text to an enum of a request.

use std::collections::BTreeSet;

use syn::{File, Item, ItemImpl};

use super::paths;

/// Removes the conversions that only call `FromStr`, and the part of their error type that only they need.
pub(super) fn drop_spare_conversions(types: &mut File) {
    let enums: BTreeSet<String> = types
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Enum(item) => Some(item.ident.to_string()),
            _ => None,
        })
        .collect();
    types.items.retain(|item| match item {
        Item::Impl(block) => {
            !(is_of(block, "TryFrom") && enums.is_superset(&paths::names_in(&block.self_ty)))
        }
        _ => true,
    });
    for item in &mut types.items {
        if let Item::Mod(module) = item
            && module.ident == "error"
            && let Some((_, items)) = &mut module.content
        {
            items.retain(|item| !is_made_of_string(item));
        }
    }
}

/// Whether an item converts a `String` to an error: progenitor only converts literals.
fn is_made_of_string(item: &Item) -> bool {
    match item {
        Item::Impl(block) => {
            let source = block.trait_.as_ref().map(|(path, _)| paths::names_in(path));
            is_of(block, "From") && source.is_some_and(|names| names.contains("String"))
        }
        _ => false,
    }
}

fn is_of(block: &ItemImpl, name: &str) -> bool {
    let path = block.trait_.as_ref().map(|(path, _)| path);
    path.and_then(|path| path.segments.last())
        .is_some_and(|last| last.ident == name)
}
