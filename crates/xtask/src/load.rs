//! `cargo xtask bench http`: the running product under load on loopback, seen from outside.
//!
//! Starts a demo of its own in a temporary folder, twice (the second start is the one that counts), and prints start time,
//! idle memory, CPU time a request of one cached price check against the same binary's constant route, latency at 64
//! connections, and bulk checks of 500 names. CPU is the server's own, from /proc, so it works on Linux only; walls on a
//! busy machine say little. Bounded in count and time, and it talks to loopback only.

use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

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

// ---------------------------------------------------------------- what is measured

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

// ---------------------------------------------------------------- the demo

struct Demo {
    child: Child,
    address: String,
    key: String,
    ready_after: Duration,
}

impl Demo {
    fn start(program: &Path, folder: &Path) -> Result<Self, String> {
        let address = free_address().map_err(|error| error.to_string())?;
        let began = now();
        // the load comes from one caller; the limits that protect tenants from each other would measure themselves
        let child = Command::new(program)
            .args(["demo", "--listen", &address, "--data"])
            .arg(folder)
            .envs([
                ("ENTREPOT__LIMITS__CALLER_PER_MINUTE", "100000000"),
                ("ENTREPOT__LIMITS__CALLER_BURST", "10000000"),
            ])
            .envs([
                ("ENTREPOT__LIMITS__VISITOR_PER_MINUTE", "100000000"),
                ("ENTREPOT__LIMITS__VISITOR_BURST", "10000000"),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{} could not be started: {error}", program.display()))?;
        let mut demo = Demo {
            child,
            address,
            key: String::new(),
            ready_after: Duration::ZERO,
        };
        demo.wait_until_ready()?;
        demo.ready_after = now() - began;
        demo.key = key_of(&folder.join("demo.json"))?;
        Ok(demo)
    }

    fn wait_until_ready(&mut self) -> Result<(), String> {
        let until = now() + Duration::from_secs(120);
        while now() < until {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("the demo ended before it was ready: {status}"));
            }
            let ask = || Connection::open(&self.address)?.ask(&self.get("/readyz"));
            if ask().is_ok_and(|(status, _)| status == 200) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(2));
        }
        Err("the demo did not become ready in two minutes".to_owned())
    }

    fn get(&self, path: &str) -> Vec<u8> {
        format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address).into_bytes()
    }

    fn check(&self, names: &[String]) -> Vec<u8> {
        let body = serde_json::json!({ "names": names }).to_string();
        format!(
            "POST /api/v1/domains/price-checks HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.key,
            body.len()
        )
        .into_bytes()
    }

    /// One request that must be answered with 200, and how long that took.
    fn once(&self, request: &[u8]) -> Result<Duration, String> {
        let mut connection = Connection::open(&self.address).map_err(|error| error.to_string())?;
        let began = now();
        let (status, body) = connection.ask(request).map_err(|error| error.to_string())?;
        let took = now() - began;
        if status == 200 {
            Ok(took)
        } else {
            Err(format!("answered {status}: {}", String::from_utf8_lossy(&body)))
        }
    }

    /// CPU time of the server so far, from the kernel's own account of its threads.
    fn cpu(&self) -> Duration {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id()))
            .into_iter()
            .flatten()
            .filter_map(Result::ok);
        let nanos = tasks.filter_map(|task| fs::read_to_string(task.path().join("schedstat")).ok());
        Duration::from_nanos(
            nanos
                .filter_map(|line| line.split(' ').next()?.parse::<u64>().ok())
                .sum(),
        )
    }

    fn memory_mb(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap_or_default();
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or_default();
        kilobytes / 1024.0
    }

    fn stop(mut self) -> Result<(), String> {
        Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .map_err(|error| error.to_string())?;
        let status = self.child.wait().map_err(|error| error.to_string())?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("the demo did not stop cleanly: {status}"))
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn key_of(file: &Path) -> Result<String, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let demo: Value = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    let tenants = demo["tenants"].as_array().into_iter().flatten();
    let key = tenants
        .filter(|tenant| tenant["slug"] == "northwind")
        .find_map(|tenant| tenant["api_key"].as_str());
    key.map(str::to_owned)
        .ok_or_else(|| format!("{} has no API key of northwind", file.display()))
}

/// A folder that goes when the run does.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("entrepot-bench-{}", std::process::id()));
        fs::create_dir_all(&path).map_err(|error| error.to_string())?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

// ---------------------------------------------------------------- a small HTTP client

struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        Ok(Connection {
            reader: BufReader::new(stream),
        })
    }

    /// Sends a request and reads its whole answer: status and body.
    fn ask(&mut self, request: &[u8]) -> io::Result<(u16, Vec<u8>)> {
        self.reader.get_mut().write_all(request)?;
        let status = self
            .line()?
            .split(' ')
            .nth(1)
            .and_then(|word| word.parse().ok())
            .unwrap_or(0);
        let mut length = 0;
        let mut chunked = false;
        loop {
            let line = self.line()?.to_ascii_lowercase();
            match line.split_once(':') {
                Some(("content-length", value)) => length = value.trim().parse().unwrap_or(0),
                Some(("transfer-encoding", value)) => chunked = value.trim() == "chunked",
                Some(_) => {}
                None => break,
            }
        }
        let body = if chunked { self.chunks()? } else { self.bytes(length)? };
        Ok((status, body))
    }

    fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let length = usize::from_str_radix(self.line()?.trim(), 16).map_err(io::Error::other)?;
            body.extend(self.bytes(length)?);
            self.line()?;
            if length == 0 {
                return Ok(body);
            }
        }
    }

    fn bytes(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body)?;
        Ok(body)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

fn free_address() -> io::Result<String> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
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
