//! Uploaded files: stored under names of our own, in quarantine until the scanner says clean.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::{BlobId, Id, Problem};
use scoped_futures::ScopedFutureExt;
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};

use crate::db::Sql;
use crate::ports::{Scanner, Verdict};
use crate::{Ctx, Error, Result};

/// Where contents are kept: one folder per tenant, file names are ids.
#[derive(Clone)]
pub struct Blobs {
    folder: PathBuf,
    scanner: Arc<dyn Scanner>,
}

/// A file that may be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its id.
    pub id: BlobId,
    /// Its type, by content.
    pub mime: String,
    /// The name its sender gave it; for showing only.
    pub name: String,
    /// Its content.
    pub content: Vec<u8>,
}

#[derive(FromQueryResult)]
struct Row {
    name: String,
    mime: String,
    sha256: Vec<u8>,
}

const ADD: Sql = Sql::tenant(
    "INSERT INTO blob (tenant_id, id, purpose, name, mime, size, sha256, state, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'quarantine', $8)",
);
const JUDGE: Sql = Sql::tenant("UPDATE blob SET state = $3, finding = $4 WHERE tenant_id = $1 AND id = $2");
const CLEAN: Sql =
    Sql::tenant("SELECT name, mime, sha256 FROM blob WHERE tenant_id = $1 AND id = $2 AND state = 'clean'");

impl Blobs {
    /// Files in `folder`, scanned by `scanner`.
    pub fn new(folder: PathBuf, scanner: Arc<dyn Scanner>) -> Self {
        Self { folder, scanner }
    }

    /// Takes in a file: writes it, records it in quarantine, has it scanned. `mime` is what its content says it is.
    ///
    /// # Errors
    /// `file_infected` when the scanner found something; `file_not_scanned` (503) when it could not look.
    pub async fn receive(&self, ctx: &Ctx, purpose: &str, name: &str, mime: &str, content: &[u8]) -> Result<BlobId> {
        let id: BlobId = ctx.new_id();
        write_whole(&self.path(ctx, id), content)
            .await
            .map_err(Error::internal)?;
        let hash = Sha256::digest(content).to_vec();
        let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
        ctx.write(|tx| {
            let hash = hash.clone();
            async move {
                let now = tx.now().micros();
                let mut writer = tx.bookkeeping("an upload in quarantine; the change that uses it is audited");
                let add = writer
                    .sql(ADD)
                    .bind(id.uuid())
                    .bind(purpose)
                    .bind(name)
                    .bind(mime)
                    .bind(size)
                    .bind(hash)
                    .bind(now);
                add.execute().await.map(|_| ())
            }
            .scope_boxed()
        })
        .await?;
        self.scan(ctx, id, content).await.map(|()| id)
    }

    async fn scan(&self, ctx: &Ctx, id: BlobId, content: &[u8]) -> Result<()> {
        let (state, finding) = match self.scanner.scan(content).await {
            Ok(Verdict::Clean) => ("clean", None),
            Ok(Verdict::Infected(finding)) => ("infected", Some(finding)),
            Err(error) => {
                tracing::error!(error, blob = %id, "an upload could not be scanned and stays in quarantine");
                return Err(Problem::new(kernel::ProblemKind::Unavailable, "file_not_scanned").into());
            }
        };
        let finding = &finding;
        ctx.write(|tx| {
            async move {
                let mut writer = tx.bookkeeping("the scanner's verdict");
                writer
                    .sql(JUDGE)
                    .bind(id.uuid())
                    .bind(state)
                    .bind(finding.clone())
                    .execute()
                    .await
                    .map(|_| ())
            }
            .scope_boxed()
        })
        .await?;
        if finding.is_some() {
            Err(Problem::refused("file_infected").into())
        } else {
            Ok(())
        }
    }

    /// A file that is out of quarantine, its content as it was received.
    ///
    /// # Errors
    /// When it cannot be read, or its content is no longer what was received.
    pub async fn by_id(&self, ctx: &Ctx, id: BlobId) -> Result<Option<Blob>> {
        let row = ctx
            .read(|read| async move { read.sql(CLEAN).bind(id.uuid()).one::<Row>().await }.scope_boxed())
            .await?;
        let Some(Row { name, mime, sha256 }) = row else {
            return Ok(None);
        };
        let content = tokio::fs::read(self.path(ctx, id)).await.map_err(Error::internal)?;
        if Sha256::digest(&content).as_slice() != sha256 {
            return Err(Error::internal(format!("the content of {id} has changed on disk")));
        }
        Ok(Some(Blob {
            id,
            mime,
            name,
            content,
        }))
    }

    fn path(&self, ctx: &Ctx, id: BlobId) -> PathBuf {
        self.folder.join(ctx.tenant().to_string()).join(id.to_string())
    }
}

/// Writes beside the place and renames, so that a crash leaves no half file under the name.
async fn write_whole(path: &Path, content: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    let unfinished = path.with_extension("unfinished");
    tokio::fs::write(&unfinished, content).await?;
    tokio::fs::File::open(&unfinished).await?.sync_all().await?;
    tokio::fs::rename(&unfinished, path).await
}
