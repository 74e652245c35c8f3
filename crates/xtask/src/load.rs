//! `cargo xtask bench http`: the running product under load on loopback, seen from outside.
//!
//! Starts a demo of its own in a temporary folder, twice (the second start is the one that counts), and prints start time,
//! idle memory, CPU time a request of one cached price check against the same binary's constant route, latency at 64
//! connections, and bulk checks of 500 names. CPU is the server's own, from /proc, so it works on Linux only; walls on a
//! busy machine say little. Bounded in count and time, and it talks to loopback only.

mod client;
mod demo;

use std::{
    io,
    path::PathBuf,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use client::Connection;
use demo::{Demo, Folder};

use crate::workspace::Workspace;

const CONNECTIONS: usize = 64;
const SECONDS: u64 = 8;

/// Runs it all; `program` is the binary to measure.
pub(crate) fn run(house: &Workspace) -> Result<(), String> {
    let program = program(house)?;
    let folder = Folder::new()?;
    let first = Demo::start(&program, &folder.0)?;
    println!("first start, with seeding      {:>8.0} ms", millis(first.ready_after));
    first.stop()?;
    let demo = Demo::start(&program, &folder.0)?;
    println!(
        "start on existing data         {:>8.0} ms   (target < 100)",
        millis(demo.ready_after)
    );
    idle(&demo);
    prices(&demo)?;
    bulk(&demo)?;
    demo.stop()
}

fn program(house: &Workspace) -> Result<PathBuf, String> {
    if let Some(program) = std::env::var_os("ENTREPOT_BIN") {
        return Ok(PathBuf::from(program));
    }
    let built = Command::new("cargo")
        .args(["build", "--release", "--package", "entrepot"])
        .current_dir(house.root())
        .status();
    if !built.is_ok_and(|status| status.success()) {
        return Err("the release build failed".to_owned());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| house.path("target"), PathBuf::from);
    Ok(target.join("release/entrepot"))
}

fn idle(demo: &Demo) {
    thread::sleep(Duration::from_secs(3));
    let before = demo.cpu();
    thread::sleep(Duration::from_secs(5));
    let a_second = (demo.cpu() - before).as_secs_f64() / 5.0;
    println!(
        "idle memory                    {:>8.1} MB   (target < 60)",
        demo.memory_mb()
    );
    println!(
        "idle CPU a second              {:>8.2} ms   (target <= 1)",
        a_second * 1000.0
    );
}

fn prices(demo: &Demo) -> Result<(), String> {
    let constant = demo.get("/healthz");
    let check = demo.check(&["leafandlark.com".to_owned()]);
    demo.once(&check)?;
    let floor = load(demo, &constant)?;
    let priced = load(demo, &check)?;
    floor.print("constant route");
    priced.print("price check, one cached name");
    println!(
        "CPU ratio of the two           {:>8.2}      (target <= 2.5)",
        priced.cpu_us() / floor.cpu_us()
    );
    Ok(())
}

fn bulk(demo: &Demo) -> Result<(), String> {
    let names: Vec<String> = (0..500).map(|number| format!("bench-{number:03}-leaf.com")).collect();
    let check = demo.check(&names);
    let fresh = demo.once(&check)?;
    println!("500 names, asked of registrars {:>8.0} ms", millis(fresh));
    let mut cached = Vec::new();
    for _ in 0..20 {
        cached.push(demo.once(&check)?);
    }
    cached.sort();
    println!(
        "500 names again, median        {:>8.1} ms",
        millis(cached[cached.len() / 2])
    );
    Ok(())
}

/// What a load of one request over many connections came to.
struct Outcome {
    answers: Vec<Duration>,
    refused: usize,
    cpu: Duration,
    wall: Duration,
}

impl Outcome {
    fn cpu_us(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.answers.len().max(1) as f64
    }

    fn print(&self, what: &str) {
        let at = |share: f64| {
            self.answers
                .get((self.answers.len() as f64 * share) as usize)
                .copied()
                .unwrap_or_default()
        };
        println!(
            "{what:<30} {:>8.1} us CPU, {:.0}/s, p50 {:.2} ms, p99 {:.2} ms, {} refused",
            self.cpu_us(),
            self.answers.len() as f64 / self.wall.as_secs_f64(),
            millis(at(0.5)),
            millis(at(0.99)),
            self.refused
        );
    }
}

fn load(demo: &Demo, request: &[u8]) -> Result<Outcome, String> {
    let (began, before) = (now(), demo.cpu());
    let until = began + Duration::from_secs(SECONDS);
    let results: Vec<io::Result<(Vec<Duration>, usize)>> = thread::scope(|scope| {
        let callers: Vec<_> = (0..CONNECTIONS)
            .map(|_| scope.spawn(|| caller(&demo.address, request, until)))
            .collect();
        callers
            .into_iter()
            .map(|caller| caller.join().expect("a caller does not panic"))
            .collect()
    });
    let (cpu, wall) = (demo.cpu() - before, now() - began);
    let mut outcome = Outcome {
        answers: Vec::new(),
        refused: 0,
        cpu,
        wall,
    };
    for result in results {
        let (answers, refused) = result.map_err(|error| format!("a connection failed: {error}"))?;
        outcome.answers.extend(answers);
        outcome.refused += refused;
    }
    outcome.answers.sort();
    Ok(outcome)
}

fn caller(address: &str, request: &[u8], until: Instant) -> io::Result<(Vec<Duration>, usize)> {
    let mut connection = Connection::open(address)?;
    let mut answers = Vec::new();
    let mut refused = 0;
    while now() < until {
        let began = now();
        let status = connection.ask(request)?.0;
        if status == 200 {
            answers.push(now() - began)
        } else {
            refused += 1
        }
    }
    Ok((answers, refused))
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures real time; nothing of the product runs here"
)]
fn now() -> Instant {
    Instant::now()
}
