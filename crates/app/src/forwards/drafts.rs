//! Declared forwards as the page writes and shows them.

use std::num::NonZeroU16;

use postern_model::{ConnectionId, ForwardDraft, ForwardVia, NodeId, ProfileName, Region, RemoteHost};

use crate::{
    contract::{ErrorView, ForwardDraftView, ForwardViaView},
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
        host: parse_optional("host", RemoteHost::parse, draft.host.as_deref())?,
        port: port(draft.port)?,
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
        host: draft.host.as_ref().map(ToString::to_string),
        port: draft.port.get().into(),
        starts_with_postern: draft.starts_with_postern,
        is_web: draft.is_web,
    }
}

/// # Errors
/// `bad-localPort`.
pub(super) fn local_port(port: u32) -> Result<u16, ErrorView> {
    let rule = "A local port is a number from 1 to 65535; left empty, any that is free is taken.";
    u16::try_from(port).map_err(|_| bad_port("localPort", rule))
}

fn port(port: u32) -> Result<NonZeroU16, ErrorView> {
    let known = u16::try_from(port).ok().and_then(NonZeroU16::new);
    known.ok_or_else(|| bad_port("port", "A port is a number from 1 to 65535."))
}

fn bad_port(field: &str, rule: &str) -> ErrorView {
    ErrorView::new(&format!("bad-{field}"), rule, "Correct it, then try again.")
}

fn via(via: &ForwardViaView) -> Result<ForwardVia, ErrorView> {
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
    })
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            host: Some("db.internal".into()),
            port: 5432,
            starts_with_postern: true,
            is_web: false,
        }
    }

    #[test]
    fn what_the_page_writes_comes_back_as_it_was() {
        let by_connection = ForwardDraftView {
            via: ForwardViaView::Saved { id: 7 },
            local_port: 0,
            host: None,
            is_web: true,
            ..draft()
        };
        for written in [draft(), by_connection] {
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
        assert_eq!(code(|draft| draft.port = 0), "bad-port");
        assert_eq!(code(|draft| draft.port = 70_000), "bad-port");
        assert_eq!(code(|draft| draft.host = Some("https://db".into())), "bad-host");
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
