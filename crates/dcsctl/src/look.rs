//! What a look at a task shows while something is waited for, in words.

use huaweicloud_dcs::Poll;
use huaweicloud_dcs::types::TaskStatus;

use crate::output::one_line;

pub(crate) fn words(poll: &Poll<'_>) -> String {
    let status = poll.task().status.as_ref();
    let status = one_line(status.map_or("unknown", TaskStatus::as_str));
    format!("the task shows {status}")
}

/// The same while a stop is waited for: nothing once the task has stopped, of which a line of its own tells.
pub(crate) fn words_until_stopped(poll: &Poll<'_>) -> Option<String> {
    let is_stopped = poll.task().status == Some(TaskStatus::Terminated);
    (!is_stopped).then(|| words(poll))
}
