//! Vaults with invented accounts.

use std::collections::BTreeSet;

use countersign::otp::{Algorithm, Digits, Enrolment, Params, Period, Secret, Timestamp};
use countersign::vault::{AccountId, Change, NewAccount, Stamp, Vault, apply};

/// Returns an account as most sites make them, with a secret that follows from its number.
pub(crate) fn account(number: u8, issuer: &str, account: &str) -> NewAccount {
    NewAccount {
        id: id(number),
        issuer: issuer.to_owned(),
        account: account.to_owned(),
        enrolment: enrolment(number, Params::USUAL),
        counter: 0,
        tags: BTreeSet::new(),
        note: String::new(),
        pinned: false,
        pending: false,
        created: Timestamp::from_secs(0),
    }
}

/// Returns the id of the account with that number.
pub(crate) fn id(number: u8) -> AccountId {
    AccountId::from_bytes([0, 0, 0, 0, 0, 0, 0, number])
}

/// Returns an enrolment with a secret that follows from a number.
pub(crate) fn enrolment(number: u8, params: Params) -> Enrolment {
    Enrolment { params, secret: Secret::from_bytes(vec![number; 20]).unwrap(), pin: None }
}

/// Returns a vault that holds these.
pub(crate) fn vault(accounts: impl IntoIterator<Item = NewAccount>) -> Vault {
    let mut vault = Vault::default();
    for (salt, account) in (0..).zip(accounts) {
        apply(&mut vault, &Change::Add(Box::new(account)), Stamp { at: 1, salt }).unwrap();
    }
    vault
}

/// Returns a vault with three accounts and nothing special.
pub(crate) fn three() -> Vault {
    vault([
        account(1, "GitHub", "alice@example.com"),
        account(2, "Fastmail", "me@fastmail.com"),
        account(3, "GitLab", "alice"),
    ])
}

/// Returns a vault with one account of everything there is.
pub(crate) fn normal() -> Vault {
    let hotp = Params::Hotp { algorithm: Algorithm::Sha1, digits: Digits::new(7).unwrap() };
    let minute =
        Params::Totp { algorithm: Algorithm::Sha256, digits: Digits::EIGHT, period: Period::from_secs(60).unwrap() };
    vault([
        NewAccount { pinned: true, tags: tags(&["work"]), ..account(1, "Amazon AWS", "root@acme") },
        NewAccount { pinned: true, ..account(2, "Fastmail", "me@fastmail.com") },
        NewAccount { tags: tags(&["work", "code"]), ..account(3, "GitHub", "alice@example.com") },
        NewAccount { tags: tags(&["code"]), note: "the one of the club".to_owned(), ..account(4, "GitLab", "alice") },
        account(5, "Hetzner", "k0012345"),
        NewAccount { enrolment: enrolment(6, minute), ..account(6, "Nextcloud", "alice") },
        NewAccount { enrolment: enrolment(7, hotp), counter: 17, ..account(7, "Office VPN", "a.smith") },
        NewAccount { pending: true, ..account(8, "PyPI", "alice") },
        NewAccount {
            enrolment: enrolment(9, Params::Steam { period: Period::THIRTY }),
            ..account(9, "Steam", "alice_s")
        },
        NewAccount { enrolment: enrolment(10, Params::Motp), ..account(10, "Token", "") },
    ])
}

/// Returns a vault with far more accounts than rows.
pub(crate) fn overfull() -> Vault {
    vault((0..200).map(|number| account(number, &format!("Site number {number:03}"), "somebody@example.com")))
}

/// Returns a vault with names that are wide, combining, hostile, long or missing.
pub(crate) fn strange_names() -> Vault {
    vault([
        account(1, "東京電力ホールディングス株式会社", "山田太郎"),
        account(2, "Zoë's Café", "re\u{301}sume\u{301}"),
        account(3, "👩‍👩‍👧‍👦 Family", "🏳️‍🌈"),
        account(4, "evil\u{202e}gnp.exe", "\u{1b}[31mred\u{7}"),
        account(
            5,
            "a name that is much longer than any column could ever be, whatever the terminal",
            "and so is this one, which never ends",
        ),
        account(6, "", "only an account"),
        account(7, "only an issuer", ""),
        account(8, "", ""),
        account(9, &format!("Z{}", "\u{301}".repeat(300)), "zalgo"),
    ])
}

pub(crate) fn tags(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
