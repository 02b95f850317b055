//! What the operation tables say about one operation.

/// One operation of the service, as its OpenAPI document describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) repeat: Repeat,
    pub(crate) changes: bool,
    pub(crate) secrets: &'static [&'static str],
    pub(crate) free_text: &'static [&'static str],
}

/// Whether a call may be made again when nobody knows if the first one reached the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Repeat {
    /// A second call does no harm.
    Safe,
    /// A second call may act a second time, or nothing says that it does not.
    Never,
}

impl Operation {
    /// The service's own name of the operation, such as `ShowMigrationTask`.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The HTTP method, in upper case.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// The path template, such as `/v2/{project_id}/migration-task/{task_id}`.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Whether an ambiguous call may be made again.
    #[must_use]
    pub const fn repeat(&self) -> Repeat {
        self.repeat
    }

    /// Whether the operation changes anything that a second call could change again. A `GET` never does, and neither does
    /// a call that only makes a token.
    #[must_use]
    pub const fn changes(&self) -> bool {
        self.changes
    }

    /// The members of the request body that hold a secret, by their names, at any depth: those with `format: password`.
    #[must_use]
    pub const fn secrets(&self) -> &'static [&'static str] {
        self.secrets
    }

    /// The members of a success that hold free text, by their names, at any depth: text in which the service may repeat
    /// anything, a secret included. Members that hold IDs, names or addresses are never among them.
    #[must_use]
    pub const fn free_text(&self) -> &'static [&'static str] {
        self.free_text
    }

    /// Whether the operation only reads.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.method == "GET"
    }

    /// Whether `path`, percent-encoded as in a URL, is this operation's template with its parameters filled in.
    ///
    /// A parameter fills exactly one segment, which is not empty. A segment that a server could take for another path once it is
    /// decoded (`.`, `..`, or one with a slash or backslash in it) never matches.
    #[must_use]
    pub fn matches_path(&self, path: &str) -> bool {
        // By bytes: to search for characters costs more than the short segments.
        let mut given = segments(path);
        let fits = segments(self.path).all(|expected| {
            given.next().is_some_and(|segment| {
                if expected.starts_with(b"{") && expected.ends_with(b"}") {
                    is_plain_segment(segment)
                } else {
                    segment == expected
                }
            })
        });
        fits && given.next().is_none()
    }
}

fn segments(path: &str) -> impl Iterator<Item = &[u8]> {
    path.as_bytes().split(|byte| *byte == b'/')
}

/// Whether a segment is the same encoded and decoded, as identifiers of the service are.
pub(crate) fn needs_no_encoding(segment: &[u8]) -> bool {
    segment
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

/// Whether a segment stays one segment, whoever decodes it.
fn is_plain_segment(segment: &[u8]) -> bool {
    if needs_no_encoding(segment) {
        return !segment.is_empty();
    }
    let mut rest = segment;
    let (mut dots, mut others) = (0, 0);
    while let [first, after @ ..] = rest {
        let mut byte = *first;
        rest = after;
        if let (b'%', [high, low, after @ ..]) = (first, after)
            && let Some(escaped) = escaped(*high, *low)
        {
            byte = escaped;
            rest = after;
        }
        match byte {
            b'/' | b'\\' => return false,
            b'.' => dots += 1,
            _ => others += 1,
        }
    }
    others > 0 || dots > 2
}

/// The byte that two hexadecimal digits stand for.
fn escaped(high: u8, low: u8) -> Option<u8> {
    let digit = |byte| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}
