//! Describes IAM to the pipeline: its endpoints.

use huaweicloud_core::{Service, is_known_region};

/// Identity and Access Management.
pub static SERVICE: Service = Service {
    name: "IAM",
    endpoint_variable: "HUAWEICLOUD_SDK_IAM_ENDPOINT",
    endpoint_of,
    code_prefixes: &[],
    codes: &[],
    look_first: |_| "",
};

/// The endpoint for the regions below.
const GLOBAL: &str = "https://iam.myhuaweicloud.com";
/// Regions without an IAM endpoint of their own, as of release 3.1.219 of the vendor's SDKs: they use the global one.
const WITHOUT_ONE: [&str; 6] = [
    "af-north-1",
    "ap-southeast-5",
    "cn-north-11",
    "cn-south-4",
    "cn-southwest-3",
    "ru-northwest-2",
];

fn endpoint_of(region: &str) -> Option<String> {
    if !is_known_region(region) {
        return None;
    }
    Some(match region {
        "eu-west-101" => "https://iam.eu-west-101.myhuaweicloud.eu".to_owned(),
        _ if WITHOUT_ONE.contains(&region) => GLOBAL.to_owned(),
        _ => format!("https://iam.{region}.myhuaweicloud.com"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoint_is_the_regions_own_or_the_global_one() {
        let is_at = |region, endpoint: Option<&str>| {
            assert_eq!(endpoint_of(region).as_deref(), endpoint, "{region}");
        };
        is_at(
            "cn-north-4",
            Some("https://iam.cn-north-4.myhuaweicloud.com"),
        );
        is_at(
            "eu-west-101",
            Some("https://iam.eu-west-101.myhuaweicloud.eu"),
        );
        for region in WITHOUT_ONE {
            is_at(region, Some(GLOBAL));
        }
        for region in ["", "eu-de", "CN-NORTH-4", "evil.example/#"] {
            is_at(region, None);
        }
    }
}
