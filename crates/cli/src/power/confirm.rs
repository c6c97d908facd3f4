//! The question before production, or several instances at once, are told anything.

use std::fmt::Write as _;
use std::io::{self, IsTerminal};

use postern_model::PowerOrder;

use super::chosen::ChosenInstance;
use crate::columns::{aligned, cut};
use crate::console;
use crate::failure::Failure;

/// So many are shown by name.
const SHOWN: usize = 20;

/// Shows what is meant and has the user say yes, where that is more than what was named one by one outside production.
///
/// # Errors
/// [`Failure::PowerNotConfirmed`].
pub(super) fn order(order: PowerOrder, told: &[ChosenInstance], by_query: bool) -> Result<(), Failure> {
    if !is_asked(told, by_query) {
        return Ok(());
    }
    console::to_stderr(&question(order, told));
    let refused = Failure::PowerNotConfirmed { word: order.word() };
    if !io::stdin().is_terminal() {
        return Err(refused);
    }
    let mut typed = String::new();
    let read = io::stdin().read_line(&mut typed);
    if read.is_ok() && matches!(typed.trim().to_lowercase().as_str(), "y" | "yes") {
        Ok(())
    } else {
        Err(refused)
    }
}

fn is_asked(told: &[ChosenInstance], by_query: bool) -> bool {
    let production = told.iter().any(|instance| instance.pair.profile.is_production());
    production || (by_query && told.len() > 1)
}

fn question(order: PowerOrder, told: &[ChosenInstance]) -> String {
    let rows: Vec<[String; 4]> = told.iter().take(SHOWN).map(row).collect();
    let mut text = aligned(&rows);
    if told.len() > SHOWN {
        let _infallible = writeln!(text, "and {} more", told.len() - SHOWN);
    }
    let production = told
        .iter()
        .filter(|instance| instance.pair.profile.is_production());
    let production = match production.count() {
        0 => String::new(),
        count if count == told.len() => ", all of production".to_owned(),
        count => format!(", {count} of production"),
    };
    let count = match told.len() {
        1 => "this instance".to_owned(),
        count => format!("these {count} instances"),
    };
    let _infallible = write!(
        text,
        "Is {count} to {}{production}? Type yes to go on: ",
        order.word()
    );
    if told.len() > 1 {
        text = text.replacen("Is these", "Are these", 1);
    }
    text
}

fn row(instance: &ChosenInstance) -> [String; 4] {
    [
        cut(if instance.name.is_empty() {
            "-"
        } else {
            &instance.name
        }),
        instance.id.to_string(),
        instance.pair.profile.to_string(),
        instance.pair.region.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use postern_model::{InstanceState, NodeId, Pair, ProfileName, Region, Scope};

    use super::*;

    fn instance(profile: &str, number: u32) -> ChosenInstance {
        let pair = Pair {
            profile: ProfileName::parse(profile).unwrap(),
            region: Region::parse("eu-central-1").unwrap(),
        };
        ChosenInstance {
            scope: Scope::from(pair.clone()),
            pair,
            id: NodeId::parse(&format!("i-{number:017x}")).unwrap(),
            name: format!("web-{number}"),
            state: InstanceState::Running,
        }
    }

    #[test]
    fn production_and_what_a_query_found_are_asked_about() {
        let (dev, prod) = (instance("acme-dev", 1), instance("acme-prod", 2));
        for (told, by_query, asked) in [
            (vec![dev.clone()], false, false),
            (vec![dev.clone()], true, false),
            (vec![dev.clone(), dev.clone()], false, false),
            (vec![dev.clone(), dev.clone()], true, true),
            (vec![prod.clone()], false, true),
            (vec![], true, false),
        ] {
            assert_eq!(is_asked(&told, by_query), asked, "{told:?} {by_query}");
        }
    }

    #[test]
    fn the_question_names_what_is_meant_and_how_much_of_it_is_production() {
        let one = question(PowerOrder::Stop, &[instance("acme-prod", 1)]);
        assert!(
            one.starts_with("web-1  i-00000000000000001  acme-prod  eu-central-1\n"),
            "{one}"
        );
        assert!(
            one.ends_with("Is this instance to stop, all of production? Type yes to go on: "),
            "{one}"
        );
        let mut many: Vec<_> = (0..30).map(|number| instance("acme-dev", number)).collect();
        many.push(instance("acme-prod", 40));
        let many = question(PowerOrder::Start, &many);
        assert!(
            many.contains("and 11 more\nAre these 31 instances to start, 1 of production?"),
            "{many}"
        );
    }
}
