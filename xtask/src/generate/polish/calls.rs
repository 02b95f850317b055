//! Replaces the body of each method by one call of core.

use anyhow::{Context, ensure};
use syn::{
    ImplItemFn, Receiver, ReceiverKind, ReturnType, Stmt, Type, TypeReference, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::{
    body::{Call, Target},
    paths,
};
use crate::generate::operations;

/// Rewrites the body and the return type of the method for `target`.
pub(super) fn rewrite(method: &mut ImplItemFn, target: Target<'_>) -> anyhow::Result<()> {
    let id = target.id;
    let mut call = Call::default();
    for statement in &method.block.stmts {
        call.read(statement, target).with_context(|| {
            let statement = pretty(statement);
            format!("{id}: unknown statement in the code of progenitor:\n{statement}")
        })?;
    }
    ensure!(call.is_sent(), "{id}: progenitor generated no request");
    let signature = &mut method.sig;
    let model = model(&signature.output)
        .with_context(|| format!("{id}: progenitor generated an unknown return type"))?;
    signature.output = parse_quote!(-> Result<Response<#model>>);
    // No return type uses the lifetime of the arguments.
    signature.generics = parse_quote!();
    Elide.visit_signature_mut(signature);
    let operation = operations::constant(id);
    let steps = call.steps(signature);
    method.block = parse_quote!({
        self.core.request(&operations::#operation) #steps .send().await
    });
    Ok(())
}

/// The type of the response, in progenitor's return type.
fn model(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, output) = output else {
        return None;
    };
    paths::argument_of(&paths::argument_of(output, "Result")?, "ResponseValue")
}

/// Removes the lifetimes of references.
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

fn pretty(statement: &Stmt) -> String {
    let text = prettyplease::unparse(&parse_quote!(fn body() { #statement }));
    let lines: Vec<&str> = text.lines().collect();
    lines[1..lines.len() - 1].join("\n")
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::{ToTokens, quote};

    use super::*;

    const STOP: Target<'_> = Target {
        id: "StopTask",
        verb: "post",
        path: "/tasks/{task-id}/stop",
    };

    /// Code as progenitor generates it, with one more statement and one more step.
    fn method(statement: &TokenStream, step: &TokenStream) -> ImplItemFn {
        parse_quote! {
            pub async fn stop_task<'a>(&'a self, task_id: &'a str) -> Result<ResponseValue<()>, Error<()>> {
                let url = format!("{}/tasks/{}/stop", self.baseurl, encode_path(&task_id.to_string()),);
                #statement
                let mut request = self.client.post(url)#step.headers(header_map).build()?;
                let result = self.exec(request, &info).await;
                let response = result?;
                match response.status().as_u16() {
                    204u16 => { Ok(ResponseValue::empty(response)) }
                    _ => Err(Error::UnexpectedResponse(response)),
                }
            }
        }
    }

    fn refusal(mut method: ImplItemFn, target: Target<'_>) -> String {
        format!("{:#}", rewrite(&mut method, target).unwrap_err())
    }

    #[test]
    fn known_statements_become_one_call() {
        let mut method = method(&quote!(), &quote!());
        rewrite(&mut method, STOP).unwrap();
        let expected: ImplItemFn = parse_quote! {
            pub async fn stop_task(&self, task_id: &str) -> Result<Response<()>> {
                self.core
                    .request(&operations::STOP_TASK)
                    .path("task-id", task_id)
                    .send()
                    .await
            }
        };
        assert_eq!(
            method.to_token_stream().to_string(),
            expected.to_token_stream().to_string()
        );
    }

    #[test]
    fn unknown_statement_is_refused_with_operation_and_text() {
        for statement in [
            quote!(request.sign(&self.key);),
            quote!(let mut header_map = other::HeaderMap::with_capacity(1);),
            quote!(header_map.append("X-Id", task_id.into());),
            quote!(if task_id.is_empty() {
                return Err(Error::Empty);
            }),
            quote!(let other = format!("{}/other", self.baseurl);),
        ] {
            let text = refusal(method(&statement, &quote!()), STOP);
            assert!(text.starts_with("StopTask: "), "{text}");
            let shown = pretty(&parse_quote!(#statement));
            assert!(text.contains(&shown), "{text}");
        }
    }

    #[test]
    fn unknown_request_step_is_refused() {
        for (step, word) in [
            (quote!(.basic_auth("a")), "`.basic_auth` is unknown"),
            (quote!(.body(body)), "`.body` is unknown"),
            (quote!(.query(&ids)), "`.query` is unknown"),
            (quote!(.form_urlencoded(&body)?), "self.client"),
        ] {
            let text = refusal(method(&quote!(), &step), STOP);
            assert!(
                text.starts_with("StopTask: ") && text.contains(word),
                "{text}"
            );
        }
    }

    #[test]
    fn unknown_response_is_refused() {
        let mut stream = method(&quote!(), &quote!());
        stream.block.stmts.pop();
        stream.block.stmts.push(parse_quote! {
            match response.status().as_u16() {
                200u16 => { Ok(ResponseValue::stream(response)) }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        });
        let text = refusal(stream, STOP);
        assert!(
            text.contains("reads a response in an unknown way"),
            "{text}"
        );
    }

    #[test]
    fn method_of_another_operation_is_refused() {
        let get = Target {
            verb: "get",
            ..STOP
        };
        let text = refusal(method(&quote!(), &quote!()), get);
        assert!(text.contains("its method is not get"), "{text}");
        let path = Target {
            path: "/tasks/{task-id}",
            ..STOP
        };
        let text = refusal(method(&quote!(), &quote!()), path);
        assert!(
            text.contains("does not build the path /tasks/{task-id}"),
            "{text}"
        );
    }
}
