//! The replies of a SOCKS5 proxy (RFC 1928, section 6).

/// How the proxy answers a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReplyCode {
    /// Something of the proxy's own.
    GeneralFailure = 1,
    /// The rules of the proxy or of the agent.
    NotAllowed = 2,
    /// The destination does not answer, for whatever reason: the agent does not say.
    ConnectionRefused = 5,
    /// Something other than CONNECT.
    CommandNotSupported = 7,
    /// An address of no kind that there is.
    AddressTypeNotSupported = 8,
}

/// The destination was reached. The address of the node's end is not known, so it is all zeros.
pub(crate) const SUCCEEDED: [u8; 10] = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];

/// The reply for a request that failed.
pub(crate) fn failed(code: ReplyCode) -> [u8; 10] {
    [5, code as u8, 0, 1, 0, 0, 0, 0, 0, 0]
}
