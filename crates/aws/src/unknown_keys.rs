//! Keys that AWS does not know in one place: bad ones, or ones of another part of AWS, or of an account that has not
//! enabled the Region. AWS answers all of it in the same words: `InvalidClientTokenId` from STS,
//! `UnrecognizedClientException` from Systems Manager and KMS, `AuthFailure` from EC2.

use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_types::region::Region as SdkRegion;
use postern_model::{ControlError, Partition, Region, Scope};
use tokio::time::timeout;

use crate::clients::Clients;
use crate::configuration::ProfileSettings;
use crate::control_plane::AwsControlPlane;
use crate::refusal::Refusal;
use crate::subject::who;

/// The answer only makes an error clearer.
const LIMIT: Duration = Duration::from_secs(5);

/// What another Region says of the keys.
enum Elsewhere {
    Known { temporary: bool },
    Unknown,
    NotSaid,
}

impl AwsControlPlane {
    /// `error`, or what AWS means by it here.
    pub(crate) async fn told_apart(&self, scope: &Scope, error: ControlError) -> ControlError {
        if let ControlError::InvalidCredentials { detail, .. } = error {
            return self.unknown_keys(scope, detail).await;
        }
        let wants_opt_in = matches!(&error, ControlError::Rejected { code, .. } if code == "OptInRequired");
        if wants_opt_in && scope.region.is_opt_in() {
            not_enabled(scope, false)
        } else {
            error
        }
    }

    async fn unknown_keys(&self, scope: &Scope, detail: String) -> ControlError {
        let (who, region) = (who(scope), scope.region.clone());
        let settings = self.configuration.settings(scope.profile.as_ref()).await;
        let home = settings.ok().and_then(|settings| home_of(&settings));
        if let Some(home) = home.filter(|home| *home != Partition::of(&region)) {
            return ControlError::OtherPartition {
                who,
                region,
                home,
                detail,
            };
        }
        if !region.is_opt_in() {
            return ControlError::InvalidCredentials { who, detail };
        }
        match self.elsewhere(scope).await {
            Elsewhere::Known { temporary } => not_enabled(scope, temporary),
            Elsewhere::Unknown => ControlError::InvalidCredentials { who, detail },
            Elsewhere::NotSaid => ControlError::InvalidCredentials {
                who,
                detail: format!(
                    "{} (AWS says the same when the account has not enabled {region})",
                    detail.trim_end_matches('.')
                ),
            },
        }
    }

    /// Asks STS in a Region that every account has whether it knows the keys, which needs no permission.
    async fn elsewhere(&self, scope: &Scope) -> Elsewhere {
        let Ok((clients, keys)) = self.ready(scope).await else {
            return Elsewhere::NotSaid;
        };
        let ask = self.in_order(scope, "a call", ask(clients, &scope.region));
        match timeout(LIMIT, ask).await {
            Ok(Ok(true)) => Elsewhere::Known {
                temporary: keys.session_token().is_some(),
            },
            Ok(Ok(false)) => Elsewhere::Unknown,
            Ok(Err(_)) | Err(_) => Elsewhere::NotSaid,
        }
    }
}

/// Whether the keys are known; an error where nobody said so.
async fn ask(clients: Arc<Clients>, region: &Region) -> Result<bool, ControlError> {
    let elsewhere = aws_sdk_sts::Config::builder().region(elsewhere(region));
    let call = clients
        .sts
        .get_caller_identity()
        .customize()
        .config_override(elsewhere);
    let error = match call.send().await {
        Ok(_) => return Ok(true),
        Err(error) => error,
    };
    let operation = || "sts:GetCallerIdentity".to_owned();
    let SdkError::ServiceError(refused) = &error else {
        return Err(Refusal::without_code(0, "no answer", operation()));
    };
    let refusal = Refusal::of(refused.err(), refused.raw()).explain("", "sts:GetCallerIdentity");
    if matches!(refusal, ControlError::InvalidCredentials { .. }) {
        Ok(false)
    } else {
        Err(refusal)
    }
}

/// A Region of the partition of `region` that no account has to enable.
fn elsewhere(region: &Region) -> SdkRegion {
    let name = if region.is_opt_in() {
        "us-east-1"
    } else {
        region.as_str()
    };
    SdkRegion::new(name.to_owned())
}

/// The part of AWS that the profile is set for: by its roles, which have accounts in their names, and by its Regions.
fn home_of(settings: &ProfileSettings<'_>) -> Option<Partition> {
    let of_role = || Partition::of_arn(settings.setting("role_arn")?);
    let of_region = || Some(Partition::of(&settings.own_region().ok()??));
    of_role().or_else(of_region)
}

fn not_enabled(scope: &Scope, temporary: bool) -> ControlError {
    ControlError::RegionNotEnabled {
        who: who(scope),
        region: scope.region.clone(),
        temporary,
    }
}
