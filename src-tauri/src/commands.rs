//! The commands of the window: each hands its arguments to the part of the application that does the work, which checks
//! them. What works on a world keeps it from being left meanwhile.

mod fleet_page;
mod import;
mod power;
mod saved;

use postern_app::{
    App,
    contract::{
        AccessKeyDraft, BestRequest, BestView, BootstrapView, CenterAccountView, CenterDraft,
        CenterRoleDraft, CompletionView, ConnectRequest, ConsoleSignInView, CopiedPasswordView,
        DeviceCodeView, DocumentSummaryView, ErrorView, FindRequest, FleetAsk, FleetFoundView,
        ForwardDraftView, ForwardViaView, ForwardView, LocalPortView, Mode, NodeCountView, NodePlaceView,
        NodeView, OwnProfilesView, PairDraft, PairNodesView, PairView, ProfilesView, ProxyPasswordDraft,
        RemoteHostsView, SecretStateView, SessionDocumentView, SettingsView, SignInView, SignInsView,
        TabView, TargetAsk, TypedRequest, TypedView,
    },
};
use postern_model::TerminalSize;
use tauri::{AppHandle, State};

pub(crate) use fleet_page::*;
pub(crate) use import::*;
pub(crate) use power::*;
pub(crate) use saved::*;

use crate::{clipboard, closing::Closing, leave, web_address};

type CommandResult<T> = Result<T, ErrorView>;

/// Everything the window needs to draw itself.
#[tauri::command]
#[specta::specta]
pub(crate) async fn bootstrap(app: State<'_, App>) -> CommandResult<BootstrapView> {
    app.bootstrap().await
}

/// Works on the user's AWS profiles or on the demo; `first-run` leaves the demo.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_mode(app: State<'_, App>, mode: Mode) -> CommandResult<BootstrapView> {
    app.choose_mode(mode).await
}

/// The user has seen what went wrong while starting.
#[tauri::command]
#[specta::specta]
pub(crate) async fn notices_seen(app: State<'_, App>) -> CommandResult<()> {
    app.notices_seen().await
}

/// Reads the AWS files again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_profiles(app: State<'_, App>) -> CommandResult<ProfilesView> {
    Ok(app.world().await.profiles().refresh().await)
}

/// The profiles of Postern's own, with how their secrets stand; the keyring may take some seconds.
#[tauri::command]
#[specta::specta]
pub(crate) async fn own_profiles(app: State<'_, App>) -> CommandResult<OwnProfilesView> {
    app.own_profiles().await?.view().await
}

/// Adds (`id` null) or changes a profile with an access key, whose secret goes to the keyring.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_access_key(
    app: State<'_, App>,
    id: Option<i32>,
    draft: AccessKeyDraft,
) -> CommandResult<OwnProfilesView> {
    app.own_profiles().await?.save_access_key(id, draft).await
}

/// Removes a profile of Postern's own, and its secret from the keyring.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_own_profile(app: State<'_, App>, id: i32) -> CommandResult<OwnProfilesView> {
    app.own_profiles().await?.remove(id).await
}

/// Has the system ask for the keyring's password, and waits for the answer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unlock_keyring(app: State<'_, App>) -> CommandResult<OwnProfilesView> {
    app.own_profiles().await?.unlock().await
}

/// Stops waiting for the keyring's password; the system's question stays until it is closed there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_unlocking(app: State<'_, App>) -> CommandResult<()> {
    app.own_profiles().await?.stop_unlocking();
    Ok(())
}

/// Keeps the settings; answers with what was kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_settings(
    app: State<'_, App>,
    settings: SettingsView,
) -> CommandResult<SettingsView> {
    app.world().await.save_settings(&settings).await
}

/// Keeps the password of the settings' proxy in the keyring, or for this run.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_proxy_password(app: State<'_, App>, draft: ProxyPasswordDraft) -> CommandResult<()> {
    app.world().await.save_proxy_password(draft).await
}

/// How the password of the settings' proxy stands; it is never shown.
#[tauri::command]
#[specta::specta]
pub(crate) async fn proxy_password(app: State<'_, App>) -> CommandResult<SecretStateView> {
    Ok(app.proxy_password().await)
}

/// Adds a pair and syncs it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_pair(app: State<'_, App>, draft: PairDraft) -> CommandResult<PairView> {
    app.world().await.pairs().add(&draft).await
}

/// Adds those pairs that are not there yet and syncs them; the answer are those that are new.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_pairs(app: State<'_, App>, drafts: Vec<PairDraft>) -> CommandResult<Vec<PairView>> {
    app.world().await.pairs().add_all(&drafts).await
}

/// How many nodes a profile has in a Region, as a sync would find them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn count_nodes(
    app: State<'_, App>,
    profile: String,
    region: String,
) -> CommandResult<NodeCountView> {
    app.node_counts().await.count(&profile, &region).await
}

/// Changes a pair and syncs it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn update_pair(app: State<'_, App>, id: i32, draft: PairDraft) -> CommandResult<PairView> {
    app.world().await.pairs().update(id, &draft).await
}

/// Removes a pair and its nodes.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_pair(app: State<'_, App>, id: i32) -> CommandResult<()> {
    app.world().await.pairs().remove(id).await
}

/// All that a keystroke in the search of the fleet needs.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fleet_find(app: State<'_, App>, request: FindRequest) -> CommandResult<FleetFoundView> {
    app.world().await.finding().find(&request).await
}

/// Nodes of a pair that match, from a place on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fleet_nodes(
    app: State<'_, App>,
    ask: FleetAsk,
    pair: i32,
    from: u32,
    count: u32,
) -> CommandResult<PairNodesView> {
    Ok(app.world().await.finding().nodes(&ask, pair, from, count))
}

/// Those of these nodes that are there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fleet_nodes_by_key(
    app: State<'_, App>,
    keys: Vec<String>,
) -> CommandResult<Vec<NodeView>> {
    Ok(app.world().await.finding().nodes_by_key(&keys))
}

/// The synced node of each of these targets, where there is one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fleet_targets(
    app: State<'_, App>,
    targets: Vec<TargetAsk>,
) -> CommandResult<Vec<Option<NodeView>>> {
    Ok(app.world().await.finding().targets(&targets))
}

/// Where a node stands among the answers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fleet_place(
    app: State<'_, App>,
    ask: FleetAsk,
    key: String,
) -> CommandResult<Option<NodePlaceView>> {
    Ok(app.world().await.finding().place(&ask, &key))
}

/// Where letters lead that are typed in the tree.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fleet_typed(app: State<'_, App>, request: TypedRequest) -> CommandResult<TypedView> {
    Ok(app.world().await.finding().typed(&request))
}

/// What a question may go on with at the cursor.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fleet_complete(
    app: State<'_, App>,
    text: String,
    cursor: u32,
) -> CommandResult<CompletionView> {
    Ok(app.world().await.finding().complete(&text, cursor))
}

/// The best nodes and saved connections for a question.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fleet_best(app: State<'_, App>, request: BestRequest) -> CommandResult<BestView> {
    app.world().await.finding().best(&request).await
}

/// Syncs every enabled pair.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sync_all(app: State<'_, App>) -> CommandResult<()> {
    app.world().await.syncing().sync_all().await
}

/// Syncs one pair.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sync_pair(app: State<'_, App>, id: i32) -> CommandResult<()> {
    app.world().await.syncing().sync_pair(id).await
}

/// Stops every running sync; what was complete stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_sync(app: State<'_, App>) -> CommandResult<()> {
    app.world().await.syncing().cancel();
    Ok(())
}

/// Adds (`id` null) or changes a forward; one that is on goes on as it is now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_forward(
    app: State<'_, App>,
    id: Option<i32>,
    draft: ForwardDraftView,
) -> CommandResult<ForwardView> {
    app.world().await.forwards().save(id, &draft).await
}

/// Adds a forward set, all of it or nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_forwards(
    app: State<'_, App>,
    drafts: Vec<ForwardDraftView>,
) -> CommandResult<Vec<ForwardView>> {
    app.world().await.forwards().add(&drafts).await
}

/// Switches a forward off and deletes it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_forward(app: State<'_, App>, id: i32) -> CommandResult<()> {
    app.world().await.forwards().delete(id).await
}

/// Switches forwards on or off; answers at once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn switch_forwards(app: State<'_, App>, ids: Vec<i32>, on: bool) -> CommandResult<()> {
    app.world().await.forwards().switch(&ids, on)
}

/// Whether a local port could be had now, for the forward `id` if it is one that there is; without an address, on loopback.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_local_port(
    app: State<'_, App>,
    id: Option<i32>,
    bind_address: Option<String>,
    port: u32,
) -> CommandResult<LocalPortView> {
    let world = app.world().await;
    world
        .forwards()
        .check_port(id, bind_address.as_deref(), port)
        .await
}

/// The hosts that may be forwarded to behind what a forward goes by; what could not be read is named beside them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remote_hosts(app: State<'_, App>, via: ForwardViaView) -> CommandResult<RemoteHostsView> {
    app.remote_hosts().await.list(&via).await
}

/// Opens the system's client on the desktop of a Windows node; with a key file, the Administrator's password is put on the
/// clipboard for it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_remote_desktop(
    app: State<'_, App>,
    key: String,
    key_file: Option<String>,
) -> CommandResult<()> {
    app.remote_desktops().await.open(&key, key_file.as_deref()).await
}

/// Puts the Administrator's password of a Windows node on the clipboard for a limited time.
#[tauri::command]
#[specta::specta]
pub(crate) async fn copy_administrator_password(
    app: State<'_, App>,
    key: String,
    key_file: String,
) -> CommandResult<CopiedPasswordView> {
    app.remote_desktops().await.copy_password(&key, &key_file).await
}

/// Opens a tab; answers at once with a tab that is still connecting.
#[tauri::command]
#[specta::specta]
pub(crate) async fn connect(
    app: State<'_, App>,
    request: ConnectRequest,
    cols: u32,
    rows: u32,
) -> CommandResult<TabView> {
    app.connect(request, cols, rows).await
}

/// Opens a new session in the same tab with the same parameters.
#[tauri::command]
#[specta::specta]
pub(crate) async fn reconnect_tab(
    app: State<'_, App>,
    id: u32,
    cols: u32,
    rows: u32,
) -> CommandResult<TabView> {
    app.reconnect_tab(id, cols, rows).await
}

/// Opens another tab with the destination of this one: same node, document, parameters and reason.
#[tauri::command]
#[specta::specta]
pub(crate) async fn duplicate_tab(
    app: State<'_, App>,
    id: u32,
    cols: u32,
    rows: u32,
) -> CommandResult<TabView> {
    app.duplicate_tab(id, cols, rows).await
}

/// The Session documents of a profile and Region; what is null is left to the AWS configuration.
#[tauri::command]
#[specta::specta]
pub(crate) async fn session_documents(
    app: State<'_, App>,
    profile: Option<String>,
    region: Option<String>,
) -> CommandResult<Vec<DocumentSummaryView>> {
    let documents = app.documents().await;
    documents.list(profile.as_deref(), region.as_deref()).await
}

/// One Session document with its parameters.
#[tauri::command]
#[specta::specta]
pub(crate) async fn session_document(
    app: State<'_, App>,
    profile: Option<String>,
    region: Option<String>,
    name: String,
) -> CommandResult<SessionDocumentView> {
    let documents = app.documents().await;
    documents.get(profile.as_deref(), region.as_deref(), &name).await
}

/// Somebody renewed what a question is about: everything that waits for it tries at once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_login(app: State<'_, App>, id: String) -> CommandResult<()> {
    app.world().await.answer_login(&id);
    Ok(())
}

/// Reads the sign-ins to IAM Identity Center again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_sign_ins(app: State<'_, App>) -> CommandResult<SignInsView> {
    Ok(app.signing_in().await.refresh().await)
}

/// Begins to sign in; the answer is what is to be confirmed in the browser, and an event says how it ends.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_sign_in(app: State<'_, App>, key: String) -> CommandResult<DeviceCodeView> {
    app.signing_in().await.start(&key).await
}

/// Gives up a sign-in that waits for the browser.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_sign_in(app: State<'_, App>, key: String) -> CommandResult<()> {
    app.signing_in().await.cancel(&key)
}

/// Begins to sign in at the console, as `aws login` does; an event says how it ends.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_console_sign_in(
    app: State<'_, App>,
    profile: String,
) -> CommandResult<ConsoleSignInView> {
    app.signing_in().await.console().start(&profile).await
}

/// Gives up a sign-in to the console that waits for the browser.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_console_sign_in(app: State<'_, App>, profile: String) -> CommandResult<()> {
    app.signing_in().await.console().cancel(&profile)
}

/// Signs out, here and at Identity Center.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_out(app: State<'_, App>, key: String) -> CommandResult<()> {
    app.signing_in().await.sign_out(&key).await
}

/// The accounts that a sign-in opens.
#[tauri::command]
#[specta::specta]
pub(crate) async fn center_accounts(
    app: State<'_, App>,
    key: String,
) -> CommandResult<Vec<CenterAccountView>> {
    app.signing_in().await.accounts(&key).await
}

/// The roles that a sign-in gives in one account.
#[tauri::command]
#[specta::specta]
pub(crate) async fn center_roles(
    app: State<'_, App>,
    key: String,
    account: String,
) -> CommandResult<Vec<String>> {
    app.signing_in().await.roles(&key, &account).await
}

/// Keeps the address of an Identity Center that no AWS file names.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_center(app: State<'_, App>, draft: CenterDraft) -> CommandResult<SignInView> {
    app.world().await.centers().add(&draft).await
}

/// Makes pairs of roles and Regions; the answer are those that are new.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_center_roles(
    app: State<'_, App>,
    key: String,
    roles: Vec<CenterRoleDraft>,
    regions: Vec<String>,
) -> CommandResult<Vec<PairView>> {
    app.world()
        .await
        .centers()
        .add_roles(&key, &roles, &regions)
        .await
}

/// Answers a question for the code of an MFA device; null gives up.
#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_mfa(app: State<'_, App>, id: u32, code: Option<String>) -> CommandResult<()> {
    app.mfa().answer(id, code.as_deref())
}

/// Closes a tab and terminates its session.
#[tauri::command]
#[specta::specta]
pub(crate) async fn close_tab(app: State<'_, App>, id: u32) -> CommandResult<()> {
    app.tabs().close(id)
}

/// Tells the node the terminal's size in cells.
#[tauri::command]
#[specta::specta]
pub(crate) async fn terminal_resize(app: State<'_, App>, id: u32, cols: u32, rows: u32) -> CommandResult<()> {
    app.tabs().get(id)?.resize(TerminalSize::clamped(cols, rows));
    Ok(())
}

/// The terminal has drawn so many more bytes (a difference, not a sum).
#[tauri::command]
#[specta::specta]
pub(crate) async fn terminal_credit(app: State<'_, App>, id: u32, bytes: u32) -> CommandResult<()> {
    app.tabs().get(id)?.credit(bytes);
    Ok(())
}

/// The page is hidden, or shown again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn page_hidden(app: State<'_, App>, hidden: bool) -> CommandResult<()> {
    app.tabs().hide_page(hidden);
    Ok(())
}

/// Tries to resume at once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn retry_resume(app: State<'_, App>, id: u32) -> CommandResult<()> {
    app.tabs().get(id)?.retry_resume();
    Ok(())
}

/// The page heard that the network is back: every session and forward whose link is lost tries at once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn network_back(app: State<'_, App>) -> CommandResult<()> {
    app.sessions().retry_lost();
    app.world().await.forwards().retry_lost();
    Ok(())
}

/// Demo only: cuts the tab's link for a few seconds.
#[tauri::command]
#[specta::specta]
pub(crate) async fn demo_drop_network(app: State<'_, App>, id: u32) -> CommandResult<()> {
    app.demo_drop_network(id).await
}

/// Demo only: where the simulator answers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn simulator_endpoint(app: State<'_, App>) -> CommandResult<Option<String>> {
    Ok(app.world().await.simulator_endpoint())
}

/// Opens a web address in the browser.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_link(handle: AppHandle, url: String) -> CommandResult<()> {
    web_address::open(&handle, &url)
}

/// The text in the clipboard, for a paste that was chosen from a menu; null where the page is to ask the web view for it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn clipboard_text(handle: AppHandle) -> CommandResult<Option<String>> {
    clipboard::text(&handle).await
}

/// The page saw that the window is to be closed, and asks the user where sessions would end.
#[tauri::command]
#[specta::specta]
pub(crate) async fn close_request_seen(closing: State<'_, Closing>) -> CommandResult<()> {
    closing.seen();
    Ok(())
}

/// Terminates every session and ends the program.
#[tauri::command]
#[specta::specta]
pub(crate) async fn close_window(handle: AppHandle) -> CommandResult<()> {
    leave::leave(&handle);
    Ok(())
}
