//! Google Authenticator's transfer codes, written by us.

use countersign::exchange::google::{self, MOST_ACCOUNTS, Room, losses};
use countersign::exchange::{Entry, Loss, Part, missing_parts};
use countersign::otp::{Algorithm, Digits, Enrolment, Params, Period, Secret};
use proptest::prelude::*;
use secrecy::{ExposeSecret, SecretString};

fn totp(digits: u8, period: u64) -> Params {
    let (digits, period) = (Digits::new(digits).unwrap(), Period::from_secs(period).unwrap());
    Params::Totp { algorithm: Algorithm::Sha1, digits, period }
}

fn entry(issuer: &str, account: &str, params: Params, secret: &[u8], counter: u64) -> Entry {
    let enrolment = Enrolment { params, secret: Secret::from_bytes(secret.to_vec()).unwrap(), pin: None };
    Entry::new(issuer.to_owned(), account.to_owned(), enrolment, counter)
}

/// Reads codes one after the other, and forgets where in its code each account was.
fn read(written: &[SecretString]) -> Vec<Entry> {
    let accounts = written.iter().flat_map(|uri| google::read(uri.expose_secret()).unwrap().accounts);
    accounts.map(|entry| Entry { index: 0, ..entry }).collect()
}

fn usual(number: u8) -> Entry {
    entry("GitHub", &format!("alice{number}@example.com"), Params::USUAL, &[number; 20], 0)
}

fn part(number: u32, of: u32, batch: i32) -> Part {
    Part { number, of, batch }
}

const ROOM: Room = Room { accounts: MOST_ACCOUNTS, bytes: usize::MAX };

#[test]
fn accounts_are_spread_over_codes_that_say_which_part_they_are() {
    let entries: Vec<Entry> = (0..23).map(usual).collect();
    for batch in [7, -7, i32::MIN, i32::MAX] {
        let written = google::write(&entries, batch, ROOM);
        let codes: Vec<_> = written.iter().map(|uri| google::read(uri.expose_secret()).unwrap()).collect();
        assert_eq!(codes.iter().map(|code| code.accounts.len()).collect::<Vec<_>>(), [10, 10, 3]);
        let parts: Vec<Part> = codes.iter().flat_map(|code| code.parts.clone()).collect();
        assert_eq!(parts, [part(1, 3, batch), part(2, 3, batch), part(3, 3, batch)]);
        assert_eq!(read(&written), entries);
    }
}

#[test]
fn a_code_holds_no_more_bytes_than_there_is_room_for_unless_one_account_needs_them() {
    let entries: Vec<Entry> = (0..9).map(usual).collect();
    let written = google::write(&entries, 1, Room { bytes: 300, ..ROOM });
    assert!(written.len() > 2 && written.iter().all(|uri| uri.expose_secret().len() <= 300));
    assert_eq!(read(&written), entries);
    assert_eq!(google::write(&entries, 1, Room { bytes: 10, ..ROOM }).len(), entries.len());
    assert_eq!(google::write(&entries, 1, Room { accounts: 0, bytes: 10 }).len(), entries.len());
    assert!(google::write(&[], 1, ROOM).is_empty());
}

#[test]
fn what_no_transfer_code_can_carry_is_known_before_one_is_written() {
    let hotp = |digits| Params::Hotp { algorithm: Algorithm::Sha512, digits: Digits::new(digits).unwrap() };
    let lost = |params| losses(&entry("", "a", params, b"0123456789abcdef", 0));
    assert_eq!(lost(Params::USUAL), []);
    assert_eq!(lost(hotp(8)), []);
    assert_eq!(lost(totp(7, 30)), [Loss::Digits]);
    assert_eq!(lost(hotp(7)), [Loss::Digits]);
    assert_eq!(lost(totp(6, 60)), [Loss::Period]);
    let noted = Entry { note: "of the club".to_owned(), tags: vec!["work".to_owned()], ..usual(1) };
    assert_eq!(losses(&noted), [Loss::Note, Loss::Tags]);
    for params in [Params::Steam { period: Period::THIRTY }, Params::Motp, Params::Yandex] {
        assert_eq!(lost(params), [Loss::Type], "{params:?}");
    }
    let mixed = [usual(1), entry("", "a", Params::Motp, b"01234567", 0), usual(2)];
    assert_eq!(read(&google::write(&mixed, 1, ROOM)), [usual(1), usual(2)]);
}

#[test]
fn the_parts_that_are_missing_are_named_whatever_order_the_others_come_in() {
    let words =
        |parts: &[Part]| missing_parts(parts.iter().copied()).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(words(&[part(5, 5, 1), part(1, 5, 1), part(3, 5, 1)]), ["parts 2 and 4 of 5 are missing"]);
    assert_eq!(words(&[part(2, 2, 1), part(2, 2, 1)]), ["part 1 of 2 is missing"]);
    assert_eq!(words(&[part(2, 4, 1)]), ["parts 1, 3 and 4 of 4 are missing"]);
    assert_eq!(words(&[part(2, 2, 1), part(1, 2, 1)]), [""; 0]);
    // Parts of two exports do not make one.
    assert_eq!(words(&[part(1, 2, 1), part(2, 2, 9)]), ["part 2 of 2 is missing", "part 1 of 2 is missing"]);
    let hostile = words(&[part(1, u32::MAX, 1)]);
    assert_eq!(hostile, ["parts 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 4294967282 more of 4294967295 are missing"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back_the_same(
        accounts in proptest::collection::vec(
            ("[a-zA-Z:é ]{0,12}", "[a-zA-Z@.:東 ]{0,20}", proptest::collection::vec(any::<u8>(), 1..64), any::<u64>()),
            1..8,
        ),
        kinds in proptest::collection::vec((any::<bool>(), any::<bool>(), 0..3_usize), 8),
        batch in any::<i32>(),
        bytes in 0..900_usize,
    ) {
        let algorithms = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];
        let entries: Vec<Entry> = accounts.iter().zip(kinds).map(|((issuer, account, secret, counter), kind)| {
            let (is_hotp, is_long, algorithm) = kind;
            let (digits, algorithm) = (if is_long { Digits::EIGHT } else { Digits::SIX }, algorithms[algorithm]);
            let params = if is_hotp {
                Params::Hotp { algorithm, digits }
            } else {
                Params::Totp { algorithm, digits, period: Period::THIRTY }
            };
            // A reader takes space from the ends, and a colon belongs to no issuer.
            let (issuer, account) = (issuer.replace(':', ""), account.trim());
            entry(issuer.trim(), account, params, secret, if is_hotp { *counter } else { 0 })
        }).collect();
        let written = google::write(&entries, batch, Room { accounts: 3, bytes });
        prop_assert_eq!(read(&written), entries);
    }
}
