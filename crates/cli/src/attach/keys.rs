//! Keys of a Windows console as the bytes that a terminal sends; elsewhere the terminal has done that already.
#![cfg_attr(
    not(windows),
    allow(dead_code, reason = "compiled and tested on every system")
)]

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

const ESC: u8 = 0x1b;

/// The bytes of one key event, as xterm sends them in its ordinary mode; empty for releases and bare modifiers.
pub(crate) fn bytes_of(key: KeyEvent) -> Vec<u8> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    let bytes = plain(key);
    let alt = key.modifiers.contains(KeyModifiers::ALT) && !key.modifiers.contains(KeyModifiers::CONTROL);
    if alt && !bytes.is_empty() && bytes.first() != Some(&ESC) {
        return [&[ESC], bytes.as_slice()].concat();
    }
    bytes
}

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "crossterm's keys; those without bytes are many and grow"
)]
fn plain(key: KeyEvent) -> Vec<u8> {
    match key.code {
        KeyCode::Char(c) => char_bytes(c, key.modifiers),
        KeyCode::Enter => b"\r".to_vec(),
        KeyCode::Backspace => vec![0x7f],
        KeyCode::Tab => b"\t".to_vec(),
        KeyCode::BackTab => b"\x1b[Z".to_vec(),
        KeyCode::Esc => vec![ESC],
        KeyCode::Null => vec![0],
        KeyCode::Up => cursor('A', key.modifiers),
        KeyCode::Down => cursor('B', key.modifiers),
        KeyCode::Right => cursor('C', key.modifiers),
        KeyCode::Left => cursor('D', key.modifiers),
        KeyCode::Home => cursor('H', key.modifiers),
        KeyCode::End => cursor('F', key.modifiers),
        KeyCode::Insert => tilde(2, key.modifiers),
        KeyCode::Delete => tilde(3, key.modifiers),
        KeyCode::PageUp => tilde(5, key.modifiers),
        KeyCode::PageDown => tilde(6, key.modifiers),
        KeyCode::F(number) => function(number, key.modifiers),
        _ => Vec::new(),
    }
}

fn char_bytes(c: char, modifiers: KeyModifiers) -> Vec<u8> {
    // AltGr arrives as Ctrl+Alt with the character that it makes.
    let control = modifiers.contains(KeyModifiers::CONTROL) && !modifiers.contains(KeyModifiers::ALT);
    match control.then(|| control_byte(c)).flatten() {
        Some(byte) => vec![byte],
        None => c.to_string().into_bytes(),
    }
}

fn control_byte(c: char) -> Option<u8> {
    match c {
        'a'..='z' | 'A'..='Z' | '@' | '[' | '\\' | ']' | '^' | '_' => {
            u8::try_from(c).ok().map(|byte| byte & 0x1f)
        }
        ' ' | '2' => Some(0),
        '3'..='7' => u8::try_from(c).ok().map(|byte| byte - b'3' + 0x1b),
        '8' | '?' => Some(0x7f),
        '/' => Some(0x1f),
        _ => None,
    }
}

fn cursor(last: char, modifiers: KeyModifiers) -> Vec<u8> {
    match xterm_modifier(modifiers) {
        1 => format!("\x1b[{last}"),
        modifier => format!("\x1b[1;{modifier}{last}"),
    }
    .into_bytes()
}

fn tilde(number: u8, modifiers: KeyModifiers) -> Vec<u8> {
    match xterm_modifier(modifiers) {
        1 => format!("\x1b[{number}~"),
        modifier => format!("\x1b[{number};{modifier}~"),
    }
    .into_bytes()
}

fn function(number: u8, modifiers: KeyModifiers) -> Vec<u8> {
    let code = match number {
        1..=4 => {
            let last = char::from(b'P' + (number - 1));
            return match xterm_modifier(modifiers) {
                1 => format!("\x1bO{last}"),
                modifier => format!("\x1b[1;{modifier}{last}"),
            }
            .into_bytes();
        }
        5 => 15,
        6..=10 => number + 11,
        11 | 12 => number + 12,
        _ => return Vec::new(),
    };
    tilde(code, modifiers)
}

fn xterm_modifier(modifiers: KeyModifiers) -> u8 {
    let bit = |modifier, value| if modifiers.contains(modifier) { value } else { 0 };
    1 + bit(KeyModifiers::SHIFT, 1) + bit(KeyModifiers::ALT, 2) + bit(KeyModifiers::CONTROL, 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Vec<u8> {
        bytes_of(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn characters_and_controls_are_what_a_terminal_sends() {
        assert_eq!(key(KeyCode::Char('ü'), KeyModifiers::NONE), "ü".as_bytes());
        assert_eq!(key(KeyCode::Char('c'), KeyModifiers::CONTROL), [3]);
        assert_eq!(key(KeyCode::Char('C'), KeyModifiers::CONTROL), [3]);
        assert_eq!(key(KeyCode::Char('\\'), KeyModifiers::CONTROL), [0x1c]);
        assert_eq!(key(KeyCode::Char('4'), KeyModifiers::CONTROL), [0x1c]);
        assert_eq!(key(KeyCode::Char(' '), KeyModifiers::CONTROL), [0]);
        assert_eq!(key(KeyCode::Char('x'), KeyModifiers::ALT), b"\x1bx");
        assert_eq!(key(KeyCode::Enter, KeyModifiers::NONE), b"\r");
    }

    #[test]
    fn alt_gr_is_its_character() {
        assert_eq!(
            key(KeyCode::Char('@'), KeyModifiers::CONTROL | KeyModifiers::ALT),
            b"@"
        );
    }

    #[test]
    fn special_keys_carry_their_modifiers() {
        assert_eq!(key(KeyCode::Up, KeyModifiers::NONE), b"\x1b[A");
        assert_eq!(key(KeyCode::Up, KeyModifiers::CONTROL), b"\x1b[1;5A");
        assert_eq!(key(KeyCode::Delete, KeyModifiers::NONE), b"\x1b[3~");
        assert_eq!(key(KeyCode::F(1), KeyModifiers::NONE), b"\x1bOP");
        assert_eq!(key(KeyCode::F(5), KeyModifiers::NONE), b"\x1b[15~");
        assert_eq!(key(KeyCode::F(6), KeyModifiers::NONE), b"\x1b[17~");
        assert_eq!(key(KeyCode::F(10), KeyModifiers::NONE), b"\x1b[21~");
        assert_eq!(key(KeyCode::F(11), KeyModifiers::NONE), b"\x1b[23~");
        assert_eq!(key(KeyCode::F(12), KeyModifiers::SHIFT), b"\x1b[24;2~");
    }

    #[test]
    fn releases_are_silent() {
        let release = KeyEvent::new_with_kind(KeyCode::Char('a'), KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(bytes_of(release), b"");
    }
}
