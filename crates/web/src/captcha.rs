//! Proof of a human on public forms.

use kernel::{Problem, ProblemKind};
use platform::ports::Humanity;

use crate::context::Ctx;

/// Judges the token a public form sent (`form.captcha`). When the judge cannot be reached the form is refused and says so.
///
/// # Errors
/// `captcha_failed` (422) or `captcha_unavailable` (503).
pub async fn passed(ctx: &Ctx, action: &'static str, token: &str) -> Result<(), Problem> {
    judge(ctx.app().captcha().verify(token, action, Some(ctx.client_ip())).await)
}

/// The same for forms at the installation's own host, such as sign-up of a tenant.
///
/// # Errors
/// As [`passed`].
pub async fn passed_at_own_host(
    own: &crate::other_contexts::OwnHost,
    action: &'static str,
    token: &str,
) -> Result<(), Problem> {
    judge(
        own.app
            .captcha()
            .verify(token, action, Some(own.request.client_ip()))
            .await,
    )
}

fn judge(humanity: Humanity) -> Result<(), Problem> {
    match humanity {
        Humanity::Human => Ok(()),
        Humanity::NotShown => Err(Problem::refused("captcha_failed")),
        Humanity::Unknown => Err(Problem::new(ProblemKind::Unavailable, "captcha_unavailable").retry_after(30)),
    }
}
