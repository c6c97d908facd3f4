//! What tells what nodes can forward to: the query APIs of RDS (2014-10-31) and ElastiCache (2015-02-02), and the REST of EKS
//! and OpenSearch.

pub(crate) mod eks;
mod elasticache;
pub(crate) mod opensearch;
mod rds;
mod response;

pub(crate) use elasticache::answer as answer_elasticache;
pub(crate) use rds::answer as answer_rds;
