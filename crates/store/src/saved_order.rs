//! The order of saved things beside one another.

use postern_model::natural_order;

/// As the user arranged them; those that were not come behind, by name. (The sort is stable, so that the older of two equal
/// ones comes first.)
pub(crate) fn arranged<T>(things: &mut [T], place: impl Fn(&T) -> (Option<i64>, &String)) {
    things.sort_by(|a, b| {
        let ((a_position, a_name), (b_position, b_name)) = (place(a), place(b));
        let behind = |position: Option<i64>| position.unwrap_or(i64::MAX);
        let by_position = behind(a_position).cmp(&behind(b_position));
        by_position.then_with(|| natural_order(a_name, b_name))
    });
}
