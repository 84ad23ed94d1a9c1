//! Codes of ours, as another program reads them: from pictures, and from what a terminal shows.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use countersign::exchange::qr::{QUIET, QrCode};
use countersign::otp::{Algorithm, Digits, Enrolment, Params, Period, Pin, Secret, uri};
use image::{GrayImage, Luma};
use portable_pty::CommandBuilder;
use secrecy::{ExposeSecret, SecretString};

use crate::home::{ALICE, Home, PROGRAM, SECRET};
use crate::terminal::OnTerminal;

/// Tells whether a program is there; says that the test is skipped where it is not.
fn has(program: &str) -> bool {
    let is_there = Command::new(program).arg("--version").output().is_ok();
    if !is_there {
        println!("skipped: there is no {program}");
    }
    is_there
}

/// Reads the one code in a picture with zbarimg.
#[track_caller]
fn zbarimg(picture: &Path) -> String {
    let args = ["--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable"];
    let out = Command::new("zbarimg").args(args).arg(picture).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    text.strip_suffix('\n').map(str::to_owned).unwrap_or_else(|| panic!("zbarimg reads nothing in {picture:?}"))
}

/// Saves rows of modules, 255 for a light one, as a picture of three pixels a module.
fn save(rows: &[Vec<u8>], path: &Path) {
    let side = |count: usize| u32::try_from(count).unwrap() * 3;
    let pixel = |x: u32, y: u32| Luma([rows[(y / 3) as usize][(x / 3) as usize]]);
    GrayImage::from_fn(side(rows[0].len()), side(rows.len()), pixel).save(path).unwrap();
}

/// Splits lines of half blocks into modules.
fn modules(lines: &[SecretString]) -> Vec<Vec<u8>> {
    let half = |line: &SecretString, half: char| -> Vec<u8> {
        line.expose_secret().chars().map(|letter| if letter == '█' || letter == half { 0 } else { 255 }).collect()
    };
    lines.iter().flat_map(|line| [half(line, '▀'), half(line, '▄')]).collect()
}

/// One account of every type, with names that grow.
fn addresses() -> Vec<SecretString> {
    let thirty = Period::THIRTY;
    let kinds = [
        Params::USUAL,
        Params::Totp { algorithm: Algorithm::Sha512, digits: Digits::EIGHT, period: Period::from_secs(60).unwrap() },
        Params::Hotp { algorithm: Algorithm::Sha256, digits: Digits::SIX },
        Params::Steam { period: thirty },
        Params::Motp,
        Params::Yandex,
    ];
    let mut addresses = Vec::new();
    for (number, params) in kinds.into_iter().enumerate() {
        let enrolment = |bytes: usize| Enrolment {
            params,
            secret: Secret::from_bytes((0..bytes).map(|byte| (byte * 37 + number) as u8).collect()).unwrap(),
            pin: params.needs_pin().then(|| Pin::from_text("1234").unwrap()),
        };
        for letters in [0, 30, 100, 900, 2500] {
            let bytes = if params == Params::Yandex { 16 } else { 20 };
            let name = format!("alice é{}", "x".repeat(letters));
            addresses.push(uri::write("Site", &name, &enrolment(bytes), 7));
            addresses.push(uri::write_brief("Site", &name, &enrolment(bytes), 7));
        }
    }
    addresses
}

#[test]
fn zbarimg_reads_our_pictures_and_our_lines_as_we_wrote_them() {
    if !has("zbarimg") {
        return;
    }
    let has_rsvg = has("rsvg-convert");
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name);
    let addresses = addresses();
    for address in &addresses {
        let code = QrCode::of(address).unwrap();
        fs::write(path("a.png"), code.to_png().expose_secret()).unwrap();
        assert_eq!(zbarimg(&path("a.png")), address.expose_secret());
        for quiet in [2, QUIET] {
            save(&modules(&code.lines(quiet)), &path("lines.png"));
            assert_eq!(zbarimg(&path("lines.png")), address.expose_secret());
        }
        if has_rsvg {
            fs::write(path("a.svg"), code.to_svg().expose_secret()).unwrap();
            let drawn = Command::new("rsvg-convert").arg(path("a.svg")).arg("-o").arg(path("svg.png")).status();
            assert!(drawn.unwrap().success());
            assert_eq!(zbarimg(&path("svg.png")), address.expose_secret());
        }
    }
    println!("read by zbarimg: {} addresses, each as PNG, as SVG and as lines", addresses.len());
}

#[test]
fn a_picture_is_written_for_its_owner_alone_and_read_back_by_add() {
    let home = Home::with_alice();
    let file = home.path("code.png");
    let name = file.to_str().unwrap();
    home.run(&["qr", "github", "--png", name]).ends(0).says("shows the secret");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    home.run(&["qr", "github", "--png", name]).ends(7);
    home.run(&["qr", "github"]).ends(7).says("on a terminal only");
    if has("zbarimg") {
        let (read, expected) = (uri::parse(&zbarimg(&file)).unwrap(), uri::parse(ALICE).unwrap());
        assert_eq!(
            (read.issuer, read.account, read.enrolment),
            (expected.issuer, expected.account, expected.enrolment)
        );
    }
    let other = Home::with_vault();
    other.run(&["add", "--qr", name, "--confirmed"]).ends(0).says("added 1 account");
    assert!(other.run(&["list"]).ends(0).out.contains("GitHub"));
}

/// Has the program show Alice's code on a terminal.
fn shown(home: &Home) -> OnTerminal {
    let mut command = CommandBuilder::new(PROGRAM);
    command.args(["qr", "github"]);
    command.env_clear();
    for (name, value) in home.environment() {
        command.env(name, value);
    }
    let mut terminal = OnTerminal::run(command);
    terminal.wait_for("any key puts it away");
    terminal
}

/// Returns what the terminal shows by now, and what it keeps of what went by.
fn screen(terminal: &OnTerminal) -> vt100::Parser {
    let mut parser = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 500);
    parser.process(terminal.transcript().as_bytes());
    parser
}

#[test]
fn the_code_on_the_terminal_is_read_and_nothing_of_it_is_left() {
    let home = Home::with_alice();
    let mut terminal = shown(&home);
    let parser = screen(&terminal);
    let modules: Vec<Vec<u8>> = (0..48_u16)
        .map(|row| {
            let shade = |column: u16| {
                let cell = parser.screen().cell(row / 2, column).unwrap();
                let is_upper = row % 2 == 0;
                let is_front = match cell.contents() {
                    "█" => true,
                    "▀" => is_upper,
                    "▄" => !is_upper,
                    _ => false,
                };
                match if is_front { cell.fgcolor() } else { cell.bgcolor() } {
                    vt100::Color::Idx(16) => 0,
                    vt100::Color::Idx(231) => 255,
                    _ => 90,
                }
            };
            (0..80).map(shade).collect()
        })
        .collect();
    if has("zbarimg") {
        save(&modules, &home.path("seen.png"));
        let read = uri::parse(&zbarimg(&home.path("seen.png"))).unwrap();
        assert_eq!(read.enrolment, uri::parse(ALICE).unwrap().enrolment);
    }
    terminal.type_in("x").ends(0);
    assert!(terminal.is_as_before());
    assert!(!terminal.transcript().contains(SECRET));
    let mut parser = screen(&terminal);
    parser.screen_mut().set_scrollback(500);
    assert!(!parser.screen().contents().contains(['█', '▀', '▄']), "{}", parser.screen().contents());
    assert!(!parser.screen().alternate_screen() && !parser.screen().hide_cursor());
}

#[test]
fn a_signal_puts_the_code_away_too() {
    let home = Home::with_alice();
    let mut terminal = shown(&home);
    let process = terminal.child.process_id().unwrap().to_string();
    assert!(Command::new("kill").arg(&process).status().unwrap().success());
    assert!(!terminal.ended().success());
    terminal.wait_for("\x1b[?1049l");
    assert!(terminal.is_as_before());
}
