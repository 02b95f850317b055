//! Which tasks, which log entries.

/// How many tasks a page has at most.
pub(crate) const MOST_TASKS: u32 = 1000;

/// Which tasks of the project are listed. The default is all of them.
///
/// ```
/// use huaweicloud_dcs::TaskQuery;
///
/// let query = TaskQuery::default().with_name("orders").with_limit(50);
/// # let _ = query;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskQuery {
    pub(crate) name: Option<String>,
    pub(crate) offset: Option<u32>,
    pub(crate) limit: Option<u32>,
}

impl TaskQuery {
    /// Sets a name to filter by. No page says whether a part of a task's name is enough.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets how many tasks are passed over. The service's default is 0.
    #[must_use]
    pub fn with_offset(mut self, offset: u32) -> Self {
        self.offset = Some(offset);
        self
    }

    /// Sets how many tasks a page has at most, 1 to 1000. The service's default is 10.
    #[must_use]
    pub fn with_limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The name to filter by. Default none.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// How many tasks are passed over. Default none: the service takes 0.
    #[must_use]
    pub fn offset(&self) -> Option<u32> {
        self.offset
    }

    /// How many tasks a page has at most. Default none: the service takes 10, and [`list_all`](crate::MigrationClient::list_all) takes 1000.
    #[must_use]
    pub fn limit(&self) -> Option<u32> {
        self.limit
    }
}

/// Which entries of a task's log are listed. The default is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogQuery {
    pub(crate) level: Option<String>,
    pub(crate) offset: Option<u32>,
    pub(crate) limit: Option<u32>,
}

impl LogQuery {
    /// Sets the level of the entries: `INFO` or `ERROR`; the newest page knows `WARN` and `DEBUG` as well.
    #[must_use]
    pub fn with_level(mut self, level: impl Into<String>) -> Self {
        self.level = Some(level.into());
        self
    }

    /// Sets how many entries are passed over. The service's default is 0.
    #[must_use]
    pub fn with_offset(mut self, offset: u32) -> Self {
        self.offset = Some(offset);
        self
    }

    /// Sets how many entries a page has at most. The service's default is 10.
    #[must_use]
    pub fn with_limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The level of the entries. Default none.
    #[must_use]
    pub fn level(&self) -> Option<&str> {
        self.level.as_deref()
    }

    /// How many entries are passed over. Default none: the service takes 0.
    #[must_use]
    pub fn offset(&self) -> Option<u32> {
        self.offset
    }

    /// How many entries a page has at most. Default none: the service takes 10, and [`logs_all`](crate::MigrationClient::logs_all) takes 100.
    #[must_use]
    pub fn limit(&self) -> Option<u32> {
        self.limit
    }
}
