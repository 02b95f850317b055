//! JSON schemas of the models.
#![cfg(feature = "schemars")]

use huaweicloud_dcs_api::types::{ErrorResponse, MigrationTaskDetail};
use schemars::schema_for;
use serde_json::json;

#[test]
fn model_schema_has_types_and_an_open_status() {
    let schema = schema_for!(MigrationTaskDetail).to_value();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    assert_eq!(
        schema["properties"]["task_id"]["type"],
        json!(["string", "null"])
    );
    assert_eq!(schema["$defs"]["TaskStatus"]["type"], "string");
    assert!(
        schema["$defs"]["TaskStatus"].get("enum").is_none(),
        "the status is open"
    );
    assert_eq!(
        schema["$defs"]["NumberOrString"]["type"],
        json!(["number", "string"])
    );
}

#[test]
fn error_response_schema_requires_no_member() {
    let schema = schema_for!(ErrorResponse).to_value();
    assert!(schema.get("required").is_none(), "{schema}");
}
