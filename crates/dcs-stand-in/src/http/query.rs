//! The query of a request.

use percent_encoding::percent_decode_str;

/// The decoded parameters of a query. If one occurs twice, the first counts.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn read(query: Option<&str>) -> Self {
        let pairs = query
            .unwrap_or_default()
            .split('&')
            .filter(|it| !it.is_empty());
        Self(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| (decode(name), decode(value)))
                .collect(),
        )
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let pair = self.0.iter().find(|(own, _)| own == name)?;
        Some(&pair.1)
    }
}

/// Decodes escapes. A plus is a blank, as in forms.
fn decode(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_with_escapes_is_decoded() {
        let query = Query::read(Some("name=a%20b%2F%C3%A9+c&&flag&name=other&n=5"));
        assert_eq!(query.text("name"), Some("a b/é c"));
        assert_eq!(query.text("flag"), Some(""));
        assert_eq!(query.text("none"), None);
        assert_eq!(query.text("n"), Some("5"));
    }
}
