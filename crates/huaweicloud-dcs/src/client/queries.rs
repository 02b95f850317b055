//! Queries for tasks and log entries.

/// How many tasks a page has at most.
pub(crate) const MOST_TASKS: u32 = 1000;

/// Selects the tasks that are listed. The default is all tasks of the project.
///
/// ```
/// use huaweicloud_dcs::TaskQuery;
///
/// let query = TaskQuery::default().with_name("orders").with_limit(50);
/// assert_eq!((query.name(), query.limit()), (Some("orders"), Some(50)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskQuery {
    pub(crate) name: Option<String>,
    pub(crate) offset: Option<u32>,
    pub(crate) limit: Option<u32>,
}

impl TaskQuery {
    /// Sets the name to filter by. The vendor documentation does not say whether a part of a task's name is enough.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The name to filter by.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// Selects the entries of a task's log that are listed. The default is all entries.
///
/// ```
/// use huaweicloud_dcs::LogQuery;
///
/// let query = LogQuery::default().with_level("ERROR").with_offset(20);
/// assert_eq!((query.level(), query.offset()), (Some("ERROR"), Some(20)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogQuery {
    pub(crate) level: Option<String>,
    pub(crate) offset: Option<u32>,
    pub(crate) limit: Option<u32>,
}

impl LogQuery {
    /// Sets the level of the entries: `INFO` or `ERROR`. The newest vendor documentation has `WARN` and `DEBUG`, too.
    #[must_use]
    pub fn with_level(mut self, level: impl Into<String>) -> Self {
        self.level = Some(level.into());
        self
    }

    /// The level of the entries.
    #[must_use]
    pub fn level(&self) -> Option<&str> {
        self.level.as_deref()
    }
}

/// Offset and limit, which all queries have.
macro_rules! paged {
    ($($query:ident: $most:literal),+) => {$(
        impl $query {
            /// Sets how many to skip. The service's default is 0.
            #[must_use]
            pub fn with_offset(mut self, offset: u32) -> Self {
                self.offset = Some(offset);
                self
            }

            #[doc = $most]
            #[must_use]
            pub fn with_limit(mut self, limit: u32) -> Self {
                self.limit = Some(limit);
                self
            }

            /// How many to skip. `None` leaves it to the service, whose default is 0.
            #[must_use]
            pub fn offset(&self) -> Option<u32> {
                self.offset
            }

            /// The size of a page. `None` leaves it to the service, whose default is 10. A stream then asks for 1000
            /// tasks or 100 entries.
            #[must_use]
            pub fn limit(&self) -> Option<u32> {
                self.limit
            }
        }
    )+};
}

paged!(
    TaskQuery: "Sets the size of a page, 1 to 1000 tasks. The service's default is 10.",
    LogQuery: "Sets the size of a page. The service's default is 10."
);
