//! Which nodes are meant by their tags: several keys at once, each with values to choose from.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Tag;

/// AWS's own bounds: of the filters of one call, of the values of one filter, and of the characters of each.
const MOST_KEYS: usize = 10;
const MOST_VALUES: usize = 40;
const KEY_CHARS: usize = 128;
const VALUE_CHARS: usize = 256;

/// Nodes by their tags: a node is meant when all filters match it. There is at least one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<TagFilter>", into = "Vec<TagFilter>")]
pub struct TagQuery(Vec<TagFilter>);

/// One key that a node must be tagged with, and the values that it may have there. Both are compared as AWS does, with case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TagFilter {
    /// The key.
    pub key: String,
    /// One of these; empty for any.
    pub values: Vec<String>,
}

/// Why filters are no query.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidTagQuery {
    /// Without a filter every node would be meant.
    #[error("Name at least one tag, such as role=bastion.")]
    Empty,
    /// More than AWS takes in one call.
    #[error("At most {MOST_KEYS} tags can be asked for at once, each with {MOST_VALUES} values.")]
    TooMany,
    /// A key that no tag has.
    #[error("The key of a tag has 1 to {KEY_CHARS} characters; {0:?} has not.")]
    Key(String),
    /// A value that no tag has.
    #[error("The value of a tag has at most {VALUE_CHARS} characters.")]
    Value,
    /// The same key twice can hardly be what was meant: no node has two values there.
    #[error("The tag {0} is there twice: write its values behind one another, as in {0}=a,b.")]
    Twice(String),
}

impl TagQuery {
    /// Checks the filters.
    ///
    /// # Errors
    /// [`InvalidTagQuery`] with the rule that they break.
    pub fn new(filters: Vec<TagFilter>) -> Result<Self, InvalidTagQuery> {
        if filters.is_empty() {
            return Err(InvalidTagQuery::Empty);
        }
        if filters.len() > MOST_KEYS {
            return Err(InvalidTagQuery::TooMany);
        }
        for (place, filter) in filters.iter().enumerate() {
            filter.check()?;
            if filters.iter().take(place).any(|before| before.key == filter.key) {
                return Err(InvalidTagQuery::Twice(filter.key.clone()));
            }
        }
        Ok(Self(filters))
    }

    /// The filters, all of which a node must match.
    #[must_use]
    pub fn filters(&self) -> &[TagFilter] {
        &self.0
    }

    /// Whether a node with these tags is meant.
    #[must_use]
    pub fn matches(&self, tags: &[Tag]) -> bool {
        self.0.iter().all(|filter| filter.matches(tags))
    }
}

impl TagFilter {
    /// Reads `key=value,value`, or `key` for any value. A comma inside a value cannot be written so.
    ///
    /// # Errors
    /// [`InvalidTagQuery`] with the rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, InvalidTagQuery> {
        let (key, values) = match text.split_once('=') {
            Some((key, values)) => (key, values.split(',').map(str::to_owned).collect()),
            None => (text, Vec::new()),
        };
        let filter = Self {
            key: key.to_owned(),
            values,
        };
        filter.check()?;
        Ok(filter)
    }

    fn check(&self) -> Result<(), InvalidTagQuery> {
        if !(1..=KEY_CHARS).contains(&self.key.chars().count()) {
            return Err(InvalidTagQuery::Key(self.key.clone()));
        }
        if self.values.len() > MOST_VALUES {
            return Err(InvalidTagQuery::TooMany);
        }
        let too_long = |value: &String| value.chars().count() > VALUE_CHARS;
        if self.values.iter().any(too_long) {
            return Err(InvalidTagQuery::Value);
        }
        Ok(())
    }

    fn matches(&self, tags: &[Tag]) -> bool {
        let own = tags.iter().find(|tag| tag.key == self.key);
        own.is_some_and(|tag| self.values.is_empty() || self.values.contains(&tag.value))
    }
}

impl TryFrom<Vec<TagFilter>> for TagQuery {
    type Error = InvalidTagQuery;
    fn try_from(filters: Vec<TagFilter>) -> Result<Self, InvalidTagQuery> {
        Self::new(filters)
    }
}

impl From<TagQuery> for Vec<TagFilter> {
    fn from(query: TagQuery) -> Self {
        query.0
    }
}

/// As [`TagFilter::parse`] reads it.
impl fmt::Display for TagFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        match self.values.as_slice() {
            [] => Ok(()),
            values => write!(f, "={}", values.join(",")),
        }
    }
}

/// `role=bastion env=prod,stage`.
impl fmt::Display for TagQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let filters: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&filters.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(texts: &[&str]) -> Result<TagQuery, InvalidTagQuery> {
        let filters: Result<_, _> = texts.iter().map(|text| TagFilter::parse(text)).collect();
        TagQuery::new(filters?)
    }

    fn tag(key: &str, value: &str) -> Tag {
        Tag {
            key: key.into(),
            value: value.into(),
        }
    }

    #[test]
    fn every_key_must_match_with_any_of_its_values() {
        let wanted = query(&["role=bastion", "env=prod,stage", "owner"]).unwrap();
        let tags = |role, env| [tag("role", role), tag("env", env), tag("owner", "")];
        assert!(wanted.matches(&tags("bastion", "prod")) && wanted.matches(&tags("bastion", "stage")));
        assert!(!wanted.matches(&tags("bastion", "dev")) && !wanted.matches(&tags("Bastion", "prod")));
        assert!(!wanted.matches(&[tag("role", "bastion"), tag("env", "prod")]));
        assert!(!wanted.matches(&[]));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let wanted = query(&["role=bastion", "env=prod,stage", "owner", "empty="]).unwrap();
        assert_eq!(wanted.to_string(), "role=bastion env=prod,stage owner empty=");
        assert!(
            wanted.filters()[3].matches(&[tag("empty", "")])
                && !wanted.filters()[3].matches(&[tag("empty", "x")])
        );
        let filters: Vec<TagFilter> = wanted.clone().into();
        assert_eq!(TagQuery::try_from(filters).unwrap(), wanted);
    }

    #[test]
    fn what_is_no_query_is_named() {
        assert_eq!(query(&[]).unwrap_err(), InvalidTagQuery::Empty);
        assert_eq!(query(&["=x"]).unwrap_err(), InvalidTagQuery::Key(String::new()));
        assert_eq!(
            query(&["a=1", "a=2"]).unwrap_err(),
            InvalidTagQuery::Twice("a".into())
        );
        assert_eq!(
            query(&[&format!("a={}", "x".repeat(257))]).unwrap_err(),
            InvalidTagQuery::Value
        );
        let keys: Vec<_> = (0..11).map(|key| key.to_string()).collect();
        let keys: Vec<_> = keys.iter().map(String::as_str).collect();
        assert_eq!(query(&keys).unwrap_err(), InvalidTagQuery::TooMany);
    }
}
