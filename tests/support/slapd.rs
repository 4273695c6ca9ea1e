//! An OpenLDAP server of its own for a test, on a port of this machine only.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use attrflow::OwnedValue;
use attrflow::ldif::{Dn, Reader};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Objects by the key of their names, with their attributes and values.
pub(crate) type Objects = BTreeMap<String, BTreeMap<String, BTreeSet<Vec<u8>>>>;

/// A server, which ends with the test.
pub(crate) struct Slapd {
    process: Child,
    pub(crate) address: String,
    folder: tempfile::TempDir,
    suffix: String,
}

impl Drop for Slapd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A program on the path or where servers lie.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders =
        std::env::split_paths(&path).chain(["/usr/sbin", "/usr/libexec", "/usr/local/libexec"].map(PathBuf::from));
    folders.map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn first_folder(folders: &[&str], file: &str) -> Option<PathBuf> {
    folders.iter().map(PathBuf::from).find(|folder| folder.join(file).exists())
}

impl Slapd {
    /// Starts a server that holds what is below a name, with the schemas of people and
    /// some definitions more; tells what is missing, where it is not installed.
    pub(crate) fn start(suffix: &str, definitions: &str) -> Result<Slapd, String> {
        let need = |name: &str| program(name).ok_or_else(|| format!("{name} is not installed"));
        let slapd = need("slapd")?;
        need("ldapmodify")?;
        need("ldapsearch")?;
        let schemas = first_folder(&["/etc/ldap/schema", "/etc/openldap/schema"], "inetorgperson.schema")
            .ok_or("the schemas of OpenLDAP are not there")?;
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let mut configuration: String = ["core", "cosine", "inetorgperson"]
            .iter()
            .map(|name| format!("include {}\n", schemas.join(name).with_extension("schema").display()))
            .collect();
        configuration += definitions;
        // Some builds have the database inside.
        if let Some(modules) = first_folder(&["/usr/lib/ldap", "/usr/lib64/openldap"], "back_mdb.la") {
            configuration += &format!("modulepath {}\nmoduleload back_mdb\n", modules.display());
        }
        configuration += &format!(
            "pidfile {0}/pid\nargsfile {0}/args\ndatabase mdb\nsuffix {suffix}\nrootdn cn=admin,{suffix}\n\
             rootpw secret\nmaxsize 16777216\ndirectory {1}\n",
            folder.path().display(),
            data.display()
        );
        let file = folder.path().join("slapd.conf");
        std::fs::write(&file, configuration).unwrap();
        // A port that is free now; another program may take it meanwhile, so it is tried again.
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let address = format!("ldap://127.0.0.1:{port}");
            let mut process = Command::new(&slapd)
                .args(["-d", "0", "-h", &address, "-f"])
                .arg(&file)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let start = Instant::now();
            loop {
                if process.try_wait().unwrap().is_some() {
                    break;
                }
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return Ok(Slapd { process, address, folder, suffix: suffix.to_owned() });
                }
                assert!(start.elapsed() < Duration::from_secs(60), "slapd does not listen after a minute");
                std::thread::sleep(Duration::from_millis(20));
            }
            let mut said = String::new();
            process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            assert!(said.contains("bind"), "slapd does not start: {said}");
        }
        panic!("no port stays free for slapd");
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command.args(["-x", "-H", &self.address, "-D", &format!("cn=admin,{}", self.suffix), "-w", "secret"]);
        command
    }

    /// Loads change records.
    pub(crate) fn load(&self, text: &str) {
        let file = self.folder.path().join("changes.ldif");
        std::fs::write(&file, text).unwrap();
        let run = self.program("ldapmodify").arg("-f").arg(&file).output().unwrap();
        assert!(run.status.success(), "{}\n{text}", String::from_utf8_lossy(&run.stderr));
    }

    /// All people below the suffix.
    pub(crate) fn people(&self) -> Objects {
        let filter = "(objectClass=person)";
        let run = self.program("ldapsearch").args(["-b", &self.suffix, filter]).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        Reader::new(run.stdout.as_slice())
            .map(|entry| {
                let entry = entry.unwrap();
                let attributes = entry.attributes.iter().map(|(name, value)| (name.clone(), bytes(value))).collect();
                (Dn::parse(&entry.dn).unwrap().key(), attributes)
            })
            .collect()
    }
}

/// The values of an attribute as LDAP holds them.
pub(crate) fn bytes(value: &OwnedValue) -> BTreeSet<Vec<u8>> {
    match value {
        OwnedValue::Null => BTreeSet::new(),
        OwnedValue::Multi(values) => values.iter().flat_map(bytes).collect(),
        OwnedValue::Binary(bytes) => BTreeSet::from([bytes.clone()]),
        other => BTreeSet::from([other.to_string().into_bytes()]),
    }
}
