//! Why a stand-in did not start.

#[cfg(feature = "redis")]
use std::path::PathBuf;
use std::{error, fmt, io, net::SocketAddr};

/// Why a stand-in did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// There are no credentials, so every request would be refused.
    NoCredentials,
    /// A part of a credential is empty.
    EmptyCredential,
    /// The ID of a project is not 32 lower-case hexadecimal digits.
    ProjectId(String),
    /// The ID of a task is neither a UUID nor 32 hexadecimal digits.
    TaskId(String),
    /// The address is not available.
    Listen(SocketAddr, io::Error),
    /// The state file cannot be read or written.
    #[cfg(feature = "redis")]
    State(PathBuf, io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCredentials => {
                f.write_str("no credentials: give an access key, a token or a user")
            }
            Self::EmptyCredential => f.write_str(
                "a part of a credential is empty: omit the credential or invent that part",
            ),
            Self::ProjectId(id) => write!(
                f,
                "malformed project ID {id:?}: give 32 hexadecimal digits in lower case"
            ),
            Self::TaskId(id) => write!(
                f,
                "malformed task ID {id:?}: give a UUID or 32 hexadecimal digits"
            ),
            #[cfg(feature = "redis")]
            Self::State(path, _) => write!(
                f,
                "cannot use the state file {}: choose another file, or remove it to start anew",
                path.display()
            ),
            Self::Listen(address, _) => write!(
                f,
                "cannot listen on {address}: choose another port, or 0 for any"
            ),
        }
    }
}

impl error::Error for StartError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            #[cfg(feature = "redis")]
            Self::State(_, error) => Some(error),
            Self::Listen(_, error) => Some(error),
            _ => None,
        }
    }
}
