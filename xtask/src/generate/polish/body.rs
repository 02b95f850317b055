//! Reads a call from the method body that progenitor generates.
//!
//! An unknown statement is an error, because the request may depend on it.

use anyhow::{Context, bail, ensure};
use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, FnArg, Signature, Stmt};

use super::{paths, template};

/// The operation that a method calls, as in the document.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) id: &'a str,
    pub(super) verb: &'a str,
    pub(super) path: &'a str,
}

/// A name on the wire, and the argument sent under that name.
type Named = (TokenTree, TokenTree);

/// A call, as read from the body of a method.
#[derive(Default)]
pub(super) struct Call {
    paths: Vec<Named>,
    queries: Vec<Named>,
    headers: Vec<Named>,
    body: Option<TokenTree>,
    is_sent: bool,
}

impl Call {
    pub(super) fn read(&mut self, statement: &Stmt, target: Target<'_>) -> anyhow::Result<()> {
        match expression(statement) {
            Some(Expr::Macro(url)) if url.mac.path.is_ident("format") => {
                return self.read_url(&url.mac.tokens, target);
            }
            Some(Expr::Try(chain)) if matches!(&*chain.expr, Expr::MethodCall(_)) => {
                self.is_sent = true;
                return self.read_request(&chain.expr, target);
            }
            Some(Expr::Match(response)) => {
                let subject = template::holes(quote!(__.status().as_u16()), &response.expr);
                ensure!(subject.is_some(), "it does not branch on the status");
                return response.arms.iter().try_for_each(|arm| {
                    ensure!(
                        is_known(&responses(), &arm.body),
                        "it reads a response in an unknown way"
                    );
                    Ok(())
                });
            }
            _ => {}
        }
        let always = quote!(header_map.append(__, __.to_string().try_into()?););
        let perhaps = quote! {
            if let Some(value) = __ { header_map.append(__, value.to_string().try_into()?); }
        };
        if let Some([name, argument]) = template::holes(always, statement).as_deref() {
            self.headers.push((name.clone(), argument.clone()));
        } else if let Some([argument, name]) = template::holes(perhaps, statement).as_deref() {
            self.headers.push((name.clone(), argument.clone()));
        } else {
            ensure!(is_known(&statements(), statement), "it is unknown");
        }
        Ok(())
    }

    /// Reads the arguments in the path. They are in the order of the names in the document's path template.
    fn read_url(&mut self, url: &TokenStream, target: Target<'_>) -> anyhow::Result<()> {
        let (pattern, names) = split(target.path);
        let encoded = names.iter().map(|_| quote!(encode_path(&__.to_string())));
        let arguments = template::holes(quote!(#pattern, self.baseurl #(, #encoded)*), url)
            .with_context(|| format!("it does not build the path {}", target.path))?;
        let names = names.into_iter().map(|name| Literal::string(name).into());
        self.paths = names.zip(arguments).collect();
        Ok(())
    }

    /// Reads the chain of calls that builds the request, from its start.
    fn read_request(&mut self, chain: &Expr, target: Target<'_>) -> anyhow::Result<()> {
        let Expr::MethodCall(call) = chain else {
            bail!("it does not build the request with `self.client`");
        };
        let (method, arguments) = (&call.method, &call.args);
        let step = quote!(#method(#arguments));
        if template::holes(quote!(self.client), &call.receiver).is_some() {
            ensure!(*method == target.verb, "its method is not {}", target.verb);
            return Ok(());
        }
        self.read_request(&call.receiver, target)?;
        let query = quote!(query(&progenitor_client::QueryParam::new(__, &__)));
        if let Some([name, argument]) = template::holes(query, &step).as_deref() {
            self.queries.push((name.clone(), argument.clone()));
        } else if let Some([argument]) = template::holes(quote!(json(&__)), &step).as_deref() {
            self.body = Some(argument.clone());
        } else {
            ensure!(is_known(&request_steps(), &step), "`.{method}` is unknown");
        }
        Ok(())
    }

    /// Whether the body sends a request.
    pub(super) fn is_sent(&self) -> bool {
        self.is_sent
    }

    /// The same call, with the methods of core.
    pub(super) fn steps(self, signature: &Signature) -> TokenStream {
        let optional = |(name, argument): Named| {
            if is_option(signature, &argument) {
                quote!(#name, #argument)
            } else {
                quote!(#name, Some(#argument))
            }
        };
        let paths = self
            .paths
            .into_iter()
            .map(|(name, argument)| quote!(#name, #argument));
        let queries = self.queries.into_iter().map(optional);
        let headers = self.headers.into_iter().map(optional);
        let body = self.body.into_iter();
        quote!(#(.path(#paths))* #(.query(#queries))* #(.header(#headers))* #(.body(#body))*)
    }
}

/// Statements that core replaces.
fn statements() -> [TokenStream; 7] {
    [
        quote!(let mut header_map = ::reqwest::header::HeaderMap::with_capacity(__);),
        quote! {
            header_map.append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        },
        quote!(let info = OperationInfo { operation_id: __ };),
        quote!(self.pre(&mut __, &info).await?;),
        quote!(let __ = self.exec(__, &info).await;),
        quote!(self.post(&__, &info).await?;),
        quote!(let __ = __?;),
    ]
}

/// Steps of a request that core replaces.
fn request_steps() -> [TokenStream; 3] {
    let json = quote!(::reqwest::header::HeaderValue::from_static(
        "application/json"
    ));
    [
        quote!(header(::reqwest::header::ACCEPT, #json)),
        quote!(headers(header_map)),
        quote!(build()),
    ]
}

/// Ways to read a response that core supports.
fn responses() -> [TokenStream; 4] {
    [
        quote!({ ResponseValue::from_response(__).await }),
        quote!({ Ok(ResponseValue::empty(__)) }),
        quote!({
            Err(Error::ErrorResponse(
                ResponseValue::from_response(__).await?,
            ))
        }),
        quote!(Err(Error::UnexpectedResponse(__))),
    ]
}

fn is_known(templates: &[TokenStream], code: &impl ToTokens) -> bool {
    let mut templates = templates.iter().cloned();
    templates.any(|template| template::holes(template, code).is_some())
}

/// The expression of a statement.
fn expression(statement: &Stmt) -> Option<&Expr> {
    match statement {
        Stmt::Local(local) => local.init.as_ref().map(|init| &*init.expr),
        Stmt::Expr(expression, None) => Some(expression),
        _ => None,
    }
}

/// A path template as progenitor's format string, and its names.
fn split(path: &str) -> (String, Vec<&str>) {
    let mut pattern = "{}".to_owned();
    let mut names = Vec::new();
    for part in path.split_inclusive('}') {
        match part.strip_suffix('}').and_then(|part| part.split_once('{')) {
            Some((before, name)) => {
                pattern.push_str(before);
                pattern.push_str("{}");
                names.push(name);
            }
            None => pattern.push_str(part),
        }
    }
    (pattern, names)
}

/// Whether an argument is optional.
fn is_option(signature: &Signature, argument: &TokenTree) -> bool {
    signature.inputs.iter().any(|input| match input {
        FnArg::Typed(input) => {
            input.pat.to_token_stream().to_string() == argument.to_string()
                && paths::is(&input.ty, "Option")
        }
        FnArg::Receiver(_) => false,
    })
}
