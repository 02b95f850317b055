//! The line that `Display` gives for an error.

use std::fmt;

use super::{Error, Facts};

/// The HTTP status and the code, unless the code equals the status.
fn heading_of(facts: &Facts) -> Option<String> {
    let status = facts.status.map(|status| status.to_string());
    let code = facts
        .code
        .clone()
        .filter(|code| Some(code) != status.as_ref());
    match (status, code) {
        (Some(status), Some(code)) => Some(format!("HTTP {status} {code}")),
        (Some(status), None) => Some(format!("HTTP {status}")),
        (None, code) => code,
    }
}

impl Error {
    /// The error's line without the advice, for programs that give their own.
    #[must_use]
    pub fn summary(&self) -> impl fmt::Display {
        let facts = &*self.0;
        let operation = facts.operation.map(str::to_owned);
        let parts = [operation, heading_of(facts), facts.message.clone()];
        let mut line = vec![parts.into_iter().flatten().collect::<Vec<_>>().join(": ")];
        if facts.attempts > 1 {
            line.push(format!("[{} attempts]", facts.attempts));
        }
        line.extend(
            facts
                .request_id
                .as_ref()
                .map(|id| format!("[request {id}]")),
        );
        if let Some(Self(previous)) = &facts.previous {
            let request = previous
                .request_id
                .as_ref()
                .map(|id| format!("request {id}"));
            let parts = [heading_of(previous), request].into_iter().flatten();
            let parts = parts.collect::<Vec<_>>().join(", ");
            line.push(format!("[attempt {}: {parts}]", previous.attempts));
        }
        line.join(" ")
    }

    /// Logs this error at WARN. `next` says how the program continues.
    pub fn warn(&self, next: &str) {
        tracing::warn!(
            target: "huaweicloud",
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
    fn line_orders_its_parts_from_operation_to_advice() {
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
        let mut facts = Facts::new(ErrorKind::Timeout, "no response".to_owned());
        facts.attempts = 1;
        assert_eq!(Error::from(facts).to_string(), "no response");
        assert_eq!(Error::config("no region").to_string(), "no region");
    }

    #[test]
    fn code_equal_to_the_status_is_shown_once() {
        let mut facts = Facts::new(ErrorKind::Service, None);
        (facts.status, facts.code) = (Some(401), Some("401".to_owned()));
        let error = Error::from(facts);
        assert_eq!(
            (error.to_string().as_str(), error.code()),
            ("HTTP 401", Some("401"))
        );
    }
}
