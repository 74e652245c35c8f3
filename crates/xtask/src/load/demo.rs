//! A demo of its own in a temporary folder, and what the kernel's accounts say of it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use super::{client::Connection, now};

pub(super) struct Demo {
    child: Child,
    pub(super) address: String,
    key: String,
    pub(super) ready_after: Duration,
}

impl Demo {
    pub(super) fn start(program: &Path, folder: &Path) -> Result<Self, String> {
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

    pub(super) fn get(&self, path: &str) -> Vec<u8> {
        format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address).into_bytes()
    }

    pub(super) fn check(&self, names: &[String]) -> Vec<u8> {
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
    pub(super) fn once(&self, request: &[u8]) -> Result<Duration, String> {
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
    pub(super) fn cpu(&self) -> Duration {
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

    pub(super) fn memory_mb(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap_or_default();
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or_default();
        kilobytes / 1024.0
    }

    pub(super) fn stop(mut self) -> Result<(), String> {
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
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new() -> Result<Self, String> {
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

fn free_address() -> io::Result<String> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
