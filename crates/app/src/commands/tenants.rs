//! Which company a command works on.

use kernel::{Id, TenantId};
use platform::{Ctx, Platform, ScopeMint};

use crate::cli::Failure;

/// The named company, or all of them, with a context of the product itself in each.
pub(crate) async fn contexts(platform: &Platform, slug: Option<&str>) -> Result<Vec<(String, Ctx)>, Failure> {
    let mut lines = identity::tenants::ops::lines(platform).await?;
    if let Some(slug) = slug {
        if !lines.iter().any(|line| line.slug == slug) {
            let all: Vec<_> = lines.into_iter().map(|line| line.slug).collect();
            return Err(format!("there is no company {slug}; there are {}", all.join(", ")).into());
        }
        lines.retain(|line| line.slug == slug);
    }
    let mint = ScopeMint::the_only_one();
    let ctx = |tenant| platform.ctx(mint.system(tenant), platform.new_trace());
    Ok(lines
        .into_iter()
        .map(|line| (line.slug, ctx(TenantId::from_uuid(line.tenant_id))))
        .collect())
}
