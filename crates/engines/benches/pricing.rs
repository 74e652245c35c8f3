//! CPU time of one price: with and without its trace, from one change a TLD to 10,000, from one tenant's book to 1,000's,
//! each beside a plain `HashMap<String, i64>` look-up of the TLD (the floor: a price without history, terms or rules).
//!
//! Then effective prices (a discount, a conversion, both with the trace) beside the bare price of the same questions, all
//! margins of 1,500 TLDs at five registrars, and what a change touches among 10,000 purchases.
//!
//! `cargo xtask bench pricing`. Questions come in a shuffled order, so that a book must be found in memory and not in the
//! branch predictor. Without `--bench` (as under `cargo test`) it does one small round, to show that it runs.

use std::collections::HashMap;
use std::hint::black_box;

use engines::blast_radius::{Exposure, blast_radius};
use engines::fx::{FxBook, FxRules, Quote};
use engines::margin::{MarginRules, MatrixAsk, Payee, matrix, over_time};
use engines::pricing::discounts::{DiscountBook, Entry, Off, Operations, Terms, Tlds, Whom, Years};
use engines::pricing::{
    Buyer, Cell, EffectiveAsk, Kind, List, Operation, PriceAsk, PriceBook, Pricing, effective, effective_bare, price,
    price_bare,
};
use kernel::{
    Currency, CustomerId, DiscountId, GroupId, Id, Instant, Percent, PriceId, Rate, RateSheetId, RegistrarId,
};
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
        self.effective();
        self.matrix();
        self.blast_radius();
    }

    /// Three years of any TLD for a buyer who has one of 50 discounts, in the list's currency and in one quoted with it.
    fn effective(&self) {
        let tenant = tenant(TLDS, 1);
        let (fx, discounts) = (rates(), discounts(50));
        let pricing = |converts: bool| Pricing {
            book: &tenant.book,
            fx: converts.then_some((&fx, FxRules::default())),
            home: Currency::USD,
            discounts: &discounts,
        };
        let (own, converted) = (pricing(false), pricing(true));
        let questions = questions(1, TLDS, 1, Moment::Now, 3);
        let bare = self.time(&questions, |question| {
            black_box(price_bare(&tenant.book, &question.ask())).expect("everything asked is priced");
        });
        println!(
            "\n{:<44} {:>9} {:>9}",
            "CPU ns an effective price of 3 years", "ns", "x bare"
        );
        let line = |name: &str, ns: f64| println!("{name:<44} {ns:>9.1} {:>9.2}", ns / bare);
        line("bare list price", bare);
        for (name, pricing, currency) in [
            ("discount", &own, Currency::USD),
            ("discount, converted (inverse quote)", &converted, Currency::EUR),
            ("discount, converted (cross)", &converted, Currency::INR),
        ] {
            let without = self.time(&questions, |question| {
                black_box(effective_bare(pricing, &question.of_buyer(currency))).expect("everything asked is priced");
            });
            line(&format!("{name}, no trace"), without);
            let with = self.time(&questions, |question| {
                black_box(effective(pricing, &question.of_buyer(currency))).expect("everything asked is priced");
            });
            line(&format!("{name}, trace"), with);
        }
        println!("goal: with discount, conversion and trace < 2000 ns");
    }

    /// Every TLD at five registrars, the costs of two of them in another currency.
    fn matrix(&self) {
        let book = costed_book(1_500);
        let fx = rates();
        let payees = [1, 2, 3, 4, 5].map(|n| Payee {
            registrar: registrar(n),
            charges_in: charged_in(n),
        });
        let ask = MatrixAsk {
            book: &book,
            fx: (&fx, FxRules::default()),
            sold_in: &[Currency::USD],
            payees: &payees,
            currency: Currency::USD,
            rules: MarginRules::default(),
        };
        let at = Instant::from_micros(1);
        let rows = matrix(&ask, book.tlds(), at).rows;
        assert!(
            rows.iter().all(|row| row.margin.profit.is_some()),
            "every row has a price and a cost"
        );
        let ms = best_ms(|| {
            black_box(matrix(&ask, book.tlds(), at));
        });
        println!("\nmargins of {} rows: {ms:.2} ms CPU; goal < 50 ms", rows.len());
        let instants: Vec<Instant> = (1..=12).map(Instant::from_micros).collect();
        let ms = best_ms(|| {
            let mut profits = 0;
            over_time(&ask, book.tlds(), &instants, |_, row| {
                profits += i64::from(row.margin.profit.is_some())
            });
            black_box(profits);
        });
        println!("the same at twelve instants in one pass: {ms:.2} ms CPU");
    }

    /// A .com cost rises under 10,000 live names of 1,500 TLDs.
    fn blast_radius(&self) {
        let book = costed_book(1_500);
        let (fx, discounts) = (rates(), discounts(50));
        let names: Vec<String> = (0..10_000).map(|n| tld(n % 1_500)).collect();
        let change = Cell {
            minor: Some(950),
            ..cell(
                List::Registrar(registrar(1)),
                &names[0],
                Operation::Renew,
                Currency::USD,
            )
        };
        let exposures: Vec<Exposure<'_>> = names
            .iter()
            .map(|tld| Exposure {
                ask: EffectiveAsk {
                    service: PriceAsk {
                        tld,
                        operation: Operation::Renew,
                        years: 1,
                        currency: Currency::EUR,
                        at: Instant::from_micros(1),
                    },
                    buyer: Some(buyer()),
                    coupon: None,
                },
                registrar: Some(registrar(1)),
                with_privacy: false,
                quantity: 1,
            })
            .collect();
        let (before, rules) = (
            Pricing {
                book: &book,
                fx: Some((&fx, FxRules::default())),
                home: Currency::USD,
                discounts: &discounts,
            },
            MarginRules::default(),
        );
        let ms = best_ms(|| {
            let changed = book
                .revised(book.tlds(), |_| false, [change])
                .expect("the change is sound");
            let after = Pricing {
                book: &changed,
                ..before
            };
            let radius = blast_radius(&before, &after, &exposures, &rules).expect("these sums are small");
            assert_eq!(
                radius.totals[0].touched, 7,
                "ten thousand names are of each TLD six or seven times"
            );
            black_box(radius);
        });
        println!(
            "blast radius of {} names, book rebuilt: {ms:.2} ms CPU; goal < 2000 ms",
            exposures.len()
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

impl Question {
    fn of_buyer(&self, currency: Currency) -> EffectiveAsk<'_> {
        EffectiveAsk {
            service: PriceAsk { currency, ..self.ask() },
            buyer: Some(buyer()),
            coupon: None,
        }
    }
}

fn buyer() -> Buyer {
    Buyer {
        customer: CustomerId::from_uuid(Uuid::from_u128(1)),
        group: Some(GroupId::from_uuid(Uuid::from_u128(2))),
    }
}

fn registrar(n: u128) -> RegistrarId {
    RegistrarId::from_uuid(Uuid::from_u128(n))
}

/// A feed's sheet: every currency quoted with the euro, so that a dollar price in rupees is a cross.
fn rates() -> FxBook {
    let quoted = Currency::all().filter(|currency| !matches!(currency, Currency::USD | Currency::EUR));
    let of = |base, quote, scaled| Quote {
        base,
        quote,
        rate: Rate::from_scaled(scaled).expect("above zero"),
        at: Instant::EPOCH,
        sheet: RateSheetId::from_uuid(Uuid::from_u128(1)),
    };
    let with_euro = quoted.map(|quote| of(Currency::EUR, quote, 83_412_500_000_000));
    FxBook::new(with_euro.chain([of(Currency::EUR, Currency::USD, 1_250_000_000_000)]))
}

/// Discounts of customers and groups; the buyer has some of their own, of their group and with everybody.
fn discounts(count: u128) -> DiscountBook {
    let entry = |n: u128| Entry {
        discount: DiscountId::from_uuid(Uuid::from_u128(n)),
        code: None,
        effective_from: Instant::EPOCH,
        terms: Some(Terms {
            whom: match n % 10 {
                0 => Whom::Everybody,
                1 => Whom::Group(GroupId::from_uuid(Uuid::from_u128(2))),
                2 => Whom::Customer(CustomerId::from_uuid(Uuid::from_u128(1))),
                _ => Whom::Customer(CustomerId::from_uuid(Uuid::from_u128(n))),
            },
            tlds: Tlds::All,
            operations: Operations::ALL,
            years: Years::All,
            off: Off::Percent(Percent::whole(5)),
            stacks: false,
        }),
        recorded_at: Instant::EPOCH,
        superseded_at: None,
    };
    DiscountBook::as_known_at((0..count).map(entry), Instant::EPOCH).expect("these discounts are sound")
}

fn cell(list: List, tld: &str, operation: Operation, currency: Currency) -> Cell<'_> {
    Cell {
        list,
        tld,
        operation,
        years: 1,
        kind: Kind::Regular,
        currency,
        effective_from: Instant::EPOCH,
        minor: Some(900),
        recorded_at: Instant::EPOCH,
        superseded_at: None,
        version: PriceId::from_uuid(Uuid::from_u128(1)),
    }
}

/// In which currency the `n`th registrar charges.
const fn charged_in(n: u128) -> Currency {
    if n > 3 { Currency::EUR } else { Currency::USD }
}

/// Sales prices in dollars, and the costs of five registrars, of two of them in euro.
fn costed_book(tlds: usize) -> PriceBook {
    let names: Vec<String> = (0..tlds).map(tld).collect();
    let lists = (1..=5).map(|n| (List::Registrar(registrar(n)), charged_in(n)));
    let lists: Vec<(List, Currency)> = lists.chain([(List::Sales, Currency::USD)]).collect();
    let cells = names.iter().flat_map(|tld| {
        let of_list = |(list, currency): &(List, Currency)| {
            let (list, currency) = (*list, *currency);
            Operation::ALL.map(|operation| cell(list, tld, operation, currency))
        };
        lists.iter().flat_map(of_list)
    });
    PriceBook::as_known_at(cells, Instant::EPOCH).expect("these cells are sound")
}

/// Milliseconds of CPU, the best of a few runs.
fn best_ms(mut run: impl FnMut()) -> f64 {
    let mut timed = || {
        let started = cpu_ns();
        run();
        (cpu_ns() - started) as f64 / 1e6
    };
    (0..BEST_OF).map(|_| timed()).fold(f64::INFINITY, f64::min)
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
