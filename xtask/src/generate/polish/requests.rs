//! Makes models open, and adds constructors to request models.

use std::collections::{BTreeMap, BTreeSet};

use quote::{format_ident, quote};
use syn::{Attribute, Field, File, ImplItem, Item, ItemImpl, ItemStruct, Type, parse_quote};

use super::paths;
use crate::generate::docs;

/// Marks each model `#[non_exhaustive]`, because the service may add members and values, and makes its JSON schema a feature.
///
/// A request model gets `new` with its required members, and `with_…` for each optional member.
pub(super) fn finish(methods: &[ImplItem], types: &mut File) {
    let requested = reachable(methods, types);
    for item in std::mem::take(&mut types.items) {
        let mut item = item;
        let mut methods = None;
        match &mut item {
            Item::Struct(model) => {
                mark(&mut model.attrs);
                if requested.contains(&model.ident.to_string()) {
                    methods = constructors(model);
                }
            }
            Item::Enum(model) => mark(&mut model.attrs),
            _ => {}
        }
        types.items.push(item);
        types.items.extend(methods.map(Item::Impl));
    }
}

/// Adds the attributes after the documentation and the derives.
fn mark(attributes: &mut Vec<Attribute>) {
    let after_derive = attributes
        .iter()
        .position(|attribute| attribute.path().is_ident("derive"))
        .map_or(attributes.len(), |position| position + 1);
    let marks: [Attribute; 2] = [
        parse_quote!(#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]),
        parse_quote!(#[non_exhaustive]),
    ];
    attributes.splice(after_derive..after_derive, marks);
}

fn constructors(model: &ItemStruct) -> Option<ItemImpl> {
    let (optional, required): (Vec<&Field>, Vec<&Field>) =
        model.fields.iter().partition(|field| is_optional(field));
    let new = (!required.is_empty()).then(|| new(model, &required));
    let with = optional.into_iter().filter_map(with);
    let methods: Vec<ImplItem> = new.into_iter().chain(with).collect();
    let name = &model.ident;
    (!methods.is_empty()).then(|| parse_quote!(impl #name { #(#methods)* }))
}

fn new(model: &ItemStruct, required: &[&Field]) -> ImplItem {
    let names = required.iter().filter_map(|field| field.ident.as_ref());
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let text = format!(
        "Creates the model with its required members: {}.",
        names.join(", ")
    );
    let arguments = required.iter().map(|field| {
        let (name, ty) = (&field.ident, &field.ty);
        if converts(ty) {
            quote!(#name: impl Into<#ty>)
        } else {
            quote!(#name: #ty)
        }
    });
    let members = model.fields.iter().map(|field| {
        let (name, ty) = (&field.ident, &field.ty);
        if !is_optional(field) {
            let conversion = converts(ty).then(|| quote!(: #name.into()));
            quote!(#name #conversion)
        } else if paths::is(ty, "Option") {
            quote!(#name: None)
        } else if paths::is(ty, "Vec") {
            quote!(#name: Vec::new())
        } else {
            quote!(#name: <#ty>::default())
        }
    });
    parse_quote! {
        #[doc = #text]
        #[must_use]
        pub fn new(#(#arguments),*) -> Self {
            Self { #(#members),* }
        }
    }
}

fn with(field: &Field) -> Option<ImplItem> {
    let name = field.ident.as_ref()?;
    let method = format_ident!("with_{}", name.to_string().trim_end_matches('_'));
    let text = docs::first_sentence(&field.attrs);
    let inner = paths::argument_of(&field.ty, "Option");
    let ty = inner.as_ref().unwrap_or(&field.ty);
    let (argument, value) = if converts(ty) {
        (quote!(impl Into<#ty>), quote!(#name.into()))
    } else {
        (quote!(#ty), quote!(#name))
    };
    let value = match inner {
        Some(_) => quote!(Some(#value)),
        None => value,
    };
    Some(parse_quote! {
        #[doc = #text]
        #[must_use]
        pub fn #method(mut self, #name: #argument) -> Self {
            self.#name = #value;
            self
        }
    })
}

/// An optional list is not an `Option`: it is empty by default.
fn is_optional(field: &Field) -> bool {
    let has_default = |attribute: &Attribute| {
        attribute.path().is_ident("serde") && paths::names_in(attribute).contains("default")
    };
    paths::is(&field.ty, "Option") || field.attrs.iter().any(has_default)
}

/// Whether an argument is `impl Into<..>`: texts, lists and hand-written types.
fn converts(ty: &Type) -> bool {
    let is_elsewhere = matches!(ty, Type::Path(path) if path.path.segments.len() > 1);
    paths::is(ty, "String") || paths::is(ty, "Vec") || is_elsewhere
}

/// The models that the arguments of the operations contain, at any depth.
fn reachable(methods: &[ImplItem], types: &File) -> BTreeSet<String> {
    let mut open: Vec<String> = methods.iter().flat_map(arguments).collect();
    let mut uses: BTreeMap<String, BTreeSet<String>> =
        types.items.iter().filter_map(uses).collect();
    let mut reached = BTreeSet::new();
    while let Some(name) = open.pop() {
        if let Some(used) = uses.remove(&name) {
            reached.insert(name);
            open.extend(used);
        }
    }
    reached
}

fn arguments(method: &ImplItem) -> BTreeSet<String> {
    match method {
        ImplItem::Fn(method) => paths::names_in(&method.sig.inputs),
        _ => BTreeSet::new(),
    }
}

/// A model and all names in the types of its fields. Names of variants do not count: they may equal the name of a model.
fn uses(item: &Item) -> Option<(String, BTreeSet<String>)> {
    let (name, fields): (_, Vec<&Field>) = match item {
        Item::Struct(item) => (&item.ident, item.fields.iter().collect()),
        Item::Enum(item) => {
            let fields = item.variants.iter().flat_map(|item| &item.fields);
            (&item.ident, fields.collect())
        }
        _ => return None,
    };
    let types = fields
        .into_iter()
        .flat_map(|field| paths::names_in(&field.ty));
    Some((name.to_string(), types.collect()))
}
