//! Believable services, teams and machine types, from which nodes get their names and tags.

/// One service that the company runs on many nodes.
#[derive(Debug)]
pub(super) struct ServiceLine {
    /// Nodes are called `<name>-<number>`.
    pub(super) name: &'static str,
    pub(super) team: &'static str,
    pub(super) role: &'static str,
    pub(super) tier: &'static str,
    pub(super) owner: &'static str,
    pub(super) instance_types: [&'static str; 2],
    /// Whether its nodes have a public address.
    pub(super) public: bool,
}

/// A Linux distribution, or a Windows, as the agent reports it.
#[derive(Debug)]
pub(super) struct System {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
}

macro_rules! line {
    ($name:literal, $team:literal, $role:literal, $tier:literal, $owner:literal, [$small:literal, $large:literal], $public:literal) => {
        ServiceLine {
            name: $name,
            team: $team,
            role: $role,
            tier: $tier,
            owner: $owner,
            instance_types: [$small, $large],
            public: $public,
        }
    };
}

/// Services on Linux; the first names the first node of every pair.
pub(super) const LINUX_LINES: &[ServiceLine] = &[
    line!(
        "checkout-api",
        "checkout",
        "api",
        "gold",
        "mara.lind",
        ["m7g.large", "m7g.xlarge"],
        false
    ),
    line!(
        "ledger-db",
        "ledger",
        "database",
        "gold",
        "jonas.weber",
        ["r7g.2xlarge", "r7g.4xlarge"],
        false
    ),
    line!(
        "payments-worker",
        "payments",
        "worker",
        "gold",
        "aisha.khan",
        ["c7g.large", "c7g.xlarge"],
        false
    ),
    line!(
        "catalog-api",
        "catalog",
        "api",
        "silver",
        "lucas.moreau",
        ["m7g.medium", "m7g.large"],
        false
    ),
    line!(
        "search-index",
        "search",
        "index",
        "silver",
        "yuki.tanaka",
        ["r7g.xlarge", "r7g.2xlarge"],
        false
    ),
    line!(
        "auth-gateway",
        "identity",
        "gateway",
        "gold",
        "sofia.rossi",
        ["c7g.large", "c7g.xlarge"],
        true
    ),
    line!(
        "bastion",
        "platform",
        "bastion",
        "silver",
        "tom.baker",
        ["t4g.small", "t4g.small"],
        true
    ),
    line!(
        "build-runner",
        "platform",
        "ci",
        "bronze",
        "tom.baker",
        ["c7i.2xlarge", "c7i.4xlarge"],
        false
    ),
    line!(
        "kafka-broker",
        "streaming",
        "broker",
        "gold",
        "ines.costa",
        ["i4g.xlarge", "i4g.2xlarge"],
        false
    ),
    line!(
        "etl-batch",
        "data",
        "batch",
        "bronze",
        "peter.novak",
        ["m6i.2xlarge", "m6i.4xlarge"],
        false
    ),
    line!(
        "storefront-web",
        "storefront",
        "web",
        "gold",
        "emma.olsen",
        ["t4g.medium", "t4g.large"],
        true
    ),
    line!(
        "mail-relay",
        "messaging",
        "relay",
        "bronze",
        "emma.olsen",
        ["t4g.small", "t4g.medium"],
        false
    ),
    line!(
        "metrics-store",
        "observability",
        "timeseries",
        "silver",
        "ravi.patel",
        ["r7g.large", "r7g.xlarge"],
        false
    ),
    line!(
        "recs-trainer",
        "recommendations",
        "training",
        "bronze",
        "yuki.tanaka",
        ["g5.xlarge", "g5.2xlarge"],
        false
    ),
];

/// Services on Windows.
pub(super) const WINDOWS_LINES: &[ServiceLine] = &[
    line!(
        "win-ad",
        "corporate-it",
        "directory",
        "silver",
        "karl.huber",
        ["m6i.large", "m6i.xlarge"],
        false
    ),
    line!(
        "win-reports",
        "finance",
        "reporting",
        "bronze",
        "nora.quinn",
        ["m6i.large", "m6i.large"],
        false
    ),
];

/// Machines outside AWS.
pub(super) const HYBRID_LINES: &[ServiceLine] = &[
    line!(
        "store-till",
        "retail",
        "till",
        "silver",
        "olga.petrova",
        ["", ""],
        false
    ),
    line!(
        "plant-sensor-hub",
        "manufacturing",
        "sensor-hub",
        "silver",
        "hugo.silva",
        ["", ""],
        false
    ),
];

pub(super) const LINUX_SYSTEMS: &[System] = &[
    System {
        name: "Amazon Linux",
        version: "2023",
    },
    System {
        name: "Amazon Linux",
        version: "2",
    },
    System {
        name: "Ubuntu",
        version: "24.04",
    },
    System {
        name: "Ubuntu",
        version: "22.04",
    },
    System {
        name: "Debian GNU/Linux",
        version: "12",
    },
];

pub(super) const WINDOWS_SYSTEMS: &[System] = &[
    System {
        name: "Microsoft Windows Server 2022 Datacenter",
        version: "10.0.20348",
    },
    System {
        name: "Microsoft Windows Server 2019 Datacenter",
        version: "10.0.17763",
    },
];

pub(super) const AGENT_VERSIONS: &[&str] = &["3.3.987.0", "3.3.859.0", "3.2.2303.0", "3.1.1732.0"];
