//! Settings: shown, checked, kept, and what changes with them.

use std::{ops::RangeInclusive, sync::Arc};

use postern_model::{ProfileName, Region};
use postern_store::{Settings, StartMode, Theme};

use crate::{
    sessions::parse_optional,
    view::{AppEvent, ErrorView, SettingsView, ThemeChoice},
    workspace::Workspace,
};

const FONT_SIZES: RangeInclusive<u32> = 9..=24;
const SCROLLBACKS: RangeInclusive<u32> = 100..=200_000;
/// At most once a day, which is what the store keeps.
const SYNC_MINUTES: RangeInclusive<u32> = 0..=1_440;

impl Workspace {
    pub(crate) fn settings_view(&self) -> SettingsView {
        settings_view(&self.settings.borrow())
    }

    /// Keeps settings that are all in their ranges, and lets them act.
    ///
    /// # Errors
    /// `bad-<field>` for the first one that is not, and any of the store.
    pub(crate) async fn save_settings(
        self: &Arc<Self>,
        view: SettingsView,
    ) -> Result<SettingsView, ErrorView> {
        let checked = Checked::from_view(&view)?;
        let _turn = self.changes.lock().await;
        let after = self
            .in_store(move |store| store.update_settings(|settings| checked.put_into(settings)))
            .await?;
        self.settings_changed(after).await?;
        Ok(self.settings_view())
    }

    /// Remembers what the window shows when it starts.
    pub(crate) async fn start_with(self: &Arc<Self>, start: StartMode) -> Result<(), ErrorView> {
        let _turn = self.changes.lock().await;
        let after = self
            .in_store(move |store| store.update_settings(|settings| settings.start = start))
            .await?;
        self.settings_changed(after).await
    }

    async fn settings_changed(self: &Arc<Self>, after: Settings) -> Result<(), ErrorView> {
        let before = self.settings.send_replace(after.clone());
        if before != after {
            self.events.emit(AppEvent::SettingsChanged {
                settings: settings_view(&after),
            });
        }
        if (&before.default_profile, &before.default_region)
            != (&after.default_profile, &after.default_region)
        {
            self.tell_connections().await?;
        }
        if before.sync_enabled != after.sync_enabled {
            self.apply_rows().await?;
        } else if before.only_running != after.only_running && after.sync_enabled {
            self.sync_anew().await;
        }
        Ok(())
    }
}

/// Settings of the page whose every value is legal.
struct Checked {
    view: SettingsView,
    default_profile: Option<ProfileName>,
    default_region: Option<Region>,
}

impl Checked {
    fn from_view(view: &SettingsView) -> Result<Self, ErrorView> {
        in_range(
            "terminal-font-size",
            "The size of the terminal's text",
            view.terminal_font_size,
            FONT_SIZES,
        )?;
        in_range(
            "scrollback-lines",
            "The number of lines kept",
            view.scrollback_lines,
            SCROLLBACKS,
        )?;
        in_range(
            "sync-every-minutes",
            "The time between syncs",
            view.sync_every_minutes,
            SYNC_MINUTES,
        )?;
        Ok(Self {
            default_profile: parse_optional("profile", ProfileName::parse, view.default_profile.as_deref())?,
            default_region: parse_optional("region", Region::parse, view.default_region.as_deref())?,
            view: view.clone(),
        })
    }

    fn put_into(self, settings: &mut Settings) {
        settings.sync_enabled = self.view.sync_enabled;
        settings.only_running = self.view.only_running;
        settings.sync_every_minutes = self.view.sync_every_minutes;
        settings.default_profile = self.default_profile;
        settings.default_region = self.default_region;
        settings.theme = match self.view.theme {
            ThemeChoice::System => Theme::System,
            ThemeChoice::Dark => Theme::Dark,
            ThemeChoice::Light => Theme::Light,
        };
        settings.terminal_font_size = self.view.terminal_font_size;
        settings.scrollback_lines = self.view.scrollback_lines;
        settings.ask_before_terminating_idle = self.view.ask_before_terminating_idle;
    }
}

fn in_range(field: &str, what: &str, value: u32, range: RangeInclusive<u32>) -> Result<(), ErrorView> {
    if range.contains(&value) {
        return Ok(());
    }
    let message = format!("{what} is {} to {}.", range.start(), range.end());
    Err(ErrorView::new(
        &format!("bad-{field}"),
        message,
        "Correct it, then try again.",
    ))
}

fn settings_view(settings: &Settings) -> SettingsView {
    SettingsView {
        sync_enabled: settings.sync_enabled,
        only_running: settings.only_running,
        sync_every_minutes: settings.sync_every_minutes,
        default_profile: settings.default_profile.as_ref().map(ToString::to_string),
        default_region: settings.default_region.as_ref().map(ToString::to_string),
        theme: match settings.theme {
            Theme::System => ThemeChoice::System,
            Theme::Dark => ThemeChoice::Dark,
            Theme::Light => ThemeChoice::Light,
        },
        terminal_font_size: settings.terminal_font_size,
        scrollback_lines: settings.scrollback_lines,
        ask_before_terminating_idle: settings.ask_before_terminating_idle,
    }
}
