//! A person's home with a secret of every kind, a simulated AWS behind a tap, and everything that programs left.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use portable_pty::CommandBuilder;
use postern_simulator::{ConnectProxy, SignInAnswer, SimulatedProfile, Simulator, SimulatorConfig};
use postern_tests::harness::{Terminal, program};
use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use crate::needles::Needles;
use crate::processes::Lookout;
use crate::tap::Tap;

/// Folders below the household's that hold secrets by right: the AWS files with the caches of the AWS CLI, and what the test
/// itself hands over.
const SECRET_BY_RIGHT: [&str; 2] = ["home/.aws", "given"];

/// Says that it is there, and goes on when it was seen.
const SHOW_UP: &str =
    "mkdir -p \"$here/asks\"; : > \"$here/asks/$$\"; until [ -e \"$here/answers/$$\" ]; do sleep 0.02; done";

/// A person's home, and AWS for it.
pub(crate) struct Household {
    pub(crate) simulator: Simulator,
    pub(crate) tap: Tap,
    pub(crate) proxy: ConnectProxy,
    pub(crate) lookout: Lookout,
    pub(crate) chosen: Chosen,
    /// What the user has set once, beside [`Household::variables`].
    set_once: Mutex<Vec<(String, String)>>,
    folder: TempDir,
}

/// The secrets that the test chooses; the others are the simulator's.
pub(crate) struct Chosen {
    pub(crate) proxy_password: String,
    pub(crate) wrong_proxy_password: String,
    pub(crate) argument: String,
    pub(crate) odd_line: String,
    pub(crate) half_key: String,
    pub(crate) typed: String,
    pub(crate) output: String,
    pub(crate) endpoint_password: String,
}

impl Chosen {
    fn new() -> Self {
        let [first, second] = [random(), random()];
        let odd = ["\"\\", "@/", " %", "ü"];
        let parts = [first.split_at(20), second.split_at(20)];
        let mixed = parts
            .iter()
            .zip(odd.chunks(2))
            .map(|((a, b), odd)| format!("{a}{}{b}{}", odd[0], odd[1]));
        Self {
            // Everything that URLs, JSON and shells treat in a way of their own, with something of its own in between.
            proxy_password: mixed.collect(),
            wrong_proxy_password: random(),
            argument: random(),
            odd_line: random(),
            half_key: random(),
            typed: random(),
            output: random(),
            endpoint_password: random(),
        }
    }

    fn all(&self) -> [(&'static str, &str); 8] {
        [
            ("proxy password", &self.proxy_password),
            ("wrong proxy password", &self.wrong_proxy_password),
            ("argument of a credential process", &self.argument),
            ("odd line of the AWS files", &self.odd_line),
            ("secret key without its id", &self.half_key),
            ("typed into a shell", &self.typed),
            ("output of a node", &self.output),
            ("password of an endpoint", &self.endpoint_password),
        ]
    }
}

/// Forty digits that nobody else has.
pub(crate) fn random() -> String {
    let mut bytes = [0; 20];
    File::open("/dev/urandom")
        .unwrap()
        .read_exact(&mut bytes)
        .unwrap();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Household {
    pub(crate) async fn new() -> Self {
        let config = SimulatorConfig {
            every_kind: true,
            sign_ins: SignInAnswer::Confirm,
            ..SimulatorConfig::default()
        };
        let simulator = Simulator::start(config).await.unwrap();
        let chosen = Chosen::new();
        let mut folder = tempfile::tempdir().unwrap();
        // For whoever wants to look into it after a failure.
        folder.disable_cleanup(std::env::var_os("POSTERN_TEST_KEEP").is_some());
        let household = Self {
            tap: Tap::start(simulator.address()).await,
            proxy: ConnectProxy::start_with_login("ada", &chosen.proxy_password)
                .await
                .unwrap(),
            lookout: Lookout::start(folder.path()),
            simulator,
            chosen,
            set_once: Mutex::default(),
            folder,
        };
        for name in ["home/.aws", "given", "bin", "out", "run", "tmp"] {
            fs::create_dir_all(household.path(name)).unwrap();
        }
        household.write_programs();
        household.write_aws_files();
        household
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.tap.address())
    }

    /// One of the simulator's profiles, with its keys.
    pub(crate) fn profile(&self, name: &str) -> SimulatedProfile {
        let mut profiles = self.simulator.profiles().into_iter();
        profiles.find(|profile| profile.name == name).unwrap()
    }

    /// What the user's shell has set, secrets among it.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let endpoint = self.endpoint();
        let path = |name| self.path(name).display().to_string();
        let edge = self.profile("acme-edge");
        let secrets = [
            edge.secret_access_key,
            edge.session_token.unwrap(),
            self.simulator.control().container_token(),
        ];
        let [key, token, container] = secrets.map(|secret| secret.expose_secret().to_owned());
        let proxy = self.proxy.url_with_login();
        let plain = [
            ("PATH", format!("{}:/usr/bin:/bin", path("bin"))),
            ("HOME", path("home")),
            ("XDG_CONFIG_HOME", path("home/config")),
            ("XDG_CACHE_HOME", path("home/cache")),
            ("XDG_DATA_HOME", path("home/data")),
            ("XDG_STATE_HOME", path("home/state")),
            ("XDG_RUNTIME_DIR", path("run")),
            ("TMPDIR", path("tmp")),
            ("POSTERN_DATA_DIR", path("postern")),
            (
                "DBUS_SESSION_BUS_ADDRESS",
                format!("unix:path={}", path("run/nobody")),
            ),
            ("LANG", "C.UTF-8".to_owned()),
            ("TERM", "xterm-256color".to_owned()),
            ("DISPLAY", ":4711".to_owned()),
            ("POSTERN_LOG", "trace".to_owned()),
            ("RUST_LOG", "trace".to_owned()),
            ("RUST_BACKTRACE", "full".to_owned()),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint.clone()),
            (
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                format!("{endpoint}/container/credentials"),
            ),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", container),
            ("AWS_ENDPOINT_URL", endpoint),
            ("AWS_ACCESS_KEY_ID", edge.access_key_id),
            ("AWS_SECRET_ACCESS_KEY", key),
            ("AWS_SESSION_TOKEN", token),
            ("HTTPS_PROXY", proxy),
        ];
        plain.map(|(name, value)| (name.to_owned(), value)).into()
    }

    /// The user sets this for one program.
    pub(crate) fn sets(&self, name: &str, value: &str) {
        self.set_once
            .lock()
            .unwrap()
            .push((name.to_owned(), value.to_owned()));
    }

    /// A program of Postern's as the user starts it.
    pub(crate) fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program(name));
        command.args(arguments).env_clear().envs(self.variables());
        command
    }

    /// Runs it to its end with its outputs in files; answers whether it succeeded, and what it said.
    pub(crate) fn run(&self, label: &str, command: &mut Command) -> (bool, String) {
        let [out, err] = ["out", "err"].map(|kind| self.path(&format!("out/{label}.{kind}")));
        let status = command
            .stdin(std::process::Stdio::null())
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&err).unwrap())
            .status()
            .unwrap();
        let said = |path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        (status.success(), said(out) + &said(err))
    }

    /// Runs it in a terminal; what it says on its standard error, where the log goes, is in a file.
    pub(crate) fn in_terminal(&self, label: &str, command: &Command) -> Terminal {
        let quoted = |text: &std::ffi::OsStr| format!("'{}'", text.to_str().unwrap().replace('\'', r"'\''"));
        let words: Vec<String> = std::iter::once(command.get_program())
            .chain(command.get_args())
            .map(quoted)
            .collect();
        let log = self.path(&format!("out/{label}.err"));
        let mut shell = CommandBuilder::new("/bin/sh");
        shell.args(["-c", &format!("exec {} 2> '{}'", words.join(" "), log.display())]);
        shell.env_clear();
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                shell.env(name, value);
            }
        }
        Terminal::start(shell)
    }

    /// Everything that must not be found: what was chosen, what stands in the AWS files, and what went over the tap.
    pub(crate) fn needles(&self) -> Needles {
        let mut needles = Needles::default();
        for (kind, secret) in self.chosen.all() {
            needles.add(kind, secret.as_bytes());
        }
        for profile in self.simulator.profiles() {
            needles.add(
                "secret key of the AWS files",
                profile.secret_access_key.expose_secret().as_bytes(),
            );
            if let Some(token) = profile.session_token {
                needles.add("session token of the AWS files", token.expose_secret().as_bytes());
            }
        }
        for (kind, secret) in self.tap.secrets() {
            needles.add(&kind, secret.as_bytes());
            if kind == "Plaintext" {
                use base64::Engine as _;
                let key = base64::engine::general_purpose::STANDARD.decode(secret).unwrap();
                needles.add("data key of KMS", &key);
            }
        }
        for line in self.private_key() {
            needles.add("private key of aws login", line.as_bytes());
        }
        needles
    }

    /// The lines of the key that a sign-in at the console is bound to.
    fn private_key(&self) -> Vec<String> {
        let files = files_below(&self.path("home/.aws/login"));
        let texts = files.into_iter().map(|path| fs::read_to_string(path).unwrap());
        let keys = texts.filter_map(|text| {
            let kept: serde_json::Value = serde_json::from_str(&text).ok()?;
            Some(kept.get("dpopKey")?.as_str()?.to_owned())
        });
        keys.flat_map(|key| key.lines().map(str::to_owned).collect::<Vec<_>>())
            .filter(|line| line.len() >= 16 && !line.starts_with("-----"))
            .collect()
    }

    /// Where something of them is: in files, and in what was seen of processes.
    pub(crate) fn leaks(&self, needles: &Needles) -> BTreeSet<String> {
        let mut leaks = BTreeSet::new();
        for path in files_below(self.folder.path()) {
            let name = path.strip_prefix(self.folder.path()).unwrap();
            if SECRET_BY_RIGHT.iter().any(|folder| name.starts_with(folder)) {
                continue;
            }
            let found = needles.found_in(&fs::read(&path).unwrap_or_default());
            if !found.is_empty() {
                leaks.insert(format!("{found:?} in {}", name.display()));
            }
        }
        let given: HashSet<Vec<u8>> = self
            .variables()
            .into_iter()
            .chain(self.set_once.lock().unwrap().iter().cloned())
            .map(|(name, value)| format!("{name}={value}").into_bytes())
            .collect();
        for seen in self.lookout.seen() {
            leaks.extend(seen.wrongs(needles, &given));
        }
        leaks
    }

    /// The user's credential processes, and a browser that goes where it is sent and comes back.
    fn write_programs(&self) {
        let own = self.profile("acme-prod");
        let keys = serde_json::json!({
            "Version": 1,
            "AccessKeyId": own.access_key_id,
            "SecretAccessKey": own.secret_access_key.expose_secret(),
        });
        fs::write(self.path("given/keys.json"), keys.to_string()).unwrap();
        fs::write(self.path("given/output"), &self.chosen.output).unwrap();
        let spills = "cat \"$here/given/keys.json\" >&2; echo; exit 4";
        let garbles = "sed 's/.Version.: *1/\"Version\": 7/; s/}/, \"x\"/' \"$here/given/keys.json\"";
        for (name, does) in [
            ("vault", "cat \"$here/given/keys.json\""),
            ("vault-spills", spills),
            ("vault-garbles", garbles),
            ("xdg-open", "curl -sL -o /dev/null \"$1\""),
        ] {
            let path = self.path("bin").join(name);
            let here = self.folder.path().display();
            fs::write(&path, format!("#!/bin/sh\nhere='{here}'; {SHOW_UP}\n{does}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        }
    }

    /// The simulator's profiles of every kind, behind the tap, and some in which something is wrong.
    fn write_aws_files(&self) {
        let files = self.simulator.aws_files();
        let (endpoint, chosen) = (self.endpoint(), &self.chosen);
        let own = fs::read_to_string(files.config).unwrap();
        let mut config = own.replace(&self.simulator.endpoint(), &endpoint);
        for name in ["vault", "vault-spills", "vault-garbles"] {
            let process = self.path("bin").join(name);
            config += &format!(
                "\n[profile {name}]\nregion = eu-central-1\nendpoint_url = {endpoint}\n\
                 credential_process = '{}' --password {}\n",
                process.display(),
                chosen.argument
            );
        }
        let at_password = format!("http://ada:{}@127.0.0.1:9/", chosen.endpoint_password);
        config += &format!(
            "\n[profile far]\nregion = eu-central-1\nignore_configured_endpoint_urls = true\n[profile with-password]\nregion = eu-central-1\nendpoint_url = {at_password}\n"
        );
        let keys = self.profile("acme-dev");
        let (id, secret) = (
            keys.access_key_id,
            keys.secret_access_key.expose_secret().to_owned(),
        );
        let mut credentials = fs::read_to_string(files.credentials).unwrap();
        for name in ["far", "with-password"] {
            credentials +=
                &format!("\n[{name}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
        }
        credentials += &format!("\n[half]\naws_secret_access_key = {}\n", chosen.half_key);
        credentials += &format!(
            "\n[odd]\naws_access_key_id = {id}\naws_secret_access_key {}\n",
            chosen.odd_line
        );
        fs::write(self.path("home/.aws/config"), config).unwrap();
        fs::write(self.path("home/.aws/credentials"), credentials).unwrap();
    }
}

/// Every file, however deep.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files_below(&entry.path())),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            Ok(_) | Err(_) => {}
        }
    }
    found
}
