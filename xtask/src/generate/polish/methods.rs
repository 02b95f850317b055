//! Writes methods the way a person does.

use quote::ToTokens;
use syn::{
    Arm, Expr, File, FnArg, ImplItemFn, LitInt, Macro, Pat, PatOr, Receiver, ReceiverKind,
    ReturnType, Token, Type, TypeReference, parse_quote,
    punctuated::Punctuated,
    visit_mut::{self, VisitMut},
};

/// Simplifies all methods of a file.
pub(super) fn simplify(file: &mut File) {
    Methods.visit_file_mut(file);
}

struct Methods;

impl VisitMut for Methods {
    fn visit_impl_item_fn_mut(&mut self, method: &mut ImplItemFn) {
        visit_mut::visit_impl_item_fn_mut(self, method);
        let strings = string_arguments(method);
        if !method.sig.generics.params.is_empty() {
            // The arguments' lifetime appears in no result: it can be left out.
            method.sig.generics = parse_quote!();
            Elide.visit_signature_mut(&mut method.sig);
        }
        PassStrings { strings }.visit_block_mut(&mut method.block);
        if returns_self(method) {
            method.attrs.push(parse_quote!(#[must_use]));
        }
    }

    fn visit_expr_match_mut(&mut self, expression: &mut syn::ExprMatch) {
        visit_mut::visit_expr_match_mut(self, expression);
        expression.arms = merge(std::mem::take(&mut expression.arms));
    }

    fn visit_lit_int_mut(&mut self, literal: &mut LitInt) {
        if !literal.suffix().is_empty() {
            *literal = LitInt::new(literal.base10_digits(), literal.span());
        }
    }
}

fn returns_self(method: &ImplItemFn) -> bool {
    matches!(&method.sig.output, ReturnType::Type(_, kind) if text(kind) == "Self")
}

/// Names of the arguments of type `&str`.
fn string_arguments(method: &ImplItemFn) -> Vec<String> {
    method
        .sig
        .inputs
        .iter()
        .filter_map(|argument| match argument {
            FnArg::Typed(argument) => match &*argument.ty {
                Type::Reference(reference) if text(&reference.elem) == "str" => {
                    Some(text(&argument.pat))
                }
                _ => None,
            },
            FnArg::Receiver(_) => None,
        })
        .collect()
}

/// Leaves out the lifetimes of references.
struct Elide;

impl VisitMut for Elide {
    fn visit_receiver_mut(&mut self, receiver: &mut Receiver) {
        if let ReceiverKind::Reference(_, lifetime, _) = &mut receiver.kind {
            *lifetime = None;
        }
    }

    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        visit_mut::visit_type_reference_mut(self, reference);
        reference.lifetime = None;
    }
}

/// Passes strings as they are: `encode_path(&id.to_string())` becomes `encode_path(id)`.
struct PassStrings {
    strings: Vec<String>,
}

impl VisitMut for PassStrings {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::Reference(reference) = expression
            && let Expr::MethodCall(call) = &*reference.expr
            && call.method == "to_string"
            && self.strings.contains(&text(&call.receiver))
        {
            *expression = (*call.receiver).clone();
        }
    }

    /// The arguments of `format!` are bare tokens until someone parses them.
    fn visit_macro_mut(&mut self, call: &mut Macro) {
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
        if call.path.is_ident("format")
            && let Ok(mut arguments) = call.parse_body_with(arguments)
        {
            for argument in &mut arguments {
                self.visit_expr_mut(argument);
            }
            // Clippy wants none where all fits on one line.
            arguments.pop_punct();
            call.tokens = arguments.to_token_stream();
        }
    }
}

/// Joins neighbouring arms that match literals and do the same.
fn merge(arms: Vec<Arm>) -> Vec<Arm> {
    let mut merged: Vec<Arm> = Vec::new();
    for arm in arms {
        match merged.last_mut() {
            Some(last)
                if matches!(last.pat, Pat::Lit(_) | Pat::Or(_))
                    && matches!(arm.pat, Pat::Lit(_))
                    && text(&last.body) == text(&arm.body) =>
            {
                last.pat = either(last.pat.clone(), arm.pat);
            }
            _ => merged.push(arm),
        }
    }
    merged
}

fn either(left: Pat, right: Pat) -> Pat {
    let mut cases = match left {
        Pat::Or(left) => left.cases,
        left => std::iter::once(left).collect(),
    };
    cases.push(right);
    Pat::Or(PatOr {
        attrs: Vec::new(),
        leading_vert: None,
        cases,
    })
}

fn text(code: &impl ToTokens) -> String {
    code.to_token_stream().to_string()
}
