//! The arguments of `postern remote-hosts`.

use clap::Args;
use postern_model::{ProfileName, Region};

/// List hosts behind the nodes of a Region that may be forwarded to: databases, caches, clusters, search domains.
#[derive(Debug, Args)]
#[command(after_long_help = REMOTE_HOSTS)]
pub(crate) struct RemoteHostsArguments {
    /// AWS profile [default: as for the AWS CLI].
    #[arg(long, value_parser = ProfileName::parse)]
    pub(crate) profile: Option<ProfileName>,
    /// Region [default: the profile's].
    #[arg(long, value_parser = Region::parse)]
    pub(crate) region: Option<Region>,
    /// A JSON list instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

const REMOTE_HOSTS: &str = "\
  postern remote-hosts --profile acme-prod
  postern forward i-0a1b2c3d4e5f67890 15432:orders.c0ffee.eu-central-1.rds.amazonaws.com:5432

RDS, ElastiCache, EKS and OpenSearch are asked, by calls of their own (rds:DescribeDBInstances, rds:DescribeDBClusters, \
elasticache:DescribeReplicationGroups, elasticache:DescribeCacheClusters, eks:ListClusters, eks:DescribeCluster, \
es:ListDomainNames, es:DescribeDomains). Each may be refused by itself: that is named on standard error, and the others are \
listed all the same. Whether a node reaches a host, its security groups decide.

Exit status: 0 when everything was read, 3 when something is missing, 1 when nothing could be read, 2 when the arguments \
are wrong.";
