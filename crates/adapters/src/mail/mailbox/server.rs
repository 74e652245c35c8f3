//! The socket side: lines in and replies out, with every wait and every buffer bounded.
//!
//! A line ends with CRLF and a letter with CRLF `.` CRLF, nothing else: a bare CR or LF in a letter refuses it, so that
//! no two servers can disagree on where a letter ends (SMTP smuggling). Replies are sent when no whole command waits in the
//! buffer, which is all that PIPELINING asks of a server.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::keep::Envelope;
use super::session::{Next, Session, Terms};
use super::{Fault, Mailbox};

/// Most bytes of a line with its CRLF. RFC 5321 asks for 512 of a command and 1000 of a letter; extensions lengthen commands.
const LONGEST_LINE: usize = 2048;

/// Takes connections for ever; dropping this ends all of them.
pub(super) async fn accept(mailbox: Mailbox, listener: TcpListener) {
    let mut conversations = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) if conversations.len() < mailbox.0.limits.connections => {
                let mailbox = mailbox.clone();
                conversations.spawn(async move {
                    if let Err(error) = converse(&mailbox, stream).await {
                        tracing::debug!(%error, "a mail conversation broke off");
                    }
                });
            }
            Ok((mut stream, _)) => {
                // Says so if it can; a full house waits for nobody.
                let _ = stream.try_write(b"421 4.3.2 Too many connections\r\n");
                let _ = stream.shutdown().await;
            }
            Err(error) => {
                tracing::warn!(%error, "the mailbox cannot take a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        while conversations.try_join_next().is_some() {}
    }
}

async fn converse(mailbox: &Mailbox, stream: TcpStream) -> io::Result<()> {
    if mailbox.fault() == Fault::DropAtGreeting {
        return Ok(());
    }
    let mut line = Line {
        stream,
        buffer: Vec::new(),
        idle: Duration::from_secs(mailbox.0.limits.idle_seconds.max(1)),
    };
    let mut replies = "220 entrepot-mailbox ESMTP\r\n".to_owned();
    let mut session = Session::default();
    loop {
        if !line.holds_a_line() {
            line.say(&std::mem::take(&mut replies)).await?;
        }
        let next = match line.read().await? {
            Read::Line(text) => answer(mailbox, &mut session, &text),
            Read::TooLong => session.count(Next::Say("500 5.5.2 Line too long".to_owned())),
            Read::Over => return Ok(()),
            Read::Silent => Next::End("421 4.4.2 Silent too long".to_owned()),
        };
        match next {
            Next::Say(reply) => replies.extend([&reply, "\r\n"]),
            Next::End(reply) => return line.say(&format!("{replies}{reply}\r\n")).await,
            Next::ReadLetter => {
                line.say(&format!(
                    "{}354 End with <CRLF>.<CRLF>\r\n",
                    std::mem::take(&mut replies)
                ))
                .await?;
                match take_letter(mailbox, &mut session, &mut line).await? {
                    Some(reply) => replies.extend([reply.as_str(), "\r\n"]),
                    None => return Ok(()),
                }
            }
        }
    }
}

fn answer(mailbox: &Mailbox, session: &mut Session, text: &[u8]) -> Next {
    let Ok(text) = std::str::from_utf8(text) else {
        return session.count(Next::Say("500 5.5.2 Not UTF-8".to_owned()));
    };
    let fault = mailbox.fault();
    let judge = |sender: &str, recipient: &str| match &fault {
        Fault::Greylist { times } if mailbox.0.keep.put_off(sender, recipient, *times) => {
            Some("451 4.7.1 Greylisted, try again later")
        }
        Fault::Busy => Some("450 4.2.1 Mailbox busy"),
        Fault::RefuseRecipient => Some("550 5.1.1 No such mailbox"),
        _ => None,
    };
    let limits = &mailbox.0.limits;
    let terms = Terms {
        letter_bytes: limits.letter_bytes,
        recipients: limits.recipients,
        credentials: mailbox.0.credentials.as_ref(),
        judge: &judge,
    };
    session.line(text, &terms)
}

/// Reads a letter and keeps it; the reply, or nothing to hang up without one.
async fn take_letter(mailbox: &Mailbox, session: &mut Session, line: &mut Line) -> io::Result<Option<String>> {
    let fault = mailbox.fault();
    if fault == Fault::DropInLetter {
        return Ok(None);
    }
    let letter = match read_letter(line, mailbox.0.limits.letter_bytes).await? {
        Ok(letter) => letter,
        Err(Spoilt::BrokenOff) => return Ok(None),
        Err(Spoilt::Refused(reply)) => {
            session.take_envelope();
            return Ok(Some(reply.to_owned()));
        }
    };
    let (sender, recipients) = session.take_envelope();
    if fault == Fault::RefuseLetter {
        return Ok(Some("554 5.7.1 Letter refused".to_owned()));
    }
    let envelope = Envelope {
        sender,
        recipients,
        received_at: mailbox.0.clock.now(),
    };
    let keep = mailbox.0.keep.clone();
    let kept = tokio::task::spawn_blocking(move || keep.add(&envelope, &letter))
        .await
        .map_err(io::Error::other)?;
    Ok(match kept {
        Ok(_) if fault == Fault::DropAfterLetter => None,
        Ok(number) => Some(format!("250 2.0.0 Kept as letter {number}")),
        Err(error) => {
            tracing::warn!(%error, "the mailbox cannot keep a letter");
            Some("452 4.3.1 No room".to_owned())
        }
    })
}

/// Why a letter was not taken.
enum Spoilt {
    BrokenOff,
    Refused(&'static str),
}

/// Reads up to the lone dot. A letter that is refused is read to its end all the same, so that its rest is not taken for
/// commands.
async fn read_letter(line: &mut Line, cap: usize) -> io::Result<Result<Vec<u8>, Spoilt>> {
    let (mut letter, mut refusal) = (Vec::new(), None);
    loop {
        match line.read().await? {
            Read::Line(text) if text == b"." => {
                return Ok(refusal.map_or(Ok(letter), |reply| Err(Spoilt::Refused(reply))));
            }
            Read::Line(text) => {
                if text.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
                    refusal.get_or_insert("554 5.6.11 Bare CR or LF");
                }
                letter.extend_from_slice(text.strip_prefix(b".").unwrap_or(&text));
                letter.extend_from_slice(b"\r\n");
            }
            Read::TooLong => _ = refusal.get_or_insert("554 5.6.0 Line too long"),
            Read::Over | Read::Silent => return Ok(Err(Spoilt::BrokenOff)),
        }
        if letter.len() > cap {
            refusal.get_or_insert("552 5.3.4 Letter too large");
        }
        if refusal.is_some() {
            letter.clear();
        }
    }
}

/// What the other side sent.
enum Read {
    /// A line without its CRLF.
    Line(Vec<u8>),
    /// A line over the cap, read past.
    TooLong,
    /// It hung up.
    Over,
    /// It said nothing for too long.
    Silent,
}

/// A socket read line by line.
struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
    idle: Duration,
}

impl Line {
    fn holds_a_line(&self) -> bool {
        end_of_line(&self.buffer).is_some()
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        tokio::time::timeout(self.idle, self.stream.write_all(text.as_bytes()))
            .await
            .map_err(io::Error::other)?
    }

    async fn read(&mut self) -> io::Result<Read> {
        let mut too_long = false;
        loop {
            if let Some(end) = end_of_line(&self.buffer) {
                let line = self.buffer.drain(..end + 2).take(end).collect::<Vec<_>>();
                return Ok(if too_long || end + 2 > LONGEST_LINE {
                    Read::TooLong
                } else {
                    Read::Line(line)
                });
            }
            if self.buffer.len() > LONGEST_LINE {
                // Only the last byte can begin the CRLF that ends this line.
                too_long = true;
                self.buffer.drain(..self.buffer.len() - 1);
            }
            match tokio::time::timeout(self.idle, self.stream.read_buf(&mut self.buffer)).await {
                Ok(Ok(0)) => return Ok(Read::Over),
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(error),
                Err(_) => return Ok(Read::Silent),
            }
        }
    }
}

fn end_of_line(buffer: &[u8]) -> Option<usize> {
    buffer.windows(2).position(|pair| pair == b"\r\n")
}
