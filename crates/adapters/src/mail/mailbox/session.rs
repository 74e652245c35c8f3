//! One SMTP conversation, without its socket: a line in, a reply out (RFC 5321, the part a sender of mail needs).

use base64::Engine as _;

/// What the server knows of a conversation.
#[derive(Debug, Default)]
pub(super) struct Session {
    greeted: bool,
    authenticated: bool,
    sender: Option<String>,
    recipients: Vec<String>,
    mistakes: u32,
}

/// What a conversation may contain.
pub(super) struct Terms<'a> {
    pub(super) letter_bytes: usize,
    pub(super) recipients: usize,
    pub(super) credentials: Option<&'a (String, String)>,
    /// Judges a recipient: a refusal to say instead of 250.
    pub(super) judge: &'a (dyn Fn(&str, &str) -> Option<&'static str> + Sync),
}

/// What comes after a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Say this and go on.
    Say(String),
    /// Say 354 and read the letter.
    ReadLetter,
    /// Say this and hang up.
    End(String),
}

const BAD_SEQUENCE: &str = "503 5.5.1 Bad sequence of commands";
const MOST_MISTAKES: u32 = 20;

impl Session {
    /// The letter's envelope, and a fresh start for the next one.
    pub(super) fn take_envelope(&mut self) -> (String, Vec<String>) {
        (
            self.sender.take().unwrap_or_default(),
            std::mem::take(&mut self.recipients),
        )
    }

    /// Answers one command line, without its CRLF.
    pub(super) fn line(&mut self, line: &str, terms: &Terms<'_>) -> Next {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let next = match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.hello(extensions(terms)),
            "HELO" => self.hello("250 entrepot-mailbox".to_owned()),
            "NOOP" => say("250 2.0.0 OK"),
            "RSET" => {
                self.take_envelope();
                say("250 2.0.0 OK")
            }
            "QUIT" => Next::End("221 2.0.0 Bye".to_owned()),
            "VRFY" => say("252 2.5.0 Send some mail, it will be kept"),
            "AUTH" => self.auth(rest, terms),
            "MAIL" => self.mail(rest, terms),
            "RCPT" => self.rcpt(rest, terms),
            "DATA" if self.recipients.is_empty() => say(BAD_SEQUENCE),
            "DATA" => Next::ReadLetter,
            _ => say("500 5.5.2 Command not recognized"),
        };
        self.count(next)
    }

    /// A stranger who only makes mistakes is sent away.
    pub(super) fn count(&mut self, next: Next) -> Next {
        if matches!(&next, Next::Say(reply) if reply.starts_with("50")) {
            self.mistakes += 1;
            if self.mistakes > MOST_MISTAKES {
                return Next::End("421 4.7.0 Too many mistakes".to_owned());
            }
        }
        next
    }

    fn hello(&mut self, reply: String) -> Next {
        self.take_envelope();
        self.greeted = true;
        Next::Say(reply)
    }

    fn auth(&mut self, rest: &str, terms: &Terms<'_>) -> Next {
        let Some((user, password)) = terms.credentials else {
            return say("502 5.5.1 Not offered");
        };
        let Some(proof) = rest.strip_prefix("PLAIN ") else {
            return say("504 5.5.4 Only AUTH PLAIN with its proof");
        };
        let right = format!("\0{user}\0{password}");
        let given = base64::engine::general_purpose::STANDARD
            .decode(proof.trim())
            .unwrap_or_default();
        if given != right.as_bytes() {
            return say("535 5.7.8 Wrong user name or password");
        }
        self.authenticated = true;
        say("235 2.7.0 Welcome")
    }

    fn mail(&mut self, rest: &str, terms: &Terms<'_>) -> Next {
        if !self.greeted || self.sender.is_some() {
            return say(BAD_SEQUENCE);
        }
        if terms.credentials.is_some() && !self.authenticated {
            return say("530 5.7.0 Sign in first");
        }
        let Some((address, parameters)) = path(rest, "FROM:") else {
            return say("501 5.5.4 MAIL FROM:<address>");
        };
        match refused_parameter(parameters, terms.letter_bytes) {
            Some(refusal) => say(refusal),
            None => {
                self.sender = Some(address.to_owned());
                say("250 2.1.0 OK")
            }
        }
    }

    fn rcpt(&mut self, rest: &str, terms: &Terms<'_>) -> Next {
        let Some(sender) = &self.sender else {
            return say(BAD_SEQUENCE);
        };
        let Some((address, "")) = path(rest, "TO:") else {
            return say("501 5.5.4 RCPT TO:<address>");
        };
        if address.is_empty() {
            return say("501 5.1.3 RCPT TO:<address>");
        }
        if self.recipients.len() >= terms.recipients {
            return say("452 4.5.3 Too many recipients");
        }
        if let Some(refusal) = (terms.judge)(sender, address) {
            return say(refusal);
        }
        self.recipients.push(address.to_owned());
        say("250 2.1.5 OK")
    }
}

fn say(reply: &str) -> Next {
    Next::Say(reply.to_owned())
}

fn extensions(terms: &Terms<'_>) -> String {
    let auth = if terms.credentials.is_some() {
        "250-AUTH PLAIN\r\n"
    } else {
        ""
    };
    format!(
        "250-entrepot-mailbox\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n{auth}250 SIZE {}",
        terms.letter_bytes
    )
}

/// The address between the brackets, and what follows them.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let head = rest.get(..keyword.len())?;
    let inner = rest[keyword.len()..].trim_start().strip_prefix('<')?;
    let (address, parameters) = inner.split_once('>')?;
    let clean = !address.chars().any(|c| c.is_control() || c.is_whitespace() || c == '<') && address.len() <= 320;
    let shaped = address.is_empty()
        || address
            .rsplit_once('@')
            .is_some_and(|(user, domain)| !user.is_empty() && !domain.is_empty());
    (head.eq_ignore_ascii_case(keyword) && clean && shaped).then_some((address, parameters.trim()))
}

fn refused_parameter(parameters: &str, letter_bytes: usize) -> Option<&'static str> {
    for parameter in parameters.split_whitespace() {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match name.to_ascii_uppercase().as_str() {
            "SIZE" => match value.parse::<u64>() {
                Ok(size) if size <= letter_bytes as u64 => {}
                Ok(_) => return Some("552 5.3.4 Letter too large"),
                Err(_) => return Some("501 5.5.4 SIZE=bytes"),
            },
            "BODY" | "SMTPUTF8" | "AUTH" => {}
            _ => return Some("555 5.5.4 Parameter not recognized"),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replies(lines: &[&str]) -> Vec<String> {
        let terms = Terms {
            letter_bytes: 1000,
            recipients: 2,
            credentials: None,
            judge: &|_, _| None,
        };
        let mut session = Session::default();
        let reply = |line: &&str| match session.line(line, &terms) {
            Next::Say(reply) | Next::End(reply) => reply[..3].to_owned(),
            Next::ReadLetter => "354".to_owned(),
        };
        lines.iter().map(reply).collect()
    }

    #[test]
    fn a_letter_is_taken_step_by_step() {
        let lines = [
            "EHLO me",
            "MAIL FROM:<a@b.example> SIZE=900 BODY=8BITMIME",
            "RCPT TO:<c@d.example>",
            "DATA",
        ];
        assert_eq!(replies(&lines), ["250", "250", "250", "354"]);
    }

    #[test]
    fn steps_out_of_order_are_refused() {
        assert_eq!(replies(&["MAIL FROM:<a@b.example>"]), ["503"]);
        assert_eq!(
            replies(&["HELO me", "RCPT TO:<c@d.example>", "DATA"]),
            ["250", "503", "503"]
        );
        let twice = [
            "HELO me",
            "MAIL FROM:<a@b.example>",
            "MAIL FROM:<a@b.example>",
            "RSET",
            "MAIL FROM:<>",
        ];
        assert_eq!(replies(&twice), ["250", "250", "503", "250", "250"]);
    }

    #[test]
    fn what_is_no_address_or_too_much_is_refused() {
        let mail = |line| replies(&["HELO me", line]).pop().unwrap();
        assert_eq!(mail("MAIL FROM:a@b.example"), "501");
        assert_eq!(mail("MAIL FROM:<a@b.example"), "501");
        assert_eq!(mail("MAIL FROM:<a b@c.example>"), "501");
        assert_eq!(mail("MAIL FROM:<nobody>"), "501");
        assert_eq!(mail("MAIL FROM:<a@b.example> SIZE=1001"), "552");
        assert_eq!(mail("MAIL FROM:<a@b.example> SIZE=much"), "501");
        assert_eq!(mail("MAIL FROM:<a@b.example> RET=HDRS"), "555");
        assert_eq!(mail("MAIL é"), "501");
        let lines = [
            "HELO me",
            "MAIL FROM:<a@b.example>",
            "RCPT TO:<>",
            "RCPT TO:<c@d.example>",
            "RCPT TO:<e@d.example>",
            "RCPT TO:<f@d.example>",
        ];
        assert_eq!(replies(&lines), ["250", "250", "501", "250", "250", "452"]);
    }

    #[test]
    fn whoever_talks_nonsense_is_sent_away() {
        assert_eq!(replies(&["GET / HTTP/1.1"; 21]).pop().unwrap(), "421");
    }
}
