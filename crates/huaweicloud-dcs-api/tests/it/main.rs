//! What the client crate promises to the crates above it.

#[cfg(test)]
mod hooks;
#[cfg(test)]
mod models;
#[cfg(test)]
mod number;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod recorder;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod secret;
#[cfg(test)]
mod status;
