//! `add --qr` and `add --clipboard`: accounts out of pictures.

use countersign::exchange::Entry;
use countersign::exchange::google::{self, Room};
use countersign::ports::ClipboardError;
use image::imageops;
use image::{DynamicImage, GrayImage, Luma};
use secrecy::ExposeSecret;

use super::{ALICE, ALICE_SECRET, BOB, STEAM, Scene};
use crate::qr::{drawn, png};

fn side_by_side(texts: &[&str]) -> GrayImage {
    let codes: Vec<GrayImage> = texts.iter().map(|text| drawn(text, 3)).collect();
    let height = codes.iter().map(GrayImage::height).max().unwrap();
    let mut picture = GrayImage::from_pixel(codes.iter().map(GrayImage::width).sum(), height, Luma([255]));
    let mut x = 0;
    for code in codes {
        imageops::replace(&mut picture, &code, x, 0);
        x += i64::from(code.width());
    }
    picture
}

/// The parts of an export of three accounts, one in each.
fn parts() -> Vec<String> {
    let entry = |number: u8| {
        let found = countersign::otp::uri::parse(ALICE).unwrap();
        Entry::new(format!("site{number}"), String::new(), found.enrolment, 0)
    };
    let entries: Vec<Entry> = (1..=3).map(entry).collect();
    let written = google::write(&entries, 77, Room { accounts: 1, bytes: 0 });
    written.iter().map(|uri| uri.expose_secret().to_owned()).collect()
}

fn names(scene: &Scene) -> Vec<String> {
    let rows = scene.run(&["list", "--json"]).json();
    rows.as_array().unwrap().iter().map(|row| row["issuer"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn all_codes_of_a_picture_are_added_as_one_change() {
    let scene = Scene::with(&[]);
    scene.handles.documents.put("/codes.png", png(side_by_side(&[ALICE, BOB, STEAM])));
    scene.run(&["add", "--qr", "/codes.png"]).ends(0).says("added 3 accounts");
    assert_eq!(names(&scene), ["GitHub", "Steam", "VPN"]);
    scene.run(&["undo"]).ends(0);
    assert!(names(&scene).is_empty());
}

#[test]
fn what_is_no_account_is_named_by_its_place_and_the_rest_is_added() {
    let scene = Scene::with(&[]);
    let hostile = format!("https://example.com/{ALICE_SECRET}");
    scene.handles.documents.put("/codes.png", png(side_by_side(&[&hostile, BOB])));
    scene.run(&["add", "--qr", "/codes.png"]).ends(1).says("code 1 of /codes.png").says("added 1 account");
    assert_eq!(names(&scene), ["VPN"]);
    scene.handles.documents.put("/none.png", png(drawn(&hostile, 3)));
    scene.run(&["add", "--qr", "/none.png"]).ends(1).says("nothing was added");
}

#[test]
fn the_parts_of_an_export_come_in_any_order_and_those_that_are_missing_are_named() {
    let parts = parts();
    let scene = Scene::with(&[]);
    for (name, part) in [("/3.png", 2), ("/1.png", 0), ("/2.png", 1)] {
        scene.handles.documents.put(name, png(drawn(&parts[part], 3)));
    }
    scene.run(&["add", "--qr", "/3.png"]).ends(0).says("parts 1 and 2 of 3 are missing");
    scene.run(&["add", "--qr", "/3.png", "--qr", "/1.png"]).ends(0).says("part 2 of 3 is missing");
    let ran = scene.run(&["add", "--qr", "/3.png", "--qr", "/1.png", "--qr", "/2.png"]).ends(0);
    assert!(!ran.err.contains("missing"), "{ran:?}");
}

#[test]
fn a_picture_that_gives_nothing_says_why() {
    let scene = Scene::with(&[]);
    scene.handles.documents.put("/grey.png", png(GrayImage::from_pixel(90, 90, Luma([99]))));
    scene.run(&["add", "--qr", "/grey.png"]).ends(1).says("no QR code was found");
    scene.handles.documents.put("/text.png", "not a picture");
    scene.run(&["add", "--qr", "/text.png"]).ends(6).says("not a PNG, JPEG or WebP picture");
    scene.run(&["add", "--qr", "/missing.png"]).ends(6);
    scene.run(&["add", "--qr", "/a.png", "--issuer", "x"]).ends(2);
}

#[test]
fn the_clipboard_gives_a_text_or_a_picture() {
    let scene = Scene::with(&[]);
    scene.run(&["add", "--clipboard"]).ends(1).says("neither a text nor a picture");
    scene.handles.clipboard.taken_over(ALICE);
    scene.run(&["add", "--clipboard"]).ends(0).says("added 1 account");
    let picture = DynamicImage::from(drawn(BOB, 3)).to_rgba8();
    scene.handles.clipboard.taken_over_by_picture(
        picture.width() as usize,
        picture.height() as usize,
        picture.as_raw(),
    );
    scene.run(&["add", "--clipboard"]).ends(0).says("added 1 account");
    assert_eq!(names(&scene), ["GitHub", "VPN"]);
    scene.handles.clipboard.taken_over("a shopping list");
    scene.run(&["add", "--clipboard"]).ends(1).says("nothing was added");
    scene.handles.clipboard.refuse(ClipboardError::None);
    scene.run(&["add", "--clipboard"]).ends(1).says("cannot be read from here");
}
