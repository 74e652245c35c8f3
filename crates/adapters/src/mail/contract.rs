//! What the mail adapter must do with a server, over real TCP, and what the mailbox must do with any client.

use std::sync::Arc;

use platform::ports::{Mail, MailOutcome, Mailer as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::compose::tests::sample;
use super::mailbox::{Fault, Limits, Mailbox};
use super::smtp::{Settings, Smtp};
use crate::loopback::Served;
use crate::testing::HandClock;

fn mailbox(limits: Limits) -> Mailbox {
    Mailbox::open(None, limits, Arc::new(HandClock::at("2026-11-21T09:00:00Z"))).unwrap()
}

fn adapter(served: &Served, change: impl FnOnce(&mut Settings)) -> Smtp {
    let mut settings = Settings::loopback(served.address());
    change(&mut settings);
    Smtp::try_new(settings, Arc::new(HandClock::at("2026-11-21T09:00:00Z"))).unwrap()
}

async fn pair() -> (Smtp, Mailbox, Served) {
    let mailbox = mailbox(Limits::default());
    let served = mailbox.serve_on_any_port().await.unwrap();
    (adapter(&served, |_| {}), mailbox, served)
}

fn is_accepted(outcome: &MailOutcome) -> bool {
    matches!(outcome, MailOutcome::Accepted(_))
}

fn is_later(outcome: &MailOutcome) -> bool {
    matches!(outcome, MailOutcome::Later(_))
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let (smtp, mailbox, _served) = pair().await;
    assert_eq!(
        smtp.send(&sample()).await,
        MailOutcome::Accepted("2.0.0 Kept as letter 1".to_owned())
    );
    let letter = mailbox.letter(1).unwrap();
    assert_eq!(letter.message_id, "eml_018f2b6a@northwind.example");
    assert_eq!(letter.sender, "hello@northwind.example");
    assert_eq!(letter.recipients, ["ana@kunde.example"]);
    assert_eq!(letter.from, "Northwind Domains <hello@northwind.example>");
    assert_eq!(letter.to, "Ana Müller <ana@kunde.example>");
    assert_eq!(letter.subject, "Ihr Angebot für müller.example");
    assert_eq!(letter.text.replace("\r\n", "\n"), "Grüße\n.\nEnde\n");
    assert_eq!(letter.html, "<p>Grüße</p>");
}

#[tokio::test]
async fn many_mails_at_once_all_arrive_over_few_connections() {
    let (smtp, mailbox, _served) = pair().await;
    let smtp = Arc::new(smtp);
    let sending: Vec<_> = (0..20)
        .map(|n| {
            let (smtp, mail) = (
                smtp.clone(),
                Mail {
                    id: format!("eml_{n}"),
                    ..sample()
                },
            );
            tokio::spawn(async move { smtp.send(&mail).await })
        })
        .collect();
    for sent in sending {
        assert!(is_accepted(&sent.await.unwrap()));
    }
    assert_eq!(mailbox.letters(100).len(), 20);
    assert_eq!(
        mailbox
            .letters_where(100, |letter| letter.message_id.starts_with("eml_7@"))
            .len(),
        1
    );
}

#[tokio::test]
async fn a_greylisted_mail_is_accepted_later() {
    let (smtp, mailbox, _served) = pair().await;
    mailbox.set_fault(Fault::Greylist { times: 1 });
    let first = smtp.send(&sample()).await;
    assert!(
        matches!(&first, MailOutcome::Later(words) if words.contains("Greylisted")),
        "{first:?}"
    );
    assert!(is_accepted(&smtp.send(&sample()).await));
    assert_eq!(mailbox.letters(9).len(), 1);
}

#[tokio::test]
async fn a_4xx_is_for_later_and_a_5xx_for_good() {
    let (smtp, mailbox, _served) = pair().await;
    mailbox.set_fault(Fault::Busy);
    assert!(is_later(&smtp.send(&sample()).await));
    for fault in [Fault::RefuseRecipient, Fault::RefuseLetter] {
        mailbox.set_fault(fault);
        let outcome = smtp.send(&sample()).await;
        assert!(
            matches!(&outcome, MailOutcome::Refused(words) if words.contains("55")),
            "{outcome:?}"
        );
    }
    mailbox.set_fault(Fault::None);
    assert!(
        is_accepted(&smtp.send(&sample()).await),
        "a refusal spoils no connection"
    );
    assert_eq!(mailbox.letters(9).len(), 1);
}

#[tokio::test]
async fn a_lost_connection_is_for_later_wherever_it_breaks() {
    let (smtp, mailbox, served) = pair().await;
    for fault in [Fault::DropAtGreeting, Fault::DropInLetter] {
        mailbox.set_fault(fault);
        assert!(is_later(&smtp.send(&sample()).await));
    }
    assert!(mailbox.letters(9).is_empty());
    mailbox.set_fault(Fault::None);
    assert!(is_accepted(&smtp.send(&sample()).await));
    drop(served);
    tokio::task::yield_now().await;
    assert!(is_later(&smtp.send(&sample()).await));
}

#[tokio::test]
async fn a_mail_sent_twice_is_told_by_its_message_id() {
    let (smtp, mailbox, _served) = pair().await;
    mailbox.set_fault(Fault::DropAfterLetter);
    assert!(is_later(&smtp.send(&sample()).await));
    mailbox.set_fault(Fault::None);
    assert!(is_accepted(&smtp.send(&sample()).await));
    let ids: Vec<_> = mailbox.letters(9).into_iter().map(|letter| letter.message_id).collect();
    assert_eq!(ids, ["eml_018f2b6a@northwind.example"; 2]);
}

#[tokio::test]
async fn a_silent_server_is_given_up_for_later() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let settings = Settings {
        timeout_ms: 60,
        ..Settings::loopback(listener.local_addr().unwrap())
    };
    let smtp = Smtp::try_new(settings, Arc::new(HandClock::default())).unwrap();
    assert!(is_later(&smtp.send(&sample()).await));
}

/// Proves that a connection given up is not used again: its late 250 would pass for the answer to the next command.
#[tokio::test]
async fn a_reply_that_comes_too_late_answers_no_other_mail() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let settings = Settings {
        timeout_ms: 100,
        ..Settings::loopback(listener.local_addr().unwrap())
    };
    let smtp = Smtp::try_new(settings, Arc::new(HandClock::default())).unwrap();
    let mail = sample();
    let (late, first) = tokio::join!(listener.accept(), smtp.send(&mail));
    assert!(is_later(&first));
    let (again, second) = tokio::join!(listener.accept(), smtp.send(&mail));
    assert!(is_later(&second));
    assert_ne!(late.unwrap().1, again.unwrap().1);
}

#[tokio::test]
async fn wrong_credentials_keep_the_mail_for_later_and_right_ones_send_it() {
    let mailbox = mailbox(Limits::default()).with_credentials("shop", "s3cret");
    let served = mailbox.serve_on_any_port().await.unwrap();
    let with = |password: &str| {
        let credentials = Some(("shop".to_owned(), password.to_owned()));
        adapter(&served, |settings| settings.credentials = credentials)
    };
    let outcome = with("guess").send(&sample()).await;
    assert!(
        matches!(&outcome, MailOutcome::Later(words) if words.contains("535")),
        "{outcome:?}"
    );
    assert!(
        is_later(&adapter(&served, |_| {}).send(&sample()).await),
        "530 is about us too"
    );
    assert!(is_accepted(&with("s3cret").send(&sample()).await));
    assert_eq!(mailbox.letters(9).len(), 1);
}

#[tokio::test]
async fn tls_is_never_left_out_because_a_server_has_none() {
    let (_, mailbox, served) = pair().await;
    let smtp = adapter(&served, |settings| settings.security = super::Security::StartTls);
    assert!(is_later(&smtp.send(&sample()).await));
    assert!(mailbox.letters(9).is_empty());
}

#[tokio::test]
async fn a_header_injection_is_refused_without_a_connection() {
    let (smtp, mailbox, _served) = pair().await;
    mailbox.set_fault(Fault::DropAtGreeting);
    let mail = Mail {
        subject: "Hi\r\nBcc: eve@evil.example".to_owned(),
        ..sample()
    };
    assert!(matches!(smtp.send(&mail).await, MailOutcome::Refused(_)));
}

/// Says `words` to a mailbox in one write, hangs up, and gives back its replies' codes.
async fn speak(mailbox: &Mailbox, words: &[u8]) -> Vec<String> {
    let served = mailbox.serve_on_any_port().await.unwrap();
    let mut stream = TcpStream::connect(served.address()).await.unwrap();
    stream.write_all(words).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut replies = String::new();
    stream.read_to_string(&mut replies).await.unwrap();
    replies
        .lines()
        .filter(|line| line.as_bytes().get(3) == Some(&b' '))
        .map(|line| line[..3].to_owned())
        .collect()
}

const HEAD: &str = "EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n";

#[tokio::test]
async fn commands_sent_in_one_go_are_answered_one_by_one() {
    let mailbox = mailbox(Limits::default());
    let words = format!(
        "{HEAD}Subject: one\r\n\r\n..dots\r\n.\r\n{}Subject: two\r\n.\r\nQUIT\r\n",
        &HEAD[9..]
    );
    let codes = speak(&mailbox, words.as_bytes()).await;
    assert_eq!(
        codes,
        [
            "220", "250", "250", "250", "354", "250", "250", "250", "354", "250", "221"
        ]
    );
    let letters = mailbox.letters(9);
    assert_eq!(
        letters.iter().map(|letter| letter.subject.as_str()).collect::<Vec<_>>(),
        ["two", "one"]
    );
    assert_eq!(letters[1].text.trim_end(), ".dots", "a stuffed dot is taken off");
}

#[tokio::test]
async fn a_letter_ends_at_crlf_dot_crlf_and_nowhere_else() {
    for end in ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r"] {
        let mailbox = mailbox(Limits::default());
        let smuggled = format!("{HEAD}Subject: x\r\n\r\na{end}MAIL FROM:<evil@x.example>\r\n.\r\nQUIT\r\n");
        let codes = speak(&mailbox, smuggled.as_bytes()).await;
        assert_eq!(codes, ["220", "250", "250", "250", "354", "554", "221"], "{end:?}");
        assert!(mailbox.letters(9).is_empty());
    }
}

#[tokio::test]
async fn a_letter_over_the_limit_is_refused_and_the_conversation_goes_on() {
    let mailbox = mailbox(Limits {
        letter_bytes: 100,
        ..Limits::default()
    });
    let words = format!(
        "{HEAD}{}.\r\n{}Subject: small\r\n.\r\n",
        "x\r\n".repeat(100),
        &HEAD[9..]
    );
    let codes = speak(&mailbox, words.as_bytes()).await;
    assert_eq!(
        codes,
        ["220", "250", "250", "250", "354", "552", "250", "250", "354", "250"]
    );
    assert_eq!(mailbox.letters(9).len(), 1);
}

#[tokio::test]
async fn a_line_over_the_limit_is_refused_in_commands_and_in_letters() {
    let mailbox = mailbox(Limits::default());
    let long = "y".repeat(5000);
    let words = format!("{long}\r\n{HEAD}{long}\r\n.\r\nQUIT\r\n");
    let codes = speak(&mailbox, words.as_bytes()).await;
    assert_eq!(codes, ["220", "500", "250", "250", "250", "354", "554", "221"]);
}

#[tokio::test]
async fn a_letter_broken_off_is_not_kept() {
    let mailbox = mailbox(Limits::default());
    speak(&mailbox, format!("{HEAD}Subject: half").as_bytes()).await;
    assert!(mailbox.letters(9).is_empty());
}

#[tokio::test]
async fn one_connection_too_many_is_sent_away() {
    let mailbox = mailbox(Limits {
        connections: 0,
        ..Limits::default()
    });
    assert_eq!(speak(&mailbox, b"").await, ["421"]);
}

#[tokio::test]
async fn a_restarted_mailbox_shows_its_letters() {
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        Mailbox::open(
            Some(folder.path().join("mail")),
            Limits::default(),
            Arc::new(HandClock::default()),
        )
        .unwrap()
    };
    let before = open();
    let served = before.serve_on_any_port().await.unwrap();
    assert!(is_accepted(&adapter(&served, |_| {}).send(&sample()).await));
    drop((served, before.clone()));
    assert_eq!(open().letters(9), before.letters(9));
}
