//! Making, sending, opening and using up links.
//!
//! The secret of a link exists in the mail alone: the job that sends the mail makes it, so no row ever holds it in
//! clear, and a link's life begins when it is sent, not when it was asked for.

use kernel::{Id, Problem, ProblemKind, UserId};
use platform::{Read, Result, Tx};
use uuid::Uuid;

use super::model::{Link, Purpose};
use super::store;
use crate::mails::SendLink;
use crate::tokens;

/// Asks for a link to be made and sent.
pub(crate) async fn send(tx: &mut Tx, purpose: Purpose, user: UserId) -> Result<()> {
    tx.enqueue(&SendLink {
        purpose,
        user,
        new_email: None,
    })
    .await
}

/// Makes a link and tells its secret, once.
pub(crate) async fn make(tx: &mut Tx, purpose: Purpose, subject: Uuid, detail: Option<String>) -> Result<String> {
    let secret = tokens::reference(tx.secret_bytes());
    let expires_at = tx.now().plus(purpose.lifetime());
    let link = Link {
        id: tx.new_id(),
        purpose,
        subject,
        detail,
        expires_at,
        used_at: None,
    };
    let mut writer = tx.bookkeeping("using a link is what is audited, not making it");
    store::insert(&mut writer, &link, tokens::digest(&secret)).await?;
    Ok(secret)
}

/// The link a secret opens, if it is still good. Looking does not use it up.
pub(crate) async fn look(read: &Read, purpose: Purpose, secret: &str) -> Result<Option<Link>> {
    if !tokens::is_reference(secret) {
        return Ok(None);
    }
    let link = store::by_digest(read, purpose, tokens::digest(secret)).await?;
    Ok(link.filter(|link| link.is_good(read.now())))
}

/// Makes every link of a person no good. Whoever holds one sent before a change of credentials may be the one whom the
/// change is to keep out.
pub(crate) async fn spend_all(tx: &mut Tx, user: UserId) -> Result<()> {
    store::spend_all(&mut tx.bookkeeping("part of a change of credentials"), user.uuid()).await
}

/// Uses a link up and tells what it was for.
///
/// # Errors
/// `link_spent` when it is unknown, too old or used.
pub(crate) async fn spend(tx: &mut Tx, purpose: Purpose, secret: &str) -> Result<Link> {
    let spent = || Problem::new(ProblemKind::Refused, "link_spent");
    let link = look(tx, purpose, secret).await?.ok_or_else(spent)?;
    let mut writer = tx.bookkeeping("using a link is audited by what it did");
    if !store::spend(&mut writer, link.id).await? {
        return Err(spent().into());
    }
    Ok(link)
}
