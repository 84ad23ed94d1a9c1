//! Two devices, one vault, and Syncthing between them: docs/SHARED-FOLDER.md as it is lived.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Write};
use std::net::Ipv4Addr;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::home::{ALICE, DEADLINE, Home, own_address, wait_for};

/// What is tried here.
const GUIDE: &str = include_str!("../../docs/SHARED-FOLDER.md");
/// Says that conflict copies are merged without being asked.
const MERGE_ALONE: &str = "[sync]\nmerge = \"auto\"\n";

/// The accounts that come together in the end, in this order.
const EVERYTHING: [&str; 13] =
    ["GitHub", "VPN", "npm", "Mail", "Bank", "Wiki", "Chat", "Shop", "Blog", "Cloud", "Forum", "Radio", "Tram"];

/// A home whose vault lies in a folder that Syncthing shares.
struct Device {
    home: Home,
    id: String,
    /// Where it listens.
    address: (Ipv4Addr, u16),
    /// Syncthing, while it runs.
    syncthing: Option<Child>,
}

impl Drop for Device {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Device {
    fn new() -> Self {
        let home = Home::new();
        let folder = home.path("data/countersign");
        fs::create_dir_all(folder.join(".stfolder")).unwrap();
        let (_, list) = GUIDE.split_once("in `.stignore`:\n\n```\n").unwrap();
        fs::write(folder.join(".stignore"), list.split_once("```").unwrap().0).unwrap();
        let mut device = Self { home, id: String::new(), address: own_address(), syncthing: None };
        assert!(device.program(&["generate", "--no-default-folder"]).status().unwrap().success());
        let id = device.program(&["serve", "--device-id"]).stdout(Stdio::piped()).output().unwrap();
        device.id = String::from_utf8(id.stdout).unwrap().trim().to_owned();
        device
    }

    /// Syncthing with a folder of its own for what it remembers, and quiet.
    fn program(&self, args: &[&str]) -> Command {
        let mut command = Command::new("syncthing");
        command.args(args).arg("--home").arg(self.home.path("syncthing")).envs(self.home.environment());
        // Without a parent process, which would start it anew; and at once, without looking for the fastest hash.
        command.env("STMONITORED", "yes").env("STNOUPGRADE", "1").env("STHASHING", "standard");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Has it know the other one, and nobody else: it looks for no device, and is found by none.
    fn meet(&self, other: &Self) {
        let place = |of: &Self| format!("tcp://{}:{}", of.address.0, of.address.1);
        let device = |of: &Self| format!("<device id=\"{}\"><address>{}</address></device>", of.id, place(of));
        let options = [
            ("listenAddress", place(self)),
            ("globalAnnounceEnabled", "false".to_owned()),
            ("localAnnounceEnabled", "false".to_owned()),
            ("relaysEnabled", "false".to_owned()),
            ("natEnabled", "false".to_owned()),
            ("stunKeepaliveStartS", "0".to_owned()),
            ("startBrowser", "false".to_owned()),
            ("urAccepted", "-1".to_owned()),
            ("crashReportingEnabled", "false".to_owned()),
            ("autoUpgradeIntervalH", "0".to_owned()),
            ("reconnectionIntervalS", "1".to_owned()),
        ];
        let options: String = options.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
        let config = format!(
            "<configuration version=\"36\"><folder id=\"vault\" path=\"{}\" type=\"sendreceive\" rescanIntervalS=\"0\" \
             fsWatcherEnabled=\"false\"><device id=\"{}\"/><device id=\"{}\"/><maxConflicts>10</maxConflicts>\
             <minDiskFree unit=\"%\">0</minDiskFree></folder>{}{}<gui enabled=\"true\" tls=\"false\">\
             <address>{}</address><apikey>test</apikey></gui><options>{options}</options></configuration>",
            self.home.path("data/countersign").display(),
            self.id,
            other.id,
            device(self),
            device(other),
            self.socket().display(),
        );
        fs::write(self.home.path("syncthing/config.xml"), config).unwrap();
    }

    fn socket(&self) -> PathBuf {
        self.home.path("syncthing.sock")
    }

    fn start(&mut self) {
        let gui = format!("--gui-address=unix://{}", self.socket().display());
        self.syncthing = Some(self.program(&["serve", "--no-browser", "--no-restart", &gui]).spawn().unwrap());
    }

    /// Ends it as a flat battery does.
    fn kill(&mut self) {
        if let Some(mut child) = self.syncthing.take() {
            let _ended_already = child.kill();
            let _ended_already = child.wait();
        }
    }

    /// Asks it; `None` when it does not answer.
    fn asked(&self, question: &str, words: &str) -> Option<Value> {
        let mut stream = UnixStream::connect(self.socket()).ok()?;
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        let length = words.len();
        write!(stream, "{question} HTTP/1.0\r\nX-API-Key: test\r\nContent-Length: {length}\r\n\r\n{words}").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        head.contains(" 200 ").then(|| serde_json::from_str(body).unwrap_or_default())
    }

    #[track_caller]
    fn ask(&self, question: &str) -> Value {
        self.asked(question, "").unwrap_or_else(|| panic!("Syncthing does not answer {question}"))
    }

    fn scan(&self) {
        self.ask("POST /rest/db/scan?folder=vault");
    }

    fn is_connected_to(&self, other: &Self) -> bool {
        self.ask("GET /rest/system/connections")["connections"][&other.id]["connected"] == true
    }

    /// Tells whether it does nothing, needs nothing, and knows of nothing that the other one needs.
    fn has_done_with(&self, other: &Self) -> bool {
        let status = self.ask("GET /rest/db/status?folder=vault");
        let needed = self.ask(&format!("GET /rest/db/completion?folder=vault&device={}", other.id));
        let needs = [&status["needTotalItems"], &needed["needItems"], &needed["needDeletes"]];
        status["state"] == "idle" && needs.iter().all(|count| **count == 0)
    }

    /// The names of the files that travel.
    fn names(&self) -> BTreeSet<String> {
        let entries = fs::read_dir(self.home.path("data/countersign")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| !name.starts_with('.') && !name.ends_with(".earlier") && !name.ends_with(".lock")).collect()
    }

    /// The files that travel; `None` when some came or went meanwhile.
    fn files(&self) -> Option<BTreeMap<String, Vec<u8>>> {
        let names = self.names();
        let read = |name: &String| Some((name.clone(), fs::read(self.home.path("data/countersign").join(name)).ok()?));
        let files = names.iter().map(read).collect::<Option<_>>()?;
        (self.names() == names).then_some(files)
    }

    /// Tells whether a part of a file has come.
    fn is_fetching(&self) -> bool {
        self.home.path("data/countersign/.syncthing.vault.age.tmp").exists()
    }

    fn conflict_copies(&self) -> usize {
        self.names().iter().filter(|name| name.contains(".sync-conflict-")).count()
    }

    fn add(&self, name: &str) {
        // A secret of its own.
        let secret = format!("MFRGGZDFMZTWQ2LK{:A<8}", name.to_uppercase());
        let uri = format!("otpauth://totp/{name}:me?secret={secret}&issuer={name}");
        self.home.run_with(&["add", "-", "--confirmed"], &uri).ends(0);
    }

    /// What the vault holds: the words for it, and every account as JSON has it.
    #[track_caller]
    fn holds(&self) -> (Value, Value) {
        let status: Value = serde_json::from_str(&self.home.run(&["status", "--json"]).ends(0).out).unwrap();
        assert_eq!(status["unlocked"]["warnings"], Value::Array(Vec::new()));
        assert_eq!(status["unlocked"]["lacks"], Value::Array(Vec::new()));
        let list = serde_json::from_str(&self.home.run(&["list", "--json"]).ends(0).out).unwrap();
        (status["unlocked"]["contents"].clone(), list)
    }
}

struct Pair {
    laptop: Device,
    desktop: Device,
    /// How many conflict copies Syncthing has made.
    conflicts: usize,
}

impl Pair {
    fn start() -> Option<Self> {
        if Command::new("syncthing").arg("--version").output().is_err() {
            println!("skipped: syncthing is not installed");
            return None;
        }
        let (laptop, desktop) = (Device::new(), Device::new());
        laptop.meet(&desktop);
        desktop.meet(&laptop);
        let mut pair = Self { laptop, desktop, conflicts: 0 };
        pair.laptop.start();
        pair.desktop.start();
        pair.wait_until_connected();
        Some(pair)
    }

    fn wait_until_connected(&self) {
        wait_for("the devices to meet", || {
            [&self.laptop, &self.desktop].iter().all(|device| device.asked("GET /rest/system/ping", "").is_some())
                && self.laptop.is_connected_to(&self.desktop)
                && self.desktop.is_connected_to(&self.laptop)
        });
    }

    fn part(&self) {
        self.laptop.ask(&format!("POST /rest/system/pause?device={}", self.desktop.id));
        wait_for("the devices to part", || {
            !self.laptop.is_connected_to(&self.desktop) && !self.desktop.is_connected_to(&self.laptop)
        });
    }

    fn reunite(&self) {
        self.laptop.scan();
        self.desktop.scan();
        self.laptop.ask(&format!("POST /rest/system/resume?device={}", self.desktop.id));
        self.wait_until_connected();
    }

    /// Waits until both folders hold the same files; returns how many of them are conflict copies.
    #[track_caller]
    fn sync(&mut self) -> usize {
        self.laptop.scan();
        self.desktop.scan();
        wait_for("both folders to be alike", || {
            let here = self.laptop.files();
            let is_alike = here.is_some() && here == self.desktop.files();
            is_alike && self.laptop.has_done_with(&self.desktop) && self.desktop.has_done_with(&self.laptop)
        });
        self.laptop.conflict_copies()
    }

    /// Has a device do something about conflict copies until there are none on either.
    #[track_caller]
    fn settle(&mut self, settle: impl Fn(&Self)) {
        for _ in 0..4 {
            let conflicts = self.sync();
            if conflicts == 0 {
                return;
            }
            self.conflicts += conflicts;
            settle(self);
        }
        panic!("there are conflict copies without end: {:?}", self.laptop.names());
    }

    /// Expects the same accounts on both, with nothing lost and nothing to warn of.
    #[track_caller]
    fn agree_on(&self, accounts: &[&str]) {
        let (here, there) = (self.laptop.holds(), self.desktop.holds());
        assert_eq!(here, there);
        let mut names: Vec<&str> =
            here.1.as_array().unwrap().iter().map(|account| account["issuer"].as_str().unwrap()).collect();
        let mut expected = accounts.to_vec();
        names.sort_unstable();
        expected.sort_unstable();
        assert_eq!(names, expected);
    }
}

#[test]
fn two_devices_with_syncthing_between_them_lose_nothing() {
    let Some(mut pair) = Pair::start() else { return };
    pair.laptop.home.run(&["init", "--work-factor", "16"]).ends(0);
    pair.laptop.home.run_with(&["add", "-", "--confirmed"], ALICE).ends(0);
    pair.sync();
    assert!(pair.desktop.home.run(&["list"]).ends(0).out.contains("alice"));
    pair.agree_on(&EVERYTHING[..1]);

    both_write_while_they_are_apart(&mut pair);
    a_device_fails_in_the_middle(&mut pair);
    both_merge_by_themselves(&mut pair);
    nothing_is_left_of_one_save(&mut pair);
    for device in [&pair.laptop, &pair.desktop] {
        let carried = device.ask("GET /rest/db/browse?folder=vault");
        let names: Vec<_> = carried.as_array().unwrap().iter().map(|file| &file["name"]).collect();
        assert_eq!(names, ["vault.age"], "neither earlier copies nor the lock travel");
    }
    println!("{} conflict copies were met", pair.conflicts);
}

fn both_write_while_they_are_apart(pair: &mut Pair) {
    pair.part();
    for (device, account, note) in
        [(&pair.laptop, "VPN", "from the laptop"), (&pair.desktop, "npm", "from the desktop")]
    {
        device.add(account);
        device.home.run(&["edit", "github", "--note", note]).ends(0);
    }
    pair.reunite();
    assert_eq!(pair.sync(), 1, "two saves at once leave one conflict copy, on both devices");
    for device in [&pair.laptop, &pair.desktop] {
        device.home.run(&["list"]).ends(0).says("Syncthing left a conflict copy");
    }
    pair.settle(|pair| {
        let merged = pair.desktop.home.run(&["merge"]).ends(0);
        for note in ["from the laptop", "from the desktop"] {
            assert!(merged.out.contains(note), "{merged:?}");
        }
    });
    pair.agree_on(&EVERYTHING[..3]);
}

fn a_device_fails_in_the_middle(pair: &mut Pair) {
    for (round, both) in EVERYTHING[3..9].chunks(2).enumerate() {
        let before = pair.desktop.files();
        pair.laptop.add(both[0]);
        pair.laptop.scan();
        // Before it has begun to fetch, or later.
        if round > 0 {
            wait_for("a file to come", || pair.desktop.is_fetching() || pair.desktop.files() != before);
        }
        pair.desktop.kill();
        // It puts a conflict copy aside before the new file comes in its place, and may have been stopped between.
        let has_vault = pair.desktop.home.vault().exists();
        if has_vault {
            pair.desktop.add(both[1]);
        }
        pair.desktop.start();
        pair.wait_until_connected();
        if !has_vault {
            wait_for("the vault to come back", || pair.desktop.home.vault().exists());
            pair.desktop.add(both[1]);
        }
        pair.settle(|pair| _ = pair.desktop.home.run(&["merge"]).ends(0));
    }
    pair.agree_on(&EVERYTHING[..9]);
}

fn both_merge_by_themselves(pair: &mut Pair) {
    pair.part();
    for (device, account) in [(&pair.laptop, "Cloud"), (&pair.desktop, "Forum")] {
        fs::create_dir_all(device.home.path("config/countersign")).unwrap();
        fs::write(device.home.path("config/countersign/config.toml"), MERGE_ALONE).unwrap();
        device.add(account);
    }
    pair.reunite();
    // Both at once, so that they write once more before either has seen what the other wrote.
    pair.settle(|pair| {
        pair.part();
        for device in [&pair.laptop, &pair.desktop] {
            device.home.run(&["list"]).ends(0);
        }
        pair.reunite();
    });
    pair.agree_on(&EVERYTHING[..11]);
}

/// Syncthing can be told to keep no conflict copies: then one device has its own save no more, but it has seen it.
fn nothing_is_left_of_one_save(pair: &mut Pair) {
    for device in [&pair.laptop, &pair.desktop] {
        fs::remove_file(device.home.path("config/countersign/config.toml")).unwrap();
        let none = device.asked("PATCH /rest/config/folders/vault", "{\"maxConflicts\": 0}");
        none.expect("Syncthing takes the setting");
    }
    pair.part();
    pair.laptop.add("Radio");
    pair.desktop.add("Tram");
    pair.reunite();
    assert_eq!(pair.sync(), 0);
    let lacks = |device: &Device| device.home.run(&["list"]).ends(0).err.contains("lacks");
    let (here, there) = (lacks(&pair.laptop), lacks(&pair.desktop));
    assert!(here != there, "one of them lacks what it saved: {here} {there}");
    let loser = if here { &pair.laptop } else { &pair.desktop };
    loser.home.run(&["merge"]).ends(0);
    pair.sync();
    pair.agree_on(&EVERYTHING);
}
