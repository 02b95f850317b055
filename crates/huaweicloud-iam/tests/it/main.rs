//! Tests of the generated client: requests and samples.

#[cfg(test)]
mod project_client;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod samples;
