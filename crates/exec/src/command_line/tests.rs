use super::*;

fn words_of(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn encoded_script(line: &str) -> String {
    let encoded = line.rsplit_once(' ').unwrap().1;
    let bytes = STANDARD.decode(encoded).unwrap();
    let units: Vec<u16> = bytes
        .chunks(2)
        .map(|two| u16::from_le_bytes([two[0], two[1]]))
        .collect();
    String::from_utf16(&units).unwrap()
}

#[test]
fn one_word_is_a_line_of_shell_and_several_are_a_program() {
    let last = |words: &[&str]| {
        let line = supervised(NodeShell::Sh, &words_of(words), "5eed");
        let split = shell_words::split(&line).unwrap();
        let name = split.iter().position(|word| word == NAME).unwrap();
        split[name + 1..].to_vec()
    };
    assert_eq!(last(&["df -h | tail -1"]), ["sh", "-c", "df -h | tail -1"]);
    assert_eq!(
        last(&["grep", "it's", "$HOME", "", "ä b\n"]),
        ["grep", "it's", "$HOME", "", "ä b\n"]
    );
}

#[test]
fn the_trailer_cannot_be_read_in_the_command_line() {
    for shell in [NodeShell::Sh, NodeShell::Powershell] {
        let line = supervised(shell, &words_of(&["true"]), "5eed");
        assert!(!line.contains("<postern-exit-5eed="), "{line}");
    }
}

#[test]
fn the_script_is_one_line_that_no_document_mistakes_for_a_parameter() {
    let line = supervised(NodeShell::Sh, &words_of(&["true"]), "5eed");
    assert!(!line.contains('\n') && !line.contains("{{"), "{line}");
}

#[test]
fn powershell_gets_its_scripts_encoded_and_tells_the_status_behind_both_outputs() {
    let line = supervised(
        NodeShell::Powershell,
        &words_of(&["Write-Output", "it's"]),
        "5eed",
    );
    let outer = encoded_script(&line);
    let (inner, tell) = outer.split_once("; ").unwrap();
    assert_eq!(encoded_script(inner), "& 'Write-Output' 'it''s'");
    assert!(
        tell.contains("[Console]::Out.Write") && tell.contains("[Console]::Error.Write"),
        "{tell}"
    );
}

#[cfg(target_os = "linux")]
mod on_this_computer;
