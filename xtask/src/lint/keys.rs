//! The keys of the objects of OpenAPI 3.0.3, in the specification's order. Of `x-` keys only those that someone reads.

use super::grammar::{
    Kind::{
        Callback, Components, Contact, Discriminator, Encoding, Example, ExternalDocumentation,
        Header, Info, License, Link, MediaType, OAuthFlow, OAuthFlows, Operation, Parameter, Paths,
        RequestBody, Response, Responses, Schema, SecurityScheme, Server, ServerVariable, Tag, Xml,
    },
    Shape::{self, Any, List, Map, One},
};

pub(super) const DOCUMENT: &[(&str, Shape)] = &[
    ("openapi", Any),
    ("info", One(Info)),
    ("servers", List(Server)),
    ("paths", One(Paths)),
    ("components", One(Components)),
    ("security", Any),
    ("tags", List(Tag)),
    ("externalDocs", One(ExternalDocumentation)),
];

pub(super) const INFO: &[(&str, Shape)] = &[
    ("title", Any),
    ("description", Any),
    ("termsOfService", Any),
    ("contact", One(Contact)),
    ("license", One(License)),
    ("version", Any),
];

pub(super) const COMPONENTS: &[(&str, Shape)] = &[
    ("schemas", Map(Schema)),
    ("responses", Map(Response)),
    ("parameters", Map(Parameter)),
    ("examples", Map(Example)),
    ("requestBodies", Map(RequestBody)),
    ("headers", Map(Header)),
    ("securitySchemes", Map(SecurityScheme)),
    ("links", Map(Link)),
    ("callbacks", Map(Callback)),
];

pub(super) const PATH_ITEM: &[(&str, Shape)] = &[
    ("summary", Any),
    ("description", Any),
    ("get", One(Operation)),
    ("put", One(Operation)),
    ("post", One(Operation)),
    ("delete", One(Operation)),
    ("options", One(Operation)),
    ("head", One(Operation)),
    ("patch", One(Operation)),
    ("trace", One(Operation)),
    ("servers", List(Server)),
    ("parameters", List(Parameter)),
];

pub(super) const OPERATION: &[(&str, Shape)] = &[
    ("tags", Any),
    ("summary", Any),
    ("description", Any),
    ("externalDocs", One(ExternalDocumentation)),
    ("operationId", Any),
    ("parameters", List(Parameter)),
    ("requestBody", One(RequestBody)),
    ("responses", One(Responses)),
    ("callbacks", Map(Callback)),
    ("deprecated", Any),
    ("security", Any),
    ("servers", List(Server)),
    ("x-repeat", Any),
    ("x-changes", Any),
];

pub(super) const PARAMETER: &[(&str, Shape)] = &[
    ("name", Any),
    ("in", Any),
    ("description", Any),
    ("required", Any),
    ("deprecated", Any),
    ("allowEmptyValue", Any),
    ("style", Any),
    ("explode", Any),
    ("allowReserved", Any),
    ("schema", One(Schema)),
    ("example", Any),
    ("examples", Map(Example)),
    ("content", Map(MediaType)),
];

pub(super) const HEADER: &[(&str, Shape)] = &[
    ("description", Any),
    ("required", Any),
    ("deprecated", Any),
    ("style", Any),
    ("explode", Any),
    ("schema", One(Schema)),
    ("example", Any),
    ("examples", Map(Example)),
    ("content", Map(MediaType)),
];

pub(super) const MEDIA_TYPE: &[(&str, Shape)] = &[
    ("schema", One(Schema)),
    ("example", Any),
    ("examples", Map(Example)),
    ("encoding", Map(Encoding)),
];

pub(super) const ENCODING: &[(&str, Shape)] = &[
    ("contentType", Any),
    ("headers", Map(Header)),
    ("style", Any),
    ("explode", Any),
    ("allowReserved", Any),
];

pub(super) const RESPONSE: &[(&str, Shape)] = &[
    ("description", Any),
    ("headers", Map(Header)),
    ("content", Map(MediaType)),
    ("links", Map(Link)),
];

pub(super) const LINK: &[(&str, Shape)] = &[
    ("operationRef", Any),
    ("operationId", Any),
    ("parameters", Any),
    ("requestBody", Any),
    ("description", Any),
    ("server", One(Server)),
];

pub(super) const SCHEMA: &[(&str, Shape)] = &[
    ("title", Any),
    ("multipleOf", Any),
    ("maximum", Any),
    ("exclusiveMaximum", Any),
    ("minimum", Any),
    ("exclusiveMinimum", Any),
    ("maxLength", Any),
    ("minLength", Any),
    ("pattern", Any),
    ("maxItems", Any),
    ("minItems", Any),
    ("uniqueItems", Any),
    ("maxProperties", Any),
    ("minProperties", Any),
    ("required", Any),
    ("enum", Any),
    ("type", Any),
    ("allOf", List(Schema)),
    ("oneOf", List(Schema)),
    ("anyOf", List(Schema)),
    ("not", One(Schema)),
    ("items", One(Schema)),
    ("properties", Map(Schema)),
    ("additionalProperties", One(Schema)),
    ("description", Any),
    ("format", Any),
    ("default", Any),
    ("nullable", Any),
    ("discriminator", One(Discriminator)),
    ("readOnly", Any),
    ("writeOnly", Any),
    ("xml", One(Xml)),
    ("externalDocs", One(ExternalDocumentation)),
    ("example", Any),
    ("deprecated", Any),
    ("x-free-text", Any),
];

pub(super) const SECURITY_SCHEME: &[(&str, Shape)] = &[
    ("type", Any),
    ("description", Any),
    ("name", Any),
    ("in", Any),
    ("scheme", Any),
    ("bearerFormat", Any),
    ("flows", One(OAuthFlows)),
    ("openIdConnectUrl", Any),
];

pub(super) const OAUTH_FLOWS: &[(&str, Shape)] = &[
    ("implicit", One(OAuthFlow)),
    ("password", One(OAuthFlow)),
    ("clientCredentials", One(OAuthFlow)),
    ("authorizationCode", One(OAuthFlow)),
];

pub(super) const OAUTH_FLOW: &[(&str, Shape)] = &[
    ("authorizationUrl", Any),
    ("tokenUrl", Any),
    ("refreshUrl", Any),
    ("scopes", Any),
];

pub(super) const CONTACT: &[(&str, Shape)] = &[("name", Any), ("url", Any), ("email", Any)];

pub(super) const DISCRIMINATOR: &[(&str, Shape)] = &[("propertyName", Any), ("mapping", Any)];

pub(super) const EXAMPLE: &[(&str, Shape)] = &[
    ("summary", Any),
    ("description", Any),
    ("value", Any),
    ("externalValue", Any),
];

pub(super) const EXTERNAL_DOCUMENTATION: &[(&str, Shape)] = &[("description", Any), ("url", Any)];

pub(super) const LICENSE: &[(&str, Shape)] = &[("name", Any), ("url", Any)];

pub(super) const REQUEST_BODY: &[(&str, Shape)] = &[
    ("description", Any),
    ("content", Map(MediaType)),
    ("required", Any),
];

pub(super) const SERVER: &[(&str, Shape)] = &[
    ("url", Any),
    ("description", Any),
    ("variables", Map(ServerVariable)),
];

pub(super) const SERVER_VARIABLE: &[(&str, Shape)] =
    &[("enum", Any), ("default", Any), ("description", Any)];

pub(super) const TAG: &[(&str, Shape)] = &[
    ("name", Any),
    ("description", Any),
    ("externalDocs", One(ExternalDocumentation)),
];

pub(super) const XML: &[(&str, Shape)] = &[
    ("name", Any),
    ("namespace", Any),
    ("prefix", Any),
    ("attribute", Any),
    ("wrapped", Any),
];
