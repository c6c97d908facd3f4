//! Configurations as AWS's pages, people and `postern ssh-config` write them.

use super::*;

fn read_text(text: &str) -> ImportFile {
    read(text.as_bytes()).unwrap()
}

fn shown(file: &ImportFile) -> Vec<String> {
    let shown = file.connections.iter().map(|one| {
        let draft = &one.draft;
        let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        format!(
            "{} {} {} {} {}",
            draft.name,
            draft.goal.target().unwrap(),
            text(draft.profile.clone().map(String::from)),
            text(draft.region.clone().map(String::from)),
            text(draft.document.clone().map(String::from))
        )
    });
    shown.collect()
}

#[test]
fn hosts_through_the_aws_cli_and_postern_are_read() {
    let file = read_text(
        r#"
# mine
Host web
    HostName i-0a1b2c3d
    User ec2-user
Host db=
Host i-* mi-* web
    ProxyCommand sh -c "aws ssm start-session --target %h --document-name AWS-StartSSHSession --parameters 'portNumber=%p'"
Host bastion
    ProxyCommand=aws --profile "acme prod" --region=eu-west-1 ssm start-session --target i-0a1b2c3e --document-name acme-Shell
Host win
  ProxyCommand C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe "aws ssm start-session --target i-0a1b2c3f --document-name AWS-StartSSHSession --parameters portNumber=%p"
Host mine
  HostName i-0a1b2c40
  ProxyCommand "/opt/Postern App/postern" ssh-proxy --profile acme %h %p
Host by-variable
  ProxyCommand env AWS_PROFILE=stage AWS_REGION=us-east-1 /usr/local/bin/aws ssm start-session --target mi-0a1b2c3d4e5f67890
"#,
    );
    assert_eq!(
        shown(&file),
        [
            "web i-0a1b2c3d - - -",
            "bastion i-0a1b2c3e acme prod eu-west-1 acme-Shell",
            "win i-0a1b2c3f - - -",
            "mine i-0a1b2c40 acme - -",
            "by-variable mi-0a1b2c3d4e5f67890 stage us-east-1 -",
        ]
    );
}

#[test]
fn what_cannot_be_used_says_why() {
    let file = read_text(
        r#"
Include conf.d/*
Match exec "true"
  ProxyCommand aws ssm start-session --target i-0a1b2c3d
Host plain
  HostName 10.0.0.1
Host computed
  ProxyCommand sh -c "aws ssm start-session --target $(aws ec2 describe-instances)"
Host eice
  ProxyCommand aws ec2-instance-connect open-tunnel --instance-id i-0a1b2c3d
Host open-quote
  ProxyCommand sh -c "aws ssm
Host nowhere
  ProxyCommand aws ssm start-session
Host name-only
  ProxyCommand aws ssm start-session --target %h
Host 10.* *.internal
  ProxyCommand aws ssm start-session --target %h
"#,
    );
    let reasons: Vec<_> = file
        .unusable
        .iter()
        .map(|one| (one.name.as_str(), one.reason.as_str()))
        .collect();
    assert_eq!(
        reasons,
        [
            ("plain", "It does not go through Session Manager."),
            (
                "computed",
                "Its target comes from a command, and Postern runs none of a file."
            ),
            (
                "eice",
                "It goes through EC2 Instance Connect Endpoint, not Session Manager."
            ),
            ("open-quote", "Its quotes are not closed."),
            ("nowhere", "It names no target."),
            (
                "name-only",
                "A target looks like i-0123456789abcdef0, mi-0123456789abcdef0 or ecs:cluster_task_container."
            ),
            ("10.*", "It stands for many hosts; a connection is one."),
            ("*.internal", "It stands for many hosts; a connection is one."),
        ]
    );
    assert_eq!(file.connections, []);
    assert_eq!(file.remarks.len(), 2);
}

#[test]
fn the_first_value_counts_as_for_ssh() {
    let file = read_text(
        "Host a\n ProxyCommand none\nHost *\n ProxyCommand aws ssm start-session --target i-0a1b2c3d\nHost b\n ProxyCommand none\n",
    );
    assert_eq!(shown(&file), ["b i-0a1b2c3d - - -"]);
}

#[test]
fn a_file_of_something_else_is_told() {
    assert!(matches!(read(b"hello"), Err(ImportError::Malformed { .. })));
}
