//! Finds secrets and free text in the bodies and headers of an operation.

use std::collections::BTreeSet;

use anyhow::Context;
use openapiv3::OpenAPI;
use serde_json::{Map, Value};

/// A document as plain JSON, which makes references easy to follow.
pub(super) struct Members(Value);

impl Members {
    pub(super) fn of(document: &OpenAPI) -> anyhow::Result<Self> {
        let document = serde_json::to_value(document);
        Ok(Self(
            document.context("cannot convert the document to JSON")?,
        ))
    }

    /// The names of request members that hold a secret.
    pub(super) fn secrets(&self, path: &str, method: &str) -> BTreeSet<&str> {
        let body = &self.0["paths"][path][method]["requestBody"];
        self.names(body, |schema| schema["format"] == "password")
    }

    /// The names of success members that hold free text.
    pub(super) fn free_text(&self, path: &str, method: &str) -> BTreeSet<&str> {
        let responses = self.0["paths"][path][method]["responses"].as_object();
        let successes = responses.into_iter().flatten();
        successes
            .filter(|(status, _)| status.starts_with('2'))
            .flat_map(|(_, response)| self.names(response, |schema| schema["x-free-text"] == true))
            .collect()
    }

    /// The names of response headers that hold a secret, in lower case.
    pub(super) fn secret_headers(&self, path: &str, method: &str) -> BTreeSet<String> {
        let responses = self.0["paths"][path][method]["responses"].as_object();
        let responses = responses
            .into_iter()
            .flat_map(|responses| responses.values());
        responses
            .filter_map(|response| self.follow(response)["headers"].as_object())
            .flatten()
            .filter(|(_, header)| {
                self.follow(&self.follow(header)["schema"])["format"] == "password"
            })
            .map(|(name, _)| name.to_lowercase())
            .collect()
    }

    /// The success status, and whether the document describes its body.
    pub(super) fn success(&self, path: &str, method: &str) -> Option<(u16, bool)> {
        let responses = self.0["paths"][path][method]["responses"].as_object();
        let (status, response) = responses?
            .iter()
            .find(|(status, _)| status.starts_with('2'))?;
        let content = self.follow(response)["content"].as_object();
        let is_described = content.is_some_and(|content| !content.is_empty());
        Some((status.parse().ok()?, is_described))
    }

    /// Whether a call needs credentials; `None` if the document does not say.
    pub(super) fn needs_credentials(&self, path: &str, method: &str) -> Option<bool> {
        let own = self.0["paths"][path][method]["security"].as_array();
        let ways = own.or(self.0["security"].as_array())?;
        Some(ways.iter().any(|way| way != &Value::Object(Map::new())))
    }

    fn names<'a>(&'a self, body: &'a Value, is_marked: fn(&Value) -> bool) -> BTreeSet<&'a str> {
        let mut walk = Walk {
            members: self,
            is_marked,
            seen: BTreeSet::new(),
            names: BTreeSet::new(),
        };
        let content = self.follow(body)["content"].as_object();
        for media in content.into_iter().flat_map(|content| content.values()) {
            walk.visit(&media["schema"]);
        }
        walk.names
    }

    /// Resolves a reference.
    fn follow<'a>(&'a self, node: &'a Value) -> &'a Value {
        node["$ref"]
            .as_str()
            .and_then(|reference| self.0.pointer(reference.strip_prefix('#')?))
            .unwrap_or(node)
    }
}

struct Walk<'a> {
    members: &'a Members,
    is_marked: fn(&Value) -> bool,
    seen: BTreeSet<*const Value>,
    names: BTreeSet<&'a str>,
}

impl<'a> Walk<'a> {
    /// Collects the names of marked members. Returns whether the schema itself, or an unnamed part of it, is marked.
    fn visit(&mut self, schema: &'a Value) -> bool {
        let schema = self.members.follow(schema);
        let mut is_marked = (self.is_marked)(schema);
        for part in unnamed_parts(schema) {
            is_marked |= self.visit(part);
        }
        // A schema can contain itself only through its members.
        if self.seen.insert(std::ptr::from_ref(schema)) {
            let members = schema["properties"].as_object();
            for (name, member) in members.into_iter().flatten() {
                if self.visit(member) {
                    self.names.insert(name);
                }
            }
        }
        is_marked
    }
}

/// The items of a list, and the schemas that a schema combines.
fn unnamed_parts(schema: &Value) -> impl Iterator<Item = &Value> {
    let lists = ["allOf", "oneOf", "anyOf"];
    let parts = lists.into_iter().filter_map(|key| schema[key].as_array());
    let single = ["items", "additionalProperties"];
    let single = single.into_iter().filter_map(|key| schema.get(key));
    parts.flatten().chain(single)
}
