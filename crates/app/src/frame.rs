//! What pages show around their content: the bell, other places, quick actions, the public site's parts.

use async_trait::async_trait;
use web::Frame;
use web::messages::key;
use web::page::{Link, NavItem, Notices, PublicShell, Shell};
use web::ui::Icon;

/// Calls the rooms that know.
pub(crate) struct ConsoleFrame;

#[async_trait]
impl Frame for ConsoleFrame {
    async fn notices(&self, ctx: &web::Ctx) -> platform::Result<Notices> {
        reactions::notices::ops::for_bell(ctx).await
    }

    fn console(&self, ctx: &web::Ctx, shell: &mut Shell) {
        let quick = [
            (
                key("app-quick-customer"),
                "/console/customers/new",
                Icon::People,
                "c c",
                parties::permissions::CUSTOMERS_EDIT,
            ),
            (
                key("app-quick-import"),
                "/console/prices/import",
                Icon::Upload,
                "c i",
                catalog::permissions::PRICES_IMPORT,
            ),
            (
                key("app-quick-user"),
                "/console/users/new",
                Icon::Plus,
                "c u",
                identity::permissions::USERS_MANAGE,
            ),
        ];
        shell.places = vec![
            NavItem::new(ctx.t("app-place-storefront"), "/", Icon::Globe),
            NavItem::new(ctx.t("nav-settings"), "/console/settings", Icon::Gear),
        ];
        let allowed = quick.into_iter().filter(|(.., permission)| ctx.may(*permission));
        shell.quick = allowed
            .map(|(label, href, icon, keys, _)| NavItem::new(ctx.t(label), href, icon).keys(keys))
            .collect();
    }

    fn public(&self, ctx: &web::Ctx, shell: &mut PublicShell) {
        let parts = [
            (key("app-site-search"), "/"),
            (key("app-site-bulk"), "/bulk"),
            (key("app-site-prices"), "/prices"),
        ];
        shell.nav = parts
            .into_iter()
            .map(|(label, href)| Link::new(href, ctx.t(label)))
            .collect();
    }
}
