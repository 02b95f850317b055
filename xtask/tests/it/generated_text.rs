//! The text of the generated code.

use std::path::Path;

use xtask::generate;

use crate::workspace;

/// A file generated from the sound document.
fn sound(file: &str) -> String {
    let copy = workspace::copy();
    let source = include_str!("../tasks.yaml");
    workspace::add(copy.path(), "huaweicloud-tasks", source);
    let path = format!("crates/huaweicloud-tasks/src/generated/{file}");
    let mut files = generate::compute(copy.path()).unwrap();
    files.remove(Path::new(&path)).unwrap()
}

#[test]
fn method_is_one_call_with_wire_names() {
    let client = sound("mod.rs");
    for body in [
        "\
    ) -> Result<Response<()>> {
        self.core
            .request(&operations::STOP_TASK)
            .path(\"task-id\", task_id)
            .query(\"at\", at)
            .query(\"dryRun\", Some(dry_run))
            .header(\"X-Language\", x_language)
            .header(\"X-Trace\", Some(x_trace))
            .body(body)
            .send()
            .await
    }
",
        "\
    ) -> Result<Response<types::Task>> {
        self.core
            .request(&operations::SHOW_TASK)
            .path(\"task-id\", task_id)
            .send()
            .await
    }
",
    ] {
        assert!(client.contains(body), "{body}{client}");
    }
    assert!(
        !client.contains("reqwest") && !client.contains("progenitor"),
        "{client}"
    );
}

#[test]
fn table_has_status_body_auth_secrets_and_free_text() {
    let table = sound("operations.rs");
    for lines in [
        "\
    changes: false,
    success: 200,
    success_body: SuccessBody::Json,
    auth: Auth::Required,
    secrets: &[],
    secret_headers: &[\"x-task-key\"],
    free_text: &[\"events\", \"message\"],
",
        "\
    changes: true,
    success: 204,
    success_body: SuccessBody::Empty,
    auth: Auth::Required,
    secrets: &[\"new_password\", \"old_password\", \"password\"],
    secret_headers: &[],
    free_text: &[],
",
        "\
    changes: false,
    success: 202,
    success_body: SuccessBody::Ignored,
    auth: Auth::None,
    secrets: &[],
    secret_headers: &[],
    free_text: &[],
",
    ] {
        assert!(table.contains(lines), "{lines}{table}");
    }
}

#[test]
fn operation_without_security_is_refused() {
    let copy = workspace::copy();
    let source = include_str!("../tasks.yaml").replacen("security:\n  - token: []\n", "", 1);
    workspace::add(copy.path(), "huaweicloud-tasks", &source);
    let error = format!("{:#}", generate::compute(copy.path()).unwrap_err());
    assert!(error.contains("ShowTask has no `security`"), "{error}");
}

#[test]
fn models_are_open_and_request_models_have_constructors() {
    let types = sound("types.rs");
    for model in ["Task", "Stop"] {
        let open = format!("#[non_exhaustive]\npub struct {model} {{");
        assert!(types.contains(&open), "{types}");
    }
    assert!(!types.contains("impl Task {"), "{types}");
    for method in [
        "\
impl Stop {
    /// Creates the model with its required members: `password`, `reasons`.
    #[must_use]
    pub fn new(
        password: impl Into<huaweicloud_core::Secret>,
        reasons: impl Into<Vec<String>>,
    ) -> Self {
        Self {
            hosts: Vec::new(),
            mode: None,
            new_password: None,
            old_password: None,
            password: password.into(),
            reasons: reasons.into(),
        }
    }
",
        "\
    /// Hosts to stop the task on.
    #[must_use]
    pub fn with_hosts(mut self, hosts: impl Into<Vec<String>>) -> Self {
        self.hosts = hosts.into();
        self
    }
",
        "\
    /// What to stop.
    #[must_use]
    pub fn with_mode(mut self, mode: StopMode) -> Self {
        self.mode = Some(mode);
        self
    }
",
    ] {
        assert!(types.contains(method), "{method}{types}");
    }
}

#[test]
fn json_schemas_are_a_feature() {
    let types = sound("types.rs");
    let derive = "#[cfg_attr(feature = \"schemars\", derive(schemars::JsonSchema))]\n#[non_exhaustive]\npub ";
    assert_eq!(types.matches("schemars::").count(), 5, "{types}");
    assert_eq!(types.matches(derive).count(), 5, "{types}");
}

#[test]
fn hand_written_types_replace_generated_ones() {
    let types = sound("types.rs");
    assert!(
        types.contains("pub status: Option<crate::Status>,"),
        "{types}"
    );
    assert!(!types.contains("struct Status"), "{types}");
    for member in [
        "pub password: huaweicloud_core::Secret,",
        "pub old_password: Option<huaweicloud_core::Secret>,",
        "pub new_password: Option<huaweicloud_core::Secret>,",
    ] {
        assert!(types.contains(member), "{types}");
    }

    for (there, instead, words) in [
        (
            "crate::Status",
            "no path",
            "Status: x-rust-path is not the path",
        ),
        (
            "          description: Error code.\n",
            "          description: Error code.\n          x-rust-path: crate::Code\n",
            "x-rust-path is only read directly",
        ),
    ] {
        let copy = workspace::copy();
        let source = include_str!("../tasks.yaml").replace(there, instead);
        workspace::add(copy.path(), "huaweicloud-tasks", &source);
        let error = format!("{:#}", generate::compute(copy.path()).unwrap_err());
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn request_enum_has_from_str_as_only_conversion() {
    let types = sound("types.rs");
    assert!(
        types.contains("#[non_exhaustive]\npub enum StopMode {"),
        "{types}"
    );
    assert!(
        types.contains("impl std::str::FromStr for StopMode {"),
        "{types}"
    );
    assert!(!types.contains("impl TryFrom<"), "{types}");
    assert!(
        !types.contains("impl From<String> for ConversionError"),
        "{types}"
    );
}
