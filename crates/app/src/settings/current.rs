//! The settings in force: shown, checked and kept.

use std::ops::RangeInclusive;

use postern_model::{Defaults, ProfileName, Region};
use postern_store::{ProxyMode, ProxySettings, Settings, StartMode, Store, Theme};
use tokio::sync::watch;

use crate::{
    contract::{AppEvent, ErrorView, ProxyModeChoice, ProxyView, SettingsView, ThemeChoice},
    events::EventBus,
    fields::parse_optional,
    storage::Storage,
};

const FONT_SIZES: RangeInclusive<u32> = 9..=24;
const SCROLLBACKS: RangeInclusive<u32> = 100..=200_000;
/// At most once a day, which is what the store keeps.
const SYNC_MINUTES: RangeInclusive<u32> = 0..=1_440;

/// The settings of one world.
pub(crate) struct CurrentSettings {
    storage: Storage,
    events: EventBus,
    current: watch::Sender<Settings>,
}

/// One change of the settings.
#[derive(Debug)]
pub(crate) struct SettingsChange {
    before: Settings,
    after: Settings,
}

impl CurrentSettings {
    /// Those of the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn open(storage: Storage, events: EventBus) -> Result<Self, ErrorView> {
        let settings = storage.run(Store::settings).await?;
        Ok(Self {
            storage,
            events,
            current: watch::Sender::new(settings),
        })
    }

    pub(crate) fn get(&self) -> Settings {
        self.current.borrow().clone()
    }

    pub(crate) fn view(&self) -> SettingsView {
        settings_view(&self.current.borrow())
    }

    pub(crate) fn defaults(&self) -> Defaults {
        let settings = self.current.borrow();
        Defaults {
            profile: settings.default_profile.clone(),
            region: settings.default_region.clone(),
        }
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Settings> {
        self.current.subscribe()
    }

    /// Keeps settings that are all in their ranges.
    ///
    /// # Errors
    /// `bad-<field>` for the first one that is not, and any of the store.
    pub(crate) async fn save(&self, view: &SettingsView) -> Result<SettingsChange, ErrorView> {
        let checked = Checked::from_view(view)?;
        self.change(|settings| checked.put_into(settings)).await
    }

    /// Remembers what the window shows when it starts.
    ///
    /// # Errors
    /// Any of the store.
    pub(crate) async fn start_with(&self, start: StartMode) -> Result<SettingsChange, ErrorView> {
        self.change(move |settings| settings.start = start).await
    }

    async fn change(
        &self,
        change: impl FnOnce(&mut Settings) + Send + 'static,
    ) -> Result<SettingsChange, ErrorView> {
        let changed = self.storage.run(move |store| store.update_settings(change));
        let after = changed.await?;
        let before = self.current.send_replace(after.clone());
        if before != after {
            self.events.emit(AppEvent::SettingsChanged {
                settings: settings_view(&after),
            });
        }
        Ok(SettingsChange { before, after })
    }
}

impl SettingsChange {
    /// Connections that inherit go elsewhere now.
    pub(crate) fn is_of_defaults(&self) -> bool {
        let of = |settings: &Settings| (settings.default_profile.clone(), settings.default_region.clone());
        of(&self.before) != of(&self.after)
    }

    /// Other pairs take part in sync now.
    pub(crate) fn is_of_synced_pairs(&self) -> bool {
        self.before.sync_enabled != self.after.sync_enabled
    }

    /// Another way leads to AWS now.
    pub(crate) fn is_of_network(&self) -> bool {
        let of = |settings: &Settings| (settings.proxy.clone(), settings.ca_bundle.clone());
        of(&self.before) != of(&self.after)
    }

    /// The same pairs are to be read, but other nodes of them.
    pub(crate) fn is_of_synced_nodes(&self) -> bool {
        self.after.sync_enabled && self.before.only_running != self.after.only_running
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
        check_proxy(&view.proxy)?;
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
        settings.proxy = proxy_settings(&self.view.proxy);
        settings.ca_bundle = self.view.ca_bundle.filter(|path| !path.trim().is_empty());
    }
}

fn proxy_settings(view: &ProxyView) -> ProxySettings {
    ProxySettings {
        mode: match view.mode {
            ProxyModeChoice::Environment => ProxyMode::Environment,
            ProxyModeChoice::None => ProxyMode::None,
            ProxyModeChoice::Own => ProxyMode::Own,
        },
        host: view.host.trim().to_owned(),
        port: view.port,
        encrypted: view.encrypted,
        user: view.user.trim().to_owned(),
        exceptions: view.exceptions.trim().to_owned(),
    }
}

fn proxy_view(proxy: &ProxySettings) -> ProxyView {
    ProxyView {
        mode: match proxy.mode {
            ProxyMode::Environment => ProxyModeChoice::Environment,
            ProxyMode::None => ProxyModeChoice::None,
            ProxyMode::Own => ProxyModeChoice::Own,
        },
        host: proxy.host.clone(),
        port: proxy.port,
        encrypted: proxy.encrypted,
        user: proxy.user.clone(),
        exceptions: proxy.exceptions.clone(),
    }
}

/// What is written for the user's own proxy must be one, also while it is not used.
///
/// # Errors
/// `bad-proxy`.
pub(crate) fn check_proxy(view: &ProxyView) -> Result<(), ErrorView> {
    let is_empty = view.host.trim().is_empty() && view.mode != ProxyModeChoice::Own;
    if is_empty || proxy_settings(view).place().is_some() {
        return Ok(());
    }
    let rule =
        "A proxy is a host such as proxy.example, without http:// and user, and a port from 1 to 65535.";
    Err(ErrorView::new("bad-proxy", rule, "Correct it, then try again."))
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
        proxy: proxy_view(&settings.proxy),
        ca_bundle: settings.ca_bundle.clone(),
    }
}
