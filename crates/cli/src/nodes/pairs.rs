//! Which pairs of profile and Region the arguments mean.

use std::sync::Arc;

use postern_model::{ControlError, ControlPlane, Pair, ProfileName, Region};

use super::default_credentials::DefaultCredentials;
use super::report;

/// The pairs to read, and the control plane that knows them.
pub(super) struct Chosen {
    pub(super) control: Arc<dyn ControlPlane>,
    pub(super) pairs: Vec<Pair>,
    /// A profile could not be resolved and was reported.
    pub(super) incomplete: bool,
}

/// Every profile in every Region; without a Region, each profile in its own; without a profile, the credentials that
/// the AWS CLI would use.
///
/// # Errors
/// Why nothing at all can be read.
pub(super) async fn choose(
    control: Arc<dyn ControlPlane>,
    profiles: &[ProfileName],
    regions: &[Region],
) -> Result<Chosen, ControlError> {
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
        failed => Ok(Chosen {
            control,
            pairs,
            incomplete: failed.is_some(),
        }),
    }
}

async fn of_default_credentials(
    control: Arc<dyn ControlPlane>,
    regions: &[Region],
) -> Result<Chosen, ControlError> {
    let stand_in = DefaultCredentials::stand_in()?;
    let mut pairs: Vec<Pair> = Vec::new();
    for region in choices(regions) {
        let scope = control.resolve(None, region).await?;
        pairs.push(Pair {
            profile: scope.profile.unwrap_or_else(|| stand_in.clone()),
            region: scope.region,
        });
    }
    let control = Arc::new(DefaultCredentials::new(control, stand_in));
    Ok(Chosen {
        control,
        pairs,
        incomplete: false,
    })
}

async fn of_profile(
    control: &dyn ControlPlane,
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
