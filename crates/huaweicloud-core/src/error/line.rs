//! The line that an error is.

use std::fmt;

use super::{Error, Facts};

/// An error without its advice.
struct Summary<'a>(&'a Facts);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(facts) = self;
        if let Some(operation) = facts.operation {
            write!(f, "{operation}: ")?;
        }
        let heading = heading_of(facts);
        f.write_str(&heading)?;
        if let Some(message) = &facts.message {
            write!(f, "{}{message}", if heading.is_empty() { "" } else { ": " })?;
        }
        if facts.attempts > 1 {
            write!(f, " [{} attempts]", facts.attempts)?;
        }
        if let Some(request_id) = &facts.request_id {
            write!(f, " [request {request_id}]")?;
        }
        if let Some(Error(previous)) = &facts.previous {
            write!(
                f,
                " [attempt {}: {}",
                previous.attempts,
                heading_of(previous)
            )?;
            if let Some(request_id) = &previous.request_id {
                write!(f, ", request {request_id}")?;
            }
            f.write_str("]")?;
        }
        Ok(())
    }
}

/// The HTTP status and the code, unless that only repeats the status.
fn heading_of(facts: &Facts) -> String {
    let digits = facts.status.map(|status| status.to_string());
    let code = facts
        .code
        .as_ref()
        .filter(|code| Some(*code) != digits.as_ref());
    let status = digits.as_ref().map(|digits| format!("HTTP {digits}"));
    let heading = [status.as_ref(), code].into_iter().flatten();
    heading.map(String::as_str).collect::<Vec<_>>().join(" ")
}

impl Error {
    /// What happened: the line of the error without what to do next. For programs that give their own advice.
    ///
    /// ```
    /// use huaweicloud_core::{Error, ErrorKind};
    ///
    /// let error = Error::builder(ErrorKind::Service)
    ///     .operation("StopServer")
    ///     .status(403)
    ///     .advice("ask for the right to make this call")
    ///     .build();
    /// assert_eq!(error.summary().to_string(), "StopServer: HTTP 403");
    /// ```
    #[must_use]
    pub fn summary(&self) -> impl fmt::Display {
        Summary(&self.0)
    }

    /// Logs a failure after which the work goes on, at WARN, and says how it goes on.
    pub fn warn(&self, next: &str) {
        tracing::warn!(
            operation = self.operation(),
            attempt = self.attempts(),
            status = self.status(),
            code = self.code(),
            request_id = self.request_id(),
            "{}: {next}",
            self.summary()
        );
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.summary().fmt(f)?;
        if self.0.unsent && self.0.previous.is_none() {
            f.write_str(": nothing was sent")?;
        }
        if let Some(advice) = self.advice() {
            write!(f, ": {advice}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn the_line_has_operation_status_code_message_request_id_and_advice_in_this_order() {
        let mut facts = Facts::new(ErrorKind::Service, "Not now.".to_owned());
        facts.operation = Some("StopServer");
        facts.status = Some(429);
        facts.code = Some("APIGW.0308".to_owned());
        facts.request_id = Some("r-1".to_owned());
        facts.attempts = 3;
        facts.advice = "try again later";
        assert_eq!(
            Error::from(facts).to_string(),
            "StopServer: HTTP 429 APIGW.0308: Not now. [3 attempts] [request r-1]: try again later"
        );
        let mut facts = Facts::new(ErrorKind::Timeout, "no answer".to_owned());
        facts.attempts = 1;
        assert_eq!(Error::from(facts).to_string(), "no answer");
        assert_eq!(Error::config("no region").to_string(), "no region");
    }

    #[test]
    fn code_that_repeats_the_status_is_shown_once() {
        let mut facts = Facts::new(ErrorKind::Service, None);
        (facts.status, facts.code) = (Some(401), Some("401".to_owned()));
        let error = Error::from(facts);
        assert_eq!(
            (error.to_string().as_str(), error.code()),
            ("HTTP 401", Some("401"))
        );
    }
}
