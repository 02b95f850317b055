//! IAM: the project look-up and tokens for users.

use std::{fmt, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode},
    response::Response,
};
use huaweicloud_iam::types::{
    ErrorResponse, KeystoneListProjectsResponse, Links, NestedError, Project, TokenDetail,
    TokenDomain, TokenOwner, TokenProject, TokenRequest, TokenResponse, TokenRole,
    TokenScopeProject,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::{
    call::Call,
    gateway::{Scope, Tokens},
    http::{Query, json_answer, model_answer},
    records::{Effect, Entry},
    time::{Moment, of_iam},
};

#[derive(Debug)]
pub(crate) struct Iam {
    pub(crate) projects: Vec<OwnProject>,
    pub(crate) users: Vec<User>,
    pub(crate) token_lifetime: Duration,
}

/// A project that IAM lists.
#[derive(Clone, Debug)]
pub(crate) struct OwnProject {
    pub(crate) id: String,
    pub(crate) name: String,
}

pub(crate) struct User {
    pub(crate) account: String,
    pub(crate) name: String,
    pub(crate) password: SecretString,
}

/// The ID of the only account, whatever its name.
const ACCOUNT: &str = "a1b2c3d4e5f60718293a4b5c6d7e8f90";

/// An error of IAM, in the shape of Keystone: status and message.
struct Refused(StatusCode, &'static str);

const MALFORMED: Refused = Refused(StatusCode::BAD_REQUEST, "The request body is invalid.");
const WRONG_PASSWORD: Refused = Refused(
    StatusCode::UNAUTHORIZED,
    "The username or password is wrong.",
);
/// Neither the status nor the message is documented.
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
        entry: &Entry,
    ) -> Response {
        let answered = if call == Call::Token {
            self.token(body, tokens, now, entry)
        } else {
            self.list(query, entry)
        };
        let mut response = answered.unwrap_or_else(|refused| refused.answer());
        // Responses of IAM have the request ID in their own header, besides the gateway's.
        if let Ok(id) = HeaderValue::from_str(entry.id()) {
            response.headers_mut().insert("x-iam-trace-id", id);
        }
        response
    }

    fn list(&self, query: &Query, entry: &Entry) -> Result<Response, Refused> {
        let wrong = Refused(StatusCode::BAD_REQUEST, "A query parameter is invalid.");
        let (page, size) = match (query.text("page"), query.text("per_page")) {
            (None, None) => (1, usize::MAX),
            (Some(page), Some(size)) => {
                let page = page.parse().ok().filter(|page| *page >= 1_usize);
                let size = size.parse().ok().filter(|size| (1..=5000).contains(size));
                page.zip(size).ok_or(wrong)?
            }
            _ => return Err(wrong),
        };
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
            .map(OwnProject::view)
            .collect();
        entry.effect(Effect::Shown, &[]);
        let mut answer = KeystoneListProjectsResponse::default();
        answer.links = Some(link("/v3/projects".into()));
        answer.projects = Some(shown);
        Ok(model_answer(StatusCode::OK, &answer))
    }

    fn token(
        &self,
        body: &[u8],
        tokens: &Tokens,
        now: Moment,
        entry: &Entry,
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
        entry.effect(Effect::TokenIssued, &[]);
        let mut answer = TokenResponse::default();
        answer.token = Some(user.token(project, now, ends));
        let mut response = model_answer(StatusCode::CREATED, &answer);
        if let Ok(mut value) = HeaderValue::from_str(token.expose_secret()) {
            value.set_sensitive(true);
            response.headers_mut().insert("x-subject-token", value);
        }
        Ok(response)
    }

    /// Finds a project by its ID, or by its name if there is no ID.
    fn find(&self, wanted: &TokenScopeProject) -> Option<&OwnProject> {
        self.projects
            .iter()
            .find(|project| match (&wanted.id, &wanted.name) {
                (Some(id), _) => *id == project.id,
                (None, Some(name)) => *name == project.name,
                (None, None) => false,
            })
    }
}

impl OwnProject {
    fn view(&self) -> Project {
        let mut project = Project::default();
        project.id = Some(self.id.clone());
        project.name = Some(self.name.clone());
        project.domain_id = Some(ACCOUNT.into());
        project.parent_id = Some(ACCOUNT.into());
        project.description = Some(String::new());
        project.enabled = Some(true);
        project.is_domain = Some(false);
        project.links = Some(link(format!("/v3/projects/{}", self.id)));
        project
    }
}

fn link(to: String) -> Links {
    let mut links = Links::default();
    links.self_ = Some(to);
    links
}

impl User {
    fn token(&self, scope: Option<&OwnProject>, now: Moment, ends: Moment) -> TokenDetail {
        let mut account = TokenDomain::default();
        account.id = Some(ACCOUNT.into());
        account.name = Some(self.account.clone());
        let mut role = TokenRole::default();
        role.id = Some("0".into());
        role.name = Some("dcs_admin".into());
        let mut user = TokenOwner::default();
        user.id = Some("5a4b3c2d1e0f49f8a7b6c5d4e3f20110".into());
        user.name = Some(self.name.clone());
        user.password_expires_at = Some(String::new());
        user.domain = Some(account.clone());
        let mut token = TokenDetail::default();
        token.expires_at = Some(of_iam(ends.day));
        token.issued_at = Some(of_iam(now.day));
        token.methods = Some(vec!["password".into()]);
        token.project = scope.map(|own| {
            let mut project = TokenProject::default();
            project.id = Some(own.id.clone());
            project.name = Some(own.name.clone());
            project.domain = Some(account);
            project
        });
        token.roles = Some(vec![role]);
        token.user = Some(user);
        token
    }
}

impl Refused {
    fn answer(&self) -> Response {
        let Self(status, message) = self;
        let mut error = NestedError::default();
        error.code = Some(u64::from(status.as_u16()).into());
        error.message = Some((*message).into());
        error.title = status.canonical_reason().map(Into::into);
        let mut answer = ErrorResponse::default();
        answer.error = Some(error);
        // The model also has the members of the flat shape. The nested shape omits them, even as null.
        json_answer(*status, &json!(answer))
    }
}

/// Hides all fields: account and name help to guess a login.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("User")
    }
}
