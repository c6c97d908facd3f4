//! Settings: typed, with defaults, each kept by itself, so that two programs do not undo each other's.

use std::collections::HashMap;

use postern_model::{ProfileName, Region};
use rusqlite::Connection;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{Store, StoreError, rows::read_rows};

/// The settings that are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What the window shows when it starts.
    pub start: StartMode,
    /// Whether the fleet is synced at all.
    pub sync_enabled: bool,
    /// Whether only running instances are fetched.
    pub only_running: bool,
    /// Sync every so many minutes, at most 1,440; 0 means only at start and on demand.
    pub sync_every_minutes: u32,
    /// Profile of connections that inherit.
    pub default_profile: Option<ProfileName>,
    /// Region of connections that inherit.
    pub default_region: Option<Region>,
    /// The interface's colours.
    pub theme: Theme,
    /// Size of the terminal's text in pixels, 9 to 24.
    pub terminal_font_size: u32,
    /// Lines kept above the terminal's screen, 100 to 200,000.
    pub scrollback_lines: u32,
    /// Whether the window asks before it terminates an idle shell outside production.
    pub ask_before_terminating_idle: bool,
    /// Which proxy leads to AWS.
    pub proxy: ProxySettings,
    /// PEM file whose certificates replace the system's where the AWS configuration names none.
    pub ca_bundle: Option<String>,
}

/// Which proxy leads to AWS. Its password is not kept here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct ProxySettings {
    /// Which one is used.
    pub mode: ProxyMode,
    /// The host of the user's own.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether TLS is spoken with the proxy itself.
    pub encrypted: bool,
    /// Who asks it; empty for nobody.
    pub user: String,
    /// What is reached without it, as in `NO_PROXY`.
    pub exceptions: String,
}

/// Which proxy is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyMode {
    /// As the environment says.
    #[default]
    Environment,
    /// None.
    None,
    /// The user's own.
    Own,
}

/// What the window shows when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartMode {
    /// The first run, because nothing was chosen yet.
    FirstRun,
    /// The user's AWS profiles.
    Aws,
}

/// Which theme the user chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the system says.
    System,
    /// Light text on dark ground, always.
    Dark,
    /// Dark text on light ground, always.
    Light,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            start: StartMode::FirstRun,
            sync_enabled: false,
            only_running: true,
            sync_every_minutes: 0,
            default_profile: None,
            default_region: None,
            theme: Theme::System,
            terminal_font_size: 13,
            scrollback_lines: 10_000,
            ask_before_terminating_idle: true,
            proxy: ProxySettings::default(),
            ca_bundle: None,
        }
    }
}

impl Settings {
    /// The same with every number inside its range.
    #[must_use]
    pub fn clamped(self) -> Self {
        Self {
            sync_every_minutes: self.sync_every_minutes.min(24 * 60),
            terminal_font_size: self.terminal_font_size.clamp(9, 24),
            scrollback_lines: self.scrollback_lines.clamp(100, 200_000),
            ..self
        }
    }
}

impl Store {
    /// The settings. What was never set, or cannot be understood, has its default; numbers out of range are clamped.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn settings(&self) -> Result<Settings, StoreError> {
        self.read(read)
    }

    /// Changes settings; only those that `change` really changes are written. Returns the settings as they are then.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    pub fn update_settings(&self, change: impl FnOnce(&mut Settings)) -> Result<Settings, StoreError> {
        self.write(|transaction| {
            let before = read(transaction)?;
            let mut after = before.clone();
            change(&mut after);
            let after = after.clamped();
            let kept = entries(&before);
            for (key, value) in entries(&after).into_iter().filter(|entry| !kept.contains(entry)) {
                let sql = "INSERT INTO settings (key, value) VALUES (?1, ?2)
                           ON CONFLICT (key) DO UPDATE SET value = excluded.value";
                transaction.execute(sql, (key, value.to_string()))?;
            }
            Ok(after)
        })
    }
}

pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Settings> {
    let rows = read_rows(connection, "SELECT key, value FROM settings", [], |row| {
        Ok((row.get::<_, String>("key")?, row.get::<_, String>("value")?))
    })?;
    let kept = Kept(rows.good.into_iter().collect());
    let default = Settings::default();
    let settings = Settings {
        start: kept.get("start", default.start),
        sync_enabled: kept.get("sync-enabled", default.sync_enabled),
        only_running: kept.get("only-running", default.only_running),
        sync_every_minutes: kept.number("sync-every-minutes", default.sync_every_minutes),
        default_profile: kept.get("default-profile", default.default_profile),
        default_region: kept.get("default-region", default.default_region),
        theme: kept.get("theme", default.theme),
        terminal_font_size: kept.number("terminal-font-size", default.terminal_font_size),
        scrollback_lines: kept.number("scrollback-lines", default.scrollback_lines),
        ask_before_terminating_idle: kept
            .get("ask-before-terminating-idle", default.ask_before_terminating_idle),
        proxy: kept.get("proxy", default.proxy),
        ca_bundle: kept.get("ca-bundle", default.ca_bundle),
    };
    Ok(settings.clamped())
}

fn entries(settings: &Settings) -> [(&'static str, Value); 12] {
    let Settings {
        start,
        sync_enabled,
        only_running,
        sync_every_minutes,
        default_profile,
        default_region,
        theme,
        terminal_font_size,
        scrollback_lines,
        ask_before_terminating_idle,
        proxy,
        ca_bundle,
    } = settings;
    [
        ("start", json!(start)),
        ("sync-enabled", json!(sync_enabled)),
        ("only-running", json!(only_running)),
        ("sync-every-minutes", json!(sync_every_minutes)),
        ("default-profile", json!(default_profile)),
        ("default-region", json!(default_region)),
        ("theme", json!(theme)),
        ("terminal-font-size", json!(terminal_font_size)),
        ("scrollback-lines", json!(scrollback_lines)),
        ("ask-before-terminating-idle", json!(ask_before_terminating_idle)),
        ("proxy", json!(proxy)),
        ("ca-bundle", json!(ca_bundle)),
    ]
}

struct Kept(HashMap<String, String>);

impl Kept {
    fn get<T: DeserializeOwned>(&self, key: &str, default: T) -> T {
        let Some(text) = self.0.get(key) else {
            return default;
        };
        serde_json::from_str(text).unwrap_or_else(|error| {
            tracing::warn!(key, %error, "a setting cannot be understood and has its default");
            default
        })
    }

    /// A number that is too large or too small for its type still says in which direction to clamp.
    fn number(&self, key: &str, default: u32) -> u32 {
        let number = self.get(key, f64::from(default));
        // `as` saturates at both ends.
        number as u32
    }
}
