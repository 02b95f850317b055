//! The samples under `spec/examples/`: each is a request that its operation may get, or an answer that it may give.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use serde_json::{Map, Value, json};
use xtask::specs::SPECS;

use crate::workspace;

/// A document with `nullable` put as JSON Schema puts it.
fn read_documents() -> Vec<Value> {
    SPECS
        .iter()
        .map(|spec| {
            let source = fs::read_to_string(workspace::root().join(spec.file)).unwrap();
            let mut document: Value = serde_saphyr::from_str(&source).unwrap();
            for schema in document["components"]["schemas"]
                .as_object_mut()
                .unwrap()
                .values_mut()
            {
                allow_null(schema);
            }
            document
        })
        .collect()
}

fn allow_null(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(allow_null);
            if members.remove("nullable") == Some(Value::Bool(true)) {
                let schema = Value::Object(std::mem::take(members));
                *members =
                    Map::from_iter([("anyOf".to_owned(), json!([schema, {"type": "null"}]))]);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(allow_null),
        _ => {}
    }
}

/// All operations by their id, each with its document.
fn operations(documents: &[Value]) -> BTreeMap<&str, (&Value, &Value)> {
    let mut operations = BTreeMap::new();
    for document in documents {
        for path in document["paths"].as_object().unwrap().values() {
            for operation in path.as_object().unwrap().values() {
                if let Some(id) = operation["operationId"].as_str() {
                    operations.insert(id, (document, operation));
                }
            }
        }
    }
    operations
}

/// What the name of a request's sample begins with, in the place of a status.
const REQUEST: &str = "request";

/// The schema of an operation's request, or of its answer with a status, as a JSON Schema; none where there is no body.
fn schema(document: &Value, operation: &Value, what: &str) -> Option<Value> {
    let message = if what == REQUEST {
        &operation["requestBody"]
    } else {
        let response = &operation["responses"][what];
        assert!(response.is_object(), "status {what} is not documented");
        response
    };
    let message = match message["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => message,
    };
    let schema = message["content"]["application/json"]["schema"].as_object()?;
    let mut schema = schema.clone();
    schema.insert("components".to_owned(), document["components"].clone());
    Some(Value::Object(schema))
}

/// All samples: the operation's id, the status or [`REQUEST`], and the file.
fn samples() -> Vec<(String, String, PathBuf)> {
    let mut samples = Vec::new();
    for folder in fs::read_dir(workspace::root().join("spec/examples")).unwrap() {
        let folder = folder.unwrap();
        for file in fs::read_dir(folder.path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let what = name
                .strip_suffix(".json")
                .unwrap()
                .split('-')
                .next()
                .unwrap();
            samples.push((
                folder.file_name().into_string().unwrap(),
                what.to_owned(),
                path,
            ));
        }
    }
    samples
}

#[test]
fn each_sample_fits_its_schema() {
    let documents = read_documents();
    let operations = operations(&documents);
    for (id, what, path) in samples() {
        let (document, operation) = operations
            .get(id.as_str())
            .unwrap_or_else(|| panic!("{id} is no operationId"));
        let schema = schema(document, operation, &what)
            .unwrap_or_else(|| panic!("{}: there is no such body", path.display()));
        let sample: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&sample)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
    }
}

#[test]
fn each_operation_has_samples_of_request_success_and_failure() {
    let documents = read_documents();
    let there: BTreeSet<(String, String)> = samples()
        .into_iter()
        .map(|(id, what, _)| (id, what))
        .collect();
    for (id, (document, operation)) in operations(&documents) {
        let statuses = operation["responses"].as_object().unwrap().keys();
        let (successes, failures): (Vec<&String>, Vec<&String>) =
            statuses.partition(|status| status.starts_with('2'));
        let has = |what: &&String| there.contains(&(id.to_owned(), (*what).clone()));
        if schema(document, operation, REQUEST).is_some() {
            assert!(has(&&REQUEST.to_owned()), "{id} has no sample of a request");
        }
        for status in successes {
            if schema(document, operation, status).is_some() {
                assert!(has(&status), "{id} has no sample of {status}");
            }
        }
        assert!(failures.iter().any(has), "{id} has no sample of a failure");
    }
}

#[test]
fn a_sample_that_does_not_fit_is_found() {
    let documents = read_documents();
    let operations = operations(&documents);
    let (document, operation) = operations["ShowMigrationTask"];
    let schema = schema(document, operation, "200").unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&json!({"status": "NEW", "backup_files": null})));
    assert!(!validator.is_valid(&json!({"source_instance": {"port": 6379}})));
    let (document, operation) = operations["DeleteMigrationTask"];
    let schema = self::schema(document, operation, REQUEST).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(!validator.is_valid(&json!({})));
}
