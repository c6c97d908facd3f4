//! What the AWS CLI would do with the same settings is what is planned.

use std::collections::HashMap;

use super::*;

/// ReadProfiles by name, each a map of settings; a key that begins with `*` stands in the credentials file.
#[derive(Default)]
struct Made(HashMap<String, HashMap<String, String>>);

impl Made {
    fn of(text: &str) -> Self {
        let mut made = Self::default();
        for profile in text.split('[').skip(1) {
            let (name, settings) = profile.split_once(']').unwrap();
            let settings = settings.lines().filter_map(|line| line.split_once('='));
            let settings = settings.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()));
            made.0.insert(name.to_owned(), settings.collect());
        }
        made
    }
}

impl ReadProfiles for Made {
    fn has(&self, profile: &str) -> bool {
        self.0.contains_key(profile)
    }

    fn get(&self, profile: &str, key: &str) -> Option<&str> {
        let profile = self.0.get(profile)?;
        profile
            .get(key)
            .or_else(|| profile.get(&format!("*{key}")))
            .map(String::as_str)
    }

    fn is_in_credentials_file(&self, profile: &str, key: &str) -> bool {
        self.0
            .get(profile)
            .is_some_and(|profile| profile.contains_key(&format!("*{key}")))
    }
}

const KEYS: &str = "aws_access_key_id=AKIA\naws_secret_access_key=canary\n";

fn plan_in(text: &str, environment: &[(&str, &str)], chose: bool) -> Result<Plan, ControlError> {
    let environment = Variables::of(environment.iter().copied());
    Plan::of(&Made::of(text), &environment, "a", chose)
}

fn plan(text: &str) -> Plan {
    plan_in(text, &[], true).unwrap()
}

fn refusal(text: &str) -> String {
    plan_in(text, &[], true).unwrap_err().to_string()
}

/// The roles in the order in which they are assumed.
fn roles(plan: &Plan) -> Vec<&str> {
    plan.roles.iter().map(|step| step.role_arn.as_str()).collect()
}

#[test]
fn an_access_key_is_used_as_it_is() {
    let plan = plan(&format!("[a]{KEYS}aws_session_token=t"));
    let Base::AccessKey(key) = &plan.base else {
        panic!()
    };
    assert_eq!((key.access_key_id(), key.session_token()), ("AKIA", Some("t")));
    assert!(plan.roles.is_empty());
}

#[test]
fn half_an_access_key_is_named() {
    assert_eq!(
        refusal("[a]\naws_access_key_id=x"),
        "The AWS configuration cannot be used: `aws_secret_access_key` of profile a: it is missing, and \
         aws_access_key_id is of no use alone."
    );
    assert!(refusal("[a]\naws_secret_access_key=x").contains("`aws_access_key_id` of profile a"));
}

#[test]
fn a_chain_of_roles_is_assumed_from_its_source_on() {
    let plan = plan(&format!(
        "[a]\nrole_arn=last\nsource_profile=b\nexternal_id=x\nrole_session_name=me\nduration_seconds=900\nmfa_serial=m\n\
         [b]\nrole_arn=first\nsource_profile=c\nduration_seconds=1h\n[c]{KEYS}"
    ));
    assert_eq!(roles(&plan), ["first", "last"]);
    let last = plan.roles.last().unwrap();
    assert_eq!(
        (
            last.external_id.as_deref(),
            last.session_name.as_deref(),
            last.mfa_serial.as_deref()
        ),
        (Some("x"), Some("me"), Some("m"))
    );
    assert_eq!(last.duration_seconds, Some(900));
    assert_eq!(
        plan.roles[0].duration_seconds, None,
        "what is no number counts for nothing"
    );
    assert!(matches!(plan.base, Base::AccessKey(_)));
}

#[test]
fn a_profile_may_assume_its_role_with_its_own_key() {
    let plan = plan(&format!("[a]{KEYS}role_arn=r\nsource_profile=a"));
    assert_eq!(roles(&plan), ["r"]);
}

#[test]
fn the_key_of_a_source_comes_before_its_role() {
    let plan = plan(&format!(
        "[a]\nrole_arn=r\nsource_profile=b\n[b]{KEYS}role_arn=other\nsource_profile=a"
    ));
    assert_eq!(roles(&plan), ["r"]);
}

#[test]
fn a_circle_is_named_with_its_way() {
    for (text, way) in [
        ("[a]\nrole_arn=r\nsource_profile=a", "a → a"),
        (
            "[a]\nrole_arn=r\nsource_profile=b\n[b]\nrole_arn=r\nsource_profile=a",
            "a → b → a",
        ),
        (
            "[a]\nrole_arn=r\nsource_profile=b\n[b]\nrole_arn=r\nsource_profile=c\n[c]\nrole_arn=r\nsource_profile=b",
            "a → b → c → b",
        ),
    ] {
        let said = refusal(text);
        assert!(said.ends_with(&format!("it leads in a circle: {way}.")), "{said}");
    }
}

#[test]
fn a_link_that_is_missing_or_holds_nothing_is_named() {
    assert_eq!(
        refusal("[a]\nrole_arn=r\nsource_profile=nope"),
        "The AWS configuration cannot be used: `source_profile` of profile a: there is no profile nope."
    );
    assert!(
        refusal("[a]\nrole_arn=r\nsource_profile=b\n[b]\nregion=x").contains("profile b has no credentials")
    );
}

#[test]
fn a_role_without_one_source_is_named() {
    assert!(refusal("[a]\nrole_arn=r").contains("neither source_profile nor credential_source"));
    let both = format!("[a]\nrole_arn=r\nsource_profile=b\ncredential_source=Environment\n[b]{KEYS}");
    assert!(refusal(&both).contains("both source_profile and credential_source"));
    let unknown = refusal("[a]\nrole_arn=r\ncredential_source=Elsewhere");
    assert!(unknown.contains("`credential_source` of profile a"), "{unknown}");
}

#[test]
fn named_sources_are_the_three_that_there_are() {
    for (source, base) in [
        ("Environment", Base::Environment),
        ("Ec2InstanceMetadata", Base::InstanceMetadata),
        ("EcsContainer", Base::Container),
    ] {
        let plan = plan(&format!("[a]\nrole_arn=r\ncredential_source={source}"));
        assert_eq!((plan.base, plan.roles.len()), (base, 1));
    }
}

#[test]
fn a_token_file_comes_first_of_what_a_profile_has_itself() {
    let plan = plan(&format!(
        "[a]{KEYS}role_arn=r\nweb_identity_token_file=/t\nsource_profile=b\nrole_session_name=s"
    ));
    let web = WebIdentity {
        role_arn: "r".into(),
        session_name: Some("s".into()),
        token_file: "/t".into(),
    };
    assert_eq!((plan.base, plan.roles.len()), (Base::WebIdentity(web), 0));
    assert!(refusal("[a]\nweb_identity_token_file=/t").contains("there is no role_arn"));
}

#[test]
fn identity_center_a_key_of_the_credentials_file_login_process_and_other_keys_follow_in_this_order() {
    let all = "sso_role_name=r\n*aws_access_key_id=AKIA\n*aws_secret_access_key=canary\nlogin_session=l\ncredential_process=p\n";
    let without = |gone: &[&str]| {
        let left = all
            .lines()
            .filter(|line| !gone.iter().any(|gone| line.contains(gone)));
        plan(&format!("[a]\n{}", left.collect::<Vec<_>>().join("\n"))).base
    };
    assert_eq!(without(&[]), Base::IdentityCenter { profile: "a".into() });
    assert!(matches!(without(&["sso"]), Base::AccessKey(_)));
    let login = Base::ConsoleSignIn {
        profile: "a".into(),
        session: "l".into(),
    };
    assert_eq!(without(&["sso", "aws_"]), login);
    let process = Base::Process {
        profile: "a".into(),
        command: "p".into(),
    };
    assert_eq!(without(&["sso", "aws_", "login"]), process);
    assert_eq!(
        plan(&format!("[a]{KEYS}credential_process=p")).base,
        process,
        "a key of the other file comes last"
    );
}

#[test]
fn a_sign_in_can_be_the_source_of_a_role() {
    for (settings, base) in [
        ("sso_account_id=1", Base::IdentityCenter { profile: "b".into() }),
        (
            "login_session=l",
            Base::ConsoleSignIn {
                profile: "b".into(),
                session: "l".into(),
            },
        ),
    ] {
        let plan = plan(&format!("[a]\nrole_arn=r\nsource_profile=b\n[b]\n{settings}"));
        assert_eq!((plan.base, plan.roles.len()), (base, 1));
    }
}

#[test]
fn a_profile_without_anything_is_the_machines() {
    assert_eq!(plan("[a]\nregion=x").base, Base::Machine);
    assert_eq!(plan_in("", &[], false).unwrap().base, Base::Machine);
    let begun = Base::IdentityCenter { profile: "a".into() };
    assert_eq!(
        plan("[a]\nsso_session=s").base,
        begun,
        "what is half done is said by whoever needs the rest"
    );
}

#[test]
fn the_environment_counts_only_where_no_profile_was_chosen() {
    let keys = [("AWS_ACCESS_KEY_ID", "AKIA")];
    assert_eq!(plan_in("", &keys, false).unwrap().base, Base::Environment);
    assert_eq!(plan_in("[a]\nregion=x", &keys, true).unwrap().base, Base::Machine);
    let web = [("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"), ("AWS_ROLE_ARN", "r")];
    assert!(matches!(
        plan_in("", &web, false).unwrap().base,
        Base::WebIdentity(_)
    ));
    assert_eq!(plan_in("[a]\nregion=x", &web, true).unwrap().base, Base::Machine);
}

#[test]
fn debug_text_has_no_keys() {
    assert!(!format!("{:?}", plan(&format!("[a]{KEYS}"))).contains("canary"));
}
