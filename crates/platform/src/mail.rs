//! Mail as durable work: queued in the transaction of the change it tells about, handed to the server by a job.
//!
//! The content may carry links that let a person in, so it is sealed at rest and gone once it was handed over.

use std::sync::Arc;

use jiff::SignedDuration;
use kernel::{Id, MailId};
use scoped_futures::ScopedFutureExt;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

use crate::db::Sql;
use crate::jobs::{Handler, Job, Outcome, QueueLimits};
use crate::ports::{Mail, MailOutcome, Mailbox, Mailer};
use crate::{Ctx, Result, Tx};

/// A message to one person, before it has an id.
#[derive(Clone, Debug)]
pub struct Message {
    /// Name of the template: `identity.welcome`.
    pub template: &'static str,
    /// Sender.
    pub from: Mailbox,
    /// Recipient.
    pub to: Mailbox,
    /// Subject, one line.
    pub subject: String,
    /// Text part.
    pub text: String,
    /// HTML part.
    pub html: String,
}

/// The queue of mail and its limits: ten at a time, a hundred a minute.
pub const QUEUE: QueueLimits = QueueLimits {
    name: "mail",
    concurrency: 10,
    per_minute: Some(100),
};

/// For how long a message the server does not take yet is offered again.
const PATIENCE: SignedDuration = SignedDuration::from_hours(72);

/// Hands a stored message to the server.
#[derive(Serialize, Deserialize)]
struct SendMail {
    mail: MailId,
}

impl Job for SendMail {
    const KIND: &'static str = "platform.send_mail";
    const QUEUE: &'static str = QUEUE.name;
    const MAX_ATTEMPTS: u16 = 3;
}

/// Stores a message and the job that sends it, in this transaction.
///
/// # Errors
/// When the database fails.
pub async fn send(tx: &mut Tx, message: Message) -> Result<MailId> {
    let id: MailId = tx.new_id();
    let Message {
        template,
        from,
        to,
        subject,
        text,
        html,
    } = message;
    let mail = Mail {
        id: id.to_string(),
        from,
        to,
        subject,
        text,
        html,
    };
    let sealed = tx.seal_secret(&purpose(id), &serde_json::to_vec(&mail)?);
    let sql = "INSERT INTO mail (tenant_id, id, template, sealed, state, trace_id, created_at) VALUES ($1, $2, $3, $4, 'waiting', $5, $6)";
    let values = vec![
        tx.tenant().uuid().into(),
        id.uuid().into(),
        template.into(),
        sealed.into(),
        tx.trace_id().to_string().into(),
        tx.now().micros().into(),
    ];
    tx.execute(sql, values).await?;
    tx.enqueue(&SendMail { mail: id }).await?;
    Ok(id)
}

/// The handler that sends mail through `mailer`.
pub fn handler(mailer: Arc<dyn Mailer>) -> Handler {
    Handler::of(move |ctx: Ctx, job: SendMail, _run| hand_over(ctx, job.mail, Arc::clone(&mailer)))
}

#[derive(FromQueryResult)]
struct Waiting {
    sealed: Option<Vec<u8>>,
    created_at: i64,
}

const WAITING: Sql =
    Sql::tenant("SELECT sealed, created_at FROM mail WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'");
const FINISH: Sql = Sql::tenant(
    "UPDATE mail SET state = $3, detail = $4, finished_at = $5, sealed = NULL WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'",
);

fn purpose(id: MailId) -> String {
    format!("mail/{id}")
}

async fn hand_over(ctx: Ctx, id: MailId, mailer: Arc<dyn Mailer>) -> Result<Outcome> {
    let waiting = ctx
        .read(|read| async move { read.sql(WAITING).bind(id.uuid()).one::<Waiting>().await }.scope_boxed())
        .await?;
    let Some(Waiting {
        sealed: Some(sealed),
        created_at,
    }) = waiting
    else {
        return Ok(Outcome::Done);
    };
    let mail: Mail = serde_json::from_slice(&ctx.secrets().open(ctx.tenant(), &purpose(id), &sealed)?)?;
    match mailer.send(&mail).await {
        MailOutcome::Accepted(words) => finish(&ctx, id, "sent", &words).await.map(|()| Outcome::Done),
        MailOutcome::Refused(words) => {
            finish(&ctx, id, "refused", &words).await?;
            Ok(Outcome::GiveUp(format!("the mail server refused the message: {words}")))
        }
        MailOutcome::Later(words) if ctx.now().micros() - created_at < PATIENCE.as_micros() as i64 => {
            tracing::warn!(mail = %id, words, "the mail server does not take the message yet");
            Ok(Outcome::Snooze(SignedDuration::from_mins(5)))
        }
        MailOutcome::Later(words) => {
            finish(&ctx, id, "undelivered", &words).await?;
            Ok(Outcome::GiveUp(format!(
                "no mail server took the message for three days: {words}"
            )))
        }
    }
}

async fn finish(ctx: &Ctx, id: MailId, state: &'static str, words: &str) -> Result<()> {
    ctx.write(|tx| {
        async move {
            let now = tx.now().micros();
            let mut writer = tx.bookkeeping("how handing over a message ended");
            writer
                .sql(FINISH)
                .bind(id.uuid())
                .bind(state)
                .bind(words)
                .bind(now)
                .execute()
                .await
                .map(|_| ())
        }
        .scope_boxed()
    })
    .await
}

#[derive(FromQueryResult)]
struct Made {
    #[expect(dead_code, reason = "that there is a row is the answer")]
    created_at: i64,
}

/// A message of the queue has an id of its own; one that a job composes and hands over itself goes by the job's.
const MADE: Sql = Sql::tenant(
    "SELECT created_at FROM mail WHERE tenant_id = $1 AND id = $2 \
     UNION ALL SELECT created_at FROM job WHERE tenant_id = $1 AND id = $2",
);

/// Whether this tenant sent the message.
///
/// # Errors
/// When the database fails.
pub async fn is_ours(read: &crate::Read, id: MailId) -> Result<bool> {
    Ok(read.sql(MADE).bind(id.uuid()).one::<Made>().await?.is_some())
}
