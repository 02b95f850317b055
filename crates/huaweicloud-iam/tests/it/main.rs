//! What the client crate promises to the crates above it.

#[cfg(test)]
mod requests;
#[cfg(test)]
mod samples;
