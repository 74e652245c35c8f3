//! Hosts: which tenant answers where. `{slug}.{installation's host}` always, and domains of a tenant's own once a TXT
//! record proves that they are.

pub mod events;
mod model;
pub mod ops;
pub(crate) mod pages;
pub(crate) mod store;

use std::sync::Arc;

use async_trait::async_trait;
use kernel::TenantId;
use platform::Result;
use quick_cache::sync::Cache;
use scoped_futures::ScopedFutureExt;
use web::Site;

use crate::state::Identity;
use crate::tenants::{self, Tenant};
use crate::versions;

pub use model::{OwnHost, TxtRecords, parse_host};

struct Kept {
    site: Arc<Site>,
    version: i64,
}

/// Sites looked up lately, by host and by tenant.
pub(crate) struct Sites {
    by_host: Cache<String, Arc<Kept>>,
    by_tenant: Cache<TenantId, Arc<Kept>>,
}

impl Default for Sites {
    fn default() -> Self {
        Self {
            by_host: Cache::new(10_000),
            by_tenant: Cache::new(10_000),
        }
    }
}

fn slug_before<'h>(host: &'h str, own_host: &str) -> Option<&'h str> {
    host.strip_suffix(own_host)?
        .strip_suffix('.')
        .filter(|slug| !slug.is_empty() && !slug.contains('.'))
}

fn still_true(kept: &Arc<Kept>) -> bool {
    kept.version == versions::known(kept.site.tenant())
}

impl Identity {
    /// Scheme and authority of the installation's own site.
    fn own_site(&self) -> (&str, &str) {
        let url = self.0.ports.public_url.trim_end_matches('/');
        url.split_once("://").unwrap_or(("https", url))
    }

    /// The installation's own host, without its port.
    pub(crate) fn own_host(&self) -> &str {
        let (_, authority) = self.own_site();
        authority.rsplit_once(':').map_or(authority, |(host, _)| host)
    }

    /// The slug in front of the installation's own host.
    fn slug_of<'h>(&self, host: &'h str) -> Option<&'h str> {
        slug_before(host, self.own_host())
    }

    /// Where a tenant's site is without a domain of its own.
    pub(crate) fn url_of_slug(&self, slug: &str) -> String {
        let (scheme, authority) = self.own_site();
        format!("{scheme}://{slug}.{authority}")
    }

    async fn read_site(&self, tenant: TenantId, host: Option<&str>) -> Result<Option<Kept>> {
        let ctx = self.visitor(tenant);
        let (tenant, own_host, version) = ctx
            .read(|r| {
                async move {
                    let own_host = store::first_verified(r).await?;
                    Ok((tenants::store::own(r).await?, own_host, versions::of(r).await?))
                }
                .scope_boxed()
            })
            .await?;
        if tenant.suspended {
            return Ok(None);
        }
        versions::learn(tenant.id, version);
        let base_url = match (host.filter(|host| self.slug_of(host).is_none()), own_host) {
            (Some(host), _) => format!("https://{host}"),
            (None, Some(own)) if host.is_none() => format!("https://{own}"),
            _ => self.url_of_slug(&tenant.slug),
        };
        let visitor = ctx.scope().clone();
        Ok(Some(Kept {
            site: Arc::new(site(tenant, base_url, visitor)),
            version,
        }))
    }
}

fn site(tenant: Tenant, base_url: String, visitor: platform::Scope) -> Site {
    let settings = tenant.settings;
    let hue = u16::try_from(settings.hue).unwrap_or(0);
    let chroma = u16::try_from(settings.chroma_thousandths).unwrap_or(0);
    Site {
        visitor,
        slug: tenant.slug,
        name: settings.name,
        base_url,
        language: settings.locale.clone(),
        region: settings.locale,
        zone: settings.time_zone,
        currency: settings.currency,
        // Greys lean towards the brand's own hue.
        theme: web::theme::Theme::new(hue, chroma, hue),
        logo: None,
    }
}

#[async_trait]
impl web::Hosts for Identity {
    async fn site(&self, host: &str) -> Result<Option<Arc<Site>>> {
        self.0.watch.look(self.platform()).await?;
        if let Some(kept) = self.0.sites.by_host.get(host).filter(still_true) {
            return Ok(Some(Arc::clone(&kept.site)));
        }
        let tenant = match self.slug_of(host) {
            Some(slug) => tenants::store::by_slug(self.platform(), slug).await?,
            None => tenants::store::by_own_host(self.platform(), host).await?,
        };
        let Some(tenant) = tenant else { return Ok(None) };
        let Some(kept) = self.read_site(tenant, Some(host)).await?.map(Arc::new) else {
            return Ok(None);
        };
        self.0.sites.by_host.insert(host.to_owned(), Arc::clone(&kept));
        Ok(Some(Arc::clone(&kept.site)))
    }

    async fn of_tenant(&self, tenant: TenantId) -> Result<Option<Arc<Site>>> {
        self.0.watch.look(self.platform()).await?;
        if let Some(kept) = self.0.sites.by_tenant.get(&tenant).filter(still_true) {
            return Ok(Some(Arc::clone(&kept.site)));
        }
        let Some(kept) = self.read_site(tenant, None).await?.map(Arc::new) else {
            return Ok(None);
        };
        self.0.sites.by_tenant.insert(tenant, Arc::clone(&kept));
        Ok(Some(Arc::clone(&kept.site)))
    }
}

#[cfg(test)]
mod tests {
    use super::slug_before;

    #[test]
    fn only_one_label_before_the_own_host_is_a_slug() {
        let slug = |host| slug_before(host, "localhost");
        assert_eq!(slug("northwind.localhost"), Some("northwind"));
        assert_eq!(slug("a.b.localhost"), None);
        assert_eq!(slug(".localhost"), None);
        assert_eq!(slug("localhost"), None);
        assert_eq!(slug("notlocalhost"), None);
        assert_eq!(slug("northwind.example"), None);
    }
}
