//! A document with its operations and objects listed, as the rules need it.

use std::collections::BTreeSet;

use super::tree::Node;

/// A document, read once for all rules.
pub(super) struct Document<'a> {
    pub(super) root: &'a Node,
    /// The objects in operations and components; references are not followed.
    pub(super) objects: Vec<Object<'a>>,
    /// All operations, in the document's order.
    pub(super) operations: Vec<OperationEntry<'a>>,
}

/// A parameter, body, response, header or schema.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    /// The section of the components that a reference in this place must point into.
    pub(super) section: &'static str,
    pub(super) node: &'a Node,
}

/// An operation and its place in the document.
pub(super) struct OperationEntry<'a> {
    pub(super) node: &'a Node,
    /// Its method, in lower case.
    pub(super) method: &'a str,
    /// The path's template.
    pub(super) path: &'a str,
    /// The path's object, which may have parameters of its own.
    pub(super) path_item: &'a Node,
    /// Its operationId, or its method and path if it has none.
    pub(super) name: String,
    /// The line of its method.
    pub(super) line: u64,
    last_line: u64,
}

/// The sections of the components that the rules check.
const SECTIONS: [&str; 5] = [
    "parameters",
    "requestBodies",
    "responses",
    "headers",
    "schemas",
];

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

impl<'a> Document<'a> {
    pub(super) fn new(root: &'a Node) -> Self {
        let mut document = Self {
            root,
            objects: Vec::new(),
            operations: operations(root),
        };
        let mut open: Vec<_> = document
            .operations
            .iter()
            .flat_map(OperationEntry::objects)
            .chain(document.components().map(|(_, object)| object))
            .collect();
        while let Some(object) = open.pop() {
            document.objects.push(object);
            open.extend(object.below());
        }
        document
    }

    /// All objects of a section, in components or inline.
    pub(super) fn of(&self, section: &str) -> impl Iterator<Item = &'a Node> {
        self.objects
            .iter()
            .filter(move |object| object.section == section)
            .map(|object| object.node)
    }

    /// All named objects, each with its name.
    pub(super) fn components(&self) -> impl Iterator<Item = (&'a str, Object<'a>)> + use<'a> {
        let components = self.root.get("components");
        SECTIONS.into_iter().flat_map(move |section| {
            let entries = components.map_or(&[][..], |components| components.entries_at(section));
            entries.iter().map(move |entry| {
                let node = &entry.node;
                (entry.key.as_str(), Object { section, node })
            })
        })
    }

    /// All objects that the operations use, directly or by reference.
    pub(super) fn used(&self) -> BTreeSet<*const Node> {
        let mut used = BTreeSet::new();
        let operations = self.operations.iter();
        let mut open: Vec<_> = operations.flat_map(OperationEntry::objects).collect();
        while let Some(Object { section, node }) = open.pop() {
            if used.insert(std::ptr::from_ref(node)) {
                open.extend(Object { section, node }.below());
                let reference = node.text_at("$ref").unwrap_or_default();
                if reference.starts_with(&format!("#/components/{section}/")) {
                    let target = self.root.resolve(reference);
                    open.extend(target.map(|node| Object { section, node }));
                }
            }
        }
        used
    }

    /// Resolves `node` if it is a reference; `None` if its target does not exist.
    pub(super) fn follow(&self, node: &'a Node) -> Option<&'a Node> {
        match node.text_at("$ref") {
            Some(reference) => self.root.resolve(reference),
            None => Some(node),
        }
    }

    /// A schema and all schemas below it, references followed, each once.
    pub(super) fn schemas(&self, schema: &'a Node) -> Vec<&'a Node> {
        let mut found: Vec<&Node> = Vec::new();
        let mut open = vec![schema];
        while let Some(schema) = open.pop() {
            // Another rule reports a reference to nothing.
            let Some(schema) = self.follow(schema) else {
                continue;
            };
            if !found.iter().any(|known| std::ptr::eq(*known, schema)) {
                found.push(schema);
                open.extend(schemas_below(schema));
            }
        }
        found
    }

    /// The JSON pointer to a part of the document.
    pub(super) fn path_to(&self, node: &Node) -> String {
        format!("#{}", self.root.path_to(node).unwrap_or_default())
    }

    /// The name of the operation that contains a line.
    pub(super) fn operation_at(&self, line: u64) -> Option<&str> {
        self.operations
            .iter()
            .find(|operation| (operation.line..=operation.last_line).contains(&line))
            .map(|operation| operation.name.as_str())
    }
}

impl Object<'_> {
    /// The objects directly below this one.
    fn below(self) -> Vec<Self> {
        let Self { section, node } = self;
        if node.get("$ref").is_some() {
            return Vec::new();
        }
        let schema = |node| Object {
            section: "schemas",
            node,
        };
        if section == "schemas" {
            return schemas_below(node).map(schema).collect();
        }
        let headers = node.entries_at("headers").iter().map(|entry| Object {
            section: "headers",
            node: &entry.node,
        });
        let media = node.entries_at("content").iter().map(|entry| &entry.node);
        media
            .chain([node])
            .filter_map(|holder| holder.get("schema"))
            .map(schema)
            .chain(headers)
            .collect()
    }
}

impl<'a> OperationEntry<'a> {
    /// Its own parameters and its path's.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &'a Node> {
        let own = self.node.items_at("parameters");
        own.iter().chain(self.path_item.items_at("parameters"))
    }

    /// Parameters, request body and responses.
    fn objects(&self) -> Vec<Object<'a>> {
        let object = |section| move |node| Object { section, node };
        let responses = self.node.entries_at("responses").iter();
        let body = self.node.get("requestBody");
        self.parameters()
            .map(object("parameters"))
            .chain(body.map(object("requestBodies")))
            .chain(responses.map(|entry| &entry.node).map(object("responses")))
            .collect()
    }
}

/// The schemas directly below a schema.
pub(super) fn schemas_below(schema: &Node) -> impl Iterator<Item = &Node> {
    let single = ["items", "additionalProperties", "not"];
    let lists = ["allOf", "oneOf", "anyOf"];
    schema
        .entries_at("properties")
        .iter()
        .map(|entry| &entry.node)
        .chain(single.into_iter().filter_map(|key| schema.get(key)))
        .chain(lists.into_iter().flat_map(|key| schema.items_at(key)))
}

fn operations(root: &Node) -> Vec<OperationEntry<'_>> {
    let mut operations = Vec::new();
    for path in root.entries_at("paths") {
        for entry in path.node.entries() {
            if METHODS.contains(&entry.key.as_str()) {
                let name = match entry.node.text_at("operationId") {
                    Some(id) => id.to_owned(),
                    None => format!("{} {}", entry.key.to_uppercase(), path.key),
                };
                operations.push(OperationEntry {
                    node: &entry.node,
                    method: &entry.key,
                    path: &path.key,
                    path_item: &path.node,
                    name,
                    line: entry.line,
                    last_line: entry.node.last_line(),
                });
            }
        }
    }
    operations
}
