//! Texts of proxies, and what is never shown of them.

use super::*;

#[test]
fn a_proxy_is_written_with_or_without_scheme_port_and_login() {
    for (text, shown, encrypted, user, password) in [
        ("proxy.corp:8080", "proxy.corp:8080", false, None, None),
        ("http://proxy.corp", "proxy.corp:80", false, None, None),
        ("//proxy.corp:3128/", "proxy.corp:3128", false, None, None),
        ("https://proxy.corp", "proxy.corp:443", true, None, None),
        ("http://[fd00::1]:8080", "[fd00::1]:8080", false, None, None),
        (
            "http://ada:s3cret@proxy.corp:8080",
            "proxy.corp:8080",
            false,
            Some("ada"),
            Some("s3cret"),
        ),
        (
            "http://CORP%5Cada:p%40ss%3A%2F%23@proxy.corp:8080",
            "proxy.corp:8080",
            false,
            Some("CORP\\ada"),
            Some("p@ss:/#"),
        ),
        (
            "ada:p@ss@proxy.corp:8080",
            "proxy.corp:8080",
            false,
            Some("ada"),
            Some("p@ss"),
        ),
        (
            "http://ada@proxy.corp",
            "proxy.corp:80",
            false,
            Some("ada"),
            Some(""),
        ),
    ] {
        let proxy = Proxy::parse(text).unwrap();
        assert_eq!(
            (proxy.to_string().as_str(), proxy.is_encrypted()),
            (shown, encrypted),
            "{text}"
        );
        let password_of = proxy.password().map(|text| text.expose_secret().to_owned());
        assert_eq!((proxy.user(), password_of.as_deref()), (user, password), "{text}");
    }
}

#[test]
fn what_is_no_http_proxy_is_refused_with_its_reason() {
    for (text, why) in [
        ("socks5://proxy.corp:1080", InvalidProxy::Socks),
        ("socks5h://proxy.corp:1080", InvalidProxy::Socks),
        ("ftp://proxy.corp", InvalidProxy::Scheme),
        ("http://", InvalidProxy::NotAnAddress),
        ("http://proxy.corp/path", InvalidProxy::NotAnAddress),
        ("http://ada:pa#ss@proxy.corp:8080", InvalidProxy::NotAnAddress),
        ("http://proxy.corp:99999", InvalidProxy::NotAnAddress),
        ("", InvalidProxy::NotAnAddress),
    ] {
        assert_eq!(Proxy::parse(text).unwrap_err(), why, "{text}");
    }
}

#[test]
fn the_password_is_in_no_text_of_a_proxy_or_of_its_errors() {
    let proxy = Proxy::parse("http://ada:canary@proxy.corp:8080").unwrap();
    for text in [format!("{proxy}"), format!("{proxy:?}")] {
        assert!(!text.contains("canary"), "{text}");
    }
    for text in [
        "http://ada:canary@",
        "socks5://ada:canary@h",
        "http://ada:ca#nary@h",
    ] {
        let why = Proxy::parse(text).unwrap_err();
        assert!(!format!("{why} {why:?}").contains("nary"), "{text}");
    }
}

#[test]
fn a_refused_login_is_remembered_by_all_clones_and_no_other_login() {
    #[allow(clippy::disallowed_methods, reason = "any moment to begin at")]
    let now = Instant::now();
    let proxy = Proxy::parse("http://ada:wrong@proxy.corp:8080").unwrap();
    assert_eq!(proxy.login_answer(now), LoginAnswer::Open);
    proxy.clone().login_answered(false, now);
    assert_eq!(proxy.login_answer(now), LoginAnswer::Refused);
    let corrected = proxy.clone().with_login("ada", "right".into());
    assert_eq!(corrected.login_answer(now), LoginAnswer::Open);
    corrected.login_answered(true, now);
    assert_eq!(corrected.login_answer(now), LoginAnswer::Accepted);
    assert_ne!(proxy, corrected);
}

#[test]
fn a_password_that_stays_wrong_is_sent_ever_more_rarely() {
    #[allow(clippy::disallowed_methods, reason = "any moment to begin at")]
    let begun = Instant::now();
    let proxy = Proxy::parse("http://ada:wrong@proxy.corp:8080").unwrap();
    let minute = |minute: u64| begun + Duration::from_secs(60 * minute);
    let mut sent = Vec::new();
    for now in 0..60 {
        if proxy.login_answer(minute(now)) == LoginAnswer::Open {
            proxy.login_answered(false, minute(now));
            sent.push(now);
        }
    }
    assert_eq!(sent, [0, 1, 6, 21, 36, 51]);
    proxy.login_answered(true, minute(60));
    proxy.login_answered(false, minute(61));
    assert_eq!(proxy.login_answer(minute(62)), LoginAnswer::Open);
}

#[test]
fn a_login_that_was_taken_is_asked_for_anew_after_a_while() {
    #[allow(clippy::disallowed_methods, reason = "any moment to begin at")]
    let now = Instant::now();
    let proxy = Proxy::parse("http://ada:right@proxy.corp:8080").unwrap();
    proxy.login_answered(true, now);
    assert_eq!(proxy.login_answer(now), LoginAnswer::Accepted);
    assert_eq!(proxy.login_answer(now + RECENT), LoginAnswer::AcceptedBefore);
    let open = Proxy::parse("proxy.corp:8080").unwrap();
    assert_eq!(open.login_answer(now), LoginAnswer::Accepted);
}
