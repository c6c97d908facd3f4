//! What is reached without the proxy, held against three other programs.

use proptest::prelude::*;
use url::Url;

use super::*;

const TABLE: &str = include_str!("../../tests/data/no-proxy.txt");

/// Rows in which nobody of the three passes the proxy over, and we do: rules of Go.
const OURS: [(&str, &str); 4] = [
    ("*.amazonaws.com", "https://ssm.eu-central-1.amazonaws.com"),
    ("*.amazonaws.com", "https://amazonaws.com"),
    (
        "ssm.eu-central-1.amazonaws.com:443",
        "https://ssm.eu-central-1.amazonaws.com",
    ),
    ("fd00::/8", "https://[fd00::5]"),
];

fn place(url: &str) -> HostPort {
    HostPort::of_url(&Url::parse(url).unwrap()).unwrap()
}

#[test]
fn what_any_other_tool_reaches_without_the_proxy_is_reached_without_it() {
    let mut rows = 0;
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(" | ").collect();
        let [rule, url, answers @ ..] = &words[..] else {
            panic!("{line}")
        };
        let (rule, url) = (*rule, *url);
        let direct = answers.contains(&"direct") || OURS.contains(&(rule, url));
        assert_eq!(NoProxy::parse(rule).covers(&place(url)), direct, "{line}");
        rows += 1;
    }
    assert!(rows > 40, "{rows}");
}

fn name() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9]{0,8}(\\.[a-z][a-z0-9]{0,8}){0,3}"
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in ".{0,60}", host in name()) {
        let _ = NoProxy::parse(&text).covers(&place(&format!("https://{host}")));
    }

    #[test]
    fn a_name_stands_for_itself_and_what_is_below_it_alone(rule in name(), label in "[a-z]{1,8}") {
        for rule in [rule.clone(), format!(".{rule}"), format!("*.{rule}"), rule.to_uppercase()] {
            let list = NoProxy::parse(&rule);
            let bare = rule.trim_start_matches(['*', '.']).to_lowercase();
            let covered = [&bare, &format!("{label}.{bare}")].map(|host| list.covers(&place(&format!("https://{host}"))));
            prop_assert_eq!(covered, [true, true]);
            let foreign = [&format!("{bare}.{label}x"), &format!("x-{bare}")].map(|host| list.covers(&place(&format!("https://{host}"))));
            prop_assert_eq!(foreign, [false, false]);
        }
    }

    #[test]
    fn more_entries_never_bring_the_proxy_back(rules in prop::collection::vec(name(), 1..5), more in "[ -~]{0,20}") {
        prop_assume!(!more.contains('*'));
        let joined = rules.join(" , ");
        let list = NoProxy::parse(&format!("{more},{joined}"));
        for rule in &rules {
            let place = place(&format!("https://{rule}"));
            prop_assert!(list.covers(&place));
        }
    }

    #[test]
    fn a_network_holds_the_addresses_that_begin_like_it(ip in any::<[u8; 4]>(), bits in 0u8..=32, other in any::<[u8; 4]>()) {
        let [a, b, c, d] = ip;
        let list = NoProxy::parse(&format!("{a}.{b}.{c}.{d}/{bits}"));
        let mask = u32::MAX.checked_shl(u32::from(32 - bits)).unwrap_or(0);
        let alike = (u32::from_be_bytes(ip) & mask) == (u32::from_be_bytes(other) & mask);
        let [a, b, c, d] = other;
        prop_assert_eq!(list.covers(&place(&format!("https://{a}.{b}.{c}.{d}"))), alike);
    }
}
