//! The OpenAPI documents that code is generated from.

use std::path::{Path, PathBuf};

/// One OpenAPI document and where its code goes.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Spec {
    /// The document, from the workspace's root.
    pub file: &'static str,
    /// The module of the generated crate that its code goes to.
    pub module: &'static str,
}

/// All documents.
pub const SPECS: &[Spec] = &[
    Spec {
        file: "spec/dcs-migration.yaml",
        module: "migration",
    },
    Spec {
        file: "spec/iam.yaml",
        module: "iam",
    },
];

/// The folder of all generated code, from the workspace's root.
pub const GENERATED: &str = "crates/huaweicloud-dcs-api/src/generated";

impl Spec {
    /// One file of this document's generated code, from the workspace's root.
    #[must_use]
    pub fn generated_file(&self, name: &str) -> PathBuf {
        Path::new(GENERATED).join(self.module).join(name)
    }
}
