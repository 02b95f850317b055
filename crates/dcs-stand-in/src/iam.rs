//! IAM: which projects there are, and tokens for users.

use std::{fmt, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode},
    response::Response,
};
use huaweicloud_dcs_api::iam::types::{TokenRequest, TokenScopeProject};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::{
    answer::json_answer,
    call::Call,
    query::Query,
    record::Effect,
    time::Moment,
    timestamp,
    tokens::{Scope, Tokens},
    visit::Visit,
};

#[derive(Debug)]
pub(crate) struct Iam {
    pub(crate) projects: Vec<Project>,
    pub(crate) users: Vec<User>,
    pub(crate) token_lifetime: Duration,
}

#[derive(Clone, Debug)]
pub(crate) struct Project {
    pub(crate) id: String,
    pub(crate) name: String,
}

pub(crate) struct User {
    pub(crate) account: String,
    pub(crate) name: String,
    pub(crate) password: SecretString,
}

/// The id of the one account there is, whatever its name.
const ACCOUNT: &str = "a1b2c3d4e5f60718293a4b5c6d7e8f90";

/// Why IAM does not do what it is asked, in the shape of Keystone.
struct Refused(StatusCode, &'static str);

const MALFORMED: Refused = Refused(StatusCode::BAD_REQUEST, "The request body is invalid.");
const WRONG_PASSWORD: Refused = Refused(
    StatusCode::UNAUTHORIZED,
    "The username or password is wrong.",
);
/// Neither status nor words are documented.
const NO_SUCH_PROJECT: Refused = Refused(
    StatusCode::UNAUTHORIZED,
    "The project that the token is to be for does not exist.",
);

impl Iam {
    pub(crate) fn perform(
        &self,
        call: Call,
        query: &Query,
        body: &[u8],
        (tokens, now): (&Tokens, Moment),
        visit: &Visit,
    ) -> Response {
        let answered = if call == Call::Token {
            self.token(body, tokens, now, visit)
        } else {
            self.list(query, visit)
        };
        let mut response = answered.unwrap_or_else(|refused| refused.answer());
        // Answers of IAM have their own name for it, besides the gateway's.
        if let Ok(id) = HeaderValue::from_str(visit.id()) {
            response.headers_mut().insert("x-iam-trace-id", id);
        }
        response
    }

    fn list(&self, query: &Query, visit: &Visit) -> Result<Response, Refused> {
        let wrong = Refused(StatusCode::BAD_REQUEST, "A query parameter is invalid.");
        let page = match (query.text("page"), query.text("per_page")) {
            (None, None) => Some((1, usize::MAX)),
            (Some(page), Some(size)) => page.parse().ok().zip(size.parse().ok()),
            _ => None,
        };
        let (page, size) = page
            .filter(|(page, size)| {
                *page >= 1_usize && (1..=5000).contains(size) || *size == usize::MAX
            })
            .ok_or(wrong)?;
        let fits = |name, value: &str| query.text(name).is_none_or(|wanted| wanted == value);
        let fitting = self.projects.iter().filter(|project| {
            fits("name", &project.name)
                && fits("domain_id", ACCOUNT)
                && fits("parent_id", ACCOUNT)
                && fits("enabled", "true")
        });
        let shown: Vec<_> = fitting
            .skip((page - 1).saturating_mul(size))
            .take(size)
            .map(Project::view)
            .collect();
        visit.record_effect(Effect::Shown, &[]);
        let links = json!({ "self": "/v3/projects", "previous": null, "next": null });
        let body = json!({ "links": links, "projects": shown });
        Ok(json_answer(StatusCode::OK, &body))
    }

    fn token(
        &self,
        body: &[u8],
        tokens: &Tokens,
        now: Moment,
        visit: &Visit,
    ) -> Result<Response, Refused> {
        let request: TokenRequest = serde_json::from_slice(body).map_err(|_| MALFORMED)?;
        let auth = request.auth;
        if auth.identity.methods != ["password"] {
            return Err(MALFORMED);
        }
        let given = auth.identity.password.user;
        let user = self.users.iter().find(|user| {
            user.account == given.domain.name
                && user.name == given.name
                && user.password.expose_secret() == given.password.expose()
        });
        let user = user.ok_or(WRONG_PASSWORD)?;
        let project = auth
            .scope
            .map(|scope| self.find(&scope.project).ok_or(NO_SUCH_PROJECT))
            .transpose()?;
        let scope = project.map_or(Scope::Global, |project| Scope::Project(project.id.clone()));
        let (token, ends) = tokens.issue(scope, now, self.token_lifetime);
        visit.record_effect(Effect::TokenIssued, &[]);
        let body = user.token(project, now, ends);
        let mut response = json_answer(StatusCode::CREATED, &body);
        if let Ok(mut value) = HeaderValue::from_str(token.expose_secret()) {
            value.set_sensitive(true);
            response.headers_mut().insert("x-subject-token", value);
        }
        Ok(response)
    }

    /// By its id or, if none is given, by its name.
    fn find(&self, wanted: &TokenScopeProject) -> Option<&Project> {
        self.projects
            .iter()
            .find(|project| match (&wanted.id, &wanted.name) {
                (Some(id), _) => *id == project.id,
                (None, Some(name)) => *name == project.name,
                (None, None) => false,
            })
    }
}

impl Project {
    fn view(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "domain_id": ACCOUNT,
            "parent_id": ACCOUNT,
            "description": "",
            "enabled": true,
            "is_domain": false,
            "links": { "self": format!("/v3/projects/{}", self.id), "previous": null, "next": null },
        })
    }
}

impl User {
    fn token(&self, project: Option<&Project>, now: Moment, ends: Moment) -> Value {
        let account = json!({ "id": ACCOUNT, "name": self.account });
        let project = project
            .map(|project| json!({ "id": project.id, "name": project.name, "domain": account }));
        json!({ "token": {
            "expires_at": timestamp::of_iam(ends.day),
            "issued_at": timestamp::of_iam(now.day),
            "methods": ["password"],
            "project": project,
            "roles": [{ "id": "0", "name": "dcs_admin" }],
            "user": {
                "id": "5a4b3c2d1e0f49f8a7b6c5d4e3f20110",
                "name": self.name,
                "password_expires_at": "",
                "domain": account,
            },
        } })
    }
}

impl Refused {
    fn answer(&self) -> Response {
        let Self(status, message) = self;
        let title = status.canonical_reason();
        let error = json!({ "code": status.as_u16(), "message": message, "title": title });
        json_answer(*status, &json!({ "error": error }))
    }
}

/// Shows nothing of it: who can log in is as good as half a password.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("User")
    }
}
