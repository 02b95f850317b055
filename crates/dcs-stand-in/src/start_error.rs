//! Why a stand-in does not start.

use std::{fmt, io, net::SocketAddr};

/// Why a stand-in did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The address can be reached from outside of this machine.
    NotLoopback(SocketAddr),
    /// There is no credential, so nobody could call it.
    NoCredentials,
    /// A part of a credential is empty.
    EmptyCredential,
    /// The id of the project is not 32 lower-case hexadecimal digits.
    ProjectId(String),
    /// The id of a task is neither a UUID nor 32 hexadecimal digits.
    TaskId(String),
    /// The address cannot be listened on.
    Listen(SocketAddr, io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback(address) => write!(
                f,
                "{address} can be reached from other machines: listen on 127.0.0.1 or [::1]"
            ),
            Self::NoCredentials => {
                f.write_str("there are no credentials: give an access key, a token or a user")
            }
            Self::EmptyCredential => f.write_str(
                "a part of a credential is empty: leave the credential out or invent that part",
            ),
            Self::ProjectId(id) => write!(
                f,
                "project id {id:?}: write 32 hexadecimal digits in lower case"
            ),
            Self::TaskId(id) => write!(f, "task id {id:?}: write a UUID or 32 hexadecimal digits"),
            Self::Listen(address, _) => write!(
                f,
                "cannot listen on {address}: choose another port, or 0 for any"
            ),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen(_, error) => Some(error),
            _ => None,
        }
    }
}
