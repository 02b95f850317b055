//! Makes the generator's output the code that this project wants to read.

mod answers;
mod constructors;
mod enums;
mod idents;
mod imports;
mod methods;
mod paths;

use anyhow::bail;
use openapiv3::OpenAPI;
use syn::{File, Item, ItemMod, parse_quote, visit_mut::VisitMut};

use super::docs;

/// The two halves of a generated client.
pub(super) struct Polished {
    /// The client with its operations.
    pub(super) client: File,
    /// The models.
    pub(super) types: File,
}

/// Splits and polishes what the generator made of `document`.
pub(super) fn polish(generated: File, document: &OpenAPI) -> anyhow::Result<Polished> {
    let mut client = generated;
    let mut types = take_types(&mut client)?;
    client.items.retain(|item| !is_unwanted(item));
    drop_panicking_constructor(&mut client);
    methods::simplify(&mut client);
    for file in [&mut client, &mut types] {
        drop_blanket_allows(file);
    }
    let requested = answers::keep_open(&client, &mut types);
    constructors::add(&mut types, &requested);
    enums::drop_spare_conversions(&mut types);
    for file in [&mut client, &mut types] {
        paths::shorten(file);
        docs::rewrite(file);
    }
    let title = &document.info.title;
    let client_docs = format!(" Client of {title}.");
    let types_docs = format!(" Models of {title}.");
    types.attrs.push(parse_quote!(#![doc = #types_docs]));
    client.attrs.push(parse_quote!(#![doc = #client_docs]));
    client.attrs.push(parse_quote! {
        #![allow(clippy::struct_field_names, reason = "the generator chooses the names")]
    });
    let mut head: Vec<Item> = imports::of(&client).into_iter().map(Item::Use).collect();
    head.push(parse_quote!(
        pub mod operations;
    ));
    head.push(parse_quote!(
        pub mod types;
    ));
    client.items.splice(0..0, head);
    Ok(Polished { client, types })
}

/// Takes the module of models out of the client's file.
fn take_types(client: &mut File) -> anyhow::Result<File> {
    let position = client
        .items
        .iter()
        .position(|item| matches!(item, Item::Mod(module) if module.ident == "types"));
    let Some(Item::Mod(ItemMod {
        content: Some((_, items)),
        ..
    })) = position.map(|position| client.items.remove(position))
    else {
        bail!("the generator made no module `types`");
    };
    let mut types = File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items,
    };
    drop_unused_error(&mut types);
    Ok(types)
}

/// Drops the error of conversions where no model has one that can fail.
fn drop_unused_error(types: &mut File) {
    let (errors, models): (Vec<Item>, Vec<Item>) = std::mem::take(&mut types.items)
        .into_iter()
        .partition(|item| matches!(item, Item::Mod(module) if module.ident == "error"));
    let needed = models
        .iter()
        .any(|item| idents::of(item).contains("ConversionError"));
    types.items = models;
    if needed {
        types.items.extend(errors);
    }
}

/// Imports are made anew; the one constant asserts what the methods need to compile at all; the prelude is a second name for what has
/// one.
fn is_unwanted(item: &Item) -> bool {
    match item {
        Item::Use(_) | Item::Const(_) => true,
        Item::Mod(module) => module.ident == "prelude",
        _ => false,
    }
}

/// Drops `Client::new`, which panics where no HTTP client can be built.
fn drop_panicking_constructor(client: &mut File) {
    for item in &mut client.items {
        if let Item::Impl(block) = item
            && block.trait_.is_none()
        {
            block.items.retain(
                |item| !matches!(item, syn::ImplItem::Fn(method) if method.sig.ident == "new"),
            );
        }
    }
}

/// Drops the generator's own lint exceptions: ours are listed by name, with a reason.
fn drop_blanket_allows(file: &mut File) {
    struct Allows;
    impl VisitMut for Allows {
        fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
            attributes.retain(|attribute| !attribute.path().is_ident("allow"));
        }
    }
    Allows.visit_file_mut(file);
}
