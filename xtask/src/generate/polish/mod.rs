//! Rewrites the output of progenitor to code on top of core.

mod body;
mod calls;
mod enums;
mod paths;
mod requests;
mod template;

use anyhow::{Context, ensure};
use openapiv3::OpenAPI;
use syn::{Attribute, File, ImplItem, Item, ItemMod, parse_quote, visit_mut::VisitMut};

use self::body::Target;
use super::docs;

/// The two files of a generated client.
pub(super) struct Polished {
    /// The client with its operations.
    pub(super) client: File,
    /// The models.
    pub(super) types: File,
}

/// Splits and rewrites the code generated from `document`. Keeps only documentation and operations of its client.
pub(super) fn polish(generated: File, document: &OpenAPI) -> anyhow::Result<Polished> {
    let Parts {
        client_docs,
        mut methods,
        types,
    } = take_apart(generated);
    rewrite(&mut methods, document)?;
    let title = &document.info.title;
    let module_docs = format!(" Client of {title}.");
    let mut client: File = parse_quote! {
        #![doc = #module_docs]
        #![allow(
            clippy::struct_field_names,
            clippy::too_many_arguments,
            reason = "the document chooses the names and the arguments"
        )]

        use huaweicloud_core::{Response, Result};

        pub mod operations;
        pub mod types;

        #(#client_docs)*
        #[derive(Clone, Debug)]
        pub struct Client {
            core: huaweicloud_core::Client,
        }

        impl Client {
            /// Creates a client that makes its calls with `core`.
            #[must_use]
            pub fn new(core: huaweicloud_core::Client) -> Self {
                Self { core }
            }

            #(#methods)*
        }
    };
    let types_docs = format!(" Models of {title}.");
    let mut types: File = parse_quote! {
        #![doc = #types_docs]

        #(#types)*
    };
    for file in [&mut client, &mut types] {
        drop_allows(&mut file.items);
        paths::shorten(file);
    }
    enums::drop_spare_conversions(&mut types);
    requests::finish(&methods, &mut types);
    for file in [&mut client, &mut types] {
        docs::rewrite(file);
    }
    Ok(Polished { client, types })
}

/// The parts of progenitor's output that are kept.
struct Parts {
    client_docs: Vec<Attribute>,
    methods: Vec<ImplItem>,
    types: Vec<Item>,
}

fn take_apart(generated: File) -> Parts {
    let (mut client_docs, mut methods, mut types) = (Vec::new(), Vec::new(), Vec::new());
    for item in generated.items {
        match item {
            Item::Struct(client) if client.ident == "Client" => {
                client_docs = client.attrs;
                client_docs.retain(|attribute| attribute.path().is_ident("doc"));
            }
            Item::Impl(block) if block.trait_.is_none() => {
                let operations = block.items.into_iter();
                methods.extend(operations.filter(|method| {
                    matches!(method, ImplItem::Fn(method) if method.sig.asyncness.is_some())
                }));
            }
            Item::Mod(ItemMod {
                ident,
                content: Some((_, items)),
                ..
            }) if ident == "types" => types = items,
            _ => {}
        }
    }
    drop_unused_error(&mut types);
    Parts {
        client_docs,
        methods,
        types,
    }
}

/// Rewrites all methods, which are in the order of the document.
fn rewrite(methods: &mut [ImplItem], document: &OpenAPI) -> anyhow::Result<()> {
    let operations: Vec<_> = document.operations().collect();
    ensure!(
        methods.len() == operations.len(),
        "progenitor generated {} methods for {} operations",
        methods.len(),
        operations.len()
    );
    for (method, (path, verb, operation)) in methods.iter_mut().zip(operations) {
        let id = operation
            .operation_id
            .as_deref()
            .context("an operation has no operationId")?;
        if let ImplItem::Fn(method) = method {
            calls::rewrite(method, Target { id, verb, path })?;
        }
    }
    Ok(())
}

/// Removes the conversion error if no model needs it.
fn drop_unused_error(types: &mut Vec<Item>) {
    let is_error = |item: &Item| matches!(item, Item::Mod(module) if module.ident == "error");
    let needed = types
        .iter()
        .any(|item| !is_error(item) && paths::names_in(item).contains("ConversionError"));
    types.retain(|item| needed || !is_error(item));
}

/// Removes progenitor's lint exceptions: ours are listed by name, with a reason.
fn drop_allows(items: &mut [Item]) {
    struct Allows;
    impl VisitMut for Allows {
        fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
            attributes.retain(|attribute| !attribute.path().is_ident("allow"));
        }
    }
    for item in items {
        Allows.visit_item_mut(item);
    }
}
