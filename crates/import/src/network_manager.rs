//! Profile files of NETworkManager: a list of groups with profiles, as XML up to 2025, as JSON since 2026, either of them
//! encrypted.
//!
//! Only a profile whose tab for AWS Session Manager was switched on has an instance ID. Since 2026 the program no longer has that
//! tab and its files no longer have these fields; there a profile counts whose host is the id of a node.

mod encrypted;
mod json;
mod profile;
mod xml_file;

use secrecy::SecretString;

use profile::{FIELDS, GroupInfo};

use crate::{Format, ImportError, ImportFile, collect::Collector, text::decode};

pub(crate) fn read(bytes: &[u8], password: Option<&SecretString>) -> Result<ImportFile, ImportError> {
    let readable = decode(bytes)
        .ok()
        .filter(|text| text.trim_start().starts_with(['<', '{', '[']));
    let groups = match (readable, password) {
        (Some(text), _) => groups(&text)?,
        (None, None) => return encrypted::needs_password(bytes),
        (None, Some(password)) => {
            let opened = encrypted::open(bytes, password)?;
            let text = decode(&opened).map_err(|_| ImportError::WrongPassword)?;
            groups(&text)?
        }
    };
    collected(groups)
}

fn groups(text: &str) -> Result<Vec<GroupInfo>, ImportError> {
    let read = if text.trim_start().starts_with('<') {
        xml_file::read(text)
    } else {
        json::read(text)
    };
    read.map_err(|detail| ImportError::Malformed {
        format: Format::NetworkManager,
        detail,
    })
}

fn collected(groups: Vec<GroupInfo>) -> Result<ImportFile, ImportError> {
    let mut collector = Collector::new(Format::NetworkManager, FIELDS.to_vec());
    for group in groups {
        group.collect(&mut collector)?;
    }
    Ok(collector.finish())
}
