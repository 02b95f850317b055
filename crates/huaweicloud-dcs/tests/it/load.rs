//! A small run of `examples/load`: with many concurrent stops and faults, each outcome matches what the stand-in saw.

use std::time::Duration;

use huaweicloud_dcs::RetryConfig;

use crate::load_run::load::Load;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousand_stops_under_faults_match_the_stand_in() {
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
    // Each of these is almost certain to occur.
    assert!(report.stopped > 800, "{report}");
    assert!(report.unknown_but_stopped > 0, "{report}");
    assert!(report.unknown > report.unknown_but_stopped, "{report}");
    assert!(report.struck > report.requests / 10, "{report}");
    assert!(report.requests > 1_050, "some were retried: {report}");
    // Each fault may cost a connection. Otherwise each concurrent stop needs one, or two while one is opened.
    assert!(report.most_open <= 2 * 64, "{report}");
    assert!(report.connections <= 2 * 64 + report.struck, "{report}");
}
