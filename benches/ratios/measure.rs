//! Two things, timed in turns.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// How often each side is timed.
const ROUNDS: usize = 31;
/// How long one timing takes at least, so that the clock's grain does not matter.
const SPAN: Duration = Duration::from_millis(5);

/// Prints how many times as long the first takes as the second.
///
/// They run in turns, so that whatever else the machine does slows both; of each the median counts.
pub fn compare<A, B>(ours: (&str, impl FnMut() -> A), base: (&str, impl FnMut() -> B)) {
    let name = format!("{} / {}", ours.0, base.0);
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if !wanted.is_empty() && !wanted.iter().any(|word| name.contains(word)) {
        return;
    }
    let (mut ours, mut base) = (Side::new(ours.1), Side::new(base.1));
    for _ in 0..ROUNDS {
        ours.time();
        base.time();
    }
    let (ours, base) = (ours.median(), base.median());
    println!("{name:<72} {:>7.2}   {ours:.1?} / {base:.1?}", ours.as_secs_f64() / base.as_secs_f64());
}

struct Side<F> {
    work: F,
    /// How often the work is done in one timing.
    times: u32,
    spans: Vec<Duration>,
}

impl<T, F: FnMut() -> T> Side<F> {
    fn new(work: F) -> Self {
        let mut side = Self { work, times: 1, spans: Vec::new() };
        side.time();
        let once = side.spans.pop().unwrap_or(SPAN).max(Duration::from_nanos(1));
        side.times = u32::try_from(SPAN.as_nanos() / once.as_nanos() + 1).unwrap_or(u32::MAX);
        side
    }

    fn time(&mut self) {
        let start = Instant::now();
        for _ in 0..self.times {
            black_box((self.work)());
        }
        self.spans.push(start.elapsed() / self.times);
    }

    fn median(&mut self) -> Duration {
        self.spans.sort();
        self.spans[self.spans.len() / 2]
    }
}
