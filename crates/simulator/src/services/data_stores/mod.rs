//! The query APIs that tell what nodes can forward to: RDS (2014-10-31) and ElastiCache (2015-02-02).

mod elasticache;
mod rds;
mod response;

pub(crate) use elasticache::answer as answer_elasticache;
pub(crate) use rds::answer as answer_rds;
