//! `confCons.xml` of mRemoteNG: nodes in nodes, each a container or a connection. What can be reached has the id of an instance,
//! in its own attribute or as its host name. Passwords in it are never decrypted.

mod crypt;
mod malformed;
mod tree;

use malformed::malformed;
use secrecy::SecretString;

use crate::{
    Format, ImportError, ImportField, ImportFile,
    collect::Collector,
    text::decode,
    xml::{self, Element},
};

/// What such a file speaks of.
const FIELDS: [ImportField; 6] = [
    ImportField::Name,
    ImportField::Group,
    ImportField::Goal,
    ImportField::Region,
    ImportField::Description,
    ImportField::Tags,
];

/// The newest version of the file that is known: 2.8, in tenths.
const NEWEST: u64 = 28;
/// The first one that names its cipher: 2.6.
const NAMES_CIPHER: u64 = 26;

pub(crate) fn read(bytes: &[u8], password: Option<&SecretString>) -> Result<ImportFile, ImportError> {
    let root = parsed(&decode(bytes)?)?;
    let version = version(&root)?;
    let mut collector = Collector::new(Format::MRemoteNg, FIELDS.to_vec());
    if root.attribute("FullFileEncryption").eq_ignore_ascii_case("true") {
        if version < NAMES_CIPHER {
            return Err(ImportError::Cipher(
                "the cipher of old mRemoteNG versions".to_owned(),
            ));
        }
        let opened = crypt::open(&root, password)?;
        // What is encrypted are the nodes alone.
        let inner = parsed(&format!("<Connections>{}</Connections>", *opened))?;
        tree::collect(&inner, &mut collector)?;
    } else {
        tree::collect(&root, &mut collector)?;
    }
    Ok(collector.finish())
}

fn parsed(text: &str) -> Result<Element, ImportError> {
    let root = xml::read(text, wanted).map_err(malformed)?;
    if root.name == "Connections" {
        Ok(root)
    } else {
        Err(malformed("its root is not Connections.".to_owned()))
    }
}

fn wanted(name: &str) -> bool {
    matches!(
        name,
        "Connections"
            | "Node"
            | "ConfVersion"
            | "EncryptionEngine"
            | "BlockCipherMode"
            | "KdfIterations"
            | "FullFileEncryption"
            | "Protected"
            | "Name"
            | "Type"
            | "Id"
            | "Descr"
            | "Hostname"
            | "EC2InstanceId"
            | "EC2Region"
            | "EnvironmentTags"
    )
}

/// In tenths; some countries write a comma.
fn version(root: &Element) -> Result<u64, ImportError> {
    let text = root.attribute("ConfVersion");
    let (whole, tenth) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let number = |digits: &str| digits.trim().parse::<u64>().ok();
    let version = number(whole).and_then(|whole| whole.checked_mul(10)?.checked_add(number(tenth)?));
    let version = version.ok_or_else(|| malformed("it does not say of which version it is.".to_owned()))?;
    if version > NEWEST {
        return Err(malformed(format!("it is of version {text}, and 2.8 is known.")));
    }
    Ok(version)
}
