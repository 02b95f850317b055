//! Each sample survives reading and writing by its model, and no model shows a password.

use std::{
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
};

use huaweicloud_iam::{
    operations::OPERATIONS,
    types::{self, ErrorResponse, Project},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Members that response models omit: the unused catalog, and the request id, which comes from a header.
const LEFT_OUT: &[&str] = &["catalog", "request_id"];

/// A sample, read by its model.
struct Read {
    written: Value,
    shown: String,
}

fn read<T: DeserializeOwned + Serialize + Debug>(text: &str) -> Read {
    let model: T = serde_json::from_str(text).unwrap();
    Read {
        written: serde_json::to_value(&model).unwrap(),
        shown: format!("{model:?}"),
    }
}

/// The request and success models of each operation with samples. `()` stands for none.
macro_rules! models {
    ($($operation:literal: $request:ty => $success:ty;)*) => {
        fn read_sample(operation: &str, kind: Kind, text: &str) -> Read {
            match (operation, kind) {
                $(
                    ($operation, Kind::Request) => read::<$request>(text),
                    ($operation, Kind::Success) => read::<$success>(text),
                )*
                (_, Kind::Failure) => read::<ErrorResponse>(text),
                _ => panic!("{operation} has samples that no model reads: add its models to `models!`"),
            }
        }
    };
}

models! {
    "KeystoneCreateUserTokenByPassword": types::TokenRequest => types::TokenResponse;
    "KeystoneListProjects": () => types::KeystoneListProjectsResponse;
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Request,
    Success,
    Failure,
}

/// All samples of this crate's operations: operation id, kind and file.
fn samples() -> Vec<(&'static str, Kind, PathBuf)> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/examples");
    let mut samples = Vec::new();
    for operation in OPERATIONS {
        // `cargo xtask spec` checks which operations need samples.
        let folder = examples.join(operation.id);
        for file in fs::read_dir(folder).into_iter().flatten() {
            let file = file.unwrap();
            let kind = match file.file_name().to_str().unwrap().as_bytes()[0] {
                b'r' => Kind::Request,
                b'2' => Kind::Success,
                b'4' | b'5' => Kind::Failure,
                _ => panic!("{}: neither a request nor a status", file.path().display()),
            };
            samples.push((operation.id, kind, file.path()));
        }
    }
    assert!(!samples.is_empty(), "there are no samples");
    samples
}

#[test]
fn each_sample_is_read_and_written_back() {
    for (operation, kind, path) in samples() {
        let text = fs::read_to_string(&path).unwrap();
        let mut sample: Value = serde_json::from_str(&text).unwrap();
        let left_out = if kind == Kind::Request { &[] } else { LEFT_OUT };
        strip(&mut sample, left_out);
        let written = read_sample(operation, kind, &text).written;
        assert_eq!(written, sample, "{}", path.display());
    }
}

#[test]
fn debug_of_samples_shows_no_password() {
    let mut in_requests = 0;
    for (operation, kind, path) in samples() {
        let text = fs::read_to_string(&path).unwrap();
        let shown = read_sample(operation, kind, &text).shown;
        let sample: Value = serde_json::from_str(&text).unwrap();
        for password in passwords(&sample) {
            assert!(!shown.contains(password), "{}: {shown}", path.display());
            if kind == Kind::Request {
                assert!(shown.contains("Secret([redacted])"), "{shown}");
                in_requests += 1;
            }
        }
    }
    assert!(in_requests > 0, "no sample has a password");
}

/// The values of all string members named `password`.
fn passwords(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| match value {
                Value::String(text) if name == "password" => vec![text.as_str()],
                _ => passwords(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(passwords).collect(),
        _ => Vec::new(),
    }
}

/// Removes nulls and the members that models omit.
fn strip(value: &mut Value, left_out: &[&str]) {
    match value {
        Value::Object(members) => {
            members.retain(|name, value| !value.is_null() && !left_out.contains(&name.as_str()));
            members
                .values_mut()
                .for_each(|value| strip(value, left_out));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| strip(item, left_out)),
        _ => {}
    }
}

#[test]
fn project_with_unknown_member_is_read() {
    let text = r#"{"id": "p1", "new_member": {"a": [1]}}"#;
    let project: Project = serde_json::from_str(text).unwrap();
    assert_eq!(project.id.as_deref(), Some("p1"));
}
