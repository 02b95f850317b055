//! The kinds of object in an OpenAPI 3.0.3 document.

use super::keys;

/// A kind of object, named as in the OpenAPI specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Callback,
    Components,
    Contact,
    Discriminator,
    Document,
    Encoding,
    Example,
    ExternalDocumentation,
    Header,
    Info,
    License,
    Link,
    MediaType,
    OAuthFlow,
    OAuthFlows,
    Operation,
    Parameter,
    PathItem,
    Paths,
    RequestBody,
    Response,
    Responses,
    Schema,
    SecurityScheme,
    Server,
    ServerVariable,
    Tag,
    Xml,
}

/// What stands under a key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// Anything: a plain value, or something whose keys are free.
    Any,
    One(Kind),
    List(Kind),
    /// Free keys, each with an object.
    Map(Kind),
}

/// The keys of an object.
pub(super) enum Keys {
    Fixed(&'static [(&'static str, Shape)]),
    /// Free keys that a pattern describes, each with an object.
    Free(fn(&str) -> bool, &'static str, Kind),
}

impl Keys {
    /// What stands under a key; nothing under an unknown one.
    pub(super) fn shape_of(&self, key: &str) -> Option<Shape> {
        match self {
            Self::Fixed(keys) => keys
                .iter()
                .find(|(known, _)| *known == key)
                .map(|(_, shape)| *shape),
            Self::Free(fits, _, kind) => fits(key).then_some(Shape::One(*kind)),
        }
    }
}

impl Kind {
    /// How messages call an object of this kind.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Callback => "a callback",
            Self::Components => "the components",
            Self::Contact => "the contact",
            Self::Discriminator => "a discriminator",
            Self::Document => "the document",
            Self::Encoding => "an encoding",
            Self::Example => "an example",
            Self::ExternalDocumentation => "an externalDocs",
            Self::Header => "a header",
            Self::Info => "the info",
            Self::License => "the license",
            Self::Link => "a link",
            Self::MediaType => "a media type",
            Self::OAuthFlow => "an OAuth flow",
            Self::OAuthFlows => "OAuth flows",
            Self::Operation => "an operation",
            Self::Parameter => "a parameter",
            Self::PathItem => "a path",
            Self::Paths => "the paths",
            Self::RequestBody => "a request body",
            Self::Response => "a response",
            Self::Responses => "the responses",
            Self::Schema => "a schema",
            Self::SecurityScheme => "a security scheme",
            Self::Server => "a server",
            Self::ServerVariable => "a server variable",
            Self::Tag => "a tag",
            Self::Xml => "an xml",
        }
    }

    /// The section of the components that references to such an object point into, where there may be references.
    pub(super) fn section(self) -> Option<&'static str> {
        Some(match self {
            Self::Callback => "callbacks",
            Self::Example => "examples",
            Self::Header => "headers",
            Self::Link => "links",
            Self::Parameter => "parameters",
            Self::RequestBody => "requestBodies",
            Self::Response => "responses",
            Self::Schema => "schemas",
            Self::SecurityScheme => "securitySchemes",
            _ => return None,
        })
    }

    /// The keys that an object of this kind may have.
    pub(super) fn keys(self) -> Keys {
        Keys::Fixed(match self {
            Self::Callback => return Keys::Free(|_| true, "an expression", Self::PathItem),
            Self::Paths => {
                return Keys::Free(is_path, "a path, which begins with /", Self::PathItem);
            }
            Self::Responses => return Keys::Free(is_status, "a status code", Self::Response),
            Self::Components => keys::COMPONENTS,
            Self::Contact => keys::CONTACT,
            Self::Discriminator => keys::DISCRIMINATOR,
            Self::Document => keys::DOCUMENT,
            Self::Encoding => keys::ENCODING,
            Self::Example => keys::EXAMPLE,
            Self::ExternalDocumentation => keys::EXTERNAL_DOCUMENTATION,
            Self::Header => keys::HEADER,
            Self::Info => keys::INFO,
            Self::License => keys::LICENSE,
            Self::Link => keys::LINK,
            Self::MediaType => keys::MEDIA_TYPE,
            Self::OAuthFlow => keys::OAUTH_FLOW,
            Self::OAuthFlows => keys::OAUTH_FLOWS,
            Self::Operation => keys::OPERATION,
            Self::Parameter => keys::PARAMETER,
            Self::PathItem => keys::PATH_ITEM,
            Self::RequestBody => keys::REQUEST_BODY,
            Self::Response => keys::RESPONSE,
            Self::Schema => keys::SCHEMA,
            Self::SecurityScheme => keys::SECURITY_SCHEME,
            Self::Server => keys::SERVER,
            Self::ServerVariable => keys::SERVER_VARIABLE,
            Self::Tag => keys::TAG,
            Self::Xml => keys::XML,
        })
    }
}

fn is_path(key: &str) -> bool {
    key.starts_with('/')
}

/// A code, a range of codes, or the word for all other codes.
fn is_status(key: &str) -> bool {
    let range = key.len() == 3
        && key.starts_with(|first: char| ('1'..='5').contains(&first))
        && (key.ends_with("XX") || key.bytes().all(|byte| byte.is_ascii_digit()));
    range || key == "default"
}
