//! One IAM Identity Center: where it is, and which roles in which accounts its user has.

use crate::world::Company;

/// One IAM Identity Center to simulate, with one user. Whoever confirms a sign-in signs in as that user.
///
/// ```
/// use postern_simulator::IdentityCenter;
/// let center = IdentityCenter::new("acme-labs", "us-west-2")
///     .with_account_of("acme-dev", &["NodeOperator"])
///     .with_account("123456789012", "Sandbox", &["NodeOperator", "ReadOnly"]);
/// assert_eq!(center.start_url, "https://acme-labs.awsapps.com/start");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityCenter {
    /// What the `sso-session` is called that the simulator writes for it.
    pub name: String,
    /// A name and no address: nobody calls it, and the AWS CLI takes only one that is AWS's.
    pub start_url: String,
    /// The Region of its endpoints.
    pub region: String,
    /// The user's name, the session name of every role.
    pub user: String,
    assignments: Vec<Assignment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Assignment {
    to: AssignedTo,
    roles: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum AssignedTo {
    EveryAccount,
    AccountOf(String),
    Account { id: String, name: String },
}

impl IdentityCenter {
    /// An Identity Center in `region` that nobody is assigned anything in, at `https://NAME.awsapps.com/start`.
    #[must_use]
    pub fn new(name: &str, region: &str) -> Self {
        Self {
            name: name.to_owned(),
            start_url: format!("https://{name}.awsapps.com/start"),
            region: region.to_owned(),
            user: "ops@acme.example".to_owned(),
            assignments: Vec::new(),
        }
    }

    /// With another start URL, such as one of GovCloud or China.
    #[must_use]
    pub fn at(mut self, start_url: &str) -> Self {
        start_url.clone_into(&mut self.start_url);
        self
    }

    /// Assigns these roles in every account of the made-up company.
    #[must_use]
    pub fn with_every_account(self, roles: &[&str]) -> Self {
        self.assigned(AssignedTo::EveryAccount, roles)
    }

    /// Assigns these roles in the account of one of the company's profiles, such as `acme-dev`. Nothing where the
    /// company has no such profile.
    #[must_use]
    pub fn with_account_of(self, profile: &str, roles: &[&str]) -> Self {
        self.assigned(AssignedTo::AccountOf(profile.to_owned()), roles)
    }

    /// Assigns these roles in any other account; it has no nodes.
    #[must_use]
    pub fn with_account(self, id: &str, name: &str, roles: &[&str]) -> Self {
        let account = AssignedTo::Account {
            id: id.to_owned(),
            name: name.to_owned(),
        };
        self.assigned(account, roles)
    }

    /// The one that a simulator has when nothing else is said: everybody is a node operator and a reader everywhere.
    #[must_use]
    pub fn acme() -> Self {
        Self::new("acme", "eu-central-1").with_every_account(&["NodeOperator", "ReadOnly"])
    }

    /// A second one in another Region, with two accounts.
    #[must_use]
    pub fn acme_us() -> Self {
        Self::new("acme-us", "us-east-1")
            .with_account_of("acme-dev", &["NodeOperator"])
            .with_account_of("acme-prod", &["NodeOperator", "ReadOnly"])
    }

    fn assigned(mut self, to: AssignedTo, roles: &[&str]) -> Self {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        self.assignments.push(Assignment { to, roles });
        self
    }
}

/// An Identity Center whose accounts are known.
#[derive(Debug)]
pub(crate) struct AssignedCenter {
    pub(crate) name: String,
    pub(crate) start_url: String,
    pub(crate) region: String,
    pub(crate) user: String,
    pub(crate) accounts: Vec<AssignedAccount>,
}

/// An account, and the names of the roles that the user has there.
#[derive(Debug, Clone)]
pub(crate) struct AssignedAccount {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) roles: Vec<String>,
}

impl AssignedCenter {
    pub(crate) fn new(config: &IdentityCenter, company: &Company) -> Self {
        let assigned = config.assignments.iter();
        Self {
            name: config.name.clone(),
            start_url: config.start_url.clone(),
            region: config.region.clone(),
            user: config.user.clone(),
            accounts: assigned
                .flat_map(|assignment| accounts(assignment, company))
                .collect(),
        }
    }

    /// Whether this is its start URL; people write it with and without what a browser appends.
    pub(crate) fn is_at(&self, start_url: &str) -> bool {
        fn bare(url: &str) -> &str {
            url.trim_end_matches(['/', '#'])
        }
        bare(&self.start_url) == bare(start_url)
    }

    /// The account with this id, if the user has anything there.
    pub(crate) fn account(&self, id: &str) -> Option<&AssignedAccount> {
        self.accounts.iter().find(|account| account.id == id)
    }
}

fn accounts(assignment: &Assignment, company: &Company) -> Vec<AssignedAccount> {
    let roles = &assignment.roles;
    let of = |id: &str, name: &str| AssignedAccount {
        id: id.to_owned(),
        name: name.to_owned(),
        email: format!("aws+{name}@acme.example")
            .to_lowercase()
            .replace(' ', "-"),
        roles: roles.clone(),
    };
    match &assignment.to {
        AssignedTo::EveryAccount => {
            let profiles = company.profiles().iter();
            profiles
                .map(|profile| of(&profile.account, &profile.name))
                .collect()
        }
        AssignedTo::AccountOf(profile) => {
            let profile = company.profile(profile);
            profile
                .map(|profile| of(&profile.account, &profile.name))
                .into_iter()
                .collect()
        }
        AssignedTo::Account { id, name } => vec![of(id, name)],
    }
}
