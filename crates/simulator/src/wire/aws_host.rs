//! AWS's own names for the places where its services answer.

/// What the names of each partition end with; `api.aws` has IPv6 addresses too.
const SUFFIXES: [&str; 3] = ["amazonaws.com", "amazonaws.com.cn", "api.aws"];

/// A service in a Region by its name, such as `ssm.eu-central-1.amazonaws.com`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AwsHost<'a> {
    service: &'a str,
    pub(crate) region: &'a str,
    suffix: &'a str,
}

impl<'a> AwsHost<'a> {
    /// Reads a `Host` header. AWS's have no port, because nobody writes 443.
    pub(crate) fn read(host: &'a str) -> Option<Self> {
        let of = |suffix: &'static str| Some((host.strip_suffix(suffix)?.strip_suffix('.')?, suffix));
        let (names, suffix) = SUFFIXES.into_iter().find_map(of)?;
        let (service, region) = names.rsplit_once('.')?;
        let is_name = |text: &str| {
            let legal =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
            !text.is_empty() && text.bytes().all(legal)
        };
        (is_name(service) && is_name(region)).then_some(Self {
            service,
            region,
            suffix,
        })
    }

    /// Whether this service answers there, under its usual name or that for protected data.
    pub(crate) fn is_of(&self, service: &str) -> bool {
        self.service.strip_suffix("-fips").unwrap_or(self.service) == service
    }

    /// Where the data channels of sessions are that this Systems Manager grants.
    pub(crate) fn of_data_channels(&self) -> String {
        format!("ssmmessages.{}.{}", self.region, self.suffix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_aws_are_read_and_no_others() {
        for (text, service, region) in [
            ("ssm.eu-central-1.amazonaws.com", "ssm", "eu-central-1"),
            ("ec2-fips.us-east-1.amazonaws.com", "ec2", "us-east-1"),
            ("ssm.cn-north-1.amazonaws.com.cn", "ssm", "cn-north-1"),
            ("kms.eu-central-1.api.aws", "kms", "eu-central-1"),
            (
                "portal.sso.eu-central-1.amazonaws.com",
                "portal.sso",
                "eu-central-1",
            ),
        ] {
            let host = AwsHost::read(text).unwrap();
            assert!(host.is_of(service) && !host.is_of("sts"), "{text}");
            assert_eq!(host.region, region);
        }
        for text in [
            "amazonaws.com",
            "sts.amazonaws.com",
            "ssm.eu-central-1.amazonaws.com.evil.test",
            "ssm.eu-central-1.amazonaws.com:443",
            "ssm.eu-central-1.evilamazonaws.com",
            ".eu-central-1.amazonaws.com",
            "a@ssm.eu-central-1.amazonaws.com",
            "127.0.0.1:80",
            "",
        ] {
            assert_eq!(AwsHost::read(text), None, "{text}");
        }
        let granting = AwsHost::read("ssm.eu-central-1.amazonaws.com").unwrap();
        assert_eq!(
            granting.of_data_channels(),
            "ssmmessages.eu-central-1.amazonaws.com"
        );
    }
}
