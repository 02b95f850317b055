//! The accepted tokens: those from the settings and those issued by IAM.

use std::{sync::Mutex, time::Duration};

use secrecy::{ExposeSecret, SecretString};

use crate::{identifier, lock::locked, time::Moment};

/// The scope of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Any project of the stand-in.
    Any,
    /// The project with this ID.
    Project(String),
    /// No project, and so no call of DCS.
    Global,
}

#[derive(Default)]
pub(crate) struct Tokens(Mutex<Vec<Token>>);

struct Token {
    text: SecretString,
    scope: Scope,
    /// `None` for tokens from the settings, which do not end by themselves.
    ends: Option<Moment>,
    is_expired: bool,
}

/// The result of looking up a token.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Known {
    Good(Scope),
    Expired,
    Unknown,
}

impl Tokens {
    pub(crate) fn add(&self, text: SecretString) {
        self.push(text, Scope::Any, None);
    }

    /// Issues a token. Returns the token and its end.
    pub(crate) fn issue(
        &self,
        scope: Scope,
        now: Moment,
        lifetime: Duration,
    ) -> (SecretString, Moment) {
        let text = format!("tokenIssued{}", identifier::invent());
        let ends = now.after(lifetime);
        self.push(text.clone().into(), scope, Some(ends));
        (text.into(), ends)
    }

    fn push(&self, text: SecretString, scope: Scope, ends: Option<Moment>) {
        locked(&self.0).push(Token {
            text,
            scope,
            ends,
            is_expired: false,
        });
    }

    /// Makes the chosen tokens expire.
    pub(crate) fn expire(&self, is_chosen: impl Fn(&str) -> bool) {
        for token in locked(&self.0).iter_mut() {
            token.is_expired |= is_chosen(token.text.expose_secret());
        }
    }

    pub(crate) fn look_up(&self, given: &[u8], now: Moment) -> Known {
        // Not in constant time: the tokens are invented and useless elsewhere.
        let tokens = locked(&self.0);
        let token = tokens
            .iter()
            .find(|token| token.text.expose_secret().as_bytes() == given);
        match token {
            Some(token) if token.has_ended(now) => Known::Expired,
            Some(token) => Known::Good(token.scope.clone()),
            None => Known::Unknown,
        }
    }

    pub(crate) fn count(&self) -> usize {
        locked(&self.0).len()
    }
}

impl Token {
    /// A token ends by the time of day, which the response shows, or by the even time, which tests move. The first one counts.
    fn has_ended(&self, now: Moment) -> bool {
        let is_over = |ends: Moment| ends.even <= now.even || ends.day <= now.day;
        self.is_expired || self.ends.is_some_and(is_over)
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn token_ends_by_the_time_that_comes_first() {
        let tokens = Tokens::default();
        let start = Moment {
            even: Duration::ZERO,
            day: SystemTime::UNIX_EPOCH,
        };
        let minute = Duration::from_secs(60);
        let (text, ends) = tokens.issue(Scope::Global, start, minute);
        let text = text.expose_secret().as_bytes();
        let look_up = |even, day| tokens.look_up(text, Moment { even, day });
        assert_eq!(look_up(start.even, start.day), Known::Good(Scope::Global));
        assert_eq!(look_up(ends.even, start.day), Known::Expired);
        assert_eq!(look_up(start.even, ends.day), Known::Expired);
        assert_eq!(tokens.look_up(b"other", start), Known::Unknown);
    }
}
