//! ControlPlane by the AWS SDK: the user's AWS configuration, credentials, EC2, SSM, STS and the data channel's signature.

mod cache_file;
mod cache_name;
mod call;
mod callers;
mod clients;
mod clock;
mod configuration;
mod contain;
mod control_plane;
mod credentials;
mod data_keys;
mod documents;
mod endpoints;
mod files;
mod http;
mod identity_center;
mod nodes;
mod own_profiles;
mod profiles;
mod provider_error;
mod reach;
mod references;
mod refusal;
mod retry;
mod service;
mod sessions;
mod sign;
mod sign_ins;
mod sockets;
mod subject;
mod timestamp;
mod trust;
mod unreadable_answer;
mod variables;
mod whole_answer;

pub use control_plane::AwsControlPlane;
