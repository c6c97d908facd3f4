//! The theme before the page is drawn, so that a light window does not begin dark.

use postern_app::contract::ThemeChoice;
use tauri::{Theme, window::Color};

/// `--bg-frame` of the tokens.
const DARK: Color = Color(0x14, 0x1b, 0x1e, 0xff);
const LIGHT: Color = Color(0xeb, 0xef, 0xf1, 0xff);

/// Sets the theme of the document before anything of it is drawn. The page may have been loaded anew since the user chose
/// another one; then it left the newer choice.
const FIRST_SCRIPT: &str = include_str!("theme.js");

/// The window's colour; `system` is the system's theme.
pub(crate) fn background(choice: ThemeChoice, system: Theme) -> Color {
    let is_light = match choice {
        ThemeChoice::Light => true,
        ThemeChoice::Dark => false,
        ThemeChoice::System => system == Theme::Light,
    };
    if is_light { LIGHT } else { DARK }
}

/// The script that runs before those of the page.
pub(crate) fn first_script(choice: ThemeChoice) -> String {
    let word = match choice {
        ThemeChoice::System => "system",
        ThemeChoice::Dark => "dark",
        ThemeChoice::Light => "light",
    };
    FIRST_SCRIPT.replace("THEME_CHOICE", word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_has_the_colour_of_the_chosen_theme_and_else_of_the_systems() {
        for system in [Theme::Dark, Theme::Light] {
            assert_eq!(background(ThemeChoice::Light, system), LIGHT);
            assert_eq!(background(ThemeChoice::Dark, system), DARK);
        }
        assert_eq!(background(ThemeChoice::System, Theme::Light), LIGHT);
        assert_eq!(background(ThemeChoice::System, Theme::Dark), DARK);
    }

    #[test]
    fn the_colours_are_those_of_the_pages_frame() {
        let tokens = include_str!("../../ui/src/theme/tokens.css");
        let frames: Vec<&str> = tokens
            .lines()
            .filter_map(|line| line.trim().strip_prefix("--bg-frame: #"))
            .collect();
        let hex = |Color(red, green, blue, _): Color| format!("{red:02x}{green:02x}{blue:02x};");
        assert_eq!(frames, [hex(DARK), hex(LIGHT)]);
    }

    #[test]
    fn the_script_knows_the_choice() {
        let script = first_script(ThemeChoice::Light);
        assert!(script.contains("\"light\"") && !script.contains("THEME_CHOICE"));
    }
}
