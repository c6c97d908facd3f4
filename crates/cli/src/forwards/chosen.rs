//! Which declared forwards the words on the command line mean.

use postern_model::SavedForward;

use crate::failure::Failure;

/// The forwards with these names or in these groups, each once, in the order of the words.
///
/// # Errors
/// [`Failure::NoSuchForward`] with the first word that means none.
pub(super) fn chosen<'a>(
    forwards: &'a [SavedForward],
    words: &[String],
) -> Result<Vec<&'a SavedForward>, Failure> {
    let mut chosen: Vec<&SavedForward> = Vec::new();
    for word in words {
        let meant: Vec<_> = forwards.iter().filter(|saved| is_meant(saved, word)).collect();
        if meant.is_empty() {
            return Err(Failure::NoSuchForward {
                word: word.clone(),
                known: known(forwards),
            });
        }
        for saved in meant {
            if !chosen.iter().any(|other| other.id == saved.id) {
                chosen.push(saved);
            }
        }
    }
    Ok(chosen)
}

fn is_meant(saved: &SavedForward, word: &str) -> bool {
    let word = word.trim().to_lowercase();
    let is = |text: &str| text.to_lowercase() == word;
    is(&saved.draft.name) || (!saved.draft.group.is_empty() && is(&saved.draft.group))
}

/// Groups and names, each once.
fn known(forwards: &[SavedForward]) -> Vec<String> {
    let groups = forwards.iter().map(|saved| saved.draft.group.clone());
    let mut known: Vec<String> = groups.filter(|group| !group.is_empty()).collect();
    known.extend(forwards.iter().map(|saved| saved.draft.name.clone()));
    known.sort_by_key(|name| name.to_lowercase());
    known.dedup();
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forwards::listing::tests::saved;

    fn ids(words: &[&str]) -> Vec<i64> {
        let forwards = [
            saved(1, "Ledger", "DB"),
            saved(2, "Audit", "DB"),
            saved(3, "db", ""),
        ];
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        let chosen = chosen(&forwards, &words).unwrap();
        chosen.into_iter().map(|saved| saved.id.0).collect()
    }

    #[test]
    fn a_word_is_a_name_or_a_group_and_nothing_is_meant_twice() {
        assert_eq!(ids(&["ledger"]), [1]);
        assert_eq!(ids(&["Audit", "db", "LEDGER"]), [2, 1, 3]);
    }

    #[test]
    fn a_word_that_means_nothing_is_told_with_those_that_do() {
        let forwards = [saved(1, "Ledger", "DB"), saved(2, "Audit", "")];
        for word in ["ledge", ""] {
            let refused = chosen(&forwards, &[word.to_owned()]).unwrap_err();
            assert!(matches!(&refused, Failure::NoSuchForward { .. }), "{refused}");
            assert!(
                refused.next_step().contains("Audit, DB, Ledger"),
                "{}",
                refused.next_step()
            );
        }
    }
}
