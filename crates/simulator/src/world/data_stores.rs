//! The databases, caches, clusters and search domains of each pair: what nodes are asked to forward to.

use sha2::{Digest as _, Sha256};

/// What sort of data store it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DataStoreKind {
    /// A database instance of RDS.
    Instance,
    /// An Aurora cluster.
    Cluster,
    /// A replication group of ElastiCache.
    Cache,
    /// A cluster of Memcached.
    Memcached,
    /// A cluster of EKS.
    Kubernetes,
    /// A domain of OpenSearch.
    Search,
}

/// One data store of an account in a Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataStore {
    pub(crate) kind: DataStoreKind,
    pub(crate) name: &'static str,
    /// In the words of its service, such as `postgres`.
    pub(crate) engine: &'static str,
    pub(crate) engine_version: &'static str,
    pub(crate) port: u16,
    /// The name under which nodes reach it.
    pub(crate) endpoint: String,
    /// Of a cluster: for those who only read.
    pub(crate) reader_endpoint: Option<String>,
}

impl DataStore {
    /// Every name under which nodes reach it.
    pub(crate) fn endpoints(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.endpoint.as_str()).chain(self.reader_endpoint.as_deref())
    }
}

/// Those of one account in one Region.
pub(crate) fn data_stores(account: &str, region: &str) -> Vec<DataStore> {
    let digest = Sha256::digest(format!("{account} {region}").as_bytes());
    let random: String = digest
        .iter()
        .map(|byte| char::from(b'a' + byte % 26))
        .take(12)
        .collect();
    let rds = |label: &str| format!("{label}{random}.{region}.rds.amazonaws.com");
    let cache = random.get(..6).unwrap_or_default();
    vec![
        DataStore {
            kind: DataStoreKind::Instance,
            name: "orders",
            engine: "postgres",
            engine_version: "16.4",
            port: 5432,
            endpoint: rds("orders.c"),
            reader_endpoint: None,
        },
        DataStore {
            kind: DataStoreKind::Instance,
            name: "billing",
            engine: "mysql",
            engine_version: "8.0.39",
            port: 3306,
            endpoint: rds("billing.c"),
            reader_endpoint: None,
        },
        DataStore {
            kind: DataStoreKind::Cluster,
            name: "checkout",
            engine: "aurora-postgresql",
            engine_version: "16.4",
            port: 5432,
            endpoint: rds("checkout.cluster-c"),
            reader_endpoint: Some(rds("checkout.cluster-ro-c")),
        },
        DataStore {
            kind: DataStoreKind::Cache,
            name: "sessions",
            engine: "redis",
            engine_version: "7.1.0",
            port: 6379,
            endpoint: format!("master.sessions.{cache}.{region}.cache.amazonaws.com"),
            reader_endpoint: Some(format!("replica.sessions.{cache}.{region}.cache.amazonaws.com")),
        },
        DataStore {
            kind: DataStoreKind::Memcached,
            name: "pages",
            engine: "memcached",
            engine_version: "1.6.22",
            port: 11211,
            endpoint: format!("pages.{cache}.cfg.{region}.cache.amazonaws.com"),
            reader_endpoint: None,
        },
        DataStore {
            kind: DataStoreKind::Kubernetes,
            name: "platform",
            engine: "kubernetes",
            engine_version: "1.33",
            port: 443,
            endpoint: format!("{}.gr7.{region}.eks.amazonaws.com", random.to_ascii_uppercase()),
            reader_endpoint: None,
        },
        DataStore {
            kind: DataStoreKind::Search,
            name: "logs",
            engine: "opensearch",
            engine_version: "2.19",
            port: 443,
            endpoint: format!("vpc-logs-{random}.{region}.es.amazonaws.com"),
            reader_endpoint: None,
        },
    ]
}
