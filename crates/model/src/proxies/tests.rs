//! Which proxy leads where.

use url::Url;

use super::*;

fn of(variables: &[(&str, &str)]) -> Result<Proxies, (&'static str, InvalidProxy)> {
    Proxies::of_environment(|name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

fn to(proxies: &Proxies, url: &str) -> Option<String> {
    let url = Url::parse(url).unwrap();
    let encrypted = matches!(url.scheme(), "https" | "wss");
    let place = HostPort::of_url(&url).unwrap();
    proxies.to(&place, encrypted).map(ToString::to_string)
}

#[test]
fn encrypted_and_plain_connections_have_proxies_of_their_own() {
    let proxies = of(&[
        ("HTTPS_PROXY", "a:1"),
        ("http_proxy", "b:2"),
        ("all_proxy", "c:3"),
    ])
    .unwrap();
    assert_eq!(to(&proxies, "https://x.example").as_deref(), Some("a:1"));
    assert_eq!(to(&proxies, "wss://x.example").as_deref(), Some("a:1"));
    assert_eq!(to(&proxies, "http://x.example").as_deref(), Some("b:2"));
    let proxies = of(&[("ALL_PROXY", "c:3")]).unwrap();
    assert_eq!(to(&proxies, "https://x.example").as_deref(), Some("c:3"));
    assert_eq!(to(&of(&[]).unwrap(), "https://x.example"), None);
}

#[test]
fn the_lower_case_name_wins_even_when_it_is_empty() {
    let proxies = of(&[("https_proxy", "a:1"), ("HTTPS_PROXY", "b:2")]).unwrap();
    assert_eq!(to(&proxies, "https://x.example").as_deref(), Some("a:1"));
    let proxies = of(&[("https_proxy", ""), ("HTTPS_PROXY", "b:2")]).unwrap();
    assert_eq!(to(&proxies, "https://x.example"), None);
    let proxies = of(&[
        ("HTTPS_PROXY", "b:2"),
        ("no_proxy", ""),
        ("NO_PROXY", "x.example"),
    ])
    .unwrap();
    assert_eq!(to(&proxies, "https://x.example").as_deref(), Some("b:2"));
}

#[test]
fn this_computer_and_metadata_are_never_reached_through_a_proxy() {
    let proxies = of(&[("https_proxy", "a:1"), ("http_proxy", "a:1")]).unwrap();
    for url in [
        "http://127.0.0.1:4000",
        "https://localhost",
        "wss://[::1]:9/",
        "http://169.254.169.254/latest/meta-data/",
        "http://169.254.170.2/v2/credentials/x",
        "http://169.254.170.23/v1/credentials",
        "http://[fd00:ec2::254]/latest/",
        "http://[fd00:ec2::23]/v1/credentials",
    ] {
        assert_eq!(to(&proxies, url), None, "{url}");
    }
    assert!(to(&proxies, "https://10.0.0.5").is_some());
}

#[test]
fn a_variable_that_is_no_proxy_is_named_without_its_text() {
    let error = of(&[("HTTPS_PROXY", "http://ada:ca#nary@proxy.corp")]).unwrap_err();
    assert_eq!(error, ("HTTPS_PROXY", InvalidProxy::NotAnAddress));
    assert_eq!(
        of(&[("https_proxy", "socks5://h:1")]).unwrap_err().1,
        InvalidProxy::Socks
    );
}

#[test]
fn a_socks_proxy_of_the_desktop_is_passed_over_as_by_the_aws_cli() {
    let proxies = of(&[("all_proxy", "socks://127.0.0.1:1080/"), ("https_proxy", "a:1")]).unwrap();
    assert_eq!(to(&proxies, "https://x.example").as_deref(), Some("a:1"));
    assert_eq!(to(&proxies, "http://x.example"), None);
}
