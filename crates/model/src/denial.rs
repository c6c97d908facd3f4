//! Whose policy a denial comes from, by the words that AWS puts into it: what helps depends on that.

/// The kind of policy that AWS names in a denial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denier {
    /// A service or resource control policy of the AWS organization.
    Organization,
    /// The permissions boundary of the user or role.
    Boundary,
    /// The policy of a VPC endpoint that the call came through.
    Endpoint,
    /// A policy that was given when the session of the role began.
    Session,
    /// The trust policy of a role.
    Trust,
    /// The policy of the resource, such as a KMS key.
    Resource,
    /// Some policy forbids it, so that no other one can allow it.
    Forbidden,
    /// Nothing allows it, as far as AWS says.
    NothingAllows,
}

impl Denier {
    /// The kind of policy in `said`, AWS's words. They end with `with an explicit deny in a service control policy`, or
    /// `because no permissions boundary allows the ssm:StartSession action`.
    #[must_use]
    pub fn of(said: &str) -> Self {
        const POLICIES: [(&str, Denier); 7] = [
            ("service control polic", Denier::Organization),
            ("resource control polic", Denier::Organization),
            ("permissions boundar", Denier::Boundary),
            ("vpc endpoint polic", Denier::Endpoint),
            ("session polic", Denier::Session),
            ("trust polic", Denier::Trust),
            ("resource-based polic", Denier::Resource),
        ];
        let said = said.to_ascii_lowercase();
        let explicit = said.rfind("explicit deny");
        // Names of resources come before these words and may hold any others.
        let reason = explicit.or_else(|| said.rfind("because no "));
        let Some(reason) = reason.and_then(|at| said.get(at..)) else {
            return Self::NothingAllows;
        };
        let named = POLICIES.iter().find(|(words, _)| reason.contains(words));
        match named {
            Some((_, denier)) => *denier,
            None if explicit.is_some() => Self::Forbidden,
            None => Self::NothingAllows,
        }
    }

    /// What the caller can do to be allowed `action`.
    #[must_use]
    pub fn next_step(self, action: &str) -> String {
        match self {
            Self::Organization => format!(
                "The AWS organization forbids {action} here. Only who manages the organization can change that; no policy of the account can."
            ),
            Self::Boundary => {
                format!(
                    "Ask who manages the permissions boundary of this user or role to let it include {action}."
                )
            }
            Self::Endpoint => format!(
                "Ask for a policy of the VPC endpoint that allows {action}, or use a network without that endpoint."
            ),
            Self::Session => {
                format!("Begin a session of the role whose session policy allows {action}, then retry.")
            }
            Self::Trust => format!("Ask for a trust policy of the role that allows {action}, then retry."),
            Self::Resource => format!("Ask for a policy of the resource that allows {action}, then retry."),
            Self::Forbidden => {
                format!(
                    "A policy forbids {action}, and no other policy can allow it. Ask who manages that policy."
                )
            }
            Self::NothingAllows => format!("Ask for a policy that allows {action}, then retry."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: &str = "User: arn:aws:sts::111122223333:assumed-role/ops/helen is not authorized to perform: ssm:StartSession on resource: arn:aws:ec2:eu-central-1:111122223333:instance/i-0a1b2c3d4e5f67890";

    #[test]
    fn the_policy_that_aws_names_decides() {
        for (reason, denier) in [
            (
                "with an explicit deny in a service control policy",
                Denier::Organization,
            ),
            (
                "because no service control policy allows the ssm:StartSession action",
                Denier::Organization,
            ),
            (
                "with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o-1/p-1",
                Denier::Organization,
            ),
            (
                "with an explicit deny in a resource control policy",
                Denier::Organization,
            ),
            (
                "because no permissions boundary allows the ssm:StartSession action",
                Denier::Boundary,
            ),
            (
                "with an explicit deny in a permissions boundary",
                Denier::Boundary,
            ),
            ("with an explicit deny in a VPC endpoint policy", Denier::Endpoint),
            (
                "because no session policy allows the ssm:StartSession action",
                Denier::Session,
            ),
            (
                "because no role trust policy allows the sts:AssumeRole action",
                Denier::Trust,
            ),
            (
                "because no resource-based policy allows the kms:GenerateDataKey action",
                Denier::Resource,
            ),
            (
                "with an explicit deny in an identity-based policy",
                Denier::Forbidden,
            ),
            ("with an explicit deny", Denier::Forbidden),
            (
                "because no identity-based policy allows the ssm:StartSession action",
                Denier::NothingAllows,
            ),
            ("", Denier::NothingAllows),
        ] {
            assert_eq!(Denier::of(&format!("{WHO} {reason}")), denier, "{reason}");
        }
    }

    #[test]
    fn names_of_resources_are_not_taken_for_policies() {
        let said = "not authorized to perform: ssm:GetDocument on resource: document/explicit deny in a service control policy because no identity-based policy allows the ssm:GetDocument action";
        assert_eq!(
            Denier::of("not authorized on service control policy"),
            Denier::NothingAllows
        );
        assert_eq!(
            Denier::of("on resource: session policy because no identity-based policy allows it"),
            Denier::NothingAllows
        );
        // What a hostile name can do at most: another advice.
        assert_eq!(Denier::of(said), Denier::Organization);
    }

    #[test]
    fn only_where_a_policy_can_help_one_is_asked_for() {
        let step = Denier::Organization.next_step("ssm:StartSession");
        assert!(
            step.contains("organization") && !step.contains("Ask for a policy"),
            "{step}"
        );
        assert_eq!(
            Denier::NothingAllows.next_step("ssm:StartSession"),
            "Ask for a policy that allows ssm:StartSession, then retry."
        );
    }
}
