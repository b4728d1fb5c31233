//! Why a server could not start or go on.

use std::io;

use super::HOSTS_MAX;
use crate::engine::LimitsError;

/// Why a server could not start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// An address could not be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address, or the path of the unix socket.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// More than 254 protocols.
    #[error("cannot serve more than {HOSTS_MAX} protocols in one server")]
    TooManyProtocols,
    /// A protocol's limits contradict each other.
    #[error("cannot serve {protocol}: {source}")]
    Limits {
        /// The protocol's name.
        protocol: &'static str,
        /// What is wrong.
        source: LimitsError,
    },
    /// The system's readiness queue failed.
    #[error("cannot wait for events: {0}")]
    Poll(#[source] io::Error),
}
