//! What the client uses of the generator's runtime.

use quote::format_ident;
use syn::{File, Ident, ItemUse, parse_quote};

use super::idents;

/// Names of the runtime, each with the name that shows its use: a trait is used by its methods.
const NAMES: &[(&str, &str)] = &[
    ("ByteStream", "ByteStream"),
    ("ClientHooks", "exec"),
    ("ClientInfo", "ClientInfo"),
    ("Error", "Error"),
    ("OperationInfo", "OperationInfo"),
    ("RequestBuilderExt", "form_urlencoded"),
    ("ResponseValue", "ResponseValue"),
];

/// The imports that `file` needs: of the runtime, and of our own encoder of path segments, which stands in for the runtime's.
pub(super) fn of(file: &File) -> Vec<ItemUse> {
    let mentioned = idents::of(file);
    let names = NAMES
        .iter()
        .filter(|(_, sign)| mentioned.contains(*sign))
        .map(|(name, _)| -> Ident { format_ident!("{name}") });
    let mut imports = vec![parse_quote! { use progenitor_client::{#(#names),*}; }];
    if mentioned.contains("encode_path") {
        imports.push(parse_quote! { use crate::hooks::encode_path; });
    }
    imports
}
