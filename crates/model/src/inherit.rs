//! Inheritance of profile and Region: connection, else group, else the global default, else the AWS configuration.

/// Where an effective value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Set on the connection itself.
    Connection,
    /// Set on its group.
    Group,
    /// The default of the settings.
    Default,
}

/// An effective value and its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inherited<T> {
    /// The value that applies.
    pub value: T,
    /// Who set it.
    pub origin: Origin,
}

/// The first value that is set; `None` leaves the choice to the AWS configuration.
pub fn inherit<T>(connection: Option<T>, group: Option<T>, default: Option<T>) -> Option<Inherited<T>> {
    let set = |value: Option<T>, origin| value.map(|value| Inherited { value, origin });
    set(connection, Origin::Connection)
        .or(set(group, Origin::Group))
        .or(set(default, Origin::Default))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_value_wins() {
        assert_eq!(
            inherit(Some(1), Some(2), Some(3)).unwrap().origin,
            Origin::Connection
        );
        assert_eq!(inherit(None, Some(2), Some(3)).unwrap().value, 2);
        assert_eq!(inherit(None, None, Some(3)).unwrap().origin, Origin::Default);
        assert_eq!(inherit::<u8>(None, None, None), None);
    }
}
