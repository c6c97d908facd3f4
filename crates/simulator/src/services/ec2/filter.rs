//! The filters of DescribeInstances: each names a property and the values that match, with `*` and `?`.

use std::borrow::Cow;

use crate::server::{Failure, Params};
use crate::world::{Ec2Facts, Node, Platform};

/// One filter; a node passes when any of its values matches any of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    name: String,
    values: Vec<String>,
}

/// EC2's limits of one request.
const FILTERS_LIMIT: usize = 50;
const VALUES_LIMIT: usize = 200;

/// The filters of a request, checked.
pub(super) fn read_filters(params: &Params) -> Result<Vec<Filter>, Failure> {
    let filters: Vec<Filter> = params
        .group_numbers("Filter")
        .into_iter()
        .map(|number| read_filter(params, number))
        .collect::<Result<_, _>>()?;
    let values: usize = filters.iter().map(|filter| filter.values.len()).sum();
    if filters.len() > FILTERS_LIMIT || values > VALUES_LIMIT {
        return Err(Failure::new(
            "FilterLimitExceeded",
            "The maximum number of filter values specified on a single call is 200",
        ));
    }
    Ok(filters)
}

impl Filter {
    /// Whether the node passes.
    pub(super) fn passes(&self, node: &Node, facts: &Ec2Facts) -> bool {
        properties(node, facts, &self.name)
            .unwrap_or_default()
            .iter()
            .any(|property| self.values.iter().any(|value| glob(value, property)))
    }
}

fn read_filter(params: &Params, number: u32) -> Result<Filter, Failure> {
    let name = params.get(&format!("Filter.{number}.Name")).ok_or_else(|| {
        Failure::new(
            "MissingParameter",
            "The request must contain the parameter Filter name",
        )
    })?;
    if !is_known(name) {
        return Err(Failure::new(
            "InvalidParameterValue",
            format!("The filter '{name}' is invalid"),
        ));
    }
    let values: Vec<String> = params
        .list(&format!("Filter.{number}.Value"))
        .into_iter()
        .map(str::to_owned)
        .collect();
    if values.is_empty() {
        return Err(Failure::new(
            "InvalidParameterValue",
            format!("The filter '{name}' has no value"),
        ));
    }
    Ok(Filter {
        name: name.to_owned(),
        values,
    })
}

const KNOWN: &[&str] = &[
    "architecture",
    "availability-zone",
    "iam-instance-profile.arn",
    "image-id",
    "instance-id",
    "instance-state-code",
    "instance-state-name",
    "instance-type",
    "instance.group-id",
    "ip-address",
    "owner-id",
    "platform",
    "private-dns-name",
    "private-ip-address",
    "reservation-id",
    "subnet-id",
    "tag-key",
    "tag-value",
    "vpc-id",
];

fn is_known(name: &str) -> bool {
    KNOWN.contains(&name) || name.starts_with("tag:")
}

/// The values that a filter compares; none when there is no such filter.
fn properties<'a>(node: &'a Node, facts: &'a Ec2Facts, filter: &str) -> Option<Vec<Cow<'a, str>>> {
    let one = |text: &'a str| Some(vec![Cow::Borrowed(text)]);
    match filter {
        "architecture" => one(super::instance::architecture(facts)),
        "availability-zone" => one(&facts.zone),
        "iam-instance-profile.arn" => Some(
            super::instance::profile_arn(node, facts)
                .map(Cow::Owned)
                .into_iter()
                .collect(),
        ),
        "image-id" => one(&facts.image),
        "instance-id" => one(&node.id),
        "instance-state-code" => Some(vec![Cow::Owned(facts.state.code().to_string())]),
        "instance-state-name" => one(facts.state.name()),
        "instance-type" => one(facts.instance_type),
        "instance.group-id" => one(&facts.security_group),
        "ip-address" => Some(
            facts
                .public_ip
                .as_deref()
                .map(Cow::Borrowed)
                .into_iter()
                .collect(),
        ),
        "owner-id" => one(&node.account),
        "platform" => match node.platform {
            Platform::Windows => one("windows"),
            Platform::Linux => Some(Vec::new()),
        },
        "private-dns-name" => Some(vec![Cow::Owned(super::instance::private_dns_name(node))]),
        "private-ip-address" => one(&node.private_ip),
        "reservation-id" => one(&facts.reservation),
        "subnet-id" => one(&facts.subnet),
        "tag-key" => Some(
            node.tags
                .iter()
                .map(|tag| Cow::Borrowed(tag.key.as_str()))
                .collect(),
        ),
        "tag-value" => Some(
            node.tags
                .iter()
                .map(|tag| Cow::Borrowed(tag.value.as_str()))
                .collect(),
        ),
        "vpc-id" => one(&facts.vpc),
        tag => {
            let key = tag.strip_prefix("tag:")?;
            Some(node.tag(key).map(Cow::Borrowed).into_iter().collect())
        }
    }
}

/// `*` is any text and `?` any character; a backslash makes either plain. Linear but for the last `*`.
fn glob(pattern: &str, text: &str) -> bool {
    let pattern = tokens(pattern);
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t, mut retry) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some(Token::Any) => {
                retry = Some((p, t));
                p += 1;
            }
            Some(token) if token.takes(text.get(t)) => (p, t) = (p + 1, t + 1),
            Some(Token::One | Token::Plain(_)) | None => match retry {
                Some((star, from)) => {
                    retry = Some((star, from + 1));
                    (p, t) = (star + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|token| *token == Token::Any)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Any,
    One,
    Plain(char),
}

impl Token {
    fn takes(self, c: Option<&char>) -> bool {
        match self {
            Self::One => c.is_some(),
            Self::Plain(own) => c == Some(&own),
            Self::Any => false,
        }
    }
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(pattern.len());
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        tokens.push(match c {
            '*' => Token::Any,
            '?' => Token::One,
            '\\' => Token::Plain(rest.next().unwrap_or('\\')),
            plain => Token::Plain(plain),
        });
    }
    tokens
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_text_matches_itself_escaped_and_between_stars(text in any::<String>()) {
            let escaped: String = text.chars().flat_map(|c| ['\\', c]).collect();
            prop_assert!(glob(&escaped, &text));
            let stars = format!("*{escaped}*");
            let wrapped = format!("a{text}b");
            prop_assert!(glob(&stars, &wrapped));
        }

        #[test]
        fn any_query_is_read_or_refused(query in any::<String>(), body in any::<Vec<u8>>()) {
            let _either = read_filters(&Params::read(&query, &body));
        }
    }

    #[test]
    fn globs_match_as_ec2_says() {
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("*", "x"),
            ("a*c", "abbc"),
            ("a*c", "ac"),
            ("?b*", "abc"),
            ("*api-1", "checkout-api-1"),
            (r"a\*", "a*"),
            (r"a\?b", "a?b"),
            (r"\\", r"\"),
            ("*a*b*", "xxaxxbxx"),
            ("ü?", "üx"),
        ] {
            assert!(glob(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "x"),
            ("a", "A"),
            ("?", ""),
            (r"a\*", "ab"),
            ("a*b", "abc"),
            ("*x", "xy"),
        ] {
            assert!(!glob(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_made_to_be_slow_is_not() {
        let started = std::time::Instant::now();
        assert!(!glob(&"*a".repeat(120), &"a".repeat(119)));
        assert!(started.elapsed() < std::time::Duration::from_secs(2));
    }

    #[test]
    fn unknown_filters_and_filters_without_values_are_refused() {
        let read = |query: &str| read_filters(&Params::read(query, b"")).map_err(|failure| failure.code);
        assert_eq!(
            read("Filter.1.Name=colour&Filter.1.Value.1=red"),
            Err("InvalidParameterValue")
        );
        assert_eq!(read("Filter.1.Name=vpc-id"), Err("InvalidParameterValue"));
        assert_eq!(read("Filter.1.Value.1=x"), Err("MissingParameter"));
        assert_eq!(
            read("Filter.1.Name=tag:any thing&Filter.1.Value.1=x")
                .unwrap()
                .len(),
            1
        );
        let many: String = (1..=201).map(|n| format!("&Filter.1.Value.{n}=x")).collect();
        assert_eq!(
            read(&format!("Filter.1.Name=vpc-id{many}")),
            Err("FilterLimitExceeded")
        );
    }

    #[test]
    fn every_known_filter_compares_something() {
        let world = crate::world::World::new(1, 3, 1, std::time::SystemTime::UNIX_EPOCH);
        let (profile, region) = world.company().pairs().next().unwrap();
        let node = &world.nodes(&profile.account, region)[0];
        let facts = node.ec2().unwrap();
        for name in KNOWN {
            assert!(properties(node, facts, name).is_some(), "{name}");
        }
        let filter = Filter {
            name: "tag:Name".to_owned(),
            values: vec!["*api-?".to_owned()],
        };
        assert!(filter.passes(node, facts));
    }
}
