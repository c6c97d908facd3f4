//! The order of names: without case, and numbers by their value.

use std::cmp::Ordering;

/// Compares two texts as people order them: `web-2` before `web-10`, `Web` beside `web`. Texts that differ are never equal.
#[must_use]
pub fn natural_order(a: &str, b: &str) -> Ordering {
    natural_lower(&a.to_lowercase(), &b.to_lowercase()).then_with(|| a.cmp(b))
}

/// The same for texts that are in lower case already.
#[must_use]
pub fn natural_lower(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    while let (Some(first), Some(second)) = (left.chars().next(), right.chars().next()) {
        if first.is_ascii_digit() && second.is_ascii_digit() {
            let (number, after) = split_number(left);
            let (other, other_after) = split_number(right);
            let order = number.len().cmp(&other.len()).then_with(|| number.cmp(other));
            if order != Ordering::Equal {
                return order;
            }
            (left, right) = (after, other_after);
        } else if first == second {
            left = left.get(first.len_utf8()..).unwrap_or_default();
            right = right.get(second.len_utf8()..).unwrap_or_default();
        } else {
            return first.cmp(&second);
        }
    }
    // Of 1 and 01 the shorter one is first.
    left.len()
        .cmp(&right.len())
        .then_with(|| a.len().cmp(&b.len()))
        .then_with(|| a.cmp(b))
}

/// The number at the beginning, without its leading zeros, and what follows it.
fn split_number(text: &str) -> (&str, &str) {
    let end = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, after) = text.split_at(end);
    (number.trim_start_matches('0'), after)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_go_by_their_value() {
        let mut names = ["101", "11", "1", "web-10", "Web-2", "web-1", "a", "01", "web"];
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(
            names,
            ["1", "01", "11", "101", "a", "web", "web-1", "Web-2", "web-10"]
        );
    }

    proptest! {
        #[test]
        fn it_is_an_order(mut names in prop::collection::vec("[aAbé0-3-]{0,6}", 3)) {
            names.sort_by(|a, b| natural_order(a, b));
            for (at, a) in names.iter().enumerate() {
                for b in names.iter().skip(at) {
                    prop_assert_ne!(natural_order(a, b), Ordering::Greater);
                    prop_assert_eq!(natural_order(a, b), natural_order(b, a).reverse());
                    prop_assert_eq!(natural_order(a, b) == Ordering::Equal, a == b);
                }
            }
        }
    }
}
