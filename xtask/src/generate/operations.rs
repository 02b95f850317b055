//! Generates the table of a document's operations.

use anyhow::{Context, bail};
use heck::ToShoutySnakeCase;
use openapiv3::{OpenAPI, Operation};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{docs, members::Members};

/// The name of an operation's constant.
pub(super) fn constant(id: &str) -> Ident {
    format_ident!("{}", id.to_shouty_snake_case())
}

/// Generates the table.
pub(super) fn table(document: &OpenAPI) -> anyhow::Result<syn::File> {
    let members = Members::of(document)?;
    let mut names = Vec::new();
    let mut constants = Vec::new();
    for (path, method, operation) in document.operations() {
        let id = operation
            .operation_id
            .as_deref()
            .with_context(|| format!("{method} {path} has no operationId"))?;
        constants.push(entry(id, path, method, operation, &members)?);
        names.push(constant(id));
    }
    let module_docs = format!(" Operations of {}.", document.info.title);
    let mut file = syn::parse2(quote! {
        #![doc = #module_docs]

        use huaweicloud_core::{Auth, Operation, Repeat, SuccessBody};

        #(#constants)*

        /// All operations, in the order of the document.
        pub static OPERATIONS: &[Operation] = &[#(#names),*];
    })
    .context("the table of operations does not parse")?;
    docs::rewrite(&mut file);
    Ok(file)
}

fn entry(
    id: &str,
    path: &str,
    method: &str,
    operation: &Operation,
    members: &Members,
) -> anyhow::Result<TokenStream> {
    let repeat = operation.extensions.get("x-repeat");
    let repeat = match repeat.and_then(|value| value.as_str()) {
        Some("safe") => quote!(Repeat::Safe),
        Some("never") => quote!(Repeat::Never),
        _ => bail!("{id} has no x-repeat"),
    };
    let changes = operation
        .extensions
        .get("x-changes")
        .map_or(method != "get", |value| value != false);
    let (success, is_described) = members
        .success(path, method)
        .with_context(|| format!("{id} has no success status"))?;
    let success_body = match (is_described, success) {
        (true, _) => quote!(SuccessBody::Json),
        (false, 204) => quote!(SuccessBody::Empty),
        (false, _) => quote!(SuccessBody::Ignored),
    };
    let needs_credentials = members.needs_credentials(path, method).with_context(|| {
        format!("{id} has no `security`: add it to the whole document, or write `security: []` for a call without authentication")
    })?;
    let auth = if needs_credentials {
        quote!(Auth::Required)
    } else {
        quote!(Auth::None)
    };
    let secrets = members.secrets(path, method);
    let secret_headers = members.secret_headers(path, method);
    let free_text = members.free_text(path, method);
    let method = method.to_uppercase();
    let name = constant(id);
    let success = proc_macro2::Literal::u16_unsuffixed(success);
    let summary = operation.summary.clone();
    let summary = summary.unwrap_or_else(|| format!("`{id}`"));
    let call = format!("Sent as `{method} {path}`.");
    Ok(quote! {
        #[doc = #summary]
        #[doc = ""]
        #[doc = #call]
        pub const #name: Operation = Operation {
            id: #id,
            method: #method,
            path: #path,
            repeat: #repeat,
            changes: #changes,
            success: #success,
            success_body: #success_body,
            auth: #auth,
            secrets: &[#(#secrets),*],
            secret_headers: &[#(#secret_headers),*],
            free_text: &[#(#free_text),*],
        };
    })
}
