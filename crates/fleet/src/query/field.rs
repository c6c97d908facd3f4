//! The keys of the query language: what each asks of a thing, and which values some of them know.

/// What a question can ask of a thing by a key, tags apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The name that is shown.
    Name,
    /// The node's id, or a saved connection's target.
    Id,
    /// The life of the instance.
    State,
    /// Whether the agent answers.
    Ping,
    /// The family of the operating system, or a part of its name.
    Platform,
    /// The AWS account's number.
    Account,
    /// The AWS profile of the pair.
    Profile,
    /// The Region of the pair.
    Region,
    /// The instance type.
    Type,
    /// A private or public address.
    Ip,
    /// The version of the agent.
    Agent,
}

impl Field {
    /// All fields, in the order in which they are offered.
    pub const ALL: [Self; 11] = [
        Self::Name,
        Self::State,
        Self::Ping,
        Self::Profile,
        Self::Region,
        Self::Account,
        Self::Platform,
        Self::Type,
        Self::Agent,
        Self::Ip,
        Self::Id,
    ];

    /// Its key, as it is typed.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Id => "id",
            Self::State => "state",
            Self::Ping => "ping",
            Self::Platform => "platform",
            Self::Account => "account",
            Self::Profile => "profile",
            Self::Region => "region",
            Self::Type => "type",
            Self::Ip => "ip",
            Self::Agent => "agent",
        }
    }

    /// The field of a key in lower case.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.key() == key)
    }

    /// What it asks for, for whoever chooses a key.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Name => "a part of the name",
            Self::Id => "a part of the id",
            Self::State => "life of the instance",
            Self::Ping => "whether the agent answers",
            Self::Platform => "operating system",
            Self::Account => "AWS account",
            Self::Profile => "AWS profile",
            Self::Region => "Region",
            Self::Type => "instance type",
            Self::Ip => "an address, or a network such as 10.0.0.0/16",
            Self::Agent => "version of the agent, also as agent>=3.2",
        }
    }

    /// The values that there are, where these are known beforehand; else none.
    #[must_use]
    pub fn known_values(self) -> &'static [&'static str] {
        match self {
            Self::State => &STATES,
            Self::Ping => &PINGS,
            Self::Platform => &PLATFORMS,
            Self::Name
            | Self::Id
            | Self::Account
            | Self::Profile
            | Self::Region
            | Self::Type
            | Self::Ip
            | Self::Agent => &[],
        }
    }
}

/// The key that asks for tags.
pub(super) const TAG: &str = "tag";

const STATES: [&str; 7] = [
    "running",
    "stopped",
    "pending",
    "stopping",
    "shutting-down",
    "terminated",
    "unknown",
];
const PINGS: [&str; 5] = ["online", "lost", "inactive", "no-agent", "unknown"];
const PLATFORMS: [&str; 3] = ["linux", "windows", "mac-os"];

/// The word of the query language for what people and AWS also say for it.
pub(super) fn usual_word(field: Field, value: &str) -> &str {
    match (field, value) {
        (Field::Ping, "connection-lost" | "connectionlost") => "lost",
        (Field::Ping, "none" | "noagent") => "no-agent",
        (Field::Platform, "macos" | "mac") => "mac-os",
        _ => value,
    }
}
