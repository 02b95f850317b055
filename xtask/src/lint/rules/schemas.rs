//! References and schemas: they exist, are used, named, described, and have a known type.

use crate::lint::{
    document::{Document, schemas_below},
    problem::Findings,
    tree::{Entry, Node},
};

pub(super) const DANGLING: &str = "dangling-reference";
pub(super) const UNUSED: &str = "unused";
pub(super) const TYPE: &str = "type";
pub(super) const NULLABLE: &str = "nullable-type";
pub(super) const REQUIRED: &str = "required-property";
pub(super) const DESCRIBED: &str = "described";
pub(super) const NAMED: &str = "named-schema";
pub(super) const NO_DEFAULT: &str = "schema-default";
pub(super) const PASSWORD_FORMAT: &str = "password-format";

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// The keys allowed next to `format: password`: with any other key the secret becomes a plain string.
const BESIDE_PASSWORD: &[&str] = &["type", "format", "description", "nullable", "writeOnly"];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    check_references(document, findings);
    check_use(document, findings);
    let named = document.root.resolve("#/components/schemas");
    for entry in named.map(Node::entries).unwrap_or_default() {
        check_described("schema", entry, findings);
    }
    for node in document.of("schemas") {
        check_type(document, node, findings);
        check_required(document, node, findings);
        for entry in node.entries_at("properties") {
            check_described("property", entry, findings);
        }
        for schema in schemas_below(node) {
            check_named(schema, findings);
        }
        if node.text_at("format") == Some("password") {
            check_password(node, findings);
        }
        if let Some(entry) = node.entry("default") {
            findings.add(
                entry.line,
                NO_DEFAULT,
                "`default` in a schema becomes code that may panic: state it in the description",
            );
        }
    }
    for body in document.of("requestBodies").chain(document.of("responses")) {
        for media in body.entries_at("content") {
            if let Some(schema) = media.node.get("schema") {
                check_named(schema, findings);
            }
        }
    }
}

fn check_references(document: &Document<'_>, findings: &mut Findings<'_>) {
    for object in &document.objects {
        let Some(entry) = object.node.entry("$ref") else {
            continue;
        };
        let section = object.section;
        let target = entry.node.text().unwrap_or_default();
        let fits = target.starts_with(&format!("#/components/{section}/"))
            && document.root.resolve(target).is_some();
        if !fits {
            findings.add(
                entry.line,
                DANGLING,
                format!(
                    "`{target}` does not exist: refer to an entry of `#/components/{section}/`"
                ),
            );
        }
    }
    for path in document.root.entries_at("paths") {
        if let Some(entry) = path.node.entry("$ref") {
            findings.add(
                entry.line,
                DANGLING,
                format!("the path `{}` is a reference, which the generator ignores: write its operations here", path.key),
            );
        }
    }
}

fn check_use(document: &Document<'_>, findings: &mut Findings<'_>) {
    let used = document.used();
    for (name, object) in document.components() {
        if !used.contains(&std::ptr::from_ref(object.node)) {
            findings.add(
                object.node.line,
                UNUSED,
                format!(
                    "no operation uses `#/components/{}/{name}`: remove it or refer to it",
                    object.section
                ),
            );
        }
    }
}

fn check_type(document: &Document<'_>, schema: &Node, findings: &mut Findings<'_>) {
    let entry = schema.entry("type");
    if let Some(entry) = entry
        && !entry.node.text().is_some_and(|text| TYPES.contains(&text))
    {
        findings.add(
            entry.line,
            TYPE,
            format!(
                "{} is not a type: use one of {}",
                document.path_to(&entry.node),
                TYPES.join(", ")
            ),
        );
    }
    if let Some(nullable) = schema.entry("nullable")
        && entry.is_none()
    {
        findings.add(
            nullable.line,
            NULLABLE,
            format!(
                "{} has no effect without a type: add the `type` of the schema next to it",
                document.path_to(&nullable.node)
            ),
        );
    }
}

fn check_required<'a>(document: &Document<'a>, schema: &'a Node, findings: &mut Findings<'_>) {
    let mut names = Vec::new();
    for item in schema.items_at("required") {
        if names.is_empty() {
            property_names(document, schema, &mut Vec::new(), &mut names);
        }
        let name = item.text().unwrap_or_default();
        if !names.contains(&name) {
            findings.add(
                item.line,
                REQUIRED,
                format!(
                    "{} names `{name}`, which is not a property: correct or remove it",
                    document.path_to(item)
                ),
            );
        }
    }
}

/// Collects the names of a schema's properties, including its `allOf` parts.
fn property_names<'a>(
    document: &Document<'a>,
    schema: &'a Node,
    seen: &mut Vec<*const Node>,
    names: &mut Vec<&'a str>,
) {
    let Some(schema) = document.follow(schema) else {
        return;
    };
    if seen.contains(&std::ptr::from_ref(schema)) {
        return;
    }
    seen.push(schema);
    let properties = schema.entries_at("properties").iter();
    names.extend(properties.map(|entry| entry.key.as_str()));
    for part in schema.items_at("allOf") {
        property_names(document, part, seen, names);
    }
}

fn check_named(schema: &Node, findings: &mut Findings<'_>) {
    if let Some(entry) = schema.entry("properties") {
        findings.add(
            entry.line,
            NAMED,
            "an unnamed object becomes a model with an invented name: \
             move it to `#/components/schemas` and refer to it",
        );
    }
}

fn check_described(what: &str, entry: &Entry, findings: &mut Findings<'_>) {
    let text = entry.node.text_at("description").unwrap_or_default();
    if text.trim().is_empty() {
        let hint = if entry.node.get("$ref").is_some() {
            "put the reference into a list under `allOf`, with a description next to it"
        } else {
            "add one"
        };
        findings.add(
            entry.line,
            DESCRIBED,
            format!("the {what} `{}` has no description: {hint}", entry.key),
        );
    }
}

fn check_password(schema: &Node, findings: &mut Findings<'_>) {
    for entry in schema.entries() {
        if !BESIDE_PASSWORD.contains(&entry.key.as_str()) {
            findings.add(
                entry.line,
                PASSWORD_FORMAT,
                format!(
                    "`{}` next to `format: password` makes the secret a plain string: only {} are allowed",
                    entry.key,
                    BESIDE_PASSWORD.join(", ")
                ),
            );
        }
    }
}
