//! The parameters of a query API call, from the URL and from a form body alike.

/// Names and values in the order they were sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads both places; what is malformed there is read as far as it goes, as a form is.
    pub(crate) fn read(query: &str, body: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(body));
        Self(
            pairs
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// The first value with this name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// The values `<prefix>.1`, `<prefix>.2`, … by their numbers, whatever order they came in.
    pub(crate) fn list(&self, prefix: &str) -> Vec<&str> {
        let mut found: Vec<(u32, &str)> = self
            .0
            .iter()
            .filter_map(|(name, value)| Some((number_after(name, prefix)?.parse().ok()?, value.as_str())))
            .collect();
        found.sort_unstable_by_key(|(number, _)| *number);
        found.into_iter().map(|(_, value)| value).collect()
    }

    /// The numbers N for which any `<prefix>.N.…` was sent, in rising order.
    pub(crate) fn group_numbers(&self, prefix: &str) -> Vec<u32> {
        let mut numbers: Vec<u32> = self
            .0
            .iter()
            .filter_map(|(name, _)| number_after(name, prefix)?.split_once('.')?.0.parse().ok())
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The parameters without the page token: which listing is asked for.
    pub(crate) fn question(&self) -> Vec<&(String, String)> {
        let mut question: Vec<&(String, String)> =
            self.0.iter().filter(|(name, _)| name != "NextToken").collect();
        question.sort();
        question
    }
}

fn number_after<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    name.strip_prefix(prefix)?.strip_prefix('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_groups_come_in_the_order_of_their_numbers() {
        let params = Params::read(
            "Action=DescribeInstances&InstanceId.10=c&InstanceId.2=b",
            b"InstanceId.1=a&Filter.2.Name=x&Filter.1.Value.1=y&Filter.1.Name=z&Filter.zero=1",
        );
        assert_eq!(params.get("Action"), Some("DescribeInstances"));
        assert_eq!(params.list("InstanceId"), ["a", "b", "c"]);
        assert_eq!(params.group_numbers("Filter"), [1, 2]);
        assert_eq!(params.list("Filter.1.Value"), ["y"]);
    }
}
