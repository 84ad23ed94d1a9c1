//! How much our work costs, as a multiple of work that nobody can avoid.
//!
//! `cargo bench` prints one line for each comparison; words after `--` choose among them. A ratio means the same on
//! every machine, a time does not.

// clippy.toml keeps prints and clocks out of the program; this is not the program.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

mod app;
mod measure;
mod program;
mod vaults;

use std::alloc::System;
use std::hint::black_box;

use countersign::otp::Timestamp;
use countersign::sealing;
use countersign::vault::{self, Change, Edit, Vault};
use hmac::{Hmac, Mac};
use measure::compare;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use zeroizing_alloc::ZeroAlloc;

/// As in the program: wiping is part of the cost.
#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

const MANY: u32 = 10_000;
const FEW: u32 = 100;

fn main() {
    let many = vaults::with(MANY);
    codes(&many);
    json(&many);
    changes(&many);
    search(&many);
    files(&many);
    app::compare_frames();
    program::compare_with_oathtool(&[1, MANY]);
}

fn codes(many: &Vault) {
    let now = Timestamp::from_secs(1_795_305_600);
    let secrets: Vec<&[u8]> = many.accounts().map(|account| account.enrolment().secret.expose_secret()).collect();
    compare(
        ("10,000 codes", || many.accounts().for_each(|account| drop(black_box(account.code(account.step(now)))))),
        ("10,000 HMACs", || {
            for secret in &secrets {
                let mac = <Hmac<Sha256> as Mac>::new_from_slice(secret).expect("HMAC takes keys of any length");
                black_box(mac.chain_update(now.as_secs().to_be_bytes()).finalize());
            }
        }),
    );
}

fn json(many: &Vault) {
    let bytes = vault::write(many);
    let bytes = bytes.expose_secret();
    let value: serde_json::Value = serde_json::from_slice(bytes).expect("we wrote it");
    compare(
        ("reading 10,000 accounts", || vault::read(bytes).expect("we wrote it")),
        ("parsing their JSON", || serde_json::from_slice::<serde_json::Value>(bytes).expect("we wrote it")),
    );
    compare(
        ("writing 10,000 accounts", || vault::write(many)),
        ("writing their JSON", || serde_json::to_vec(&value).expect("we read it")),
    );
}

fn changes(many: &Vault) {
    let bytes = vault::write(many);
    let read = || vault::read(bytes.expose_secret()).expect("we wrote it");
    let edit = Edit { note: Some("renewed".to_owned()), ..Edit::default() };
    let edit = Change::Edit(vaults::id(7), Box::new(edit));
    compare(
        ("editing 1 of 10,000 accounts", || {
            let mut next = many.clone();
            vault::apply(&mut next, &edit, vaults::stamp(1)).expect("the account is there");
            next
        }),
        ("reading them", read),
    );
    let edited = vaults::edited(many, FEW);
    compare(
        ("merging 10,000 accounts, 100 of them edited", || vault::merge(Some(many), many, &edited)),
        ("reading them", read),
    );
    let strangers = read();
    compare(
        ("merging 10,000 equal accounts from a file", || vault::merge(None, many, &strangers)),
        ("reading them", read),
    );
}

fn search(many: &Vault) {
    compare(
        ("finding `serv42` among 10,000 accounts", || vault::find(many, "serv42")),
        ("looking for it in their labels", || many.accounts().filter(|one| one.label().contains("serv42")).count()),
    );
}

fn files(many: &Vault) {
    let key = sealing::VaultKey::generate();
    let slots = vaults::slots(&key);
    let [few, many] = [&vaults::with(FEW), many].map(vault::write);
    let file = vaults::seal(&many, &slots, &key);
    let times = many.expose_secret().len() as f64 / few.expose_secret().len() as f64;
    println!("10,000 accounts have {times:.0} times the bytes of 100");
    compare(
        ("sealing 10,000 accounts", || vaults::seal(&many, &slots, &key)),
        ("sealing 100", || vaults::seal(&few, &slots, &key)),
    );
    compare(
        ("sealing 10,000 accounts", || vaults::seal(&many, &slots, &key)),
        ("SHA-256 over them", || Sha256::digest(many.expose_secret())),
    );
    compare(
        ("opening 10,000 accounts", || sealing::open(&file, &key).expect("we sealed it")),
        ("SHA-256 over them", || Sha256::digest(many.expose_secret())),
    );
}
