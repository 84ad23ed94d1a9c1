//! One number that stands for the secrets of a vault, so that two devices can be compared by reading words aloud.

use sha2::{Digest, Sha256};

use super::Vault;
use crate::otp::Enrolment;

const DOMAIN: &[u8] = b"countersign contents v1\n";
const SECRET_DOMAIN: &[u8] = b"countersign one secret v1\n";

/// Returns SHA-256 over the sorted secrets and parameters of the accounts outside the trash.
///
/// It depends neither on ids, names and notes nor on how far HOTP counters have come: two devices that make the
/// same codes have the same digest. Nothing about a secret can be told from it.
pub fn content_digest(vault: &Vault) -> [u8; 32] {
    let mut all: Vec<[u8; 32]> = vault.accounts().map(|account| digest_of(account.enrolment())).collect();
    all.sort_unstable();
    let mut hash = Sha256::new_with_prefix(DOMAIN);
    all.iter().for_each(|one| hash.update(one));
    hash.finalize().into()
}

/// Returns SHA-256 over one secret alone.
pub(super) fn secret_digest(enrolment: &Enrolment) -> [u8; 32] {
    Sha256::new_with_prefix(SECRET_DOMAIN).chain_update(enrolment.secret.expose_secret()).finalize().into()
}

fn digest_of(enrolment: &Enrolment) -> [u8; 32] {
    let params = &enrolment.params;
    let algorithm = params.algorithm().map_or("-", |algorithm| algorithm.as_uri_str());
    let period = params.period().map_or(0, |period| period.as_secs());
    let words = format!("{} {algorithm} {} {period}\n", params.kind().as_str(), params.digits().get());
    let mut hash = Sha256::new_with_prefix(words);
    // Lengths first, so that no two pairs of secret and PIN run together to the same bytes.
    let secret = enrolment.secret.expose_secret();
    hash.update((secret.len() as u64).to_be_bytes());
    hash.update(secret);
    if let Some(pin) = &enrolment.pin {
        hash.update(pin.expose_secret());
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::otp::{Params, Secret, Timestamp};
    use crate::vault::{AccountId, Change, Edit, NewAccount, Stamp, apply};

    fn vault(accounts: &[(u8, u8)]) -> Vault {
        let mut vault = Vault::default();
        for (id, secret) in accounts {
            let new = NewAccount {
                id: AccountId::from_bytes([*id; 8]),
                issuer: format!("issuer {id}"),
                account: String::new(),
                enrolment: Enrolment {
                    params: Params::USUAL,
                    secret: Secret::from_bytes(vec![*secret; 20]).expect("not empty"),
                    pin: None,
                },
                counter: 0,
                tags: BTreeSet::new(),
                note: String::new(),
                pinned: false,
                pending: false,
                created: Timestamp::from_secs(0),
            };
            apply(&mut vault, &Change::Add(Box::new(new)), Stamp { at: 1, salt: 1 }).expect("it is new");
        }
        vault
    }

    #[test]
    fn the_same_secrets_under_other_ids_and_names_are_the_same_contents() {
        assert_eq!(content_digest(&vault(&[(1, 7), (2, 8)])), content_digest(&vault(&[(5, 8), (6, 7)])));
    }

    #[test]
    fn another_secret_other_parameters_and_one_account_less_are_other_contents() {
        let one = vault(&[(1, 7), (2, 8)]);
        assert_ne!(content_digest(&one), content_digest(&vault(&[(1, 7), (2, 9)])));
        assert_ne!(content_digest(&one), content_digest(&vault(&[(1, 7)])));
        let mut other = one.clone();
        let hotp = Params::Hotp { algorithm: crate::otp::Algorithm::Sha1, digits: crate::otp::Digits::SIX };
        let id = AccountId::from_bytes([2; 8]);
        let enrolment = Enrolment { params: hotp, ..one.get(id).expect("it is there").enrolment().clone() };
        let edit = Edit { enrolment: Some(enrolment), ..Edit::default() };
        apply(&mut other, &Change::Edit(id, Box::new(edit)), Stamp { at: 2, salt: 1 }).expect("it fits");
        assert_ne!(content_digest(&one), content_digest(&other));
    }

    #[test]
    fn what_is_in_the_trash_does_not_count() {
        let mut thrown = vault(&[(1, 7), (2, 8)]);
        let trash = Change::Trash(AccountId::from_bytes([2; 8]), Timestamp::from_secs(1));
        apply(&mut thrown, &trash, Stamp { at: 2, salt: 1 }).expect("it is there");
        assert_eq!(content_digest(&thrown), content_digest(&vault(&[(1, 7)])));
    }
}
