//! The arguments of `postern import` and `postern export`.

use std::path::PathBuf;

use clap::Args;
use postern_import::{ColumnMap, Format};

/// Take saved connections from a file of another program, of a colleague, or of Postern.
#[derive(Debug, Args)]
#[command(after_long_help = IMPORT)]
pub(crate) struct ImportArguments {
    /// The file.
    pub(crate) file: PathBuf,
    /// What it is: postern, networkmanager, mremoteng, csv or ssh [default: found out].
    #[arg(long, value_parser = str::parse::<Format>)]
    pub(crate) format: Option<Format>,
    /// Which column of a table is what, by name or by number: name=Server,target="Instance ID",region=3.
    #[arg(long, value_parser = str::parse::<ColumnMap>)]
    pub(crate) columns: Option<ColumnMap>,
    /// The group that everything is put into, made where it is not there; groups in groups are parted by /.
    #[arg(long, value_name = "GROUP")]
    pub(crate) into: Option<String>,
    /// Take all that is new or changed without asking.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Take parameters of documents as well, which may be commands.
    #[arg(long)]
    pub(crate) with_parameters: bool,
    /// The variable that holds the password of an encrypted file [default: asked for].
    #[arg(long, value_name = "NAME")]
    pub(crate) password_env: Option<String>,
    /// The review as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Write all saved connections and their groups as a file that Postern reads.
#[derive(Debug, Args)]
#[command(after_long_help = EXPORT)]
pub(crate) struct ExportArguments {
    /// Where to; it must not be there yet [default: standard output].
    pub(crate) file: Option<PathBuf>,
}

// Paragraphs are one line each, because clap wraps them to the terminal.
const IMPORT: &str = "\
  postern import Default.xml
  postern import nodes.csv --columns 'target=\"Instance ID\"' --into Shop/Web
  postern import ~/.ssh/config --yes

Reads profiles of NETworkManager (.xml, .json, .encrypted), confCons.xml of mRemoteNG (plain, or encrypted as a whole with AES \
and GCM), tables, hosts of an SSH configuration that go through Session Manager, and what `postern export` wrote.

What is new, changed, already there and not usable is shown first, and nothing is written before you say so. A second import of \
a file changes what changed in it and doubles nothing; what the file does not speak of stays as you have it.

Nothing of a file is ever run, and passwords in it are neither decrypted nor kept.

Exit status: 0 when everything that was wanted is there, 1 when the file cannot be used or nothing was written, 2 for wrong usage.";

const EXPORT: &str = "\
  postern export team.postern.json

The file is JSON with a version, made to be read and edited by people. There are no secrets in it: Postern keeps none with \
connections. Parameters of documents are in it as you wrote them.";
