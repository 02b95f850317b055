//! Tests of the generated client: requests, models and samples.

#[cfg(test)]
mod models;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod status;
