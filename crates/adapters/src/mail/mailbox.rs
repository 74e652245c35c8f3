//! A mailbox for demos and tests: a small SMTP server on loopback that delivers nothing and shows everything.
//!
//! What it takes it keeps, newest first, in memory up to a cap, and in a folder of `.eml` files when given one, written
//! before the server says 250, so that a restart shows them again. It can be told to misbehave ([`Fault`]).

mod keep;
mod server;
mod session;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kernel::{Clock, Instant};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::loopback::Served;
use keep::Keep;

/// How much a mailbox takes.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Most letters kept; the oldest make room.
    pub letters: usize,
    /// Most bytes of a letter.
    pub letter_bytes: usize,
    /// Most recipients of a letter.
    pub recipients: usize,
    /// Most connections at once.
    pub connections: usize,
    /// Seconds a silent connection is kept.
    pub idle_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            letters: 500,
            letter_bytes: 10 * 1024 * 1024,
            recipients: 100,
            connections: 32,
            idle_seconds: 120,
        }
    }
}

/// How a mailbox misbehaves. As JSON: `{"mode": "greylist", "times": 1}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Fault {
    /// It takes everything.
    #[default]
    None,
    /// 451 to each sender and recipient the first so many times.
    Greylist {
        /// How many times.
        times: u32,
    },
    /// 450 to every recipient.
    Busy,
    /// 550 to every recipient.
    RefuseRecipient,
    /// 554 to every letter, after reading it.
    RefuseLetter,
    /// Hangs up before saying anything.
    DropAtGreeting,
    /// Hangs up in the middle of a letter.
    DropInLetter,
    /// Keeps the letter and hangs up without saying so: the case in which a sender sends twice.
    DropAfterLetter,
}

/// A letter as it was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// Counted from 1; never used twice in one folder.
    pub number: u64,
    /// When it came.
    pub received_at: Instant,
    /// The sender of the envelope, who gets bounces.
    pub sender: String,
    /// The recipients of the envelope.
    pub recipients: Vec<String>,
    /// `Message-ID`, without its brackets.
    pub message_id: String,
    /// The `From` header as shown.
    pub from: String,
    /// The `To` header as shown.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part: a stranger's HTML. A page shows it in a sandboxed frame or not at all.
    pub html: String,
    /// Names of what is attached.
    pub attachments: Vec<String>,
    /// Bytes of the whole letter.
    pub size: usize,
    /// The letter itself.
    #[serde(skip)]
    pub raw: Arc<[u8]>,
}

/// The mailbox. Cheap to clone: all clones are one.
#[derive(Clone)]
pub struct Mailbox(Arc<Inner>);

struct Inner {
    keep: Keep,
    limits: Limits,
    clock: Arc<dyn Clock>,
    credentials: Option<(String, String)>,
    fault: Mutex<Fault>,
}

impl Mailbox {
    /// Opens a mailbox with what its folder already holds; without a folder it forgets when dropped.
    pub fn open(folder: Option<PathBuf>, limits: Limits, clock: Arc<dyn Clock>) -> std::io::Result<Self> {
        let keep = Keep::open(folder, limits.letters)?;
        Ok(Self(Arc::new(Inner {
            keep,
            limits,
            clock,
            credentials: None,
            fault: Mutex::default(),
        })))
    }

    /// This mailbox, asking every sender for this user name and password (`AUTH PLAIN`).
    #[must_use]
    pub fn with_credentials(self, user: &str, password: &str) -> Self {
        let inner = Inner {
            keep: self.0.keep.clone(),
            limits: self.0.limits.clone(),
            clock: self.0.clock.clone(),
            credentials: Some((user.to_owned(), password.to_owned())),
            fault: Mutex::new(self.fault()),
        };
        Self(Arc::new(inner))
    }

    /// Serves SMTP on `listener` until the answer is dropped.
    pub fn serve(&self, listener: TcpListener) -> std::io::Result<Served> {
        let address = listener.local_addr()?;
        Ok(Served::new(
            address,
            tokio::spawn(server::accept(self.clone(), listener)),
        ))
    }

    /// Serves SMTP on a free port of `127.0.0.1`.
    pub async fn serve_on_any_port(&self) -> std::io::Result<Served> {
        self.serve(TcpListener::bind(("127.0.0.1", 0)).await?)
    }

    /// Misbehaves in this way until told otherwise.
    pub fn set_fault(&self, fault: Fault) {
        *self.fault_lock() = fault;
    }

    /// How it misbehaves now.
    pub fn fault(&self) -> Fault {
        self.fault_lock().clone()
    }

    /// Up to `most` letters, newest first.
    pub fn letters(&self, most: usize) -> Vec<Letter> {
        self.letters_where(most, |_| true)
    }

    /// Up to `most` letters that `fits`, newest first. One mailbox serves all tenants of a demo: a page of one tenant
    /// asks for the letters its own addresses sent.
    pub fn letters_where(&self, most: usize, fits: impl Fn(&Letter) -> bool) -> Vec<Letter> {
        self.0.keep.letters(most, fits)
    }

    /// One letter.
    pub fn letter(&self, number: u64) -> Option<Letter> {
        self.0.keep.letter(number)
    }

    /// Forgets all letters, those of the folder too.
    pub fn clear(&self) -> std::io::Result<()> {
        self.0.keep.clear()
    }

    fn fault_lock(&self) -> MutexGuard<'_, Fault> {
        self.0.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
