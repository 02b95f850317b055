//! Types that all services share.

mod number;
mod operation;
mod page;
mod response;
mod secret;

pub use number::NumberOrString;
pub use operation::{Auth, Operation, Repeat, SuccessBody};
pub use page::{Page, items};
pub use response::Response;
pub use secret::Secret;
