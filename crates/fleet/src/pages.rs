//! All pages of one listing.

use std::{collections::HashSet, future::Future};

use postern_model::{ControlError, Page, PageToken};

/// 50,000 nodes at Systems Manager's 50 for each page are 1,000 pages; more than ten times that is no fleet.
const MOST_PAGES: usize = 10_000;

/// Reads page after page with `read` until there is no next one, and tells `seen` of each.
///
/// # Errors
/// The first error of `read`; [`ControlError::MalformedAnswer`] when the pages go in circles or do not end.
pub(crate) async fn all_pages<T, Reading, Seen>(
    operation: &str,
    mut read: impl FnMut(Option<PageToken>) -> Reading,
    mut seen: impl FnMut(&[T]) -> Seen,
) -> Result<Vec<T>, ControlError>
where
    Reading: Future<Output = Result<Page<T>, ControlError>>,
    Seen: Future<Output = ()>,
{
    let mut items = Vec::new();
    let mut tokens = HashSet::new();
    let mut token = None;
    for _ in 0..MOST_PAGES {
        let page = read(token).await?;
        seen(&page.items).await;
        items.extend(page.items);
        token = match page.next {
            None => return Ok(items),
            Some(next) if tokens.insert(next.0.clone()) => Some(next),
            Some(_) => return Err(malformed(operation, "the same page token came twice")),
        };
    }
    Err(malformed(operation, "its pages do not end"))
}

fn malformed(operation: &str, detail: &str) -> ControlError {
    ControlError::MalformedAnswer {
        operation: operation.to_owned(),
        detail: detail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::future::{Ready, ready};

    use super::*;

    async fn read(next: impl Fn(usize) -> Option<usize>) -> Result<Vec<usize>, ControlError> {
        let answer = |token: Option<PageToken>| -> Ready<Result<Page<usize>, ControlError>> {
            let number = token.map_or(0, |token| token.0.parse().unwrap());
            ready(Ok(Page {
                items: vec![number],
                next: next(number).map(|next| PageToken(next.to_string())),
            }))
        };
        all_pages("ec2:DescribeInstances", answer, |_| ready(())).await
    }

    #[tokio::test]
    async fn all_pages_are_read_in_order() {
        assert_eq!(
            read(|number| (number < 3).then_some(number + 1)).await.unwrap(),
            [0, 1, 2, 3]
        );
    }

    #[tokio::test]
    async fn pages_in_circles_are_an_error_instead_of_an_endless_loop() {
        let error = read(|number| Some((number + 1) % 3)).await.unwrap_err();
        assert!(
            error.to_string().contains("the same page token came twice"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn pages_without_end_are_an_error() {
        let error = read(|number| Some(number + 1)).await.unwrap_err();
        assert!(error.to_string().contains("do not end"), "{error}");
    }
}
