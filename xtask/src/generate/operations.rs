//! The table of a document's operations.

use anyhow::{Context, bail};
use heck::ToShoutySnakeCase;
use openapiv3::OpenAPI;
use quote::{format_ident, quote};

use super::{docs, members::Members};

/// Makes the table.
pub(super) fn table(document: &OpenAPI) -> anyhow::Result<syn::File> {
    let members = Members::of(document)?;
    let mut names = Vec::new();
    let mut constants = Vec::new();
    for (path, method, operation) in document.operations() {
        let id = operation
            .operation_id
            .as_deref()
            .with_context(|| format!("{method} {path} has no operationId"))?;
        let repeat = match operation
            .extensions
            .get("x-repeat")
            .and_then(|value| value.as_str())
        {
            Some("safe") => quote!(Repeat::Safe),
            Some("never") => quote!(Repeat::Never),
            _ => bail!("{id} has no x-repeat"),
        };
        let changes = operation
            .extensions
            .get("x-changes")
            .map_or(method != "get", |value| value != false);
        let secrets = members.secrets(path, method);
        let free_text = members.free_text(path, method);
        let method = method.to_uppercase();
        let name = format_ident!("{}", id.to_shouty_snake_case());
        let summary = operation.summary.as_deref().unwrap_or(id);
        let call = format!("Sent as `{method} {path}`.");
        constants.push(quote! {
            #[doc = #summary]
            #[doc = ""]
            #[doc = #call]
            pub const #name: Operation = Operation {
                id: #id,
                method: #method,
                path: #path,
                repeat: #repeat,
                changes: #changes,
                secrets: &[#(#secrets),*],
                free_text: &[#(#free_text),*],
            };
        });
        names.push(name);
    }
    let module_docs = format!(" Operations of {}.", document.info.title);
    let mut file = syn::parse2(quote! {
        #![doc = #module_docs]

        use crate::operation::{Operation, Repeat};

        #(#constants)*

        /// All operations, in the order of the document.
        pub static OPERATIONS: &[Operation] = &[#(#names),*];
    })
    .context("the table of operations does not parse")?;
    docs::rewrite(&mut file);
    Ok(file)
}
