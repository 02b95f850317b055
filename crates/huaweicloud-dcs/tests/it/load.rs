//! Every stop ends as the client says, also where many are made at once and many go wrong: the run of
//! `examples/load`, made smaller.

use std::time::Duration;

use huaweicloud_dcs::RetryConfig;

use crate::load_run::load::Load;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_stops_each_ends_as_the_client_says() {
    let load = Load {
        stops: 1_000,
        at_once: 64,
        seed: 7,
        retry: RetryConfig::default().with_initial_backoff(Duration::from_millis(5)),
    };
    let report = tokio::time::timeout(Duration::from_secs(60), load.run()).await;
    let report = report.expect("in time").unwrap();
    assert_eq!(report.contradictions, [""; 0]);
    assert_eq!(report.stopped + report.refused + report.unknown, 1_000);
    // Chance would have to be very odd for one of these not to occur.
    assert!(report.stopped > 800, "{report}");
    assert!(report.unknown_but_stopped > 0, "{report}");
    assert!(report.unknown > report.unknown_but_stopped, "{report}");
    assert!(report.struck > report.requests / 10, "{report}");
    assert!(report.requests > 1_050, "some were repeated: {report}");
    // A cut takes a connection with it. Beyond that, one for each stop under way is enough, or one more while it is made.
    assert!(report.most_open <= 2 * 64, "{report}");
    assert!(report.connections <= 2 * 64 + report.struck, "{report}");
}
