//! What the window knows of its pairs, without a call to AWS.

use postern_fleet::{Node, decode_nodes};
use postern_model::{Pair, ProfileName, Region};
use postern_store::{Opened, Store, StoreError};

use crate::console;

/// The nodes of the pairs that take part in sync, of these profiles and Regions where any are named.
///
/// # Errors
/// Any [`StoreError`] of opening and reading.
pub(crate) fn cached(profiles: &[ProfileName], regions: &[Region]) -> Result<Vec<(Pair, Node)>, StoreError> {
    let path = Store::default_path()?;
    if !path.exists() {
        return Ok(Vec::new());
    }
    let Opened { store, notices } = Store::open(&path)?;
    for notice in notices {
        console::to_stderr(&format!("postern: {notice}\n"));
    }
    of_store(&store, profiles, regions)
}

fn of_store(
    store: &Store,
    profiles: &[ProfileName],
    regions: &[Region],
) -> Result<Vec<(Pair, Node)>, StoreError> {
    let mut nodes = Vec::new();
    for saved in store.pairs()?.into_iter().filter(|saved| saved.enabled) {
        let is_meant = (profiles.is_empty() || profiles.contains(&saved.pair.profile))
            && (regions.is_empty() || regions.contains(&saved.pair.region));
        let Some(known) = store.cached_pair(saved.id)?.filter(|_| is_meant) else {
            continue;
        };
        // Of a form that this version does not know: the next sync brings them again.
        let decoded = decode_nodes(&known.nodes).unwrap_or_default().into_iter();
        nodes.extend(decoded.map(|node| (saved.pair.clone(), node)));
    }
    Ok(nodes)
}

#[cfg(test)]
mod tests {
    use postern_fleet::encode_nodes;
    use postern_store::CachedPair;

    use super::super::table::tests::node;
    use super::*;

    #[test]
    fn what_the_window_knows_is_listed_for_the_pairs_that_take_part() {
        let store = Store::in_memory().unwrap();
        let (pair, node) = node("web-1", "i-0a1b2c3d4e5f67890");
        let off = Pair {
            profile: ProfileName::parse("off").unwrap(),
            region: pair.region.clone(),
        };
        for (pair, enabled) in [(&pair, true), (&off, false)] {
            let saved = store.add_pair(pair, enabled).unwrap();
            let cached = CachedPair {
                read_at_ms: 5,
                agents_read_at_ms: None,
                nodes: encode_nodes(std::slice::from_ref(&node)),
            };
            store.replace_cached_pair(saved.id, &cached).unwrap();
        }
        let expected = vec![(pair.clone(), node)];
        assert_eq!(of_store(&store, &[], &[]).unwrap(), expected);
        assert_eq!(
            of_store(&store, std::slice::from_ref(&pair.profile), &[]).unwrap(),
            expected
        );
        assert_eq!(of_store(&store, &[off.profile], &[]).unwrap(), []);
        let elsewhere = Region::parse("us-west-2").unwrap();
        assert_eq!(of_store(&store, &[], &[elsewhere]).unwrap(), []);
    }
}
