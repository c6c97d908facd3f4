//! ControlPlane by the AWS SDK: the user's AWS configuration, credentials, EC2, SSM, STS and the data channel's signature.

mod call;
mod clients;
mod clock;
mod configuration;
mod control_plane;
mod credentials;
mod document_content;
mod documents;
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
mod sessions;
mod sign;
mod trust;

pub use control_plane::AwsControlPlane;
