//! Accounts by way of IAM Identity Center: a center that no AWS file names, and roles that become profiles of Postern's own
//! and pairs with Regions.

mod address;
mod names;

use std::{collections::HashSet, sync::Arc};

use postern_model::{OwnEntries, OwnProfile, OwnSession, OwnSource, Pair, ProfileName, Region, SignInKey};

use self::{address::StartUrl, names::profile_name};
use crate::{
    contract::{CenterDraft, CenterRoleDraft, ErrorView, PairView, SignInView, SignInsView},
    fields::parse,
    fleet::Pairs,
    settings::{OwnProfileList, Profiles},
    sign_ins::SigningIn,
};

/// What is made of the Identity Centers of one world.
pub struct Centers {
    /// None in the demo.
    pub(crate) own: Option<Arc<OwnProfileList>>,
    pub(crate) profiles: Arc<Profiles>,
    pub(crate) signing_in: Arc<SigningIn>,
    pub(crate) pairs: Arc<Pairs>,
}

impl Centers {
    /// Keeps an Identity Center that no AWS file names. One that is known already is answered as it is.
    ///
    /// # Errors
    /// `bad-start-url`, `bad-region`, `no-own-profiles` in the demo, and any of the store.
    pub async fn add(&self, draft: &CenterDraft) -> Result<SignInView, ErrorView> {
        let start_url = StartUrl::parse(&draft.start_url)?;
        let region = parse("region", Region::parse, &draft.region)?;
        let known = self.signing_in.refresh().await;
        let is_same = |one: &&SignInView| start_url.is(&one.start_url) && one.region == region.as_str();
        if let Some(same) = known.sign_ins.iter().find(is_same) {
            return Ok(same.clone());
        }
        let session = OwnSession {
            key: new_key(&start_url, &known)?,
            start_url: start_url.to_string(),
            region,
        };
        let key = session.key.to_string();
        self.own()?.save_session(session).await?;
        let known = self.signing_in.refresh().await;
        let added = known.sign_ins.into_iter().find(|one| one.key == key);
        added.ok_or_else(|| ErrorView::gone("sign-in"))
    }

    /// Makes each role a profile of Postern's own, where it is none yet, and a pair with each Region. Answers the pairs that
    /// are new.
    ///
    /// # Errors
    /// `bad-sign-in`, `bad-region`, `bad-name`, `no-own-profiles` in the demo, and any of the store.
    pub async fn add_roles(
        &self,
        key: &str,
        roles: &[CenterRoleDraft],
        regions: &[String],
    ) -> Result<Vec<PairView>, ErrorView> {
        let key = parse("sign-in", SignInKey::parse, key)?;
        let regions: Vec<Region> = regions
            .iter()
            .map(|region| parse("region", Region::parse, region))
            .collect::<Result<_, _>>()?;
        let own = self.own()?;
        let plan = PairPlan::of(
            &key,
            roles,
            regions.first(),
            &own.entries(),
            self.profile_names().await,
        )?;
        if !plan.new.is_empty() {
            own.add(plan.new).await?;
            self.signing_in.refresh().await;
        }
        let pairs = plan.names.iter().flat_map(|profile| {
            regions.iter().map(|region| Pair {
                profile: profile.clone(),
                region: region.clone(),
            })
        });
        self.pairs.add_new(pairs.collect()).await
    }

    async fn profile_names(&self) -> HashSet<String> {
        let known = self.profiles.refresh().await;
        known.profiles.into_iter().map(|profile| profile.name).collect()
    }

    fn own(&self) -> Result<&Arc<OwnProfileList>, ErrorView> {
        self.own.as_ref().ok_or_else(|| {
            ErrorView::new(
                "no-own-profiles",
                "The demo has profiles of its own.",
                "Leave the demo first.",
            )
        })
    }
}

/// Which profiles the roles are, and which of them have to be made.
struct PairPlan {
    names: Vec<ProfileName>,
    new: Vec<OwnProfile>,
}

impl PairPlan {
    fn of(
        key: &SignInKey,
        roles: &[CenterRoleDraft],
        region: Option<&Region>,
        own: &OwnEntries,
        mut taken: HashSet<String>,
    ) -> Result<Self, ErrorView> {
        let mut plan = Self {
            names: Vec::new(),
            new: Vec::new(),
        };
        for draft in roles {
            let source = OwnSource::CenterRole {
                session: key.clone(),
                account: draft.account.clone(),
                role: draft.role.clone(),
            };
            if let Some(known) = own.profiles.iter().find(|known| known.source == source) {
                plan.names.push(known.name.clone());
                continue;
            }
            let name = profile_name(draft, &taken)?;
            taken.insert(name.to_string());
            plan.names.push(name.clone());
            plan.new.push(OwnProfile {
                name,
                source,
                region: region.cloned(),
            });
        }
        Ok(plan)
    }
}

/// A name for the sign-in that no other one has.
fn new_key(start_url: &StartUrl, known: &SignInsView) -> Result<SignInKey, ErrorView> {
    let name = start_url.name();
    let is_taken = |key: &str| known.sign_ins.iter().any(|one| one.key == key);
    let mut candidate = name.clone();
    let mut number = 1;
    while is_taken(&candidate) {
        number += 1;
        candidate = format!("{name}-{number}");
    }
    parse("start-url", SignInKey::parse, &candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(account: &str, name: &str, role: &str) -> CenterRoleDraft {
        CenterRoleDraft {
            account: account.into(),
            account_name: name.into(),
            role: role.into(),
        }
    }

    #[test]
    fn a_role_that_is_a_profile_already_keeps_its_name_and_a_new_one_takes_none_that_there_is() {
        let key = SignInKey::parse("acme").unwrap();
        let known = OwnProfile {
            name: ProfileName::parse("my prod").unwrap(),
            source: OwnSource::CenterRole {
                session: key.clone(),
                account: "111111111111".into(),
                role: "ReadOnly".into(),
            },
            region: None,
        };
        let own = OwnEntries {
            profiles: vec![known],
            sessions: Vec::new(),
        };
        let roles = [
            role("111111111111", "prod", "ReadOnly"),
            role("111111111111", "prod", "admin"),
            role("222222222222", "prod", "admin"),
        ];
        let taken = HashSet::from(["my prod".to_owned()]);
        let plan = PairPlan::of(&key, &roles, None, &own, taken).unwrap();
        let names: Vec<&str> = plan.names.iter().map(ProfileName::as_str).collect();
        assert_eq!(names, ["my prod", "prod-admin", "prod-admin-222222222222"]);
        assert_eq!(plan.new.len(), 2);
    }

    #[test]
    fn two_centers_of_one_name_are_told_apart() {
        let mut known = SignInsView::default();
        let url = StartUrl::parse("https://acme.awsapps.com/start").unwrap();
        assert_eq!(new_key(&url, &known).unwrap().as_str(), "acme");
        known.sign_ins.push(SignInView {
            key: "acme".into(),
            start_url: "https://acme.awsapps.cn/start".into(),
            region: "cn-north-1".into(),
            legacy: false,
            profiles: Vec::new(),
            state: crate::contract::SignInStateView::SignedOut,
        });
        assert_eq!(new_key(&url, &known).unwrap().as_str(), "acme-2");
    }
}
