//! Reads a task again and again until it has ended.

use std::time::Duration;

use huaweicloud_dcs::MigrationClient;
use huaweicloud_dcs::types::TaskStatus;
use tokio::time::sleep;

use crate::exit::{Exit, Failure};
use crate::output;

/// Calls `read`, which reads and writes, every `interval` until the task has ended, the last time after its end. How it
/// ended is said and is not the exit code: to have read it is all that was asked for.
///
/// Where nobody reads what is written any more, it ends too: it would go on for as long as the task.
///
/// Once something was read, failures that may pass are said and outlasted.
pub(crate) async fn until_the_end(
    client: &MigrationClient,
    task_id: &str,
    interval: Duration,
    mut read: impl AsyncFnMut() -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    let mut has_read = false;
    loop {
        let look = async {
            let task = client.show(task_id).await;
            let task = task.map_err(|error| Failure::of(&error))?.into_body();
            read().await?;
            output::written().await?;
            Ok::<_, Failure>(task.status.filter(TaskStatus::is_final))
        };
        match look.await {
            Ok(Some(status)) => {
                output::talk(&format!("the task has ended: {status}"));
                return Ok(Exit::Done);
            }
            Ok(None) if output::reader_has_gone() => return Ok(Exit::Done),
            Ok(None) => has_read = true,
            Err(failure) if has_read && failure.may_pass() => {
                let pause = humantime::format_duration(interval);
                output::talk(&format!("{failure}; it is read again in {pause}"));
            }
            Err(failure) => return Err(failure),
        }
        sleep(interval).await;
    }
}

/// Reads an interval. Calls without a pause would be refused by the service, for others too; the last moments of a
/// cut-over are worth two looks a second.
pub(crate) fn interval(text: &str) -> Result<Duration, String> {
    let interval = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if interval < Duration::from_millis(500) {
        return Err("500ms at least".to_owned());
    }
    Ok(interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_half_a_second_at_least() {
        assert_eq!(interval("500ms"), Ok(Duration::from_millis(500)));
        for text in ["499ms", "0s"] {
            assert_eq!(interval(text), Err("500ms at least".to_owned()));
        }
    }
}
