//! The regions whose endpoints are known.

use crate::endpoint::beginning;

/// Region IDs of the service, as of release 3.1.219 of the vendor's SDKs. Each has the endpoint
/// `https://dcs.{region}.myhuaweicloud.com`.
pub(crate) const REGIONS: [&str; 34] = [
    "ae-ad-1",
    "af-north-1",
    "af-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "cn-east-2",
    "cn-east-3",
    "cn-east-4",
    "cn-east-5",
    "cn-north-1",
    "cn-north-11",
    "cn-north-12",
    "cn-north-2",
    "cn-north-4",
    "cn-north-9",
    "cn-south-1",
    "cn-south-2",
    "cn-south-4",
    "cn-southwest-2",
    "cn-southwest-3",
    "eu-west-0",
    "eu-west-101",
    "la-north-2",
    "la-south-2",
    "me-east-1",
    "my-kualalumpur-1",
    "na-mexico-1",
    "ru-moscow-1",
    "ru-northwest-2",
    "sa-brazil-1",
    "tr-west-1",
];

/// Whether a region is one of the service's.
pub(crate) fn is_known(region: &str) -> bool {
    REGIONS.contains(&region)
}

/// The endpoint of a region, or what is wrong with it and what to do.
pub(crate) fn endpoint_of(region: &str) -> Result<String, String> {
    if is_known(region) {
        return Ok(format!("https://dcs.{region}.myhuaweicloud.com"));
    }
    Err(format!(
        "region {:?} is not known: check its spelling, or give its address with .endpoint()",
        beginning(region)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_region_has_its_endpoint() {
        assert_eq!(
            endpoint_of("cn-north-4").unwrap(),
            "https://dcs.cn-north-4.myhuaweicloud.com"
        );
    }

    #[test]
    fn the_list_has_34_regions_in_order_and_none_twice() {
        assert_eq!(REGIONS.len(), 34);
        assert!(REGIONS.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn an_unknown_region_points_to_the_endpoint_setting() {
        for region in [
            "",
            "cn-north-5",
            "CN-NORTH-4",
            "evil.example/#",
            "dcs.cn-north-4",
        ] {
            let message = endpoint_of(region).unwrap_err();
            assert!(
                message.contains(".endpoint()") && message.contains(&format!("{region:?}")),
                "{message}"
            );
        }
        assert!(endpoint_of(&"é".repeat(10_000)).unwrap_err().len() < 400);
    }
}
