//! Which pairs of profile and Region the arguments mean.

use std::sync::Arc;

use postern_model::{ControlError, ControlPlane, Nodes, Pair, ProfileName, Profiles, Region};

use super::default_credentials::{DefaultCredentials, shown_profile};
use super::report::report;

/// The pairs to read, and who lists their nodes.
pub(crate) struct ChosenPairs {
    pub(crate) source: Arc<dyn Nodes>,
    pub(crate) pairs: Vec<Pair>,
    /// A profile could not be resolved and was reported.
    pub(crate) incomplete: bool,
}

/// Every profile in every Region; without a Region, each profile in its own; without a profile, the credentials that
/// the AWS CLI would use.
///
/// # Errors
/// Why nothing at all can be read.
pub(crate) async fn choose(
    control: Arc<dyn ControlPlane>,
    profiles: &[ProfileName],
    regions: &[Region],
) -> Result<ChosenPairs, ControlError> {
    if profiles.is_empty() {
        return of_default_credentials(control, regions).await;
    }
    let (mut pairs, mut failed) = (Vec::new(), None);
    for profile in profiles {
        match of_profile(control.as_ref(), profile, regions).await {
            Ok(own) => pairs.extend(own),
            Err(error) if profiles.len() == 1 => return Err(error),
            Err(error) => {
                report(profile.as_str(), &error);
                failed = Some(error);
            }
        }
    }
    match failed {
        Some(error) if pairs.is_empty() => Err(error),
        failed => Ok(ChosenPairs {
            source: control,
            pairs,
            incomplete: failed.is_some(),
        }),
    }
}

async fn of_default_credentials(
    control: Arc<dyn ControlPlane>,
    regions: &[Region],
) -> Result<ChosenPairs, ControlError> {
    let shown_as = shown_profile()?;
    let mut pairs: Vec<Pair> = Vec::new();
    for region in choices(regions) {
        let scope = control.resolve(None, region).await?;
        pairs.push(Pair {
            profile: scope.profile.unwrap_or_else(|| shown_as.clone()),
            region: scope.region,
        });
    }
    let source = DefaultCredentials {
        nodes: control,
        shown_as,
    };
    Ok(ChosenPairs {
        source: Arc::new(source),
        pairs,
        incomplete: false,
    })
}

async fn of_profile(
    control: &dyn Profiles,
    profile: &ProfileName,
    regions: &[Region],
) -> Result<Vec<Pair>, ControlError> {
    let mut pairs = Vec::new();
    for region in choices(regions) {
        let scope = control.resolve(Some(profile.clone()), region).await?;
        pairs.push(Pair {
            profile: profile.clone(),
            region: scope.region,
        });
    }
    Ok(pairs)
}

fn choices(regions: &[Region]) -> Vec<Option<Region>> {
    if regions.is_empty() {
        vec![None]
    } else {
        regions.iter().cloned().map(Some).collect()
    }
}
