//! What is no set of recovery codes is said to be something else.

use countersign::exchange::recovery_codes::{LIMIT, Problem, Remark, is_list, read};

use super::{codes, understood};

fn problem(bytes: &[u8]) -> Problem {
    read(bytes, None).map(|reading| codes(&reading).join(" ")).unwrap_err()
}

#[test]
fn what_is_no_text_is_refused_by_its_kind() {
    assert_eq!(problem(b""), Problem::Empty);
    assert_eq!(problem(b" \r\n\t\n"), Problem::Empty);
    assert_eq!(problem(&vec![b'7'; LIMIT + 1]), Problem::TooLarge);
    assert_eq!(problem(&vec![b'a'; 10 * 1024 * 1024]), Problem::TooLarge);
    assert_eq!(problem(b"\x89PNG\r\n\x1a\n"), Problem::Picture);
    assert_eq!(problem(b"%PDF-1.7 12345678"), Problem::Document);
    assert_eq!(problem(b"12345678\0\0"), Problem::NotText);
    assert_eq!(problem(b"\xC3\x28\x01 12345678 and some more, so that it is mostly plain"), Problem::NotText);
    assert_eq!(problem(b"\xC3\x28\xC3\x28\xC3\x28 12345678"), Problem::NotText);
    assert_eq!(problem("7a\n".repeat(20_000).as_bytes()), Problem::NoCodes);
}

#[test]
fn a_single_word_and_plain_prose_are_no_codes() {
    assert_eq!(problem(b"password"), Problem::SingleWord);
    assert_eq!(problem(b"hunter2"), Problem::SingleWord);
    assert_eq!(problem(b"123456"), Problem::SingleWord);
    assert_eq!(problem(b"Recovery codes"), Problem::NoCodes);
    assert_eq!(problem(b"Dear Alice,\n\nsee you on Monday at 10.\n\nYours, Bob\n"), Problem::NoCodes);
}

#[test]
fn what_sets_an_authenticator_up_is_recognised() {
    for key in ["NQ3WWYJXGEZDGNBV", "nq3w wyjx gezd gnbv gy3t qojq", "NQ3WWYJXGEZDGNBVGY3TQOJQGEZDGNBV"] {
        assert_eq!(problem(key.as_bytes()), Problem::SetUpKey, "{key}");
    }
    assert_eq!(problem(b"Your new secret key is: NQ3WWYJXGEZDGNBVGY3TQOJQGE"), Problem::SetUpKey);
    for address in ["otpauth://totp/a?secret=NQ3WWYJXGEZDGNBV", "otpauth-migration://offline?data=CiEKCg"] {
        assert_eq!(problem(address.as_bytes()), Problem::SetUpAddress, "{address}");
    }
}

#[test]
fn the_only_key_is_stored_where_the_text_calls_it_a_recovery_key() {
    let reading = understood("Recovery key\nNQ3W WYJX GEZD GNBV GY3T QOJQ GEZD GNBV\n");
    assert_eq!(codes(&reading), ["NQ3W WYJX GEZD GNBV GY3T QOJQ GEZD GNBV"]);
    assert!(reading.kind.one_off);
}

#[test]
fn a_code_in_a_sentence_is_found_and_said() {
    let reading = understood("Your recovery code is QW4TK29PZX");
    assert_eq!(codes(&reading), ["QW4TK29PZX"]);
    assert_eq!(reading.remarks, [Remark::InSentence]);
    assert!(reading.about.iter().all(|line| !line.contains("QW4TK29PZX")), "no code in what is shown");
}

#[test]
fn a_list_in_the_place_of_a_secret_is_told_from_a_secret() {
    for list in [
        "a1f0c-77be2\n0d9e8-1a2b3",
        "1234 5678\n2345 6789\n3456 7890",
        "ABCD EFGH IJKL MN2P\nQRST UVWX YZ23 4567\nABCD 2345 IJKL MNOP",
    ] {
        assert!(is_list(list), "{list}");
    }
    for secret in [
        "JBSW Y3DP EHPK 3PXP",
        "jbswy3dpehpk3pxp",
        "JBSWY3DP\nEHPK3PXP",
        "",
        "otpauth://totp/a?secret=NQ3WWYJXGEZDGNBV",
    ] {
        assert!(!is_list(secret), "{secret}");
    }
}

#[test]
fn a_text_that_names_a_site_says_so() {
    let reading = understood("GitHub recovery codes of alice\na1f0c-77be2\n0d9e8-1a2b3\n");
    assert!(reading.mentions("github") && reading.mentions("alice"));
    assert!(!reading.mentions("git") && !reading.mentions("Hub") && !reading.mentions("GitLab"));
}
