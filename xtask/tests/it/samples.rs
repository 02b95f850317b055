//! The samples under `spec/examples/`: requests and responses of an operation.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Map, Value, json};
use xtask::lint::{self, REQUEST, Samples};

use crate::{broken::SOUND, workspace};

/// The documents, with `nullable` written as JSON Schema does.
fn read_documents() -> Vec<Value> {
    lint::documents(&workspace::root())
        .unwrap()
        .values()
        .map(|source| {
            let mut document: Value = serde_saphyr::from_str(source).unwrap();
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

/// The JSON Schema of an operation's request, or of its response with a status; `None` without a body.
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

#[test]
fn sample_fits_its_schema() {
    let documents = read_documents();
    let operations = operations(&documents);
    let samples = Samples::read(&workspace::root()).unwrap();
    let all = operations
        .iter()
        .flat_map(|(id, operation)| samples.of(id).map(move |sample| (operation, sample)));
    let mut count = 0;
    for ((document, operation), sample) in all {
        count += 1;
        let path = &sample.path;
        let schema = schema(document, operation, &sample.what)
            .unwrap_or_else(|| panic!("{}: no such body", path.display()));
        let sample = sample.value().unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&sample)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
    }
    assert!(count > operations.len(), "{count} samples");
}

#[test]
fn sample_that_does_not_fit_is_found() {
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

/// The messages of the lint about samples with these paths.
fn problems(source: &str, samples: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for sample in samples {
        let path = folder.path().join("spec/examples").join(sample);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "{}").unwrap();
    }
    let mut samples = Samples::read(folder.path()).unwrap();
    let checked = lint::check("sound.yaml", source, Some(&mut samples));
    let problems = checked.map(drop).err().map(|problems| problems.list);
    let problems = problems.unwrap_or_default().into_iter();
    problems
        .map(|it| format!("{}: {}", it.operation.unwrap(), it.message))
        .chain(samples.unclaimed().map(|it| it.operation.clone()))
        .collect()
}

const ALL: [&str; 5] = [
    "CheckTask/400.json",
    "ShowTask/200-new.json",
    "ShowTask/404.json",
    "StopTask/request.json",
    "StopTask/500.json",
];

#[test]
fn operation_without_a_needed_sample_is_named() {
    assert_eq!(problems(SOUND, &ALL), [""; 0]);
    for (missing, message) in [
        (
            0,
            "CheckTask: no sample of 400, 401, 403, 404, 500: add spec/examples/CheckTask/400.json",
        ),
        (
            1,
            "ShowTask: no sample of 200: add spec/examples/ShowTask/200.json",
        ),
        (
            3,
            "StopTask: no sample of request: add spec/examples/StopTask/request.json",
        ),
    ] {
        let mut samples = ALL.to_vec();
        samples.remove(missing);
        let found = problems(SOUND, &samples);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(message), "{found:?}");
    }
}

#[test]
fn codec_operation_needs_no_samples() {
    let id = "operationId: StopTask\n";
    let source = SOUND.replace(id, &format!("{id}      x-surface: codec\n"));
    assert_eq!(problems(&source, &ALL[..3]), [""; 0]);
}

#[test]
fn sample_without_a_body_or_an_operation_is_named() {
    for (stray, message) in [
        (
            "StopTask/204.json",
            "StopTask: 204.json is a sample of an undocumented body",
        ),
        (
            "ShowTask/request.json",
            "ShowTask: request.json is a sample of an undocumented body",
        ),
        ("ShowTsk/200.json", "ShowTsk"),
    ] {
        let found = problems(SOUND, &[ALL.as_slice(), &[stray]].concat());
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(message), "{found:?}");
    }
}

#[test]
fn operation_id_in_two_documents_is_found() {
    let mut samples = Samples::default();
    let first = lint::check("a.yaml", SOUND, Some(&mut samples)).unwrap_err();
    let second = lint::check("b.yaml", SOUND, Some(&mut samples)).unwrap_err();
    let count = |problems: &lint::Problems| {
        let text = problems.to_string();
        text.matches("another document has an operation of this name")
            .count()
    };
    assert_eq!([count(&first), count(&second)], [0, 3]);
}

/// The examples at a JSON pointer of a bundled document, by their names.
fn examples(folder: &Path, pointer: &str) -> Vec<(String, Value)> {
    let text = fs::read_to_string(folder.join("dcs-migration.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let media = document.pointer(pointer).unwrap();
    let examples = media["content"]["application/json"]["examples"].as_object();
    examples
        .into_iter()
        .flatten()
        .map(|(name, example)| (name.clone(), example["value"].clone()))
        .collect()
}

#[test]
fn bundle_has_exactly_the_samples_of_an_operation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new");
    let output = workspace::run(
        &workspace::root(),
        &["spec", "--bundle", path.to_str().unwrap()],
    );
    assert!(output.status.success(), "{output:?}");

    let operation = "/paths/~1v2~1{project_id}~1migration-task/post";
    let sample = |name: &str| -> (String, Value) {
        let file = format!("spec/examples/CreateMigrationTask/{name}.json");
        let text = fs::read_to_string(workspace::root().join(file)).unwrap();
        (name.to_owned(), serde_json::from_str(&text).unwrap())
    };
    for (part, names) in [
        (
            "requestBody",
            ["request", "request-backup-record", "request-online"].as_slice(),
        ),
        ("responses/200", &["200", "200-without-error"]),
        ("responses/400", &["400-parameter"]),
        ("responses/401", &[]),
    ] {
        let expected: Vec<_> = names.iter().map(|name| sample(name)).collect();
        assert_eq!(
            examples(&path, &format!("{operation}/{part}")),
            expected,
            "{part}"
        );
    }
}

#[test]
fn bundle_breaks_no_rule() {
    let root = workspace::root();
    let samples = Samples::read(&root).unwrap();
    for (file, source) in lint::documents(&root).unwrap() {
        let document = lint::bundle(lint::read(&file, &source).unwrap(), &samples).unwrap();
        let text = serde_json::to_string(&document).unwrap();
        let again = lint::read(&file, &text);
        assert_eq!(again.unwrap(), document, "{file}");
    }
}
