//! LDIF as it is written: read back, applied, and loaded into a real directory.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

#[macro_use]
#[path = "support/said.rs"]
mod said;

use attrflow::dotnet::date::{DateTime, Kind};
use attrflow::ldif::{Dn, Entry, Reader, Writer};
use attrflow::{AttributeChange, Bump, Manner, OwnedValue, Value};
use base64::Engine as _;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn written(write: impl FnOnce(&mut Writer<Vec<u8>>)) -> String {
    let mut out = Writer::new(Vec::new());
    write(&mut out);
    String::from_utf8(out.finish().unwrap()).unwrap()
}

fn change<'a>(attribute: &'a str, before: Value<'a>, after: Value<'a>) -> AttributeChange<'a> {
    AttributeChange { attribute, before, after, manner: Manner::Set }
}

const HEAD: &str = "version: 1\n\n";

/// Texts as RFC 2849 asks for them: one case a line.
#[test]
fn values_are_written_as_the_standard_says() {
    let day = DateTime::from_civil(2026, 1, 31, 8, 5, 0, Kind::Utc).unwrap();
    let later = DateTime::from_ticks(day.ticks() + 1_230_000, Kind::Utc).unwrap();
    let two = [Value::Text("b"), Value::Null, Value::Text("a"), Value::Text("b"), Value::Text("")];
    let cases: &[(Value<'_>, &str)] = &[
        (Value::Text("plain text"), "x: plain text\n"),
        (Value::Text(" a"), "x:: IGE=\n"),
        (Value::Text("a "), "x:: YSA=\n"),
        (Value::Text(":a"), "x:: OmE=\n"),
        (Value::Text("<a"), "x:: PGE=\n"),
        (Value::Text("a:<b"), "x: a:<b\n"),
        (Value::Text("a\nb"), "x:: YQpi\n"),
        (Value::Text("a\0"), "x:: YQA=\n"),
        (Value::Text("Zoë"), "x:: Wm/Dqw==\n"),
        (Value::Text(""), ""),
        (Value::Null, ""),
        (Value::Multi(&[]), ""),
        (Value::Multi(&two), "x: b\nx: a\n"),
        (Value::Integer(-7), "x: -7\n"),
        (Value::Number(1.5), "x: 1.5\n"),
        (Value::Boolean(true), "x: TRUE\n"),
        (Value::Boolean(false), "x: FALSE\n"),
        (Value::DateTime(day), "x: 20260131080500.0Z\n"),
        (Value::DateTime(later), "x: 20260131080500.123Z\n"),
        (Value::Binary(b"ab"), "x:: YWI=\n"),
        (Value::Reference("CN=a,DC=b"), "x: CN=a,DC=b\n"),
    ];
    for (value, expected) in cases {
        let text = written(|out| out.entry("CN=a", [("x", *value)]).unwrap());
        assert_eq!(text, format!("{HEAD}dn: CN=a\n{expected}\n"), "{value:?}");
    }
    let long = written(|out| out.entry("CN=a", [("x", Value::Text(&"1234567890".repeat(16)))]).unwrap());
    let lengths: Vec<usize> = long.lines().skip(3).map(str::len).collect();
    assert_eq!(lengths, [76, 76, 13, 0], "{long}");
}

/// Changes of one attribute: what the record says between its head and its end.
#[test]
fn changes_are_written_as_little_as_they_are() {
    let (abc, bcd, ba) =
        (["a", "b", "c"].map(Value::Text), ["b", "c", "d"].map(Value::Text), ["b", "a"].map(Value::Text));
    let (abc, bcd, ba) = (Value::Multi(&abc), Value::Multi(&bcd), Value::Multi(&ba));
    let (a, e, none) = (Value::Text("a"), Value::Text("e"), Value::Null);
    let (bytes, more) =
        ([Value::Binary(b"\xff"), Value::Binary(b"\xfe")], [Value::Binary(b"\xff"), Value::Binary(b"\xfd")]);
    let cases: &[(Value<'_>, Value<'_>, Manner, &str)] = &[
        (none, a, Manner::Set, "replace: x|x: a|-"),
        (a, e, Manner::Set, "replace: x|x: e|-"),
        (a, none, Manner::Set, "delete: x|-"),
        (a, Value::Text(""), Manner::Set, "delete: x|-"),
        (abc, none, Manner::Set, "delete: x|-"),
        (none, none, Manner::Set, ""),
        (a, a, Manner::Set, ""),
        (Value::Text("7"), Value::Integer(7), Manner::Set, ""),
        (Value::Text("TRUE"), Value::Boolean(true), Manner::Set, ""),
        (none, abc, Manner::Set, "add: x|x: a|x: b|x: c|-"),
        (abc, bcd, Manner::Set, "delete: x|x: a|-|add: x|x: d|-"),
        (abc, ba, Manner::Set, "delete: x|x: c|-"),
        (ba, abc, Manner::Set, "add: x|x: c|-"),
        (a, abc, Manner::Set, "add: x|x: b|x: c|-"),
        (abc, a, Manner::Set, "delete: x|x: b|x: c|-"),
        (e, abc, Manner::Set, "replace: x|x: a|x: b|x: c|-"),
        (abc, e, Manner::Set, "replace: x|x: e|-"),
        (Value::Multi(&bytes), Value::Multi(&more), Manner::Set, "replace: x|x:: /w==|x:: /Q==|-"),
        (abc, bcd, Manner::Add, "add: x|x: d|-"),
        (abc, ba, Manner::Add, ""),
        (none, a, Manner::Add, "add: x|x: a|-"),
        (abc, bcd, Manner::Assert, "replace: x|x: b|x: c|x: d|-"),
        (abc, abc, Manner::Assert, "replace: x|x: a|x: b|x: c|-"),
        (abc, none, Manner::Assert, "replace: x|-"),
        (none, none, Manner::Assert, ""),
    ];
    for (before, after, manner, expected) in cases {
        let one = [AttributeChange { attribute: "x", before: *before, after: *after, manner: *manner }];
        let text = written(|out| assert_eq!(out.modify("CN=a", &one).unwrap(), !expected.is_empty()));
        let expected = match *expected {
            "" => String::new(),
            parts => format!("{HEAD}dn: CN=a\nchangetype: modify\n{}\n\n", parts.replace('|', "\n")),
        };
        assert_eq!(text, expected, "{one:?}");
    }
}

#[test]
fn names_change_as_directories_ask() {
    let cases = [
        ("CN=a,DC=x", "cn=A, dc=X", ""),
        ("CN=a,DC=x", "CN=b,DC=x", "newrdn: CN=b|deleteoldrdn: 1|"),
        ("CN=a,DC=x", "CN=a,OU=s,DC=x", "newrdn: CN=a|deleteoldrdn: 1|newsuperior: OU=s,DC=x|"),
        (r"CN=a\, b,DC=x", r"CN=Zoë,DC=x", "newrdn:: Q049Wm/Dqw==|deleteoldrdn: 1|"),
    ];
    for (old, new, expected) in cases {
        let text = written(|out| assert_eq!(out.rename(old, new).unwrap(), !expected.is_empty()));
        let expected = match expected {
            "" => String::new(),
            parts => format!("{HEAD}dn: {old}\nchangetype: modrdn\n{}\n", parts.replace('|', "\n")),
        };
        assert_eq!(text, expected);
    }
    // What the rename does is not done again; what it touches is replaced.
    let (cn, dn) = (change("cn", "a".into(), "b".into()), change("dn", "CN=a,DC=x".into(), "CN=b,DC=x".into()));
    let renamed = "dn: CN=a,DC=x\nchangetype: modrdn\nnewrdn: CN=b\ndeleteoldrdn: 1\n\n";
    let text = written(|out| assert!(out.update("CN=a,DC=x", "CN=b,DC=x", &[dn, cn]).unwrap()));
    assert_eq!(text, format!("{HEAD}{renamed}"));
    let (before, after) = (["a", "z"].map(Value::Text), ["b", "z"].map(Value::Text));
    let cn = change("CN", Value::Multi(&before), Value::Multi(&after));
    let text = written(|out| assert!(out.update("CN=a,DC=x", "CN=b,DC=x", &[cn]).unwrap()));
    let modified = "dn: CN=b,DC=x\nchangetype: modify\nreplace: CN\nCN: b\nCN: z\n-\n\n";
    assert_eq!(text, format!("{HEAD}{renamed}{modified}"));
    assert_eq!(written(|out| assert!(!out.update("CN=a", "cn=A", &[]).unwrap())), "");
    assert_eq!(written(|out| out.delete("CN=a").unwrap()), format!("{HEAD}dn: CN=a\nchangetype: delete\n\n"));
}

#[test]
fn what_is_no_ldif_is_refused_whole() {
    let fields = [attrflow::Field { name: "a", value: Value::Null }];
    let complex = Value::Complex(&fields);
    let text = written(|out| {
        let refused = |result: Result<(), attrflow::ldif::WriteError>, words: &str| {
            let error = result.unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        };
        refused(out.add("CN=a", [("sn", "x".into()), ("name", complex)]), "name is complex");
        refused(out.add("CN=a", [("a b", "x".into())]), "'a b' is no name");
        refused(out.add("CN=a", [("x\nchangetype: delete", "x".into())]), "is no name");
        refused(out.add("a", []), "'a' is not a distinguished name");
        refused(out.add("", []), "empty");
        refused(out.delete("CN=a,"), "not a distinguished name");
        refused(out.rename("CN=a", "b").map(|_| ()), "'b'");
        let changes = [change("sn", "x".into(), complex)];
        refused(out.update("CN=a", "CN=b", &changes).map(|_| ()), "sn is complex");
    });
    assert_eq!(text, "");
    let commented = written(|out| {
        out.comment("a\ndn: x").unwrap();
        out.delete("CN=a").unwrap();
    });
    assert_eq!(commented, format!("{HEAD}# a\n# dn: x\ndn: CN=a\nchangetype: delete\n\n"));
}

fn value() -> impl Strategy<Value = OwnedValue> {
    let text = any::<String>().prop_filter("LDAP has no empty text", |text| !text.is_empty());
    let one = text.prop_map(OwnedValue::Text);
    prop_oneof![
        one.clone(),
        proptest::collection::vec(one, 2..5).prop_map(|values| {
            let mut seen = BTreeSet::new();
            let mut values: Vec<_> = values.into_iter().filter(|value| seen.insert(value.to_string())).collect();
            if values.len() == 1 { values.remove(0) } else { OwnedValue::Multi(values) }
        }),
        proptest::collection::vec(any::<u8>(), 0..200).prop_map(|mut bytes| {
            bytes.push(0xff);
            OwnedValue::Binary(bytes)
        }),
    ]
}

/// The logical lines of a record: names and values.
fn lines(record: &str) -> Vec<(String, Vec<u8>)> {
    record
        .replace("\n ", "")
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| match line.split_once(':') {
            None => (line.to_owned(), Vec::new()),
            Some((name, rest)) => match rest.strip_prefix(':') {
                Some(text) => (name.to_owned(), base64::engine::general_purpose::STANDARD.decode(text.trim()).unwrap()),
                None => (name.to_owned(), rest.trim_start().as_bytes().to_vec()),
            },
        })
        .collect()
}

/// What a directory makes of a modify record: RFC 4511, 4.6, for one attribute.
fn modified(record: &str, before: BTreeSet<Vec<u8>>) -> BTreeSet<Vec<u8>> {
    let mut values = before;
    let lines = lines(record);
    for part in lines.split(|(name, _)| name == "-") {
        let Some(verb) = part.iter().position(|(name, _)| matches!(name.as_str(), "add" | "delete" | "replace")) else {
            continue;
        };
        let given: Vec<Vec<u8>> = part[verb + 1..].iter().map(|(_, value)| value.clone()).collect();
        match part[verb].0.as_str() {
            "replace" => values = given.into_iter().collect(),
            "delete" if given.is_empty() => assert!(!std::mem::take(&mut values).is_empty(), "nothing to delete"),
            "delete" => given.iter().for_each(|value| assert!(values.remove(value), "a value is not there")),
            _ => {
                assert!(!given.is_empty());
                given.into_iter().for_each(|value| assert!(values.insert(value), "a value is there"));
            }
        }
    }
    values
}

fn bytes(value: &OwnedValue) -> BTreeSet<Vec<u8>> {
    match value {
        OwnedValue::Null => BTreeSet::new(),
        OwnedValue::Multi(values) => values.iter().flat_map(bytes).collect(),
        OwnedValue::Binary(bytes) => BTreeSet::from([bytes.clone()]),
        other => BTreeSet::from([other.to_string().into_bytes()]),
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        objects in proptest::collection::vec(
            (any::<String>(), proptest::collection::vec(value(), 0..6)), 0..4),
    ) {
        let objects: Vec<Entry> = objects
            .into_iter()
            .map(|(name, values)| Entry {
                dn: format!("CN={},DC=x", attrflow::ldif::escape_dn_value(&name)),
                attributes: values.into_iter().enumerate().map(|(n, value)| (format!("a{n};x-1"), value)).collect(),
            })
            .collect();
        let arena = Bump::new();
        let text = written(|out| {
            for object in &objects {
                let attributes = object.attributes.iter().map(|(name, value)| (name.as_str(), value.borrow(&arena)));
                out.add(&object.dn, attributes).unwrap();
            }
        });
        prop_assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 76));
        let read: Vec<Entry> = Reader::new(text.as_bytes()).map(Result::unwrap).collect();
        prop_assert_eq!(read, objects);
    }

    /// A change record makes of what was there what is to be there.
    #[test]
    fn a_written_change_is_the_change(
        before in prop_oneof![Just(OwnedValue::Null), value()],
        after in prop_oneof![Just(OwnedValue::Null), value()],
        keeps in any::<bool>(),
        manner in prop_oneof![Just(Manner::Set), Just(Manner::Add), Just(Manner::Assert)],
    ) {
        let mut after = after;
        if keeps && let (OwnedValue::Multi(old), OwnedValue::Multi(new)) = (&before, &mut after) {
            new.extend(old.iter().skip(1).cloned());
        }
        let arena = Bump::new();
        let changes =
            [AttributeChange { attribute: "x", before: before.borrow(&arena), after: after.borrow(&arena), manner }];
        let text = written(|out| { out.modify("CN=a", &changes).unwrap(); });
        let mut expected = bytes(&after);
        if manner == Manner::Add {
            expected.extend(bytes(&before));
        }
        prop_assert_eq!(modified(&text, bytes(&before)), expected, "{}", text);
    }

    #[test]
    fn any_bytes_are_entries_or_errors(text in "(dn: CN=a\n|dn:: Q049YQ==\n|a: b\n|a:: YQ\n| c\n|#\n|-\n|\n|\r|\u{e4}){0,12}") {
        for entry in Reader::new(text.as_bytes()).flatten() {
            // Whatever is read can be told again, if it has a name.
            if Dn::parse(&entry.dn).is_ok_and(|dn| dn.rdn().is_some()) {
                let arena = Bump::new();
                let again = written(|out| {
                    let attributes = entry.attributes.iter().map(|(name, value)| (name.as_str(), value.borrow(&arena)));
                    out.entry(&entry.dn, attributes).unwrap();
                });
                prop_assert_eq!(Reader::new(again.as_bytes()).next().unwrap().unwrap().dn, entry.dn);
            }
        }
    }
}

// A real directory

const ADMIN: &str = "cn=admin,dc=example,dc=com";

/// An OpenLDAP server of its own, on a port of this machine only.
struct Slapd {
    process: Child,
    address: String,
    folder: tempfile::TempDir,
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
    /// Starts a server; tells what is missing, where it is not installed.
    fn start() -> Result<Slapd, String> {
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
        // The standard schemas have neither a boolean nor a GeneralizedTime that users set.
        configuration += "attributetype ( 1.1.2.1 NAME 'hired' EQUALITY generalizedTimeMatch \
             SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE )\n\
             attributetype ( 1.1.2.2 NAME 'active' EQUALITY booleanMatch \
             SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 SINGLE-VALUE )\n\
             objectclass ( 1.1.2.3 NAME 'employee' AUXILIARY MAY ( hired $ active ) )\n";
        // Some builds have the database inside.
        if let Some(modules) = first_folder(&["/usr/lib/ldap", "/usr/lib64/openldap"], "back_mdb.la") {
            configuration += &format!("modulepath {}\nmoduleload back_mdb\n", modules.display());
        }
        configuration += &format!(
            "pidfile {0}/pid\nargsfile {0}/args\ndatabase mdb\nsuffix dc=example,dc=com\nrootdn {ADMIN}\n\
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
                    return Ok(Slapd { process, address, folder });
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

    /// Loads change records.
    fn load(&self, text: &str) {
        let file = self.folder.path().join("changes.ldif");
        std::fs::write(&file, text).unwrap();
        let run = Command::new("ldapmodify")
            .args(["-x", "-H", &self.address, "-D", ADMIN, "-w", "secret", "-f"])
            .arg(&file)
            .output()
            .unwrap();
        assert!(run.status.success(), "{}\n{text}", String::from_utf8_lossy(&run.stderr));
    }

    /// All objects below the people's folder: by name, their attributes and values.
    fn people(&self) -> BTreeMap<String, BTreeMap<String, BTreeSet<Vec<u8>>>> {
        let run = Command::new("ldapsearch")
            .args(["-x", "-H", &self.address, "-D", ADMIN, "-w", "secret"])
            .args(["-b", "dc=example,dc=com", "(objectClass=person)"])
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        Reader::new(run.stdout.as_slice())
            .map(|entry| {
                let entry = entry.unwrap();
                (
                    Dn::parse(&entry.dn).unwrap().key(),
                    entry.attributes.iter().map(|(n, v)| (n.clone(), bytes(v))).collect(),
                )
            })
            .collect()
    }
}

fn set(values: &[&str]) -> BTreeSet<Vec<u8>> {
    values.iter().map(|value| value.as_bytes().to_vec()).collect()
}

#[test]
fn a_real_directory_loads_what_is_written() {
    let slapd = match Slapd::start() {
        Ok(slapd) => slapd,
        Err(missing) => {
            said!("SKIPPED: LDIF was not loaded into a directory: {missing}");
            return;
        }
    };
    let day = DateTime::from_civil(2026, 1, 31, 8, 0, 0, Kind::Utc).unwrap();
    let photo: Vec<u8> = (0..=255).cycle().take(1000).collect();
    let long = "long words and ".repeat(30) + "Ünïcödé";
    let classes = ["inetOrgPerson", "employee"].map(Value::Text);
    let mails = ["zoe@example.com", "z.o'neill@example.com"].map(Value::Text);
    let (zoe, moved) =
        (r"CN=O'Neill\, Zoë \+1,OU=People,DC=example,DC=com", r"CN=Zoë O'Neill,OU=Sales,OU=People,DC=example,DC=com");
    slapd.load(&written(|out| {
        let text = Value::Text;
        out.add(
            "DC=example,DC=com",
            [("objectClass", Value::Multi(&["dcObject", "organization"].map(Value::Text))), ("o", text("x"))],
        )
        .unwrap();
        out.add("OU=People,DC=example,DC=com", [("objectClass", text("organizationalUnit"))]).unwrap();
        out.add("OU=Sales,OU=People,DC=example,DC=com", [("objectClass", text("organizationalUnit"))]).unwrap();
        out.add(
            zoe,
            [
                ("objectClass", Value::Multi(&classes)),
                ("sn", text("O'Neill")),
                ("givenName", text("Zoë")),
                ("mail", Value::Multi(&mails)),
                ("description", text(&long)),
                ("street", text(": a <street>\nin two lines")),
                ("jpegPhoto", Value::Binary(&photo)),
                ("hired", Value::DateTime(day)),
                ("active", Value::Boolean(true)),
                ("employeeNumber", Value::Integer(7)),
                ("title", text("")),
                ("departmentNumber", Value::Null),
                ("dn", text(zoe)),
            ],
        )
        .unwrap();
        let person = |manager| {
            [("objectClass", text("inetOrgPerson")), ("sn", text("Li")), ("manager", Value::Reference(manager))]
        };
        out.add("CN=Bo,OU=People,DC=example,DC=com", person(zoe)).unwrap();
        out.add("CN=#Cy ,OU=People,DC=example,DC=com", person(zoe)).unwrap_err();
        out.add(r"CN=\#Cy\ ,OU=People,DC=example,DC=com", person(zoe)).unwrap();
    }));
    let key = |dn: &str| Dn::parse(dn).unwrap().key();
    let people = slapd.people();
    assert_eq!(people.len(), 3, "{people:?}");
    let found = &people[&key(zoe)];
    assert_eq!(found["cn"], set(&["O'Neill, Zoë +1"]));
    assert_eq!(found["givenName"], set(&["Zoë"]));
    assert_eq!(found["mail"], set(&["zoe@example.com", "z.o'neill@example.com"]));
    assert_eq!(found["description"], set(&[&long]));
    assert_eq!(found["street"], set(&[": a <street>\nin two lines"]));
    assert_eq!(found["jpegPhoto"], BTreeSet::from([photo.clone()]));
    assert_eq!((&found["hired"], &found["active"]), (&set(&["20260131080000.0Z"]), &set(&["TRUE"])));
    assert_eq!(found["employeeNumber"], set(&["7"]));
    assert!(!found.contains_key("title") && !found.contains_key("departmentNumber"));
    assert_eq!(
        key(std::str::from_utf8(people[&key("CN=Bo,OU=People,DC=example,DC=com")]["manager"].first().unwrap()).unwrap()),
        key(zoe)
    );

    // Everything that can change does, and the object moves.
    let new_mails = ["z.o'neill@example.com", "zoë@example.com", "zoe.oneill@example.com"].map(Value::Text);
    let new_photo = [1_u8, 0xff];
    slapd.load(&written(|out| {
        let changes = [
            change("cn", "O'Neill, Zoë +1".into(), "Zoë O'Neill".into()),
            change("mail", Value::Multi(&mails), Value::Multi(&new_mails[..1])),
            change("givenName", "Zoë".into(), "Zoe".into()),
            change("description", Value::Text(&long), Value::Null),
            change("jpegPhoto", Value::Binary(&photo), Value::Binary(&new_photo)),
            change("hired", Value::DateTime(day), Value::Null),
            change("active", Value::Boolean(true), Value::Boolean(false)),
            change("title", Value::Null, "Dr.".into()),
            change("street", Value::Null, Value::Null),
            AttributeChange {
                attribute: "departmentNumber",
                before: Value::Null,
                after: Value::Multi(&["1", "2"].map(Value::Text)),
                manner: Manner::Add,
            },
        ];
        assert!(out.update(zoe, moved, &changes).unwrap());
        let added = AttributeChange {
            attribute: "mail",
            before: Value::Multi(&new_mails[..1]),
            after: Value::Text("zoe.oneill@example.com"),
            manner: Manner::Add,
        };
        let departments = AttributeChange {
            attribute: "departmentNumber",
            before: Value::Multi(&["1", "2"].map(Value::Text)),
            after: Value::Text("3"),
            manner: Manner::Assert,
        };
        assert!(out.modify(moved, &[added, departments]).unwrap());
        out.delete("CN=Bo,OU=People,DC=example,DC=com").unwrap();
    }));
    let people = slapd.people();
    assert_eq!(people.len(), 2, "{people:?}");
    let found = &people[&key(moved)];
    assert_eq!(found["cn"], set(&["Zoë O'Neill"]));
    assert_eq!(found["mail"], set(&["z.o'neill@example.com", "zoe.oneill@example.com"]));
    assert_eq!((&found["givenName"], &found["title"]), (&set(&["Zoe"]), &set(&["Dr."])));
    assert_eq!((&found["active"], &found["departmentNumber"]), (&set(&["FALSE"]), &set(&["3"])));
    assert_eq!(found["jpegPhoto"], BTreeSet::from([new_photo.to_vec()]));
    assert!(!found.contains_key("description") && !found.contains_key("hired"));
    assert_eq!(found["street"], set(&[": a <street>\nin two lines"]));
    said!("LDIF was loaded into a directory at {}", slapd.address);
}
