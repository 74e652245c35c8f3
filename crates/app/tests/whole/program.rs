//! The real program as a process of its own, on a folder and a port of its own.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use testkit::TestDatabase;

/// A data folder and, on PostgreSQL, a database beside it.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) database: Option<TestDatabase>,
}

impl Place {
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::new(&entrepot::wiring::migrations()).await;
        Self {
            folder: tempfile::tempdir().unwrap(),
            database: database.is_postgres().then_some(database),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The program with a command and this place.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_entrepot"));
        command.current_dir(self.path()).args(arguments);
        let is_demo = arguments.first() == Some(&"demo");
        if is_demo || self.database.is_none() {
            command.arg("--data").arg(self.path());
        }
        if let Some(database) = &self.database {
            command
                .arg("--database")
                .arg(database.url())
                .env("ENTREPOT__DATA__FOLDER", self.path());
        }
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("run the program")
    }

    /// Starts the demo and waits until it is ready.
    pub(crate) async fn demo(&self) -> Running {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.path().join("log"))
            .unwrap();
        let mut command = self.command(&["demo", "--listen", &free.to_string()]);
        let child = command
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("start the demo");
        let mut running = Running {
            child,
            url: format!("http://{free}"),
            card: Value::Null,
            client: reqwest::Client::builder()
                .timeout(Duration::from_secs(20))
                .build()
                .unwrap(),
        };
        for _ in 0..1_200 {
            let ready = running.client.get(format!("{}/readyz", running.url)).send().await;
            if ready.is_ok_and(|answer| answer.status().is_success()) {
                running.card = serde_json::from_slice(&std::fs::read(self.path().join("demo.json")).unwrap()).unwrap();
                return running;
            }
            assert!(
                running.child.try_wait().unwrap().is_none(),
                "the demo ended: {}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the demo is not ready: {}", self.log());
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.path().join("log")).unwrap_or_default()
    }

    /// Every letter in the demo's mailbox: its id and to whom.
    pub(crate) fn letters(&self) -> Vec<(String, String)> {
        let Ok(files) = std::fs::read_dir(self.path().join("mailbox")) else {
            return Vec::new();
        };
        let files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        let letters = files
            .iter()
            .filter(|file| file.extension().is_some_and(|ending| ending == "eml"));
        letters
            .map(|file| letter(&String::from_utf8_lossy(&std::fs::read(file).unwrap())))
            .collect()
    }
}

fn letter(text: &str) -> (String, String) {
    let header = |name: &str| {
        let mut lines = text.lines().map(str::to_owned);
        lines
            .find(|line| line.to_lowercase().starts_with(name))
            .unwrap_or_default()
    };
    (header("message-id:"), header("to:"))
}

/// The demo under way; killed when dropped.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) url: String,
    pub(crate) card: Value,
    pub(crate) client: reqwest::Client,
}

impl Running {
    /// The API key of the first company.
    pub(crate) fn key(&self) -> String {
        self.card["tenants"][0]["api_key"].as_str().expect("a key").to_owned()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self
            .client
            .get(format!("{}{path}", self.url))
            .bearer_auth(self.key())
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "GET {path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, and waits.
    pub(crate) fn stop(&mut self) {
        let asked = Command::new("kill")
            .arg("-TERM")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(asked.success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
