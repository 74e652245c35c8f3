//! Where letters are kept: in memory, and as files when there is a folder.
//!
//! A file is the letter with three headers before it, `Return-Path`, `Delivered-To` (one for each recipient) and
//! `X-Received-At`, so that any mail program opens it and a restart knows the envelope.

use std::collections::{HashMap, VecDeque};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kernel::Instant;
use mail_parser::{Address, Message, MessageParser, MimeHeaders as _};

use super::Letter;

/// The letters of one mailbox. All clones are one.
#[derive(Clone)]
pub(super) struct Keep(Arc<Shared>);

struct Shared {
    folder: Option<PathBuf>,
    most: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    letters: VecDeque<Letter>,
    last: u64,
    /// How often a sender and a recipient were put off, for greylisting.
    put_off: HashMap<(String, String), u32>,
}

/// The envelope a letter came in.
pub(super) struct Envelope {
    pub(super) sender: String,
    pub(super) recipients: Vec<String>,
    pub(super) received_at: Instant,
}

impl Keep {
    pub(super) fn open(folder: Option<PathBuf>, most: usize) -> std::io::Result<Self> {
        let mut state = State::default();
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder)?;
            let files = files(folder)?;
            state.last = files.last().map_or(0, |(number, _)| *number);
            for (number, path) in files.iter().skip(files.len().saturating_sub(most)) {
                state.letters.push_back(read(*number, &std::fs::read(path)?));
            }
        }
        Ok(Self(Arc::new(Shared {
            folder,
            most: most.max(1),
            state: Mutex::new(state),
        })))
    }

    /// Keeps a letter; once this returns it survives a crash. Blocks on the disk.
    pub(super) fn add(&self, envelope: &Envelope, letter: &[u8]) -> std::io::Result<u64> {
        let raw = enveloped(envelope, letter);
        let mut state = self.lock();
        let number = state.last + 1;
        if let Some(folder) = &self.0.folder {
            write(folder, number, &raw)?;
        }
        state.last = number;
        state.letters.push_back(read(number, &raw));
        while state.letters.len() > self.0.most {
            let oldest = state.letters.pop_front();
            if let (Some(folder), Some(oldest)) = (&self.0.folder, oldest) {
                // Already forgotten; a file left behind is read and dropped at the next start.
                let _ = std::fs::remove_file(folder.join(file_name(oldest.number)));
            }
        }
        Ok(number)
    }

    pub(super) fn letters(&self, most: usize, fits: impl Fn(&Letter) -> bool) -> Vec<Letter> {
        self.lock()
            .letters
            .iter()
            .rev()
            .filter(|letter| fits(letter))
            .take(most)
            .cloned()
            .collect()
    }

    pub(super) fn letter(&self, number: u64) -> Option<Letter> {
        self.lock()
            .letters
            .iter()
            .find(|letter| letter.number == number)
            .cloned()
    }

    pub(super) fn clear(&self) -> std::io::Result<()> {
        let mut state = self.lock();
        if let Some(folder) = &self.0.folder {
            for (_, path) in files(folder)? {
                std::fs::remove_file(path)?;
            }
        }
        state.letters.clear();
        Ok(())
    }

    /// Whether this pair has been put off fewer than `times` times; counts this one.
    pub(super) fn put_off(&self, sender: &str, recipient: &str, times: u32) -> bool {
        let mut state = self.lock();
        let count = state
            .put_off
            .entry((sender.to_owned(), recipient.to_owned()))
            .or_default();
        *count = count.saturating_add(1);
        *count <= times
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn file_name(number: u64) -> String {
    format!("{number:010}.eml")
}

/// The letters of a folder, oldest first. Other files are left alone.
fn files(folder: &Path) -> std::io::Result<Vec<(u64, PathBuf)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let number = path
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".eml")?.parse().ok());
        files.extend(number.map(|number| (number, path)));
    }
    files.sort();
    Ok(files)
}

/// Whole or not at all: written beside, synced, then renamed.
fn write(folder: &Path, number: u64, raw: &[u8]) -> std::io::Result<()> {
    let name = file_name(number);
    let beside = folder.join(format!("{name}.part"));
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(raw)?;
    file.sync_all()?;
    std::fs::rename(&beside, folder.join(name))
}

fn enveloped(envelope: &Envelope, letter: &[u8]) -> Vec<u8> {
    let mut head = format!("Return-Path: <{}>\r\n", envelope.sender);
    for recipient in &envelope.recipients {
        head.push_str(&format!("Delivered-To: {recipient}\r\n"));
    }
    head.push_str(&format!("X-Received-At: {}\r\n", envelope.received_at));
    [head.as_bytes(), letter].concat()
}

/// A letter as shown. Anything can be in it, so everything missing is empty.
fn read(number: u64, raw: &[u8]) -> Letter {
    let message = MessageParser::default().parse(raw).unwrap_or_default();
    let envelope = Head(&message);
    let received_at = envelope.first("X-Received-At").parse().unwrap_or(Instant::EPOCH);
    Letter {
        number,
        received_at,
        sender: envelope.first("Return-Path").trim_matches(['<', '>']).to_owned(),
        recipients: envelope.all("Delivered-To"),
        message_id: message.message_id().unwrap_or_default().to_owned(),
        from: shown(message.from()),
        to: shown(message.to()),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: message.body_text(0).unwrap_or_default().into_owned(),
        html: message.body_html(0).unwrap_or_default().into_owned(),
        attachments: message
            .attachments()
            .map(|part| part.attachment_name().unwrap_or("unnamed").to_owned())
            .collect(),
        size: raw.len(),
        raw: raw.into(),
    }
}

/// Our own headers at the head of a letter: the first of each name is ours, a later one may be the sender's.
struct Head<'a>(&'a Message<'a>);

impl Head<'_> {
    fn first(&self, name: &str) -> String {
        self.all(name).into_iter().next().unwrap_or_default()
    }

    fn all(&self, name: &str) -> Vec<String> {
        // Ours stand together at the top; `X-Received-At` ends them.
        let mut ours = Vec::new();
        for (header, value) in self.0.headers_raw() {
            if header.eq_ignore_ascii_case(name) {
                ours.push(value.trim().to_owned());
            }
            if header.eq_ignore_ascii_case("X-Received-At") {
                break;
            }
        }
        ours
    }
}

fn shown(address: Option<&Address<'_>>) -> String {
    let one = |address: &mail_parser::Addr<'_>| match (address.name(), address.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (None, Some(address)) => address.to_owned(),
        (name, None) => name.unwrap_or_default().to_owned(),
    };
    address
        .map(|address| address.iter().map(one).collect::<Vec<_>>().join(", "))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope() -> Envelope {
        let recipients = vec!["ana@kunde.example".to_owned(), "bo@kunde.example".to_owned()];
        let received_at = "2026-11-21T09:00:00.5Z".parse().unwrap();
        Envelope {
            sender: "bounce@northwind.example".to_owned(),
            recipients,
            received_at,
        }
    }

    const LETTER: &[u8] =
        b"From: N <n@northwind.example>\r\nTo: ana@kunde.example\r\nSubject: Hi\r\nReturn-Path: <forged@x.example>\r\n\
        Delivered-To: forged@x.example\r\nMessage-ID: <1@n>\r\n\r\nHello\r\n";

    #[test]
    fn a_restart_shows_what_was_kept_with_its_envelope() {
        let folder = tempfile::tempdir().unwrap();
        let kept = {
            let keep = Keep::open(Some(folder.path().to_owned()), 10).unwrap();
            keep.add(&envelope(), LETTER).unwrap();
            keep.letters(10, |_| true)
        };
        let again = Keep::open(Some(folder.path().to_owned()), 10).unwrap();
        assert_eq!(again.letters(10, |_| true), kept);
        assert_eq!(kept[0].sender, "bounce@northwind.example");
        assert_eq!(
            kept[0].recipients,
            ["ana@kunde.example", "bo@kunde.example"],
            "a forged header is not the envelope"
        );
        assert_eq!(
            (kept[0].from.as_str(), kept[0].subject.as_str()),
            ("N <n@northwind.example>", "Hi")
        );
        assert_eq!(kept[0].received_at, envelope().received_at);
        assert_eq!(again.add(&envelope(), LETTER).unwrap(), 2, "numbers go on");
    }

    #[test]
    fn the_oldest_letters_make_room_on_disk_too() {
        let folder = tempfile::tempdir().unwrap();
        let keep = Keep::open(Some(folder.path().to_owned()), 2).unwrap();
        for _ in 0..5 {
            keep.add(&envelope(), LETTER).unwrap();
        }
        let numbers = |keep: &Keep| {
            keep.letters(9, |_| true)
                .iter()
                .map(|letter| letter.number)
                .collect::<Vec<_>>()
        };
        assert_eq!(numbers(&keep), [5, 4]);
        assert_eq!(files(folder.path()).unwrap().len(), 2);
        keep.clear().unwrap();
        assert!(keep.letter(5).is_none() && files(folder.path()).unwrap().is_empty());
    }

    #[test]
    fn bytes_that_are_no_letter_are_kept_all_the_same() {
        let keep = Keep::open(None, 2).unwrap();
        keep.add(&envelope(), b"\xff\xfe\r\n\r\n").unwrap();
        assert_eq!(keep.letters(1, |_| true)[0].subject, "");
    }
}
