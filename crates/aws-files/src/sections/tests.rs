//! What is known to go wrong in real files, each with the right value.

use super::*;
use crate::section::Value;

fn read(config: &str, credentials: &str) -> Sections {
    Sections::read(config.as_bytes(), credentials.as_bytes()).unwrap()
}

fn text(config: &str, profile: &str, key: &str) -> String {
    let sections = read(config, "");
    let profile = sections.profile(profile).unwrap();
    assert_eq!(profile.problem(), None);
    profile.text(key).unwrap().to_owned()
}

fn names(sections: &Sections) -> Vec<&str> {
    sections.profiles().iter().map(Section::name).collect()
}

#[test]
fn a_file_that_is_indented_is_read() {
    assert_eq!(
        text(
            "  [profile a]\n  region = eu-west-1\n  output = json\n  [profile b]\n",
            "a",
            "region"
        ),
        "eu-west-1"
    );
    assert_eq!(
        text("\t[default]\n\t\tregion : eu-west-1\n", "default", "region"),
        "eu-west-1"
    );
}

#[test]
fn what_follows_a_closed_header_does_not_count() {
    assert_eq!(
        text("[profile a] # the first\nregion = eu-west-1\n", "a", "region"),
        "eu-west-1"
    );
    assert_eq!(
        text("[profile a]x\nregion = eu-west-1\n", "a", "region"),
        "eu-west-1"
    );
}

#[test]
fn an_indented_comment_is_no_part_of_a_value() {
    assert_eq!(
        text(
            "[default]\nregion = eu-west-1\n  # home\n  ; or not\noutput = json\n",
            "default",
            "region"
        ),
        "eu-west-1"
    );
}

#[test]
fn a_comment_inside_a_block_is_passed_over() {
    let sections = read(
        "[default]\ns3 =\n  # fast\n  max_concurrent_requests = 20\n\n  ; wide\n  use_dualstack=true\n",
        "",
    );
    let block = sections
        .profile("default")
        .unwrap()
        .setting("s3")
        .unwrap()
        .block()
        .unwrap()
        .to_vec();
    let expected = [("max_concurrent_requests", "20"), ("use_dualstack", "true")];
    assert_eq!(
        block,
        expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
    );
}

#[test]
fn names_may_have_quotes_spaces_and_letters_of_any_script() {
    let sections = read(
        "[profile 'My Prod']\n[profile \"My Test\"]\n[profile büro]\n[sso-session 'My Corp Ltd']\n[services \"vpc e\"]\n",
        "[My Prod]\naws_access_key_id = x\n",
    );
    assert_eq!(names(&sections), ["My Prod", "My Test", "büro"]);
    assert_eq!(
        sections.profile("My Prod").unwrap().text("aws_access_key_id"),
        Some("x")
    );
    assert!(sections.sso_session("My Corp Ltd").is_some() && sections.services("vpc e").is_some());
}

#[test]
fn the_credentials_file_wins_setting_by_setting_and_a_later_section_of_the_same_name_wins_whole() {
    let sections = read(
        "[profile a]\nregion = one\noutput = json\n",
        "[a]\nregion = two\n[b]\n",
    );
    let a = sections.profile("a").unwrap();
    assert_eq!((a.text("region"), a.text("output")), (Some("two"), Some("json")));
    assert_eq!(names(&sections), ["a", "b"]);
    let sections = read(
        "[default]\nregion = one\n[profile b]\n[profile default]\noutput = json\n",
        "",
    );
    assert_eq!(sections.profile("default").unwrap().text("region"), None);
    assert_eq!(names(&sections), ["default", "b"]);
}

#[test]
fn the_settings_of_default_in_capitals_are_in_every_section_of_their_file() {
    let sections = read(
        "[DEFAULT]\nregion = one\n[profile a]\n[profile b]\nregion = two\n[DEFAULT]\noutput = json\n",
        "[c]\n",
    );
    let of = |name: &str, key: &str| sections.profile(name).unwrap().text(key).map(ToOwned::to_owned);
    assert_eq!(of("a", "region").unwrap(), "one");
    assert_eq!(
        (of("b", "region").unwrap(), of("b", "output").unwrap()),
        ("two".into(), "json".into())
    );
    assert_eq!(of("c", "region"), None);
}

#[test]
fn a_value_is_everything_behind_the_first_sign_and_the_deeper_lines_below() {
    for (config, value) in [
        ("[default]\nk = a=b:c # d\n", "a=b:c # d"),
        ("[default]\nk : a=b\n", "a=b"),
        ("[default]\nK=\"a\"\n", "\"a\""),
        ("[default]\nk =\n", ""),
        ("[default]\nk = a\n\n  b\n\n", "a\n\nb"),
        ("[default]\n  k = a\n  l = b\n", "a"),
    ] {
        assert_eq!(text(config, "default", "k"), value, "{config}");
    }
}

#[test]
fn one_bad_section_disables_only_itself_and_says_where_and_why() {
    for (bad, line, reason) in [
        (
            "[profile b]\nregion = x\nnonsense canary\n",
            5,
            "this line is neither a section nor a setting",
        ),
        ("[profile b]\n= canary\n", 4, "a setting has no name"),
        (
            "[profile b]\nk = canary\nK = 2\n",
            5,
            "`k` stands there twice, first in line 4",
        ),
        (
            "[profile b]\ncanary here = 1\ncanary here = 2\n",
            5,
            "a setting stands there twice, first in line 4",
        ),
        (
            "[profile b]\ns3 =\n  canary\n",
            4,
            "the indented lines below `s3` are no settings",
        ),
        (
            "[profile b\nregion = canary\n",
            3,
            "the name of the section is not closed",
        ),
        (
            "\u{feff}[profile b]\nregion = canary\n",
            3,
            "a byte order mark stands in front of it",
        ),
        (
            "[profile b]\nk = 1\n[profile b]\n",
            5,
            "[profile b] stands there twice, first in line 3",
        ),
    ] {
        let sections = read(
            &format!("[profile a]\nregion = one\n{bad}[profile c]\nregion = three\n"),
            "",
        );
        assert_eq!(names(&sections), ["a", "b", "c"], "{bad}");
        let problem = sections.profile("b").unwrap().problem().unwrap();
        assert_eq!(
            (problem.line, problem.reason.as_str()),
            (Some(line), reason),
            "{bad}"
        );
        assert!(!problem.to_string().contains("canary"), "{problem}");
        for name in ["a", "c"] {
            let good = sections.profile(name).unwrap();
            assert_eq!((good.problem(), good.settings().len()), (None, 1), "{bad}");
        }
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_a_problem_of_their_section_and_none_in_a_comment() {
    let sections = Sections::read(
        b"[profile a]\n# caf\xe9\nregion = one\n[profile b]\nregion = \xe9\n",
        b"",
    )
    .unwrap();
    assert_eq!(sections.profile("a").unwrap().problem(), None);
    let problem = sections.profile("b").unwrap().problem().unwrap();
    assert_eq!(
        (problem.line, problem.to_string().as_str()),
        (Some(5), "it is not UTF-8 text; save the file as UTF-8")
    );
}

#[test]
fn a_section_for_all_that_is_bad_disables_all_because_what_it_says_would_be_missing() {
    let sections = read("[DEFAULT]\nnonsense\n[profile a]\n", "[b]\n");
    let problem = sections.profile("a").unwrap().problem().unwrap();
    assert!(
        problem
            .reason
            .starts_with("[DEFAULT], which all sections take settings from, cannot be used")
    );
    assert_eq!(sections.profile("b").unwrap().problem(), None);
}

#[test]
fn a_block_that_is_none_in_a_section_for_all_is_a_problem_of_those_that_take_it() {
    let sections = read(
        "[profile a]\nssm = x\n[DEFAULT]\nssm =\n  nonsense\n[profile b]\n",
        "",
    );
    assert_eq!(sections.profile("a").unwrap().problem(), None);
    let problem = sections.profile("b").unwrap().problem().unwrap();
    assert!(
        problem
            .reason
            .ends_with("the indented lines below `ssm` are no settings")
    );
}

#[test]
fn a_profile_of_which_one_file_has_a_bad_part_cannot_be_used() {
    let sections = read("[profile a]\nnonsense\n", "[a]\naws_access_key_id = x\n");
    assert_eq!(
        sections.profile("a").unwrap().problem().unwrap().file,
        AwsFile::Config
    );
    let sections = read("[profile a]\n", "[a]\nnonsense\n");
    assert_eq!(
        sections.profile("a").unwrap().problem().unwrap().file,
        AwsFile::Credentials
    );
}

#[test]
fn what_looks_like_a_profile_and_is_none_is_told_with_the_right_form() {
    let config =
        "[k2]\nregion = one\n[plugins]\ncli_legacy_plugin_path = x\n[profile My Prod]\n[services a b]\n";
    let sections = read(config, "[profile k3]\nregion = one\n");
    let told: Vec<_> = sections
        .passed_over()
        .iter()
        .filter(|one| one.looks_like_a_profile())
        .collect();
    let told: Vec<_> = told
        .iter()
        .map(|one| (one.header(), one.problem().remedy.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("k2", "write [profile k2]"),
            ("profile My Prod", "write [profile 'My Prod']")
        ]
    );
    let instead = |name: &str| sections.instead_of_profile(name).map(|problem| problem.remedy);
    assert_eq!(instead("k2").unwrap(), "write [profile k2]");
    assert_eq!(instead("My Prod").unwrap(), "write [profile 'My Prod']");
    assert_eq!(instead("k3").unwrap(), "write [k3]");
    assert_eq!(instead("k4"), None);
    assert_eq!(
        sections.instead_of_services("a b").unwrap().remedy,
        "write [services 'a b']"
    );
}

#[test]
fn lines_before_the_first_section_are_told() {
    let sections = read("region = one\noutput = json\n[default]\n", "");
    let [stray] = sections.passed_over() else { panic!() };
    assert!(stray.looks_like_a_profile());
    assert_eq!((stray.header(), stray.problem().line), ("", Some(1)));
    assert_eq!(sections.profile("default").unwrap().problem(), None);
}

#[test]
fn a_mark_of_utf_8_is_read_and_utf_16_is_named() {
    assert_eq!(
        text("\u{feff}[default]\r\nregion = eu-west-1\r\n", "default", "region"),
        "eu-west-1"
    );
    let problem = Sections::read(b"", b"\xff\xfe[\0").unwrap_err();
    assert_eq!((problem.file, problem.line), (AwsFile::Credentials, None));
}

#[test]
fn a_value_says_what_its_writer_probably_did_not_mean() {
    let hint = |value: &str| {
        let sections = read(&format!("[default]\nk = {value}\n"), "");
        sections.profile("default").unwrap().setting("k").unwrap().hint()
    };
    assert!(hint("eu-west-1 # home").unwrap().starts_with("a comment"));
    assert!(
        hint("eu-west-1\n  output = json")
            .unwrap()
            .starts_with("the indented lines")
    );
    assert!(hint("\"eu-west-1\"").unwrap().starts_with("quotes"));
    assert_eq!(hint("http://h/#x"), None);
}

#[test]
fn debug_text_has_no_values() {
    let sections = read(
        "[default]\naws_secret_access_key = canary\ns3 =\n  k = canary\n[profile k\nk = canary\n",
        "",
    );
    assert!(!format!("{sections:?}").contains("canary"));
    assert_eq!(format!("{:?}", Value::Text("canary".into())), "Text");
}

#[test]
fn a_file_of_forty_thousand_lines_of_any_kind_is_read_in_a_moment() {
    let lines = |line: &dyn Fn(usize) -> String| (0..40_000).map(line).collect::<String>();
    let started = std::time::Instant::now();
    for config in [
        lines(&|number| format!("key{number} = x\n")),
        format!("[default]\n{}", lines(&|number| format!("key{number} = x\n"))),
        format!(
            "[default]\ns3 =\n{}",
            lines(&|number| format!("  key{number} = x\n"))
        ),
        format!("[default]\nk = x\n{}", lines(&|number| format!("  {number}\n"))),
        lines(&|number| format!("[profile p{number}]\n")),
        lines(&|_| "[profile p]\n".to_owned()),
        lines(&|_| "= nonsense\n".to_owned()),
        lines(&|_| "nonsense\n".to_owned()),
        lines(&|_| "[".to_owned()),
    ] {
        read(&config, &config);
    }
    assert!(
        started.elapsed() < std::time::Duration::from_secs(30),
        "{:?}",
        started.elapsed()
    );
}
