//! A signature is accepted for 15 minutes before and after its date.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use crate::client::{AK, Call, SK, TASK, builder, now, stand_in, with_task};

const WINDOW: Duration = Duration::from_secs(15 * 60);
const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn date_beyond_either_edge_of_window_is_refused() {
    let stand_in = stand_in().await;
    for (at, status) in [
        (now() - WINDOW, 200),
        (now() - WINDOW - SECOND, 401),
        (now() + WINDOW, 200),
        (now() + WINDOW + SECOND, 401),
    ] {
        let answer = Call::show(TASK)
            .signed_by(&stand_in, AK, SK, at)
            .send(&stand_in)
            .await;
        assert_eq!(answer.status, status, "{at:?}");
        if status == 401 {
            let message = "Incorrect IAM authentication information: calc ak sk signature fail:signature expired";
            assert_eq!(answer.message(), message);
        }
    }
}

#[tokio::test]
async fn signature_expires_as_the_clock_moves() {
    let seconds = Arc::new(AtomicU64::new(0));
    let clock = {
        let seconds = Arc::clone(&seconds);
        move || now() + Duration::from_secs(seconds.load(Ordering::Relaxed))
    };
    let stand_in = with_task(builder().clock(clock)).await;
    let signed = Call::show(TASK).signed(&stand_in);
    assert_eq!(signed.send(&stand_in).await.status, 200);
    seconds.store(901, Ordering::Relaxed);
    let answer = signed.send(&stand_in).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("Date"), Some("Fri, 02 Jan 2026 03:19:06 GMT"));
}

#[tokio::test]
async fn clock_far_off_still_gives_valid_responses() {
    let year = Duration::from_secs(366 * 86_400);
    for (clock, date) in [
        (
            SystemTime::UNIX_EPOCH - year,
            "Thu, 01 Jan 1970 00:00:00 GMT",
        ),
        (
            SystemTime::UNIX_EPOCH + 9000 * year,
            "Fri, 31 Dec 9999 23:59:59 GMT",
        ),
    ] {
        let stand_in = with_task(builder().clock(move || clock)).await;
        let answer = Call::show(TASK).signed(&stand_in).send(&stand_in).await;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.header("Date"), Some(date));
    }
}
