//! Rows of notices and of who has read them. All of it is bookkeeping: the events themselves are kept and audited.

use std::collections::HashSet;

use kernel::{Id, Instant, NoticeId, UserId};
use platform::{Error, Grants, Read, Result, Select, Tx};
use sea_orm::sea_query::{Condition, Expr, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait};
use uuid::Uuid;

use super::model::{NewNotice, Notice, tone_of};

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the slice"
)]
mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub title_key: String,
        pub subject: String,
        pub audience_kind: String,
        pub audience: String,
        pub args: String,
        pub href: String,
        pub tone: String,
        pub event_id: Uuid,
        pub actor: String,
        pub times: i64,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl platform::Owned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the slice"
)]
mod read_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice_reads")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub notice_id: Uuid,
        pub read_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl platform::Owned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

use entity::{Column, Entity};
use read_entity::Column as ReadColumn;

const WHY: &str = "a notice repeats an event that is kept and audited";

fn read_row(row: entity::Model) -> Result<Notice> {
    Ok(Notice {
        id: NoticeId::from_uuid(row.id),
        title_key: row.title_key,
        args: serde_json::from_str(&row.args).map_err(Error::from)?,
        href: row.href,
        tone: tone_of(&row.tone),
        times: row.times,
        created_at: Instant::from_micros(row.created_at),
    })
}

/// Notices the person acting may see: those for them alone, and those of their permissions about what others did since
/// they came.
fn visible(read: &Read, user: UserId) -> Select<Entity> {
    let of_permissions = Condition::all()
        .add(Column::AudienceKind.eq("permission"))
        .add(Column::Actor.ne(user.to_string()))
        .add(Column::CreatedAt.gt(came(user).micros()));
    let of_permissions = match &read.actor().grants {
        Grants::Everything => of_permissions,
        Grants::These(these) => of_permissions.add(Column::Audience.is_in(these.iter().cloned())),
        Grants::Nothing => of_permissions.add(Expr::value(false)),
    };
    let own = Condition::all()
        .add(Column::AudienceKind.eq("user"))
        .add(Column::Audience.eq(user.to_string()));
    read.select::<Entity>()
        .filter(Condition::any().add(of_permissions).add(own))
}

/// The end of the millisecond in which a user came to be: their id (UUID version 7) begins with it. What was set up with
/// them, in the same transaction, is before it. An id of another kind is as old as can be.
fn came(user: UserId) -> Instant {
    let Some(timestamp) = user.uuid().get_timestamp() else {
        return Instant::from_micros(0);
    };
    let (seconds, nanos) = timestamp.to_unix();
    let micros = i64::try_from(seconds).unwrap_or_default() * 1_000_000 + i64::from(nanos / 1_000);
    Instant::from_micros(micros + 999)
}

fn unread(read: &Read, user: UserId) -> Select<Entity> {
    let seen = Query::select()
        .column(ReadColumn::NoticeId)
        .from(read_entity::Entity)
        .and_where(ReadColumn::TenantId.eq(read.tenant().uuid()))
        .and_where(ReadColumn::UserId.eq(user.uuid()))
        .to_owned();
    visible(read, user).filter(Column::Id.not_in_subquery(seen))
}

pub(super) async fn count_unread(read: &Read, user: UserId) -> Result<u64> {
    unread(read, user).count(read).await
}

/// Newest first, after the row a cursor names.
pub(super) async fn list(
    read: &Read,
    user: UserId,
    only_unread: bool,
    after: Option<(i64, Uuid)>,
    rows: u64,
) -> Result<Vec<Notice>> {
    let select = if only_unread {
        unread(read, user)
    } else {
        visible(read, user)
    };
    let older = after.map(|(at, id)| {
        let tie = Condition::all().add(Column::CreatedAt.eq(at)).add(Column::Id.lt(id));
        Condition::any().add(Column::CreatedAt.lt(at)).add(tie)
    });
    let found = select
        .filter(older.unwrap_or_else(Condition::all))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(rows)
        .all(read)
        .await?;
    found.into_iter().map(read_row).collect()
}

/// Those of these notices that the person may see.
pub(super) async fn visible_of(read: &Read, user: UserId, ids: &[NoticeId]) -> Result<Vec<Notice>> {
    let ids = ids.iter().map(|id| id.uuid());
    let rows = visible(read, user).filter(Column::Id.is_in(ids)).all(read).await?;
    rows.into_iter().map(read_row).collect()
}

/// Which of these the person has read.
pub(super) async fn read_of(read: &Read, user: UserId, notices: &[Notice]) -> Result<HashSet<NoticeId>> {
    let marks = read
        .select::<read_entity::Entity>()
        .filter(ReadColumn::UserId.eq(user.uuid()))
        .filter(ReadColumn::NoticeId.is_in(notices.iter().map(|notice| notice.id.uuid())))
        .all(read)
        .await?;
    Ok(marks
        .into_iter()
        .map(|mark| NoticeId::from_uuid(mark.notice_id))
        .collect())
}

/// Notes that a person has read these, which they had not.
pub(super) async fn mark(tx: &mut Tx, user: UserId, ids: Vec<NoticeId>) -> Result<()> {
    let now = tx.now().micros();
    let marks = ids.into_iter().map(|id| read_entity::ActiveModel {
        user_id: Set(user.uuid()),
        notice_id: Set(id.uuid()),
        read_at: Set(now),
        ..Default::default()
    });
    let marks = marks.collect();
    tx.bookkeeping("that somebody has seen a notice")
        .insert_many(marks)
        .await
}

/// Stores a notice, or brings the one of the same title, subject and audience up again.
pub(super) async fn make(tx: &mut Tx, new: &NewNotice) -> Result<()> {
    let known = tx
        .select::<Entity>()
        .filter(Column::TitleKey.eq(new.title_key.as_str()))
        .filter(Column::Subject.eq(new.subject.as_str()))
        .filter(Column::Audience.eq(new.audience.as_str()))
        .one(tx)
        .await?;
    let args = serde_json::to_string(&new.args)?;
    let Some(known) = known else {
        let row = entity::ActiveModel {
            id: Set(tx.new_id::<NoticeId>().uuid()),
            title_key: Set(new.title_key.clone()),
            subject: Set(new.subject.clone()),
            audience_kind: Set(new.audience_kind.clone()),
            audience: Set(new.audience.clone()),
            args: Set(args),
            href: Set(new.href.clone()),
            tone: Set(new.tone.clone()),
            event_id: Set(new.event.uuid()),
            actor: Set(new.actor.clone()),
            times: Set(1),
            created_at: Set(new.at.micros()),
            ..Default::default()
        };
        return tx.bookkeeping(WHY).insert(row).await;
    };
    // Jobs run at least once and in any order: the same event, or an older one, changes nothing.
    if known.event_id == new.event.uuid() || known.created_at > new.at.micros() {
        return Ok(());
    }
    let columns = vec![
        (Column::Args, args.into()),
        (Column::Href, new.href.as_str().into()),
        (Column::Tone, new.tone.as_str().into()),
        (Column::EventId, new.event.uuid().into()),
        (Column::Actor, new.actor.as_str().into()),
        (Column::Times, Expr::value(known.times + 1)),
        (Column::CreatedAt, new.at.micros().into()),
    ];
    let mut writer = tx.bookkeeping(WHY);
    writer.update_where::<Entity>(columns, Column::Id.eq(known.id)).await?;
    writer
        .delete::<read_entity::Entity>(ReadColumn::NoticeId.eq(known.id))
        .await?;
    Ok(())
}

/// Forgets notices from before a moment.
pub(super) async fn forget(tx: &mut Tx, before: Instant) -> Result<u64> {
    tx.bookkeeping("notices are kept for 90 days; the events stay")
        .delete::<Entity>(Column::CreatedAt.lt(before.micros()))
        .await
}
