//! The state of a Redis server, read from its `INFO`.

use std::{collections::HashMap, str::FromStr};

/// The state of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Info {
    /// The link to the source. `None` if the server is a master.
    pub(super) link: Option<Link>,
    pub(super) is_loading: bool,
    /// The ID of the data set that the offset is of. A restart changes it; a replica takes that of its source.
    pub(super) replid: String,
    /// The offset of the last byte that the server has written to its replicas, or has processed as a replica.
    pub(super) offset: u64,
    /// The keys of all databases.
    pub(super) keys: u64,
    pub(super) input_kbps: u64,
    pub(super) ops: u64,
}

/// The link of a replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) port: u16,
    /// Whether the first sync is done and the connection is established.
    pub(super) is_up: bool,
}

impl Info {
    pub(super) fn parse(text: &str) -> Self {
        let members: HashMap<_, _> = text
            .lines()
            .filter_map(|line| line.split_once(':'))
            .collect();
        let is_replica = members.get("role") == Some(&"slave");
        let is_yes = |name| members.get(name) == Some(&"1");
        let link = is_replica.then(|| Link {
            port: number(&members, "master_port"),
            is_up: members.get("master_link_status") == Some(&"up")
                && !is_yes("master_sync_in_progress"),
        });
        let databases = members
            .iter()
            .filter(|(name, _)| is_database(name))
            .filter_map(|(_, value)| value.strip_prefix("keys=")?.split(',').next());
        Self {
            link,
            is_loading: is_yes("loading") || is_yes("async_loading"),
            replid: members
                .get("master_replid")
                .copied()
                .unwrap_or_default()
                .into(),
            offset: number(
                &members,
                if is_replica {
                    "slave_repl_offset"
                } else {
                    "master_repl_offset"
                },
            ),
            keys: databases.filter_map(|keys| keys.parse::<u64>().ok()).sum(),
            input_kbps: whole(&members, "instantaneous_input_kbps"),
            ops: number(&members, "instantaneous_ops_per_sec"),
        }
    }
}

fn is_database(name: &str) -> bool {
    name.strip_prefix("db")
        .is_some_and(|number| number.parse::<u32>().is_ok())
}

/// The whole part of a number such as `1.62`.
fn whole(members: &HashMap<&str, &str>, name: &str) -> u64 {
    let text = members.get(name).and_then(|text| text.split('.').next());
    text.unwrap_or_default().parse().unwrap_or_default()
}

/// A missing number is 0.
fn number<T: FromStr + Default>(members: &HashMap<&str, &str>, name: &str) -> T {
    let text = members.get(name).copied().unwrap_or_default();
    text.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn info_of_replica_has_link_and_own_offset() {
        let info = Info::parse(
            "# Replication\r\nrole:slave\r\nmaster_port:7001\r\nmaster_link_status:up\r\n\
             master_sync_in_progress:0\r\nslave_repl_offset:41\r\nmaster_replid:ab12\r\nmaster_repl_offset:40\r\nloading:0\r\n\
             instantaneous_ops_per_sec:7\r\ninstantaneous_input_kbps:1.62\r\n\
             # Keyspace\r\ndb0:keys=3,expires=1,avg_ttl=9\r\ndb15:keys=2,expires=0,avg_ttl=0\r\n",
        );
        let link = Some(Link {
            port: 7001,
            is_up: true,
        });
        assert_eq!(
            info,
            Info {
                link,
                is_loading: false,
                replid: "ab12".into(),
                offset: 41,
                keys: 5,
                input_kbps: 1,
                ops: 7,
            }
        );
    }

    #[test]
    fn info_of_master_has_no_link() {
        let info = Info::parse("role:master\r\nmaster_repl_offset:99\r\nloading:1\r\n");
        assert_eq!(info.link, None);
        assert_eq!((info.offset, info.keys, info.is_loading), (99, 0, true));
    }

    #[test]
    fn info_during_sync_has_a_link_that_is_down() {
        for down in [
            "master_link_status:down\r\n",
            "master_link_status:up\r\nmaster_sync_in_progress:1\r\n",
        ] {
            let info = Info::parse(&format!("role:slave\r\n{down}"));
            assert!(!info.link.unwrap().is_up, "{down}");
        }
    }
}
