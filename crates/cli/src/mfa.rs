//! The code of an MFA device, asked for in the terminal that this program was started in. Standard input is never read
//! for it: it may be what the session is fed with.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read as _, Write};

use async_trait::async_trait;
use postern_aws::Terminal;
use postern_model::{AskMfa, MfaCode, MfaQuestion, display_text};

/// More than anybody types for six digits.
const LONGEST_LINE: u64 = 256;

/// Whoever types into `/dev/tty`, or into the console of Windows.
#[derive(Debug)]
pub(crate) struct PersonAtTerminal(());

impl PersonAtTerminal {
    /// None where there is no terminal, whatever the standard streams are.
    pub(crate) fn find() -> Option<Self> {
        open().ok().map(|_| Self(()))
    }
}

#[async_trait]
impl AskMfa for PersonAtTerminal {
    async fn mfa_code(&self, question: MfaQuestion) -> Option<MfaCode> {
        let terminal = Terminal::of_this_program();
        // None where a session reads it, which would lose its keys to the question.
        let _turn = terminal.turn().await?;
        let asked = tokio::task::spawn_blocking(move || {
            let (input, mut output) = open().ok()?;
            ask(&mut BufReader::new(input), &mut output, &question).ok()?
        });
        asked.await.ok()?
    }
}

/// The terminal to read from and to write to.
fn open() -> io::Result<(File, File)> {
    let (input, output) = if cfg!(windows) {
        ("CONIN$", "CONOUT$")
    } else {
        ("/dev/tty", "/dev/tty")
    };
    let open = |path| OpenOptions::new().read(true).write(true).open(path);
    Ok((open(input)?, open(output)?))
}

/// Asks until there is a code; an empty line and the end of input give up.
fn ask(
    input: &mut impl BufRead,
    output: &mut impl Write,
    question: &MfaQuestion,
) -> io::Result<Option<MfaCode>> {
    if let Some(reason) = &question.retry {
        writeln!(output, "{}", display_text(reason))?;
    }
    loop {
        let device = display_text(&question.device);
        write!(
            output,
            "MFA code of {device} for profile {} (role {}; Enter alone gives up): ",
            question.profile,
            display_text(&question.role)
        )?;
        output.flush()?;
        let mut line = String::new();
        input.by_ref().take(LONGEST_LINE).read_line(&mut line)?;
        if line.trim().is_empty() {
            return Ok(None);
        }
        match MfaCode::parse(&line) {
            Ok(code) => return Ok(Some(code)),
            Err(rule) => writeln!(output, "{rule}")?,
        }
    }
}

#[cfg(test)]
mod tests {
    use postern_model::ProfileName;

    use super::*;

    fn asked(typed: &str, retry: Option<&str>) -> (Option<String>, String) {
        let question = MfaQuestion {
            device: "arn:aws:iam::1:mfa/me".into(),
            profile: ProfileName::parse("ops").unwrap(),
            role: "arn:aws:iam::1:role/ops".into(),
            retry: retry.map(ToOwned::to_owned),
        };
        let mut shown = Vec::new();
        let code = ask(&mut typed.as_bytes(), &mut shown, &question).unwrap();
        let code = code.map(|code| code.expose().to_owned());
        (code, String::from_utf8(shown).unwrap())
    }

    #[test]
    fn a_code_is_asked_for_until_there_is_one() {
        let (code, shown) = asked("12345\n123 456\n", None);
        assert_eq!(code.as_deref(), Some("123456"));
        let question = "MFA code of arn:aws:iam::1:mfa/me for profile ops (role arn:aws:iam::1:role/ops; Enter alone gives up): ";
        assert_eq!(
            shown,
            format!("{question}An MFA code has six digits.\n{question}")
        );
    }

    #[test]
    fn an_empty_line_and_the_end_of_input_give_up() {
        assert_eq!(asked("\n123456\n", None).0, None);
        assert_eq!(asked("", None).0, None);
    }

    #[test]
    fn why_it_is_asked_again_is_said_first() {
        assert!(
            asked("", Some("AWS did not take the code."))
                .1
                .starts_with("AWS did not take the code.\nMFA")
        );
    }
}
