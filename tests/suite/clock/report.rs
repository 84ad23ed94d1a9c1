//! What all that is known comes to: who is believed, and what is said about it.

use countersign::otp::{Ahead, Period, Timestamp};
use countersign::ports::{KernelClock, Machine, Means, TimeService};
use countersign::system::time_sources::SystemTimeSources;
use countersign::tasks::clock::{
    Certainty, EvidenceKind, Facts, Level, Report, Says, full_report, quick_report, remember_comparison, remember_look,
    remember_network, set_correction,
};

use crate::support::fakes::{Handles, machine};

const IN_STEP: KernelClock = KernelClock { is_synchronised: true, max_error_millis: Some(400) };
const DAY: i64 = 86_400;

fn report(machine: &mut Machine) -> Report {
    full_report(machine, &Facts::default())
}

fn says(report: &Report, kind: EvidenceKind) -> Option<(Says, Certainty)> {
    report.evidence.iter().find(|it| it.kind == kind).map(|it| (it.says, it.certainty))
}

/// Sets the clock by so many seconds, as somebody would; no time passes.
fn step(machine: &Machine, handles: &Handles, seconds: i64) {
    handles.clock.set(machine.clock.reading().wall.plus_secs(seconds));
}

#[test]
fn with_nobody_to_tell_the_clock_is_not_confirmed_and_never_wrong() {
    for (means, is_virtual) in [
        (Means::Unknown, false),
        (Means::Systemd, true),
        (Means::ContainerHost, false),
        (Means::Wsl, true),
        (Means::OpenRc, false),
    ] {
        for kernel in [None, Some(KernelClock { is_synchronised: false, max_error_millis: Some(16_000) })] {
            let (mut machine, handles) = machine();
            handles.time_sources.kept_by(means, is_virtual);
            handles.time_sources.kernel_says(kernel);
            let report = report(&mut machine);
            assert_eq!((report.level, report.ahead, report.source), (Level::Unknown, None, None));
            assert_eq!(says(&report, EvidenceKind::Kernel), Some((Says::Unknown, Certainty::CannotTell)));
            assert!(!report.advice().is_empty());
        }
    }
}

#[test]
fn a_clock_that_the_kernel_keeps_in_step_is_right_as_far_as_the_kernel_says() {
    let (mut machine, handles) = machine();
    handles.time_sources.kernel_says(Some(IN_STEP));
    let told = report(&mut machine);
    assert_eq!((told.level, told.source), (Level::Ok, Some(EvidenceKind::Kernel)));
    assert_eq!(told.ahead, Some(Ahead::around(0, 400)));
    assert!(told.advice().is_empty(), "{told:?}");
    handles.time_sources.kernel_says(Some(KernelClock { max_error_millis: Some(15_000), ..IN_STEP }));
    assert_eq!(report(&mut machine).level, Level::Unknown);
}

#[test]
fn a_comparison_outweighs_the_kernel() {
    let (mut machine, handles) = machine();
    handles.time_sources.kernel_says(Some(IN_STEP));
    remember_comparison(&mut machine, Ahead::around(61_000, 1_000), 3, None).unwrap();
    let report = report(&mut machine);
    assert_eq!((report.level, report.source), (Level::Critical, Some(EvidenceKind::Comparison)));
    assert_eq!(report.ahead, Some(Ahead::around(61_000, 1_000)));
}

#[test]
fn a_comparison_fades_with_time_and_is_dropped_after_thirty_days() {
    let (mut machine, handles) = machine();
    remember_comparison(&mut machine, Ahead::around(0, 1_000), 3, None).unwrap();
    handles.clock.advance_secs(DAY);
    assert_eq!(report(&mut machine).ahead, Some(Ahead::around(0, 1_000 + 4_320)));
    handles.clock.advance_secs(29 * DAY + 1);
    let told = report(&mut machine);
    assert_eq!((told.level, told.ahead), (Level::Unknown, None));
    assert_eq!(says(&told, EvidenceKind::Comparison), Some((Says::Unknown, Certainty::CannotTell)));
}

#[test]
fn a_comparison_is_dropped_when_the_clock_was_set_since_and_follows_a_small_adjustment() {
    let (mut machine, handles) = machine();
    remember_comparison(&mut machine, Ahead::around(61_000, 1_000), 3, None).unwrap();
    handles.clock.set(machine.clock.reading().wall.plus_millis(20));
    assert_eq!(report(&mut machine).ahead, Some(Ahead::around(61_000, 1_000)), "no clock is read that finely");
    handles.clock.set(machine.clock.reading().wall.plus_millis(980));
    assert_eq!(report(&mut machine).ahead, Some(Ahead::around(62_000, 1_020)));
    step(&machine, &handles, -62);
    assert_eq!(report(&mut machine).ahead, None);
}

#[test]
fn after_a_restart_a_comparison_holds_with_more_doubt_unless_it_lies_ahead() {
    let (mut machine, handles) = machine();
    remember_comparison(&mut machine, Ahead::around(61_000, 1_000), 3, None).unwrap();
    handles.time_sources.reboot();
    assert_eq!(report(&mut machine).ahead, Some(Ahead::around(61_000, 2_000)));
    step(&machine, &handles, -1);
    assert_eq!(report(&mut machine).ahead, None);
}

#[test]
fn two_measurements_that_agree_narrow_each_other_and_of_two_that_do_not_the_newer_holds() {
    let (mut machine, handles) = machine();
    remember_comparison(&mut machine, Ahead::between(50_000, 62_000), 1, None).unwrap();
    handles.clock.advance_secs(1);
    remember_network(&mut machine, Some(Ahead::around(61_000, 20)), vec!["a".to_owned()]).unwrap();
    let both = report(&mut machine);
    assert_eq!((both.ahead, both.source), (Some(Ahead::around(61_000, 20)), Some(EvidenceKind::Network)));
    handles.clock.advance_secs(1);
    remember_comparison(&mut machine, Ahead::around(0, 1_000), 4, None).unwrap();
    let newer = report(&mut machine);
    assert_eq!((newer.ahead, newer.source), (Some(Ahead::around(0, 1_000)), Some(EvidenceKind::Comparison)));
}

#[test]
fn a_clock_behind_the_build_is_wrong_for_certain_whatever_others_say() {
    let (mut machine, handles) = machine();
    handles.time_sources.kernel_says(Some(IN_STEP));
    remember_comparison(&mut machine, Ahead::around(0, 1_000), 4, None).unwrap();
    handles.clock.set(Timestamp::from_secs(1_700_000_000 - 3_600));
    let report = report(&mut machine);
    assert_eq!((report.level, report.source), (Level::Critical, Some(EvidenceKind::Built)));
    assert_eq!(report.ahead, Some(Ahead::behind_by_at_least(3_600_000)));
    assert_eq!(says(&report, EvidenceKind::Built), Some((Says::Wrong, Certainty::Certain)));
}

#[test]
fn a_clock_behind_the_last_save_is_wrong_unless_a_measurement_shows_that_the_save_was_early() {
    let (mut machine, handles) = machine();
    handles.time_sources.kernel_says(Some(IN_STEP));
    let saved = Facts { last_save: Some(machine.clock.now().plus_secs(3_600)), ..Facts::default() };
    let told = full_report(&mut machine, &saved);
    assert_eq!((told.level, told.source), (Level::Critical, Some(EvidenceKind::LastSave)));
    assert_eq!(says(&told, EvidenceKind::LastSave), Some((Says::Wrong, Certainty::Certain)));

    remember_comparison(&mut machine, Ahead::around(0, 1_000), 4, None).unwrap();
    let told = full_report(&mut machine, &saved);
    assert_eq!((told.level, told.source), (Level::Ok, Some(EvidenceKind::Comparison)));
    assert_eq!(says(&told, EvidenceKind::LastSave).unwrap().0, Says::Unknown);
}

#[test]
fn a_file_from_the_future_is_believed_where_nothing_else_tells() {
    let (mut machine, handles) = machine();
    let ahead = Facts { newest_file: Some(machine.clock.now().plus_secs(7_200)), ..Facts::default() };
    assert_eq!(full_report(&mut machine, &ahead).level, Level::Critical);
    handles.time_sources.kernel_says(Some(IN_STEP));
    assert_eq!(full_report(&mut machine, &ahead).level, Level::Ok);
}

#[test]
fn devices_that_share_a_vault_may_differ_by_a_few_seconds() {
    let (mut machine, _) = machine();
    let saved = Facts { last_save: Some(machine.clock.now().plus_secs(4)), ..Facts::default() };
    assert_eq!(full_report(&mut machine, &saved).level, Level::Unknown);
}

#[test]
fn the_verdict_is_on_the_time_that_codes_are_made_with() {
    let (mut machine, _) = machine();
    remember_comparison(&mut machine, Ahead::around(61_000, 1_000), 3, None).unwrap();
    set_correction(&mut machine, Some(-61_000)).unwrap();
    let report = report(&mut machine);
    assert_eq!(report.level, Level::Ok);
    assert_eq!(report.ahead, Some(Ahead::around(61_000, 1_000)));
    assert_eq!(report.corrected(), Some(Ahead::around(0, 1_000)));
    assert_eq!(report.doubt_of_correction(), None);
    assert_eq!(says(&report, EvidenceKind::Correction), Some((Says::Fine, Certainty::Certain)));
}

#[test]
fn the_limits_follow_the_shortest_step_in_the_vault() {
    let (mut machine, _) = machine();
    remember_comparison(&mut machine, Ahead::around(3_000, 0), 3, None).unwrap();
    let of = |machine: &Machine, period| {
        quick_report(machine, &Facts { shortest_period: Some(period), ..Facts::default() }).level
    };
    assert_eq!(of(&machine, Period::THIRTY), Level::Note);
    assert_eq!(of(&machine, Period::TEN), Level::Warn);
}

fn is_doubted(machine: &mut Machine) -> bool {
    report(machine).doubt_of_correction().is_some()
}

#[test]
fn a_correction_is_asked_about_again_after_thirty_days() {
    let (mut machine, handles) = machine();
    set_correction(&mut machine, Some(-61_000)).unwrap();
    handles.clock.advance_secs(30 * DAY);
    assert!(!is_doubted(&mut machine));
    handles.clock.advance_secs(1);
    assert!(is_doubted(&mut machine));
}

#[test]
fn a_correction_is_asked_about_when_the_clock_was_set_since() {
    let (mut machine, handles) = machine();
    set_correction(&mut machine, Some(-61_000)).unwrap();
    step(&machine, &handles, -61);
    assert!(is_doubted(&mut machine));
}

#[test]
fn a_correction_is_asked_about_and_judged_when_somebody_keeps_the_clock_in_step_by_now() {
    let (mut machine, handles) = machine();
    set_correction(&mut machine, Some(-61_000)).unwrap();
    handles.time_sources.kernel_says(Some(IN_STEP));
    assert!(is_doubted(&mut machine));
    assert_eq!(report(&mut machine).level, Level::Critical);
}

#[test]
fn who_corrects_a_clock_that_is_kept_in_step_does_not_believe_those_who_keep_it() {
    let (mut machine, handles) = machine();
    handles.time_sources.kernel_says(Some(IN_STEP));
    set_correction(&mut machine, Some(-61_000)).unwrap();
    assert!(!is_doubted(&mut machine));
    assert_eq!(report(&mut machine).level, Level::Unknown);
}

#[test]
fn a_correction_is_asked_about_when_what_was_measured_since_says_otherwise() {
    let (mut machine, handles) = machine();
    remember_comparison(&mut machine, Ahead::around(61_000, 1_000), 3, None).unwrap();
    set_correction(&mut machine, Some(-61_000)).unwrap();
    handles.clock.advance_secs(60);
    remember_network(&mut machine, Some(Ahead::around(61_000, 20)), vec!["a".to_owned()]).unwrap();
    assert!(!is_doubted(&mut machine));
    handles.clock.advance_secs(60);
    remember_network(&mut machine, Some(Ahead::around(0, 20)), vec!["a".to_owned()]).unwrap();
    assert!(is_doubted(&mut machine));
    assert_eq!(report(&mut machine).level, Level::Critical);
}

fn service(is_synchronised: Option<bool>, ahead: Option<Ahead>) -> TimeService {
    TimeService { name: "chrony", is_synchronised, ahead, last: None }
}

#[test]
fn a_time_service_that_knows_how_far_the_clock_is_off_says_more_than_the_kernel() {
    let (mut machine, handles) = machine();
    handles.time_sources.service_says(service(Some(true), Some(Ahead::around(61_000, 30))));
    let told = report(&mut machine);
    assert_eq!((told.level, told.source), (Level::Critical, Some(EvidenceKind::Service)));
    assert_eq!(quick_report(&machine, &Facts::default()).level, Level::Unknown);
}

#[test]
fn a_time_service_that_has_not_found_the_time_confirms_nothing() {
    for said in [Some(false), None] {
        let (mut machine, handles) = machine();
        handles.time_sources.service_says(service(said, None));
        let told = report(&mut machine);
        assert_eq!((told.level, says(&told, EvidenceKind::Service).unwrap().0), (Level::Unknown, Says::Unknown));
    }
    let (mut machine, handles) = machine();
    handles.time_sources.service_says(service(Some(true), None));
    assert_eq!(report(&mut machine).level, Level::Ok);
    // It was in step once; by now the kernel knows better.
    handles.time_sources.kernel_says(Some(KernelClock { is_synchronised: false, max_error_millis: None }));
    assert_eq!(report(&mut machine).level, Level::Unknown);
}

#[test]
fn an_answer_to_a_time_service_that_lies_ahead_shows_that_the_clock_is_behind() {
    let (mut machine, handles) = machine();
    let last = Some(machine.clock.now().plus_secs(600));
    handles.time_sources.service_says(TimeService { last, ..service(Some(false), None) });
    let told = report(&mut machine);
    assert_eq!((told.level, told.source), (Level::Critical, Some(EvidenceKind::Service)));
    assert_eq!(told.ahead, Some(Ahead::behind_by_at_least(600_000)));
}

#[test]
fn a_clock_that_was_set_since_somebody_looked_is_told() {
    let (mut machine, handles) = machine();
    remember_look(&mut machine).unwrap();
    handles.clock.advance_secs(600);
    handles.clock.sleep_secs(600);
    assert_eq!(says(&report(&mut machine), EvidenceKind::Step), None);
    step(&machine, &handles, -61);
    let told = report(&mut machine);
    let words = &told.evidence.iter().find(|it| it.kind == EvidenceKind::Step).unwrap().words;
    assert_eq!(words, "in the last 20 min the clock was set back by 61 s");
    assert_eq!(told.level, Level::Unknown);
    handles.time_sources.reboot();
    assert_eq!(says(&report(&mut machine), EvidenceKind::Step), None);
}

#[test]
fn each_system_gets_the_command_that_it_has() {
    let of = |means| {
        let (mut machine, handles) = machine();
        handles.time_sources.kept_by(means, false);
        remember_comparison(&mut machine, Ahead::around(61_000, 1_000), 3, None).unwrap();
        report(&mut machine).advice().first().map(|advice| (*advice).to_owned()).unwrap()
    };
    let expected = [
        (Means::Systemd, "sudo timedatectl set-ntp true"),
        (Means::Chrony, "sudo chronyc makestep"),
        (Means::OpenRc, "rc-service chronyd restart"),
        (Means::Wsl, "sudo hwclock -s"),
        (Means::ContainerHost, "the computer that runs this container"),
        (Means::MacOs, "System Settings > General > Date & Time"),
        (Means::Windows, "w32tm /resync"),
        (Means::Unknown, "automatic time in this system's settings"),
    ];
    for (means, command) in expected {
        let advice = of(means);
        assert!(advice.contains(command), "{means:?}: {advice}");
    }
}

/// Each code waits for it, and each start of the app.
#[test]
#[expect(clippy::disallowed_methods, reason = "what is measured is how long it takes")]
fn a_quick_report_of_the_real_system_takes_less_than_a_millisecond() {
    let (mut machine, _) = machine();
    remember_comparison(&mut machine, Ahead::around(61_000, 1_000), 3, None).unwrap();
    machine.time_sources = Box::new(SystemTimeSources);
    // One of many is enough: this computer has other work.
    let is_quick = (0..1_000).any(|_| {
        let start = std::time::Instant::now();
        quick_report(&machine, &Facts::default());
        start.elapsed() < std::time::Duration::from_millis(1)
    });
    assert!(is_quick, "each of many took longer");
}
