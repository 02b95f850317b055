//! The regions of Huawei Cloud.

/// Region IDs of Huawei Cloud, in order, as of release 3.1.219 of the vendor's SDKs.
const REGIONS: [&str; 34] = [
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

/// Whether a region is one of Huawei Cloud's. Another region may be another company's: credentials must not be sent there.
#[must_use]
pub fn is_known_region(region: &str) -> bool {
    REGIONS.binary_search(&region).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_regions_are_found_and_no_others() {
        assert!(REGIONS.into_iter().all(is_known_region));
        for other in ["", "eu-de", "CN-NORTH-4", "cn-north-4 ", "evil.example/#"] {
            assert!(!is_known_region(other), "{other}");
        }
    }
}
