//! Texts as bytes whose order is the natural one: `web-9` before `web-10`, without case.

/// Bytes that compare as `text` does: letters without case, and numbers by their value, however many digits they have.
pub(super) fn natural_key(text: &str) -> Vec<u8> {
    let lower = text.to_lowercase();
    let mut key = Vec::with_capacity(lower.len() + 4);
    let mut rest = lower.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        if first.is_ascii_digit() {
            rest = push_number(&mut key, rest);
        } else {
            key.push(*first);
            rest = others;
        }
    }
    key
}

/// The number of digits goes before the digits, so that a longer number is a greater one. Answers what follows the number.
fn push_number<'a>(key: &mut Vec<u8>, digits: &'a [u8]) -> &'a [u8] {
    let end = digits.iter().position(|byte| !byte.is_ascii_digit());
    let (number, rest) = digits.split_at(end.unwrap_or(digits.len()));
    let zeros = number.iter().take_while(|byte| **byte == b'0').count();
    let (_, number) = number.split_at(zeros);
    key.push(b'0');
    // A number of more digits than a byte can count is told apart by its first ones.
    key.push(u8::try_from(number.len()).unwrap_or(u8::MAX));
    key.extend_from_slice(number);
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(texts: &[&str]) -> Vec<String> {
        let mut texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
        texts.sort_by_key(|text| natural_key(text));
        texts
    }

    #[test]
    fn numbers_count_by_their_value_and_letters_without_case() {
        let names = sorted(&["web-101", "Web-11", "web-1", "api", "web-9a", "web-009", "web-"]);
        assert_eq!(
            names,
            ["api", "web-", "web-1", "web-009", "web-9a", "Web-11", "web-101"]
                .map(|name| { name.to_owned() })
        );
        assert_eq!(
            sorted(&["10.10.0.1", "10.9.0.1", "10.9.0.12"]),
            ["10.9.0.1", "10.9.0.12", "10.10.0.1"]
        );
        assert_eq!(sorted(&["3.10.1", "3.9.2299"]), ["3.9.2299", "3.10.1"]);
    }
}
