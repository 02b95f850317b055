//! What a look at a task shows while something is waited for, in words.

use huaweicloud_dcs::Progress;
use huaweicloud_dcs::types::TaskStatus;

use crate::output::one_line;

pub(crate) fn words(progress: &Progress<'_>) -> String {
    let status = progress.task().status.as_ref();
    let status = one_line(status.map_or("unknown", TaskStatus::as_str));
    format!("the task shows {status}")
}

/// The same while a stop is waited for: nothing once the task has stopped, of which a line of its own tells.
pub(crate) fn words_until_stopped(progress: &Progress<'_>) -> Option<String> {
    let is_stopped = progress.task().status == Some(TaskStatus::Terminated);
    (!is_stopped).then(|| words(progress))
}
