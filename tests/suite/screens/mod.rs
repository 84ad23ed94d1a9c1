//! The screens: keys in, pictures and effects out.

mod account_form;
mod apart;
mod audit;
mod backups;
mod clock;
mod clock_network;
mod clock_set;
mod confirm;
mod devices;
mod enrolled;
mod export;
mod first_run;
mod help;
mod hidden;
mod idle;
mod import;
mod keys;
mod leftovers;
mod list;
mod locking;
mod merge;
mod palette;
mod policy;
mod privacy;
mod qr;
mod recovery;
mod refused;
mod rotation;
mod sizes;
mod slots;
mod sort;
mod tags;
mod trash;
mod unlock;
mod welcome;

use crate::support::driver::Driver;

/// 2026-11-22 09:14:11 UTC: 19 seconds of a 30 s step are left.
pub(crate) const NOW: i64 = 1_795_338_851_000;

/// Takes a picture at the three sizes that every screen is judged at.
pub(crate) fn pictures(name: &str, mut driver: Driver) {
    for (width, height) in [(80, 24), (120, 40), (40, 12)] {
        driver = driver.size(width, height);
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), driver.snapshot());
    }
}
