//! The picture in README.md is what the app draws.

use std::fs;
use std::path::Path;

use countersign::otp::{Algorithm, Digits, Params, Period, Timestamp};
use countersign::tui::backups::OpensWith;
use countersign::tui::theme::{Colours, Theme};
use countersign::vault::{NewAccount, Vault};

use crate::support::accounts::{account, enrolment, tags, vault};
use crate::support::driver::Driver;
use crate::support::paper_backups::known;
use crate::support::svg::{self, Ground};

/// 19 seconds before the end of a step.
const NOW: i64 = 1_795_338_851_000;

fn shown_vault() -> Vault {
    let hotp = Params::Hotp { algorithm: Algorithm::Sha1, digits: Digits::new(7).unwrap() };
    let slow =
        Params::Totp { algorithm: Algorithm::Sha256, digits: Digits::SIX, period: Period::from_secs(60).unwrap() };
    let steam = Params::Steam { period: Period::THIRTY };
    vault([
        NewAccount { pinned: true, ..account(31, "Amazon AWS", "root@acme") },
        NewAccount { pinned: true, ..account(32, "Fastmail", "me@fastmail.com") },
        NewAccount { tags: tags(&["work"]), ..account(33, "GitHub", "alice@example.com") },
        account(34, "GitLab", "alice"),
        account(35, "Hetzner", "k0012345"),
        NewAccount { enrolment: enrolment(36, slow), ..account(36, "Nextcloud", "alice") },
        account(37, "npm", "alice-dev"),
        NewAccount { enrolment: enrolment(38, hotp), counter: 17, ..account(38, "Office VPN", "a.smith") },
        NewAccount { pending: true, ..account(39, "PyPI", "alice") },
        NewAccount { enrolment: enrolment(40, steam), ..account(40, "Steam", "alice_s") },
    ])
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whether to draw is for whoever runs the test to say")]
fn the_readme_shows_the_app_as_it_is() {
    let dark = Theme::built_in("dark", Colours::True).unwrap();
    let proved = Timestamp::from_millis(NOW - 12 * 24 * 60 * 60 * 1000);
    let driver = Driver::with_settings(NOW, |settings| settings.theme = dark)
        .backups(|paper| {
            paper.known.made = vec![known("/media/stick/a.age", proved, Some(proved), OpensWith::Passphrase)]
        })
        .unlocked(shown_vault());
    let mut driver = driver.size(112, 20).used(&[account(35, "", "").id]).keys("jj");
    let ground = Ground { background: "#0d1117", text: "#c9d1d9" };
    let drawn = svg::draw(&driver.draw(), &ground, "countersign: a list of accounts with their codes");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/screenshot.svg");
    if std::env::var_os("COUNTERSIGN_DRAW").is_some() {
        fs::write(&path, &drawn).unwrap();
    }
    let is_same = fs::read_to_string(&path).is_ok_and(|kept| kept == drawn);
    assert!(
        is_same,
        "the app looks different now; draw it anew: COUNTERSIGN_DRAW=1 cargo test --test suite screenshot"
    );
}
