//! Which members of an operation's bodies hold a secret or free text.

use std::collections::BTreeSet;

use anyhow::Context;
use openapiv3::OpenAPI;
use serde_json::Value;

/// A document as plain JSON, in which references are easy to follow.
pub(super) struct Members(Value);

impl Members {
    pub(super) fn of(document: &OpenAPI) -> anyhow::Result<Self> {
        let document = serde_json::to_value(document);
        Ok(Self(document.context("the document cannot be written")?))
    }

    /// The names of the members of a request that hold a secret.
    pub(super) fn secrets(&self, path: &str, method: &str) -> BTreeSet<&str> {
        let body = &self.0["paths"][path][method]["requestBody"];
        self.names(body, |schema| schema["format"] == "password")
    }

    /// The names of the members of a success that hold free text.
    pub(super) fn free_text(&self, path: &str, method: &str) -> BTreeSet<&str> {
        let responses = self.0["paths"][path][method]["responses"].as_object();
        let successes = responses.into_iter().flatten();
        successes
            .filter(|(status, _)| status.starts_with('2'))
            .flat_map(|(_, answer)| self.names(answer, |schema| schema["x-free-text"] == true))
            .collect()
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

    /// What a schema is, or what it refers to.
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
    /// Collects the names of the marked members; whether the schema itself, or a part of it without a name, is marked.
    fn visit(&mut self, schema: &'a Value) -> bool {
        let schema = self.members.follow(schema);
        let mut is_marked = (self.is_marked)(schema);
        for part in unnamed_parts(schema) {
            is_marked |= self.visit(part);
        }
        // A schema may be part of itself by its members only.
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

/// The items of a list, and what a schema is put together of.
fn unnamed_parts(schema: &Value) -> impl Iterator<Item = &Value> {
    let lists = ["allOf", "oneOf", "anyOf"];
    let parts = lists.into_iter().filter_map(|key| schema[key].as_array());
    let single = ["items", "additionalProperties"];
    let single = single.into_iter().filter_map(|key| schema.get(key));
    parts.flatten().chain(single)
}
