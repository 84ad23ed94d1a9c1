//! Damage of every kind is refused, quickly and by name.

use std::ops::Range;
use std::thread;
use std::time::Duration;

use countersign::sealing::{self, MAX_FILE_BYTES, MAX_HEADER_BYTES, SealError, Slot, VaultKey};

use super::craft::takes_less_than;
use super::{body, manifest, slots_for, vault};

#[test]
fn every_truncation_is_refused() {
    let (key, file) = vault();
    for length in 0..file.len() {
        assert_eq!(sealing::open(&file[..length], &key).unwrap_err(), SealError::Damaged, "cut to {length} bytes");
        if let Err(error) = sealing::peek(&file[..length]) {
            assert_eq!(error, SealError::Damaged, "cut to {length} bytes");
        }
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let (key, file) = vault();
    // Two threads: a key agreement for each of some forty thousand files.
    let half = file.len() / 2;
    thread::scope(|scope| {
        for range in [0..half, half..file.len()] {
            scope.spawn(|| {
                for_each_flip(&file, range, |flipped, flip| assert!(sealing::open(flipped, &key).is_err(), "{flip}"));
            });
        }
    });
}

#[test]
fn no_flipped_bit_of_the_header_panics_before_the_key_is_known() {
    let (_, file) = vault();
    let header = file.windows(5).position(|window| window == b"\n--- ").unwrap() + 50;
    for_each_flip(&file, 0..header, |flipped, _| {
        // It may say anything; it must be readable or refused.
        let costs = sealing::peek(flipped).map(|slots| slots.iter().filter_map(Slot::work_factor).count());
        assert!(costs.unwrap_or(0) <= 1);
    });
}

fn for_each_flip(file: &[u8], range: Range<usize>, check: impl Fn(&[u8], &str)) {
    let mut flipped = file.to_vec();
    for position in range {
        for bit in 0..8 {
            flipped[position] ^= 1 << bit;
            check(&flipped, &format!("bit {bit} of byte {position}"));
            flipped[position] ^= 1 << bit;
        }
    }
}

#[test]
fn bytes_at_the_end_are_refused() {
    let (key, mut file) = vault();
    file.push(b'\n');
    assert_eq!(sealing::open(&file, &key).unwrap_err(), SealError::Damaged);
}

#[test]
fn two_halves_of_two_saves_are_refused() {
    let key = VaultKey::generate();
    let slots = slots_for(&key);
    let first = sealing::seal(&body(b"{\"first\":1}"), &manifest(), &slots, &key).unwrap();
    let second = sealing::seal(&body(b"{\"second\":2}"), &manifest(), &slots, &key).unwrap();
    let shorter = first.len().min(second.len());
    for cut in (80..shorter).step_by(97) {
        let torn = [&second[..cut], &first[cut..]].concat();
        assert!(sealing::open(&torn, &key).is_err(), "torn at {cut}");
    }
}

#[test]
fn what_is_no_age_file_is_called_that() {
    let (key, _) = vault();
    for bytes in [&b"{\"accounts\":[]}"[..], b"PK\x03\x04", b"-----BEGIN AGE ENCRYPTED FILE-----\n"] {
        assert_eq!(sealing::peek(bytes).unwrap_err(), SealError::NotAnAgeFile);
        assert_eq!(sealing::open(bytes, &key).unwrap_err(), SealError::NotAnAgeFile);
    }
    // A save that a full disk cut to nothing.
    assert_eq!(sealing::peek(b"").unwrap_err(), SealError::Damaged);
}

#[test]
fn an_age_file_of_a_later_version_is_called_that() {
    let (_, file) = vault();
    let later = [b"age-encryption.org/v2", &file[21..]].concat();
    assert_eq!(sealing::peek(&later).unwrap_err(), SealError::UnknownAgeVersion);
}

#[test]
fn a_header_of_two_megabytes_is_refused_at_once() {
    let (key, _) = vault();
    let stanza =
        "-> countersign.app/slot passphrase 0000000000000000\n".to_owned() + &("A".repeat(64) + "\n").repeat(50);
    let mut file = b"age-encryption.org/v1\n".to_vec();
    while file.len() < 2 << 20 {
        file.extend_from_slice(stanza.as_bytes());
        file.extend_from_slice(b"AAAA\n");
    }
    file.extend_from_slice(b"--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n0123456789abcdef and so on");
    let limit_bytes = MAX_HEADER_BYTES;

    assert_eq!(sealing::peek(&file).unwrap_err(), SealError::HeaderTooLarge { limit_bytes });
    assert_eq!(sealing::open(&file, &key).unwrap_err(), SealError::HeaderTooLarge { limit_bytes });
    assert!(takes_less_than(Duration::from_millis(50), || (sealing::peek(&file), sealing::open(&file, &key))));
}

#[test]
fn a_file_beyond_the_limit_is_refused_before_it_is_read() {
    let (key, mut file) = vault();
    file.resize(MAX_FILE_BYTES + 1, 0);
    let limit_bytes = MAX_FILE_BYTES;
    assert_eq!(sealing::open(&file, &key).unwrap_err(), SealError::TooLarge { limit_bytes });
    let huge = body(&vec![b'x'; MAX_FILE_BYTES]);
    let refused = sealing::seal(&huge, &manifest(), &slots_for(&key), &key);
    assert_eq!(refused.unwrap_err(), SealError::TooLarge { limit_bytes });
}
