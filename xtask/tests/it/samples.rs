//! The samples under `spec/examples/`: each is an answer that its operation may give.

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

/// The schema of an operation's answer with a status, as a JSON Schema; none where the answer has no body.
fn schema(document: &Value, operation: &Value, status: &str) -> Option<Value> {
    let response = &operation["responses"][status];
    assert!(response.is_object(), "status {status} is not documented");
    let response = match response["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => response,
    };
    let schema = response["content"]["application/json"]["schema"].as_object()?;
    let mut schema = schema.clone();
    schema.insert("components".to_owned(), document["components"].clone());
    Some(Value::Object(schema))
}

/// All samples: the operation's id, the status, and the file.
fn samples() -> Vec<(String, String, PathBuf)> {
    let mut samples = Vec::new();
    for folder in fs::read_dir(workspace::root().join("spec/examples")).unwrap() {
        let folder = folder.unwrap();
        for file in fs::read_dir(folder.path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let status = name
                .strip_suffix(".json")
                .unwrap()
                .split('-')
                .next()
                .unwrap();
            samples.push((
                folder.file_name().into_string().unwrap(),
                status.to_owned(),
                path,
            ));
        }
    }
    samples
}

#[test]
fn each_sample_fits_the_schema_of_its_answer() {
    let documents = read_documents();
    let operations = operations(&documents);
    for (id, status, path) in samples() {
        let (document, operation) = operations
            .get(id.as_str())
            .unwrap_or_else(|| panic!("{id} is no operationId"));
        let schema = schema(document, operation, &status)
            .unwrap_or_else(|| panic!("{}: this answer has no body", path.display()));
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
fn each_operation_has_samples_of_success_and_of_failure() {
    let documents = read_documents();
    let there: BTreeSet<(String, String)> = samples()
        .into_iter()
        .map(|(id, status, _)| (id, status))
        .collect();
    for (id, (document, operation)) in operations(&documents) {
        let statuses = operation["responses"].as_object().unwrap().keys();
        let (successes, failures): (Vec<&String>, Vec<&String>) =
            statuses.partition(|status| status.starts_with('2'));
        let has = |status: &&String| there.contains(&(id.to_owned(), (*status).clone()));
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
}
