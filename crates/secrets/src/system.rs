//! Which keyring this system has.

use std::sync::Arc;

use crate::keyring::Keyring;

/// The keyring of the system that this program runs on.
pub(crate) fn of_system() -> Arc<dyn Keyring> {
    #[cfg(all(unix, not(target_os = "macos")))]
    return Arc::new(crate::secret_service::SecretServiceKeyring::default());
    #[cfg(not(all(unix, not(target_os = "macos"))))]
    return crate::native::of_system();
}
