//! A document with its objects sorted out: what the rules look at.

use super::{
    grammar::{Kind, Shape},
    tree::Node,
};

/// A document, read once for all rules.
pub(super) struct Document<'a> {
    pub(super) root: &'a Node,
    /// All objects of the document, in its order; references are not followed.
    pub(super) objects: Vec<Object<'a>>,
    /// All operations, in the document's order.
    pub(super) operations: Vec<OperationEntry<'a>>,
}

/// An object and its kind.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) kind: Kind,
    pub(super) node: &'a Node,
}

/// An operation and where it stands.
pub(super) struct OperationEntry<'a> {
    pub(super) node: &'a Node,
    /// Its method, in lower case.
    pub(super) method: &'a str,
    /// The path's template.
    pub(super) path: &'a str,
    /// The path's object, which may have parameters of its own.
    pub(super) path_item: &'a Node,
    /// Its operationId, or its method and path where it has none.
    pub(super) name: String,
    /// The line of its method.
    pub(super) line: u64,
    last_line: u64,
}

impl<'a> Document<'a> {
    pub(super) fn new(root: &'a Node) -> Self {
        let mut document = Self {
            root,
            objects: Vec::new(),
            operations: Vec::new(),
        };
        document.add(Kind::Document, root);
        document.operations = operations(root);
        document
    }

    /// All objects of one kind.
    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = Object<'a>> {
        self.objects
            .iter()
            .copied()
            .filter(move |object| object.kind == kind)
    }

    /// What `node` is, or what it refers to; nothing for a reference to nothing.
    pub(super) fn follow(&self, node: &'a Node) -> Option<&'a Node> {
        match node.text_at("$ref") {
            Some(reference) => self.root.resolve(reference),
            None => Some(node),
        }
    }

    /// The name of the operation that a line belongs to.
    pub(super) fn operation_at(&self, line: u64) -> Option<&str> {
        self.operations
            .iter()
            .find(|operation| (operation.line..=operation.last_line).contains(&line))
            .map(|operation| operation.name.as_str())
    }

    fn add(&mut self, kind: Kind, node: &'a Node) {
        self.objects.push(Object { kind, node });
        if node.get("$ref").is_some() {
            return;
        }
        for entry in node.entries() {
            match kind.keys().shape_of(&entry.key) {
                Some(Shape::One(kind)) => self.add(kind, &entry.node),
                Some(Shape::List(kind)) => {
                    for item in entry.node.items() {
                        self.add(kind, item);
                    }
                }
                Some(Shape::Map(kind)) => {
                    for entry in entry.node.entries() {
                        self.add(kind, &entry.node);
                    }
                }
                Some(Shape::Any) | None => {}
            }
        }
    }
}

/// The schemas that a schema is made of.
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

const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

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
