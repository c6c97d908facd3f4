//! The commands of the window, each once. Handler, bindings and permissions come from this list: a command is written by
//! its function in `commands.rs` (or `terminal_channel.rs`) and its name here.

/// Gives the names to the macro `$then`: those with typed arguments, and those that carry raw bytes, which the bindings
/// do not know.
macro_rules! command_list {
    ($then:ident) => {
        $then! {
            typed [
                bootstrap
                choose_mode
                notices_seen
                read_profiles
                own_profiles
                save_access_key
                remove_own_profile
                unlock_keyring
                stop_unlocking
                save_settings
                save_proxy_password
                proxy_password
                add_pair
                add_pairs
                count_nodes
                update_pair
                remove_pair
                fleet_find
                fleet_nodes
                fleet_nodes_by_key
                fleet_targets
                fleet_place
                fleet_typed
                fleet_best
                fleet_complete
                sync_all
                sync_pair
                cancel_sync
                save_group
                set_group_collapsed
                save_connection
                delete_saved
                move_saved
                copy_saved
                sort_saved
                edit_connections
                undo_saved
                saved_nodes
                save_smart_group
                delete_smart_group
                set_smart_group_collapsed
                choose_file
                review_import
                apply_import
                forget_import
                export_connections
                team_files
                add_team_file
                remove_team_file
                set_team_file_collapsed
                save_forward
                add_forwards
                delete_forward
                switch_forwards
                check_local_port
                fleet_page
                fleet_page_keys
                export_nodes
                export_folder
                start_bulk_run
                last_bulk_run
                bulk_run_output
                stop_bulk_run
                ecs_clusters
                ecs_contents
                remote_hosts
                open_remote_desktop
                copy_administrator_password
                power_nodes
                connect
                reconnect_tab
                duplicate_tab
                session_documents
                session_document
                answer_login
                read_sign_ins
                start_sign_in
                cancel_sign_in
                start_console_sign_in
                cancel_console_sign_in
                sign_out
                center_accounts
                center_roles
                add_center
                add_center_roles
                answer_mfa
                close_tab
                terminal_resize
                terminal_credit
                page_hidden
                retry_resume
                network_back
                demo_drop_network
                simulator_endpoint
                open_link
                clipboard_text
                close_request_seen
                close_window
            ]
            raw [
                terminal_attach
                terminal_input
            ]
        }
    };
}
pub(crate) use command_list;
