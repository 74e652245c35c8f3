//! The portfolio in the database.

use std::collections::BTreeSet;

use catalog::Scope;
use engines::pricing::discounts::Whom;
use kernel::{Currency, CustomerId, DomainId, Id, Instant, Money, RegistrarId};
use platform::{Error, Read, Result, Sql, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, LikeExpr};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity, Model};
use super::model::{Adopted, Domain, Filter, Order, Run, State};
use crate::offers::DomainName;
use crate::price_locks::store::note_uses;

/// Rows of one insert: well under what either database takes as parameters.
const ROWS_AT_ONCE: usize = 200;

pub(super) async fn by_id(read: &Read, id: DomainId) -> Result<Option<Domain>> {
    let row = read
        .select::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .one(read)
        .await?;
    row.map(typed).transpose()
}

/// Those of these names that are in the portfolio.
pub(crate) async fn of_names(read: &Read, names: &[String]) -> Result<Vec<Domain>> {
    let mut found = Vec::new();
    for some in names.chunks(ROWS_AT_ONCE) {
        let these = Column::Name.is_in(some.iter().map(String::as_str));
        found.extend(read.select::<Entity>().filter(these).all(read).await?);
    }
    found.into_iter().map(typed).collect()
}

fn wanted(filter: &Filter) -> Condition {
    let Filter {
        ending,
        customer,
        registrar,
        state,
        search,
    } = filter;
    Condition::all()
        .add_option(ending.as_deref().map(|ending| Column::Ending.eq(ending)))
        .add_option(customer.map(|customer| Column::CustomerId.eq(customer.uuid())))
        .add_option(registrar.map(|registrar| Column::RegistrarId.eq(registrar.uuid())))
        .add_option(state.map(|state| Column::State.eq(state.name())))
        .add_option(search.as_deref().map(|text| Column::Name.like(holding(text))))
}

/// Names that hold a text, none of whose characters means anything to the database.
fn holding(text: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}

/// A page of names. A cursor that is none of this order's finds nothing before it.
pub(super) async fn list(read: &Read, filter: &Filter, order: &Order) -> Result<Vec<Domain>> {
    let key = if order.by_name { Column::Name } else { Column::ExpiresAt };
    let after = order.after.as_ref().map(|(place, id)| {
        let place: sea_orm::Value = match place.parse::<i64>() {
            Ok(micros) if !order.by_name => micros.into(),
            _ if order.by_name => place.clone().into(),
            _ => i64::MIN.into(),
        };
        let at = Expr::tuple([Expr::col(key), Expr::col(Column::Id)]);
        let from = Expr::tuple([Expr::val(place), Expr::val(*id)]);
        if order.descending { at.lt(from) } else { at.gt(from) }
    });
    let select = read.select::<Entity>().filter(wanted(filter)).filter_if(after);
    let select = if order.descending {
        select.order_by_desc(key).order_by_desc(Column::Id)
    } else {
        select.order_by_asc(key).order_by_asc(Column::Id)
    };
    let rows = select.limit(order.most).all(read).await?;
    rows.into_iter().map(typed).collect()
}

pub(super) async fn count(read: &Read, filter: &Filter) -> Result<u64> {
    read.select::<Entity>().filter(wanted(filter)).count(read).await
}

pub(super) fn typed(row: Model) -> Result<Domain> {
    let odd = |what: &str| Error::internal(format!("a domain of the portfolio has an unreadable {what}"));
    let currency = Currency::parse(&row.currency).map_err(Error::internal)?;
    let by_year: Vec<i64> = serde_json::from_str(&row.by_year)?;
    Ok(Domain {
        id: DomainId::from_uuid(row.id),
        name: DomainName::parse(&row.name).map_err(|_| odd("name"))?,
        customer: CustomerId::from_uuid(row.customer_id),
        registrar: RegistrarId::from_uuid(row.registrar_id),
        state: State::parse(&row.state).ok_or_else(|| odd("state"))?,
        premium: row.premium,
        auto_renew: row.auto_renew,
        registered_at: Instant::from_micros(row.registered_at),
        expires_at: Instant::from_micros(row.expires_at),
        by_year: by_year.into_iter().map(|minor| Money::new(minor, currency)).collect(),
        currency,
        version: row.version,
        created_at: Instant::from_micros(row.created_at),
        updated_at: Instant::from_micros(row.updated_at),
    })
}

impl Stored for Run {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let tenant = writer.tenant().uuid();
        for some in self.0.chunks(ROWS_AT_ONCE) {
            let rows = some.iter().map(|adopted| row(tenant, &adopted.domain));
            writer.insert_many(rows.collect::<Result<Vec<_>>>()?).await?;
        }
        let used = |adopted: &Adopted| {
            let by = adopted.domain.id.uuid();
            adopted.prices.clone().into_iter().map(move |price| (price, by))
        };
        note_uses(writer, self.0.iter().flat_map(used).collect::<Vec<_>>()).await
    }
}

fn row(tenant: Uuid, domain: &Domain) -> Result<ActiveModel> {
    let by_year: Vec<i64> = domain.by_year.iter().map(|year| year.minor).collect();
    Ok(ActiveModel {
        tenant_id: Set(tenant),
        id: Set(domain.id.uuid()),
        name: Set(domain.name.ascii().to_owned()),
        ending: Set(domain.name.suffix().to_owned()),
        customer_id: Set(domain.customer.uuid()),
        registrar_id: Set(domain.registrar.uuid()),
        state: Set(domain.state.name().to_owned()),
        premium: Set(domain.premium),
        auto_renew: Set(domain.auto_renew),
        registered_at: Set(domain.registered_at.micros()),
        expires_at: Set(domain.expires_at.micros()),
        currency: Set(domain.currency.code().to_owned()),
        by_year: Set(serde_json::to_string(&by_year)?),
        version: Set(domain.version),
        created_at: Set(domain.created_at.micros()),
        updated_at: Set(domain.updated_at.micros()),
    })
}

/// A live name that has a list price, as far as its next renewal needs it.
#[derive(Clone, Debug)]
pub(super) struct LiveName {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) ending: String,
    pub(super) customer: CustomerId,
    pub(super) registrar: RegistrarId,
    pub(super) currency: Currency,
    pub(super) expires_at: Instant,
}

const LIVE: Sql = Sql::tenant(
    "SELECT id, name, ending, customer_id, registrar_id, currency, expires_at FROM domains_names \
     WHERE tenant_id = $1 AND state = 'active' AND premium = $2 AND id > $3 ORDER BY id LIMIT $4",
);
const LIVE_OF_ENDING: Sql = Sql::tenant(
    "SELECT id, name, ending, customer_id, registrar_id, currency, expires_at FROM domains_names \
     WHERE tenant_id = $1 AND state = 'active' AND premium = $2 AND id > $3 AND ending = $5 ORDER BY id LIMIT $4",
);
const LIVE_OF_CUSTOMER: Sql = Sql::tenant(
    "SELECT id, name, ending, customer_id, registrar_id, currency, expires_at FROM domains_names \
     WHERE tenant_id = $1 AND state = 'active' AND premium = $2 AND id > $3 AND customer_id = $5 ORDER BY id LIMIT $4",
);

/// Live names after an id, no more than `most`: all that a scope covers, and others where no index finds them. Premium ones
/// are sold by a person and left out.
pub(super) async fn live(read: &Read, scope: &Scope, after: Uuid, most: usize) -> Result<Vec<LiveName>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        name: String,
        ending: String,
        customer_id: Uuid,
        registrar_id: Uuid,
        currency: String,
        expires_at: i64,
    }
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let only = |sql| read.sql(sql).bind(false).bind(after).bind(most);
    let endings = scope.endings.as_ref();
    let query = match (
        scope.whom,
        endings.filter(|endings| endings.len() == 1).and_then(BTreeSet::first),
    ) {
        (Whom::Customer(customer), _) => only(LIVE_OF_CUSTOMER).bind(customer.uuid()),
        (_, Some(ending)) => only(LIVE_OF_ENDING).bind(ending.as_str()),
        _ => only(LIVE),
    };
    let rows: Vec<Row> = query.all().await?;
    rows.into_iter()
        .map(|row| {
            Ok(LiveName {
                id: row.id,
                name: row.name,
                ending: row.ending,
                customer: CustomerId::from_uuid(row.customer_id),
                registrar: RegistrarId::from_uuid(row.registrar_id),
                currency: Currency::parse(&row.currency).map_err(Error::internal)?,
                expires_at: Instant::from_micros(row.expires_at),
            })
        })
        .collect()
}
