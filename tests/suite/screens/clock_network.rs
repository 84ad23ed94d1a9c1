//! Asking time servers from the app: named first, asked after a yes, given up by one key.

use countersign::ports::{ServerAnswer, ServerError};

use super::{NOW, pictures};
use crate::support::accounts::three;
use crate::support::driver::Driver;

fn says(ahead_millis: i64) -> Result<ServerAnswer, ServerError> {
    Ok(ServerAnswer { ahead_millis, round_trip_millis: 40, stratum: 1 })
}

fn with(answers: [Result<ServerAnswer, ServerError>; 2]) -> Driver {
    let driver = Driver::with_settings(NOW, |settings| {
        settings.time_servers = vec!["one.example".to_owned(), "two.example".to_owned()];
    });
    let told = driver.clock(|clock| {
        clock.unkept();
        for (server, answer) in ["one.example", "two.example"].into_iter().zip(answers) {
            clock.handles.time_sources.server_says(server, answer);
        }
    });
    told.unlocked(three()).size(100, 30).keys("tn")
}

fn asked(driver: &Driver) -> Vec<String> {
    driver.clock_now().handles.time_sources.asked()
}

#[test]
fn pictures_of_asking_the_network() {
    pictures("clock_network_asks", with([says(61_000), says(61_100)]));
    pictures("clock_network_answered", with([says(61_000), says(61_100)]).keys("y"));
}

#[test]
fn nobody_is_asked_before_a_yes_and_the_servers_are_named() {
    let mut driver = with([says(0), says(0)]);
    assert!(driver.picture().contains("one.example, two.example are asked"), "{}", driver.picture());
    assert!(asked(&driver).is_empty());
    let driver = driver.keys("<enter>").keys("n");
    assert!(asked(&driver).is_empty(), "enter by habit and a no ask nobody");
}

#[test]
fn after_a_yes_each_answer_is_shown_and_counts_on_the_page() {
    let mut driver = with([says(61_000), says(61_100)]).keys("y");
    assert_eq!(asked(&driver), ["one.example", "two.example"]);
    let picture = driver.picture();
    assert!(
        picture.contains("one.example: 61 s ahead") && picture.contains("✓ this computer's own clock is 61"),
        "{picture}"
    );
    assert_eq!(driver.clock_now().correction_millis(), 0, "nothing is set by itself");
    driver = driver.keys("<esc>");
    assert!(driver.picture().contains("asked servers on the network just now"), "{}", driver.picture());
}

#[test]
fn servers_that_differ_are_called_untrustworthy() {
    let mut driver = with([says(61_000), says(0)]).keys("y");
    assert!(driver.picture().contains("! the servers differ by 61 s: untrustworthy"), "{}", driver.picture());
}

#[test]
fn a_network_without_an_answer_says_so_and_can_be_asked_again() {
    let mut driver = with([Err(ServerError::NotFound), Err(ServerError::NoAnswer)]).keys("y");
    let picture = driver.picture();
    assert!(picture.contains("one.example: no server of this name was found"), "{picture}");
    assert!(picture.contains("! no server on the network told the time"), "{picture}");
    driver = driver.keys("y");
    assert_eq!(asked(&driver).len(), 4);
}

#[test]
fn asking_can_be_given_up_and_a_late_answer_shows_nothing_here() {
    let mut driver = with([says(61_000), says(61_000)]).slow().keys("y");
    assert!(driver.picture().contains("asking one.example, two.example"), "{}", driver.picture());
    driver = driver.keys("<esc>");
    assert!(driver.picture().contains("here alone"), "{}", driver.picture());
    driver = driver.keys("n").answer();
    assert!(driver.picture().contains("are asked"), "{}", driver.picture());
}

#[test]
fn without_servers_in_the_settings_nobody_can_be_asked() {
    let driver = Driver::with_settings(NOW, |settings| settings.time_servers = Vec::new());
    let mut driver = driver.unlocked(three()).keys("tny");
    assert!(driver.picture().contains("! there is no server to ask"), "{}", driver.picture());
    assert!(asked(&driver).is_empty());
}
