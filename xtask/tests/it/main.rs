//! Tests of the commands.

#[cfg(test)]
mod broken;
#[cfg(test)]
mod generated_code;
#[cfg(test)]
mod generated_text;
#[cfg(test)]
mod lint;
#[cfg(test)]
mod modules;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod words;
#[cfg(test)]
mod workspace;
