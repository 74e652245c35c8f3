//! CPU time of one price: with and without its trace, from one change a TLD to 10,000, from one tenant's book to 1,000's,
//! each beside a plain `HashMap<String, i64>` look-up of the TLD (the floor: a price without history, terms or rules).
//!
//! `cargo xtask bench pricing`. Questions come in a shuffled order, so that a book must be found in memory and not in the
//! branch predictor. Without `--bench` (as under `cargo test`) it does one small round, to show that it runs.

use std::collections::HashMap;
use std::hint::black_box;

use engines::pricing::{Cell, Kind, List, Operation, PriceAsk, PriceBook, price, price_bare};
use kernel::{Currency, Id, Instant, PriceId};
use uuid::Uuid;

/// As many as the two real price lists share.
const TLDS: usize = 346;
const QUESTIONS: usize = 1 << 14;
const BEST_OF: usize = 5;

fn main() {
    let full = std::env::args().any(|arg| arg == "--bench");
    let bench = if full {
        Bench {
            rounds: 150,
            tenants: 1_000,
            changes: 10_000,
        }
    } else {
        Bench {
            rounds: 1,
            tenants: 2,
            changes: 20,
        }
    };
    bench.run();
}

struct Bench {
    rounds: usize,
    tenants: usize,
    changes: usize,
}

/// One tenant's book, and the floor beside it.
struct Tenant {
    book: PriceBook,
    plain: HashMap<String, i64>,
}

/// Which tenant asks for which TLD, at which moment, for how many years.
struct Question {
    tenant: usize,
    tld: String,
    at: Instant,
    years: u8,
}

impl Bench {
    fn run(&self) {
        println!(
            "{:<44} {:>9} {:>9} {:>9} {:>8}",
            "CPU ns a price", "floor", "bare", "trace", "bare/floor"
        );
        let one = self.measure("1 tenant, 1 change a TLD, 1 year", 1, TLDS, 1, Moment::Now, 1);
        let three = self.measure("1 tenant, 1 change a TLD, 3 years", 1, TLDS, 1, Moment::Now, 3);
        // Fewer TLDs: 10,000 changes of each of five prices of 20 TLDs are a million cells.
        let few = self.measure("1 tenant, 20 TLDs, 1 change", 1, 20, 1, Moment::Now, 3);
        let name = format!("1 tenant, 20 TLDs, {} changes, now", self.changes);
        let long = self.measure(&name, 1, 20, self.changes, Moment::Now, 3);
        let name = format!("1 tenant, 20 TLDs, {} changes, any past day", self.changes);
        let past = self.measure(&name, 1, 20, self.changes, Moment::Any, 3);
        let name = format!("{} tenants, 1 change a TLD, 1 year", self.tenants);
        let many = self.measure(&name, self.tenants, TLDS, 1, Moment::Now, 1);
        println!(
            "\ntrace / bare: {:.2} (1 year), {:.2} (3 years)",
            one.trace / one.bare,
            three.trace / three.bare
        );
        println!(
            "{} changes / 1: bare {:.2} now, {:.2} in the past",
            self.changes,
            long.bare / few.bare,
            past.bare / few.bare
        );
        println!(
            "{} changes / 1: trace {:.2} now, {:.2} in the past",
            self.changes,
            long.trace / few.trace,
            past.trace / few.trace
        );
        let floor = many.floor / one.floor;
        println!(
            "{} tenants / 1: bare {:.2}, trace {:.2}, floor {floor:.2}",
            self.tenants,
            many.bare / one.bare,
            many.trace / one.trace
        );
        println!(
            "goals: bare <= 200 ns, trace < 1000 ns; here bare {:.0}, trace {:.0}, with all tenants {:.0} and {:.0}",
            three.bare, three.trace, many.bare, many.trace
        );
    }

    fn measure(&self, name: &str, tenants: usize, tlds: usize, changes: usize, moment: Moment, years: u8) -> Times {
        let tenants: Vec<Tenant> = (0..tenants).map(|_| tenant(tlds, changes)).collect();
        let questions = questions(tenants.len(), tlds, changes, moment, years);
        let floor = self.time(&questions, |question| {
            black_box(tenants[question.tenant].plain.get(question.tld.as_str()));
        });
        let bare = self.time(&questions, |question| {
            black_box(price_bare(&tenants[question.tenant].book, &question.ask())).expect("everything asked is priced");
        });
        let trace = self.time(&questions, |question| {
            black_box(price(&tenants[question.tenant].book, &question.ask())).expect("everything asked is priced");
        });
        println!("{name:<44} {floor:>9.1} {bare:>9.1} {trace:>9.1} {:>8.2}", bare / floor);
        Times { floor, bare, trace }
    }

    /// Nanoseconds of CPU a question, the best of a few runs: noise only ever adds.
    fn time(&self, questions: &[Question], mut answer: impl FnMut(&Question)) -> f64 {
        let mut run = || {
            let started = cpu_ns();
            for _ in 0..self.rounds {
                questions.iter().for_each(&mut answer);
            }
            (cpu_ns() - started) as f64 / (self.rounds * questions.len()) as f64
        };
        (0..BEST_OF).map(|_| run()).fold(f64::INFINITY, f64::min)
    }
}

struct Times {
    floor: f64,
    bare: f64,
    trace: f64,
}

#[derive(Clone, Copy)]
enum Moment {
    Now,
    Any,
}

impl Question {
    fn ask(&self) -> PriceAsk<'_> {
        PriceAsk {
            tld: &self.tld,
            operation: Operation::Register,
            years: self.years,
            currency: Currency::USD,
            at: self.at,
        }
    }
}

fn tld(n: usize) -> String {
    format!("{}{n}", ["com", "online", "photography", "co"][n % 4])
}

/// A book with register, renew and transfer prices and a promotion for each TLD, each changed so many times, and the costs
/// of one registrar beside them.
fn tenant(tlds: usize, changes: usize) -> Tenant {
    let names: Vec<String> = (0..tlds).map(tld).collect();
    let places = [
        (List::Sales, Operation::Register, Kind::Regular),
        (List::Sales, Operation::Register, Kind::Promo),
        (List::Sales, Operation::Renew, Kind::Regular),
        (List::Sales, Operation::Transfer, Kind::Regular),
        (
            List::Registrar(Uuid::from_u128(1).into()),
            Operation::Register,
            Kind::Regular,
        ),
    ];
    let cells = names.iter().flat_map(|tld| {
        places.iter().flat_map(move |(list, operation, kind)| {
            (0..changes).map(move |change| Cell {
                list: *list,
                tld,
                operation: *operation,
                years: 1,
                kind: *kind,
                currency: Currency::USD,
                effective_from: Instant::from_micros(change as i64),
                minor: Some(700 + change as i64),
                recorded_at: Instant::EPOCH,
                superseded_at: None,
                version: PriceId::from_uuid(Uuid::from_u128(change as u128)),
            })
        })
    });
    let book = PriceBook::as_known_at(cells, Instant::EPOCH).expect("these cells are sound");
    Tenant {
        book,
        plain: names.into_iter().map(|name| (name, 700)).collect(),
    }
}

fn questions(tenants: usize, tlds: usize, changes: usize, moment: Moment, years: u8) -> Vec<Question> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut draw = |below: usize| {
        // xorshift: the same questions in every run.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).expect("below a usize")
    };
    let mut question = || {
        let at = match moment {
            Moment::Now => changes,
            Moment::Any => draw(changes),
        };
        Question {
            tenant: draw(tenants),
            tld: tld(draw(tlds)),
            at: Instant::from_micros(at as i64),
            years,
        }
    };
    (0..QUESTIONS).map(|_| question()).collect()
}

/// Time this thread has spent on a processor; where the system does not tell, the clock on the wall.
fn cpu_ns() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = told.and_then(|text| text.split(' ').next()?.parse().ok());
    spent.unwrap_or_else(wall_ns)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures real time; nothing it computes depends on it"
)]
fn wall_ns() -> u64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
