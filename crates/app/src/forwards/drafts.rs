//! Declared forwards as the page writes and shows them.

use std::net::IpAddr;
use std::num::NonZeroU16;

use postern_forward::{LocalEnd, SocksRules};
use postern_model::{
    ConnectionId, DraftDestination, ForwardDraft, ForwardVia, NodeId, ProfileName, Region, RemoteHost,
    TagFilter, TagQuery,
};

use crate::{
    contract::{ErrorView, ForwardDestinationView, ForwardDraftView, ForwardViaView, TagFilterView},
    fields::{parse, parse_optional},
};

/// # Errors
/// `bad-<field>` with the rule that the field breaks.
pub(super) fn forward_draft(draft: &ForwardDraftView) -> Result<ForwardDraft, ErrorView> {
    Ok(ForwardDraft {
        name: draft.name.clone(),
        group: draft.group.clone(),
        via: via(&draft.via)?,
        local_port: local_port(draft.local_port)?,
        bind_address: bind_address(draft.bind_address.as_deref())?,
        destination: destination(&draft.destination)?,
        starts_with_postern: draft.starts_with_postern,
        is_web: draft.is_web,
    })
}

pub(super) fn draft_view(draft: &ForwardDraft) -> ForwardDraftView {
    ForwardDraftView {
        name: draft.name.clone(),
        group: draft.group.clone(),
        via: via_view(&draft.via),
        local_port: draft.local_port.into(),
        bind_address: draft.bind_address.map(|address| address.to_string()),
        destination: destination_view(&draft.destination),
        starts_with_postern: draft.starts_with_postern,
        is_web: draft.is_web,
    }
}

/// The address to listen on; none is loopback.
///
/// # Errors
/// `bad-bindAddress`.
pub(super) fn bind_address(text: Option<&str>) -> Result<Option<IpAddr>, ErrorView> {
    let filled = text.map(str::trim).filter(|text| !text.is_empty());
    let rule =
        "An address to listen on is one of this computer's, such as 172.17.0.1, or 0.0.0.0 for all of them.";
    let parsed = filled.map(str::parse).transpose();
    parsed.map_err(|_not_one| bad_field("bindAddress", rule))
}

/// Where it listens; without an address on loopback.
pub(super) fn local_end(address: Option<IpAddr>, port: u16) -> LocalEnd {
    match address {
        Some(address) => LocalEnd::Exposed(address, port),
        None => LocalEnd::Port(port),
    }
}

fn destination(view: &ForwardDestinationView) -> Result<DraftDestination, ErrorView> {
    Ok(match view {
        ForwardDestinationView::Port { host, port: number } => DraftDestination::Port {
            host: parse_optional("host", RemoteHost::parse, host.as_deref())?,
            port: port(*number)?,
        },
        ForwardDestinationView::Socks { allowed } => DraftDestination::Socks {
            allowed: rules(allowed)?,
        },
    })
}

/// In the words that the rules are shown with, so that they look the same however they were typed.
fn rules(allowed: &[String]) -> Result<Vec<String>, ErrorView> {
    let rules = SocksRules::parse(allowed).map_err(|rule| bad_field("allowed", &rule.to_string()))?;
    Ok(rules.allowed.iter().map(ToString::to_string).collect())
}

fn destination_view(destination: &DraftDestination) -> ForwardDestinationView {
    match destination {
        DraftDestination::Port { host, port } => ForwardDestinationView::Port {
            host: host.as_ref().map(ToString::to_string),
            port: port.get().into(),
        },
        DraftDestination::Socks { allowed } => ForwardDestinationView::Socks {
            allowed: allowed.clone(),
        },
    }
}

/// # Errors
/// `bad-localPort`.
pub(super) fn local_port(port: u32) -> Result<u16, ErrorView> {
    let rule = "A local port is a number from 1 to 65535; left empty, any that is free is taken.";
    u16::try_from(port).map_err(|_| bad_field("localPort", rule))
}

fn port(port: u32) -> Result<NonZeroU16, ErrorView> {
    let known = u16::try_from(port).ok().and_then(NonZeroU16::new);
    known.ok_or_else(|| bad_field("port", "A port is a number from 1 to 65535."))
}

fn bad_field(field: &str, rule: &str) -> ErrorView {
    ErrorView::new(&format!("bad-{field}"), rule, "Correct it, then try again.")
}

/// # Errors
/// `bad-via`.
pub(super) fn via(via: &ForwardViaView) -> Result<ForwardVia, ErrorView> {
    Ok(match via {
        ForwardViaView::Node {
            profile,
            region,
            node,
        } => ForwardVia::Node {
            profile: parse("via", ProfileName::parse, profile)?,
            region: parse("via", Region::parse, region)?,
            node: parse("via", NodeId::parse, node)?,
        },
        ForwardViaView::Saved { id } => ForwardVia::Connection(ConnectionId(i64::from(*id))),
        ForwardViaView::Tags {
            profile,
            region,
            tags,
        } => ForwardVia::Tags {
            profile: parse("via", ProfileName::parse, profile)?,
            region: parse("via", Region::parse, region)?,
            query: tag_query(tags)?,
        },
    })
}

fn tag_query(tags: &[TagFilterView]) -> Result<TagQuery, ErrorView> {
    let filters = tags.iter().map(|tag| TagFilter {
        key: tag.key.clone(),
        values: tag.values.clone(),
    });
    TagQuery::new(filters.collect()).map_err(|rule| bad_field("via", &rule.to_string()))
}

fn via_view(via: &ForwardVia) -> ForwardViaView {
    match via {
        ForwardVia::Node {
            profile,
            region,
            node,
        } => ForwardViaView::Node {
            profile: profile.to_string(),
            region: region.to_string(),
            node: node.to_string(),
        },
        // The store counts from 1, so a number that the page cannot hold does not occur; none is found under the largest.
        ForwardVia::Connection(id) => ForwardViaView::Saved {
            id: i32::try_from(id.0).unwrap_or(i32::MAX),
        },
        ForwardVia::Tags {
            profile,
            region,
            query,
        } => ForwardViaView::Tags {
            profile: profile.to_string(),
            region: region.to_string(),
            tags: query.filters().iter().map(tag_filter_view).collect(),
        },
    }
}

fn tag_filter_view(filter: &TagFilter) -> TagFilterView {
    TagFilterView {
        key: filter.key.clone(),
        values: filter.values.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(host: Option<&str>, port: u32) -> ForwardDestinationView {
        ForwardDestinationView::Port {
            host: host.map(Into::into),
            port,
        }
    }

    fn by_tags(tags: &[(&str, &[&str])]) -> ForwardDraftView {
        let tags = tags.iter().map(|(key, values)| TagFilterView {
            key: (*key).into(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        });
        ForwardDraftView {
            via: ForwardViaView::Tags {
                profile: "acme-prod".into(),
                region: "eu-central-1".into(),
                tags: tags.collect(),
            },
            ..draft()
        }
    }

    fn draft() -> ForwardDraftView {
        ForwardDraftView {
            name: "Ledger".into(),
            group: "Databases".into(),
            via: ForwardViaView::Node {
                profile: "acme-prod".into(),
                region: "eu-central-1".into(),
                node: "i-0a1b2c3d4e5f67890".into(),
            },
            local_port: 15432,
            bind_address: None,
            destination: to(Some("db.internal"), 5432),
            starts_with_postern: true,
            is_web: false,
        }
    }

    #[test]
    fn what_the_page_writes_comes_back_as_it_was() {
        let by_connection = ForwardDraftView {
            via: ForwardViaView::Saved { id: 7 },
            local_port: 0,
            destination: to(None, 80),
            is_web: true,
            ..draft()
        };
        let proxy = ForwardDraftView {
            bind_address: Some("172.17.0.1".into()),
            destination: ForwardDestinationView::Socks {
                allowed: vec!["10.88.0.0/16".into(), "*.internal".into()],
            },
            ..by_tags(&[("role", &["bastion"]), ("env", &[])])
        };
        for written in [draft(), by_connection, proxy] {
            assert_eq!(draft_view(&forward_draft(&written).unwrap()), written);
        }
    }

    #[test]
    fn a_bad_field_is_named_with_its_rule() {
        let code = |change: fn(&mut ForwardDraftView)| {
            let mut draft = draft();
            change(&mut draft);
            forward_draft(&draft).unwrap_err().code
        };
        assert_eq!(code(|draft| draft.local_port = 65_536), "bad-localPort");
        assert_eq!(code(|draft| draft.destination = to(None, 0)), "bad-port");
        assert_eq!(code(|draft| draft.destination = to(None, 70_000)), "bad-port");
        assert_eq!(
            code(|draft| draft.destination = to(Some("https://db"), 1)),
            "bad-host"
        );
        let no_rule = |draft: &mut ForwardDraftView| {
            draft.destination = ForwardDestinationView::Socks {
                allowed: vec!["10.88.0.0/33".into()],
            };
        };
        assert_eq!(code(no_rule), "bad-allowed");
        let words = |draft: &mut ForwardDraftView| draft.bind_address = Some("localhost".into());
        assert_eq!(code(words), "bad-bindAddress");
        assert_eq!(code(|draft| draft.via = by_tags(&[]).via), "bad-via");
        assert_eq!(code(|draft| draft.via = by_tags(&[("", &[])]).via), "bad-via");
        let odd = |draft: &mut ForwardDraftView| {
            draft.via = ForwardViaView::Node {
                profile: "p".into(),
                region: "eu-central-1".into(),
                node: "web-1".into(),
            };
        };
        assert_eq!(code(odd), "bad-via");
    }
}
