//! What the system says of its clock: the kernel's state, files and printed texts of time services, traces of who is in
//! charge. Two of chrony's lines were printed by a real one; the others were written after what is known of such texts.

use std::fs;
use std::time::{Duration, SystemTime};

use countersign::otp::{Ahead, Timestamp};
use countersign::ports::{Keeper, Means, TimeSources as _};
use countersign::system::clock_keeper::{Traces, of};
use countersign::system::kernel_clock::of_error;
use countersign::system::time_services::{chrony, chrony_tracking, timesyncd, w32tm};
use countersign::system::time_sources::SystemTimeSources;
use proptest::prelude::*;

#[test]
fn a_kernel_whose_error_reached_sixteen_seconds_is_not_in_step() {
    assert!(of_error(1_500_i64).is_synchronised);
    assert!(of_error(15_999_999_i64).is_synchronised);
    for micros in [16_000_000_i64, i64::MAX, -1] {
        assert!(!of_error(micros).is_synchronised, "{micros}");
    }
    assert_eq!(of_error(1_500_000_i64).max_error_millis, Some(1_500));
}

#[cfg(target_os = "linux")]
#[test]
fn linux_is_asked_and_answers() {
    let kernel = SystemTimeSources.kernel().expect("reading the clock's state needs no rights");
    assert!(kernel.max_error_millis.is_some_and(|millis| (0..=16_000).contains(&millis)), "{kernel:?}");
    assert!(SystemTimeSources.boot_name().is_some_and(|name| !name.is_empty()));
}

/// A chrony whose clock is 5 seconds ahead of its server.
const AHEAD: &str = "7F000001,127.0.0.1,2,1795347077.245937809,-5.000001907,-0.000001400,0.000006214,-0.069,-0.020,2.060,\
                     0.000041424,0.000010277,1.0,Normal\n";
/// A chrony that takes its own clock for the truth.
const OWN: &str = "7F7F0101,,1,1795347041.714127724,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,0.000000000,\
                   0.000000000,0.0,Normal\n";
/// A chrony that has found no server yet.
const NONE: &str = "00000000,,0,0.000000000,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,1.000000000,1.000000000,\
                    0.0,Not synchronised\n";

#[test]
fn chrony_says_how_far_the_clock_is_ahead_and_when_it_last_knew() {
    let said = chrony_tracking(AHEAD).unwrap();
    assert_eq!(said.is_synchronised, Some(true));
    assert_eq!(said.ahead, Some(Ahead::around(5_000, 1)));
    assert_eq!(said.last, Some(Timestamp::from_millis(1_795_347_077_246)));
}

#[test]
fn a_chrony_that_knows_nothing_but_its_own_clock_confirms_nothing() {
    let own = chrony_tracking(OWN).unwrap();
    assert_eq!((own.is_synchronised, own.ahead), (None, None));
    let none = chrony_tracking(NONE).unwrap();
    assert_eq!((none.is_synchronised, none.ahead, none.last), (Some(false), None, None));
    assert_eq!(chrony_tracking("506 Cannot talk to daemon\n"), None);
}

#[test]
fn a_chrony_that_cannot_be_reached_is_there_and_says_nothing() {
    let run = tempfile::tempdir().unwrap();
    assert_eq!(chrony(&run.path().join("none")), None);
    let said = chrony(run.path()).unwrap();
    assert_eq!((said.name, said.is_synchronised), ("chrony", None));
}

#[test]
fn timesyncd_is_in_step_from_its_first_answer_on() {
    let (run, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert_eq!(timesyncd(&run.path().join("none"), state.path()), None);
    let before = timesyncd(run.path(), state.path()).unwrap();
    assert_eq!((before.is_synchronised, before.last), (Some(false), None));

    let file = fs::File::create(run.path().join("synchronized")).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600)).unwrap();
    let after = timesyncd(run.path(), state.path()).unwrap();
    assert_eq!(after.is_synchronised, Some(true));
    assert_eq!(after.last, Some(Timestamp::from_secs(1_795_305_600)));
}

const ENGLISH: &str = "Leap Indicator: 0(no warning)\r\nStratum: 3 (secondary reference - syncd by (S)NTP)\r\n\
    Precision: -23 (119.209ns per tick)\r\nRoot Delay: 0.0305939s\r\nRoot Dispersion: 7.7739906s\r\n\
    ReferenceId: 0x287A6F0F (source IP:  40.122.111.15)\r\nLast Successful Sync Time: 11/22/2026 9:14:05 AM\r\n\
    Source: time.windows.com,0x9\r\nPoll Interval: 10 (1024s)\r\n\r\n";
const ENGLISH_ALONE: &str = "Leap Indicator: 3(last minute has 61 seconds)\r\nStratum: 0 (unspecified)\r\n\
    Precision: -6 (15.625ms per tick)\r\nRoot Delay: 0.0000000s\r\nRoot Dispersion: 0.0000000s\r\n\
    ReferenceId: 0x00000000 (unspecified)\r\nLast Successful Sync Time: unspecified\r\nSource: Local CMOS Clock\r\n\
    Poll Interval: 6 (64s)\r\n";
const GERMAN: &str = "Sprungindikator: 0(Keine Warnung)\r\nStratum: 4 (Sekundärreferenz - synchr. über (S)NTP)\r\n\
    Präzision: -23 (119.209ns pro Tick)\r\nStammverzögerung: 0.0340515s\r\nStammabweichung: 7.8006843s\r\n\
    Referenz-ID: 0x287A6F0F (Quell-IP:  40.122.111.15)\r\n\
    Letzte erfolgr. Synchronisierungszeit: 22.11.2026 09:14:05\r\nQuelle: time.windows.com,0x9\r\n\
    Abrufintervall: 10 (1024s)\r\n";
const GERMAN_ALONE: &str = "Sprungindikator: 0(Keine Warnung)\r\nStratum: 1 (Primärreferenz - synchr. über Funkuhr)\r\n\
    Präzision: -23 (119.209ns pro Tick)\r\nStammverzögerung: 0.0000000s\r\nStammabweichung: 10.0000000s\r\n\
    Referenz-ID: 0x4C4F434C (Quellname: \"LOCL\")\r\nLetzte erfolgr. Synchronisierungszeit: nicht angegeben\r\n\
    Quelle: Free-running System Clock\r\nAbrufintervall: 6 (64s)\r\n";
const STOPPED: &str = "The following error occurred: The service has not been started. (0x80070426)\r\n";

#[test]
fn windows_is_understood_in_english_and_in_german() {
    let is_synchronised = |text| w32tm(text).map(|said| said.is_synchronised);
    assert_eq!(is_synchronised(ENGLISH), Some(Some(true)));
    assert_eq!(is_synchronised(GERMAN), Some(Some(true)));
    assert_eq!(is_synchronised(ENGLISH_ALONE), Some(Some(false)));
    assert_eq!(is_synchronised(GERMAN_ALONE), Some(Some(false)));
    assert_eq!(is_synchronised(STOPPED), None);
}

proptest! {
    #[test]
    fn no_printed_text_makes_a_reader_panic(text in "\\PC*", fields in prop::collection::vec("[-0-9.eNainf]{0,12}", 14)) {
        chrony_tracking(&text);
        chrony_tracking(&fields.join(","));
        chrony_tracking(&format!("1,,2,{},{},0,0,0,0,0,{},{},0,Normal", fields[0], fields[1], fields[2], fields[3]));
        w32tm(&text);
        w32tm(&text.replace(' ', "\n"));
    }
}

fn kept_by(traces: &Traces) -> Means {
    of(traces).means
}

#[test]
fn who_is_in_charge_of_the_clock_is_told_by_traces() {
    let bare = || Traces { kernel: "6.18.44".to_owned(), ..Traces::default() };
    assert_eq!(kept_by(&bare()), Means::Unknown);
    assert_eq!(kept_by(&Traces { has_systemd: true, ..bare() }), Means::Systemd);
    assert_eq!(kept_by(&Traces { has_systemd: true, has_chrony: true, ..bare() }), Means::Chrony);
    assert_eq!(kept_by(&Traces { has_openrc: true, ..bare() }), Means::OpenRc);
    let wsl = Traces { kernel: "5.15.90.1-microsoft-standard-WSL2".to_owned(), has_systemd: true, ..bare() };
    assert_eq!(kept_by(&wsl), Means::Wsl);
    assert_eq!(kept_by(&Traces { is_container: true, ..wsl }), Means::ContainerHost);
    let virtual_machine = Traces { computer: "QEMU\nStandard PC".to_owned(), has_systemd: true, ..bare() };
    assert_eq!(of(&virtual_machine), Keeper { means: Means::Systemd, is_virtual: true });
    assert!(!of(&Traces { computer: "LENOVO\n20XW".to_owned(), ..bare() }).is_virtual);
}
