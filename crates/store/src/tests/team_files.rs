//! Team files are remembered with what they last held.

use postern_model::{InvalidDraft, LastGood};

use super::*;

#[test]
fn a_team_file_is_there_once_with_its_last_good_state() {
    let home = Home::new();
    let path = Path::new("/srv/team/\u{fc}ber.postern.json");
    let good = LastGood {
        text: "{}".into(),
        at_ms: 1_700_000_000_000,
    };
    let id = {
        let store = home.store();
        let file = store.add_team_file(path).unwrap();
        assert_eq!(store.add_team_file(path).unwrap(), file);
        assert_eq!(file.last_good, None);
        store.keep_team_file(file.id, &good).unwrap();
        store.set_team_file_collapsed(file.id, true).unwrap();
        file.id
    };
    let store = home.store();
    let files = store.team_files().unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(
        (
            files[0].path.as_path(),
            files[0].last_good.as_ref(),
            files[0].collapsed
        ),
        (path, Some(&good), true)
    );
    store.remove_team_file(id).unwrap();
    let gone = StoreError::Invalid(InvalidDraft::UnknownTeamFile);
    assert_eq!(store.remove_team_file(id).unwrap_err(), gone);
    assert_eq!(store.keep_team_file(id, &good).unwrap_err(), gone);
}
