//! ControlPlane by the AWS SDK: the user's AWS configuration, credentials, EC2, SSM, STS and the data channel's signature.

mod call;
mod clients;
mod clock;
mod configuration;
mod contain;
mod control_plane;
mod credentials;
mod document_content;
mod documents;
mod endpoints;
mod environment;
mod files;
mod http;
mod inventory;
mod keys;
mod profiles;
mod provider_error;
mod reach;
mod refusal;
mod retry;
mod services;
mod sessions;
mod sign;
mod trust;
mod whole_answer;

pub use control_plane::AwsControlPlane;
