//! Picks out of JSON the members that tell of an error, one by one: what came before a cut, a broken character or a
//! nesting too deep for the rest is not lost with it.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Number;

/// The pairs of code and message that services and gateway use; either half may be missing.
pub(crate) const PAIRS: [[&str; 2]; 3] = [
    ["error_code", "error_msg"],
    ["errorCode", "errorMsg"],
    ["code", "message"],
];

/// What `serde_json` calls the only member of the map that a number is read as, if some crate of the program turns its
/// feature `arbitrary_precision` on.
const NUMBER: &str = "$serde_json::private::Number";

/// What a member holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Said {
    /// It is missing, null or blank.
    #[default]
    Nothing,
    /// Text, or a number as its digits: IAM sends its codes as integers.
    Text(String),
    /// Something else, which says that there is an error and not which.
    Other,
}

impl Said {
    /// Takes the last of several members of one name that says anything.
    fn hear(&mut self, said: Self) {
        if said != Self::Nothing {
            *self = said;
        }
    }
}

/// What an object says under the names of the pairs.
type Pairs = [[Said; 2]; 3];

/// What an object says of an error, itself or by the first object in it that says anything.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Members {
    own: Pairs,
    nested: Pairs,
    pub(crate) request_id: Said,
}

impl Members {
    /// Reads as much of a JSON object as can be read: nothing of what is none. What follows it is not looked at.
    pub(crate) fn read(text: &str) -> Self {
        let mut members = Self::default();
        // What was read before the failure is what this is for.
        let _ = Top(&mut members).deserialize(&mut serde_json::Deserializer::from_str(text));
        members
    }

    /// The first pair of which at least one half is text.
    pub(crate) fn pair(&mut self) -> Option<[Said; 2]> {
        let pairs = self.own.iter_mut().chain(&mut self.nested);
        pairs
            .map(std::mem::take)
            .find(|pair| pair.iter().any(|half| matches!(half, Said::Text(_))))
    }

    /// Whether there is a code, of any type.
    pub(crate) fn has_code(&self) -> bool {
        let mut pairs = self.own.iter().chain(&self.nested);
        pairs.any(|[code, _]| *code != Said::Nothing)
    }
}

fn half<'a>(pairs: &'a mut Pairs, name: &str) -> Option<&'a mut Said> {
    let place = |[code, message]: &[&str; 2]| match name {
        _ if name == *code => Some(0),
        _ if name == *message => Some(1),
        _ => None,
    };
    let (pair, place) = PAIRS
        .iter()
        .zip(pairs)
        .find_map(|(names, pair)| Some((pair, place(names)?)))?;
    Some(&mut pair[place])
}

/// The outermost object.
struct Top<'a>(&'a mut Members);

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let members = self.0;
        while let Some(name) = map.next_key::<String>()? {
            if let Some(half) = half(&mut members.own, &name) {
                half.hear(map.next_value()?);
            } else if name == "request_id" {
                members.request_id.hear(map.next_value()?);
            } else if members.nested == Pairs::default() {
                map.next_value_seed(Nested(&mut members.nested))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// A member of the outermost object, which may be an object, too.
struct Nested<'a>(&'a mut Pairs);

impl<'de> DeserializeSeed<'de> for Nested<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(Value(|name: &str, value| {
            if let Some(half) = half(self.0, name) {
                half.hear(value);
            }
        }))?;
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(Value(|_: &str, _| {}))
    }
}

/// Any value; if it is an object, its function is told of each member.
struct Value<F>(F);

impl<'de, F: FnMut(&str, Said)> Visitor<'de> for Value<F> {
    type Value = Said;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Said, E> {
        Ok(Said::Nothing)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Said, E> {
        Ok(Said::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Said, E> {
        Ok(if text.trim().is_empty() {
            Said::Nothing
        } else {
            Said::Text(text.to_owned())
        })
    }

    fn visit_i64<E>(self, number: i64) -> Result<Said, E> {
        Ok(Said::Text(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Said, E> {
        Ok(Said::Text(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Said, E> {
        Ok(Number::from_f64(number).map_or(Said::Other, |number| Said::Text(number.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Said, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Said::Other)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Said, A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == NUMBER {
                return map.next_value();
            }
            // Only where a name matters is its value looked into.
            if PAIRS.as_flattened().contains(&name.as_str()) {
                (self.0)(&name, map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Said::Other)
    }
}
