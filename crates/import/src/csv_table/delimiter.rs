//! What parts the cells of a table.

/// The delimiters of spreadsheets, the likeliest first.
const KNOWN: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The one that the first line has most of, outside quotes.
pub(super) fn of(text: &str) -> u8 {
    let line = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let mut counts = KNOWN.map(|_| 0_usize);
    let mut quoted = false;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        for (count, _) in counts
            .iter_mut()
            .zip(KNOWN)
            .filter(|(_, known)| *known == byte && !quoted)
        {
            *count += 1;
        }
    }
    let most = counts.into_iter().max().unwrap_or_default();
    let found = counts.iter().position(|count| *count == most);
    found.and_then(|at| KNOWN.get(at)).copied().unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_first_line_says_it() {
        for (text, delimiter) in [
            ("a,b;c\n;;;;;", b','),
            ("\n\na;b", b';'),
            ("a\tb\tc,d", b'\t'),
            ("\"a,b,c\";d;e", b';'),
            ("a", b','),
            ("", b','),
        ] {
            assert_eq!(of(text), delimiter, "{text}");
        }
    }
}
