//! The filters of DescribeInstances that our clients use: the id, the state's name, and the value of a tag.

use crate::wire::{ApiError, Params};
use crate::world::{Ec2State, SimulatedNode};

/// One filter; a node passes when its property is one of these values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InstanceFilter {
    property: Property,
    values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Property {
    /// `instance-id`.
    Id,
    /// `instance-state-name`.
    State,
    /// `tag:<key>`.
    Tag(String),
}

/// The filters of a request. AWS also takes `*` and `?` in values; here they stand for themselves.
pub(super) fn read_filters(params: &Params) -> Result<Vec<InstanceFilter>, ApiError> {
    let numbers = params.group_numbers("Filter").into_iter();
    numbers.map(|number| read_filter(params, number)).collect()
}

fn read_filter(params: &Params, number: u32) -> Result<InstanceFilter, ApiError> {
    let name = params.get(&format!("Filter.{number}.Name")).unwrap_or("");
    let values = params.list(&format!("Filter.{number}.Value"));
    if values.is_empty() {
        let text = format!("The filter '{name}' has no value");
        return Err(ApiError::new("InvalidParameterValue", text));
    }
    Ok(InstanceFilter {
        property: Property::named(name)?,
        values: values.into_iter().map(str::to_owned).collect(),
    })
}

impl Property {
    fn named(name: &str) -> Result<Self, ApiError> {
        match name.strip_prefix("tag:") {
            Some(key) => Ok(Self::Tag(key.to_owned())),
            None if name == "instance-id" => Ok(Self::Id),
            None if name == "instance-state-name" => Ok(Self::State),
            None => Err(ApiError::new(
                "InvalidParameterValue",
                format!(
                    "The filter '{name}' is invalid: the simulator has instance-id, instance-state-name and tag:<key> only"
                ),
            )),
        }
    }

    fn of<'a>(&self, node: &'a SimulatedNode, state: Ec2State) -> Option<&'a str> {
        match self {
            Self::Id => Some(&node.id),
            Self::State => Some(state.name()),
            Self::Tag(key) => node.tag(key),
        }
    }
}

impl InstanceFilter {
    pub(super) fn passes(&self, node: &SimulatedNode, state: Ec2State) -> bool {
        let value = self.property.of(node, state);
        value.is_some_and(|value| self.values.iter().any(|asked| asked == value))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_query_is_read_or_refused(query in any::<String>(), body in any::<Vec<u8>>()) {
            let _either = read_filters(&Params::read(&query, &body));
        }
    }

    #[test]
    fn unknown_filters_and_filters_without_values_are_refused() {
        let read = |query: &str| read_filters(&Params::read(query, b"")).map_err(|error| error.code);
        for refused in [
            "Filter.1.Name=vpc-id&Filter.1.Value.1=x",
            "Filter.1.Name=instance-state-name",
            "Filter.1.Value.1=x",
        ] {
            assert_eq!(read(refused), Err("InvalidParameterValue"), "{refused}");
        }
        assert_eq!(
            read("Filter.1.Name=tag:any thing&Filter.1.Value.1=x")
                .unwrap()
                .len(),
            1
        );
    }
}
