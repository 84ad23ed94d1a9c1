//! Every fuzz target in one program, so that the library is linked once: `COUNTERSIGN_FUZZ_TARGET` names the one to run.
//!
//! Each target takes any bytes and asserts laws. What it reads is in its own words in [`targets::TARGETS`]; `fuzz/run`
//! builds and runs them.
#![no_main]

mod app;
mod exchange;
// The tests' own machine.
#[path = "../../tests/suite/support/fake_keys.rs"]
mod fake_keys;
#[path = "../../tests/suite/support/fakes.rs"]
mod fakes;
mod input;
mod machine;
mod pictures;
mod recovery;
mod sealed;
mod settings;
mod shown;
mod targets;
mod terminal;
mod typed;
mod uri;
mod vault;

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use targets::{TARGETS, Target};

static CHOSEN: OnceLock<&Target> = OnceLock::new();

fuzz_target!(init: choose(), |input: &[u8]| {
    (CHOSEN.get().expect("it was chosen before the first input").check)(input);
});

fn choose() {
    let name = std::env::var("COUNTERSIGN_FUZZ_TARGET").unwrap_or_default();
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else {
        panic!("COUNTERSIGN_FUZZ_TARGET must name a target: fuzz/run lists them");
    };
    CHOSEN.get_or_init(|| target);
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        if !is_in_a_reader_of_pictures(&place) {
            eprintln!("{panic}");
            sealed::print_last_file();
            std::process::abort();
        }
    }));
}

/// Those panic over some pictures, which the library expects and catches.
fn is_in_a_reader_of_pictures(place: &str) -> bool {
    let readers = ["rxing-", "image-", "png-", "zune-"];
    place.split('/').any(|folder| readers.iter().any(|reader| folder.starts_with(reader)))
}
