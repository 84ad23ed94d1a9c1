//! Time from the network: a real server on loopback, a clock that is wrong, and no connection unless it is asked for.

use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use countersign::system::time_services::chrony;
use serde_json::Value;
use tempfile::TempDir;

use super::home::{Home, Ran, comes_true, own_address, wait_for};
use super::wrong_clock::{command, faketime};

/// A chrony that serves this computer's time, and never touches its clock.
struct Server {
    folder: TempDir,
    ip: Ipv4Addr,
    port: u16,
    chronyd: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.chronyd.kill().ok();
        self.chronyd.wait().ok();
    }
}

impl Server {
    /// Starts one; `None` where chrony is missing.
    fn start(more: &str) -> Option<Self> {
        let program =
            ["/usr/sbin/chronyd", "/usr/local/sbin/chronyd"].map(PathBuf::from).into_iter().find(|it| it.exists());
        let Some(program) = program else {
            println!("skipped: chrony is missing");
            return None;
        };
        // It makes no socket in a folder that others can look into.
        let private = fs::Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().permissions(private).tempdir().unwrap();
        let (ip, port) = own_address();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let config = format!(
            "{more}\nport {port}\nallow 127.0.0.0/8\nbindaddress {ip}\ncmdport 0\nbindcmdaddress {}\npidfile {}\n",
            at("chronyd.sock"),
            at("pid")
        );
        fs::write(at("conf"), config).unwrap();
        let user = Command::new("id").arg("-un").output().unwrap().stdout;
        let mut command = Command::new(program);
        command.args(["-x", "-d", "-u", String::from_utf8(user).unwrap().trim(), "-f", &at("conf")]);
        let chronyd = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let server = Self { folder, ip, port, chronyd };
        wait_for("chronyd's socket", || server.folder.path().join("chronyd.sock").exists());
        Some(server)
    }

    fn address(&self) -> String {
        format!("{}:{}", self.ip, self.port)
    }
}

#[test]
fn a_clock_that_is_wrong_is_measured_by_a_real_server() {
    let (Some(server), Some(library)) = (Server::start("local stratum 1"), faketime()) else { return };
    for ahead in [61, -3_600, 7, -1, 0] {
        let home = Home::new();
        let ask = || {
            let mut command = command(&home, &library, ahead, &["clock", "--json", "--network", &server.address()]);
            Ran::of(command.output().unwrap())
        };
        let (mut ran, mut told) = (ask(), Value::Null);
        // A busy computer may answer too late, or so late that little is known.
        let is_measured = comes_true(|| {
            told = serde_json::from_str(&ran.out).unwrap_or_default();
            let is_precise = told["uncertainty"].as_f64().is_some_and(|uncertainty| uncertainty < 1.0);
            if !is_precise {
                ran = ask();
            }
            is_precise
        });
        assert!(is_measured, "{ahead}: {ran:#?}");
        let (offset, uncertainty) = (told["offset"].as_f64().unwrap(), told["uncertainty"].as_f64().unwrap());
        // Both are whole milliseconds, which a binary fraction only comes near.
        assert!((offset - ahead as f64).abs() < uncertainty + 0.000_5, "{ahead}: {told}");
        let (status, exit) = match ahead {
            61 | -3_600 => ("critical", 10),
            7 => ("warn", 10),
            _ => ("ok", 0),
        };
        assert_eq!((told["status"].as_str(), told["source"].as_str()), (Some(status), Some("network")), "{told}");
        assert_eq!((ran.exit, told["applied_offset"].as_f64()), (Some(exit), Some(0.0)));
        // Remembered, for the next page without a network.
        assert!(home.run(&["status"]).ends(0).out.contains("the network was last asked at"));
    }
}

#[test]
fn a_real_server_that_knows_no_time_is_not_believed() {
    let Some(server) = Server::start("") else { return };
    let home = Home::new();
    let ran = home.run(&["clock", "--network", &server.address()]).ends(1);
    assert!(ran.out.contains("it does not know the time itself"), "{ran:#?}");
}

#[test]
fn a_real_chrony_is_asked_over_its_own_socket() {
    let Some(server) = Server::start("local stratum 1") else { return };
    let follower = Server::start(&format!("server {} port {} iburst minpoll 0", server.ip, server.port)).unwrap();
    let mut said = None;
    wait_for("the follower to find the time", || {
        said = chrony(follower.folder.path()).filter(|said| said.is_synchronised == Some(true));
        said.is_some()
    });
    let said = said.unwrap();
    assert!(said.ahead.is_some_and(|ahead| ahead.at_most() < 1_000) && said.last.is_some(), "{said:?}");
}
