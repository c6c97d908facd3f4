//! The order in which people expect names: numbers by their value, letters without case.

use std::cmp::Ordering;

/// Compares two names: `web-2` before `web-10`, `Über` beside `über`. Names that differ only in case or in leading zeros are
/// told apart last, so that only equal names are equal.
#[must_use]
pub fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (Pieces(a), Pieces(b));
    loop {
        let ordering = match (left.next(), right.next()) {
            (None, None) => return a.cmp(b),
            (left, right) => left.cmp(&right),
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
}

/// A run of digits without its leading zeros, or one letter in lower case; numbers before letters.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Piece<'a> {
    Number { length: usize, digits: &'a str },
    Letter(char),
}

struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let first = self.0.chars().next()?;
        let is_other = |letter: char| !letter.is_ascii_digit();
        let length = self.0.find(is_other).unwrap_or(self.0.len());
        let (run, rest) = self
            .0
            .split_at(length.max(if length == 0 { first.len_utf8() } else { 0 }));
        self.0 = rest;
        if length == 0 {
            return Some(Piece::Letter(first.to_lowercase().next().unwrap_or(first)));
        }
        let digits = run.trim_start_matches('0');
        Some(Piece::Number {
            length: digits.len(),
            digits,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_compared_by_their_value() {
        let mut names = vec![
            "web-101", "Web-2", "web-11", "db", "web-1", "web", "web-011", "10", "9",
        ];
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(
            names,
            [
                "9", "10", "db", "web", "web-1", "Web-2", "web-011", "web-11", "web-101"
            ]
        );
    }

    #[test]
    fn a_number_of_any_length_is_compared() {
        let (short, long) = ("9".repeat(400), format!("1{}", "0".repeat(400)));
        assert_eq!(natural_order(&short, &long), Ordering::Less);
    }

    proptest! {
        #[test]
        fn it_is_an_order(a in "[aAüB0-2-]{0,6}", b in "[aAüB0-2-]{0,6}", c in "[aAüB0-2-]{0,6}") {
            prop_assert_eq!(natural_order(&a, &b), natural_order(&b, &a).reverse());
            prop_assert_eq!(natural_order(&a, &b).is_eq(), a == b);
            if natural_order(&a, &b).is_le() && natural_order(&b, &c).is_le() {
                prop_assert!(natural_order(&a, &c).is_le());
            }
        }
    }
}
