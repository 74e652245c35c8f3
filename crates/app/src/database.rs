//! The installation's database: opened, brought to this program's schema, held against being replaced under a program
//! that runs on it.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use platform::Platform;
use platform::clock::SystemClock;
use platform::db::{DatabaseUrl, Db, Migrator};
use platform::entropy::Entropy;
use platform::secrets::{MasterKey, Secrets};
use platform::settings::Defaults;

use crate::cli::Failure;
use crate::config::Config;
use crate::wiring;

/// Keeps the embedded database from being replaced while somebody works on it. Ends with the value, however the process
/// ends.
pub(crate) struct Hold(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

/// Held by every process that serves or works; nobody may replace the database meanwhile. `None` on PostgreSQL.
///
/// # Errors
/// While somebody holds it alone.
pub(crate) fn hold(config: &Config) -> Result<Option<Hold>, Failure> {
    hold_by(
        config,
        File::try_lock_shared,
        "restore or a demo has it to itself; wait for the one, or stop the other",
    )
}

/// Held by whoever replaces the database. `None` on PostgreSQL.
///
/// # Errors
/// While anybody works on it.
pub(crate) fn hold_alone(config: &Config) -> Result<Option<Hold>, Failure> {
    hold_by(config, File::try_lock, "Entrepot is running on it; stop that first")
}

fn hold_by(
    config: &Config,
    lock: fn(&File) -> Result<(), TryLockError>,
    what_to_do: &str,
) -> Result<Option<Hold>, Failure> {
    let Some(database) = database_url(config)?.file() else {
        return Ok(None);
    };
    if let Some(folder) = database.parent() {
        std::fs::create_dir_all(folder).map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    }
    let name = with_ending(&database, ".lock");
    let file = File::options().create(true).write(true).truncate(false).open(&name);
    let file = file.map_err(|error| format!("{} cannot be written: {error}", name.display()))?;
    match lock(&file) {
        Err(TryLockError::WouldBlock) => Err(format!("{} is in use: {what_to_do}", database.display()).into()),
        // A file system without locks does not stop anybody.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(Hold(file))),
    }
}

/// `file.db` and `-wal` is `file.db-wal`.
pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The first of `file`, `file-2`, `file-3` … that is not there yet.
pub(crate) fn free_name(file: &Path) -> PathBuf {
    let numbered = (2_u32..).map(|number| with_ending(file, &format!("-{number}")));
    let mut names = std::iter::once(file.to_owned()).chain(numbered);
    names
        .find(|name| !name.exists())
        .expect("there is always a further number")
}

fn database_url(config: &Config) -> Result<DatabaseUrl, Failure> {
    Ok(config.database.url.reveal()?.parse()?)
}

/// Opens a database that is there already, as it is: commands that look or copy make none.
///
/// # Errors
/// When there is none, or it cannot be opened.
pub(crate) async fn existing(config: &Config) -> Result<Platform, Failure> {
    must_exist(config)?;
    connect(config).await
}

/// # Errors
/// When there is no embedded database where the configuration says.
pub(crate) fn must_exist(config: &Config) -> Result<(), Failure> {
    match database_url(config)?.file() {
        Some(file) if !file.is_file() => Err(format!(
            "there is no database {}; name the folder it is in with --data, or its URL with --database, \
             or make one with `entrepot demo` or `entrepot serve`",
            file.display()
        )
        .into()),
        _ => Ok(()),
    }
}

/// Opens the database and brings it to this program's schema: an older embedded one is backed up and migrated, an older
/// PostgreSQL one waits for `migrate up`, a newer one is refused.
///
/// # Errors
/// Why it cannot be used, and what to do.
pub(crate) async fn open(config: &Config) -> Result<Platform, Failure> {
    let key_is_new = !has_key(config)?;
    let platform = connect(config).await?;
    bring_up_to_date(config, &platform, Upgrade::Embedded).await?;
    if key_is_new && !identity::tenants::ops::lines(&platform).await?.is_empty() {
        let key = key_file(config);
        std::fs::remove_file(&key)?;
        return Err(format!(
            "the master key {} is missing, and what this database holds in secret is sealed with it: put it back, or set secrets.key",
            key.display()
        )
        .into());
    }
    Ok(platform)
}

/// Which older databases are migrated.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Upgrade {
    /// An embedded one; PostgreSQL waits to be asked.
    Embedded,
    /// Either: somebody asks for it.
    Any,
}

/// Applies what is missing; an older embedded database is copied first.
///
/// # Errors
/// When it is newer, or may not be migrated by itself.
pub(crate) async fn bring_up_to_date(config: &Config, platform: &Platform, upgrade: Upgrade) -> Result<(), Failure> {
    let (db, migrator) = (platform.db(), Migrator::new(wiring::migrations()));
    refuse_newer(db, &migrator).await?;
    let status = migrator.status(db).await?;
    let missing = status.iter().filter(|step| !step.applied).count();
    if missing == 0 {
        // Whoever was killed right after the last step has not put up the walls between tenants.
        return Ok(db.wall_in_tenants().await?);
    }
    let is_new = missing == status.len();
    if !is_new && !db.is_embedded() && upgrade == Upgrade::Embedded {
        return Err(format!("the database lacks {missing} migrations; run `entrepot migrate up` first").into());
    }
    if !is_new && db.is_embedded() {
        let copy = backup_name(&config.data.folder, platform);
        db.backup(&copy).await?;
        tracing::info!(copy = %copy.display(), "backed up before the upgrade");
    }
    Ok(migrator.up(db).await?)
}

/// # Errors
/// When a newer program has been at this database.
pub(crate) async fn refuse_newer(db: &Db, migrator: &Migrator) -> Result<(), Failure> {
    let unknown = migrator.unknown(db).await?;
    match unknown.first() {
        None => Ok(()),
        Some(first) => Err(format!(
            "the database was written by a newer version (it has {first}, which this program does not know); \
             install that version, or restore a backup of before"
        )
        .into()),
    }
}

fn backup_name(folder: &Path, platform: &Platform) -> PathBuf {
    let at = platform.now().timestamp().strftime("%Y%m%d-%H%M%S");
    free_name(&folder.join(format!("entrepot-before-upgrade-{at}.db")))
}

/// Opens the database as it is; an embedded one is made if there is none.
///
/// # Errors
/// When it cannot be opened, or the master key cannot be read.
pub(crate) async fn connect(config: &Config) -> Result<Platform, Failure> {
    let url = database_url(config)?;
    if let Some(folder) = url.file().as_deref().and_then(Path::parent) {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::create_dir_all(&config.data.folder)?;
    let entropy = Entropy::from_system();
    let secrets = secrets(config, &entropy)?;
    let db = Db::open(&url).await?;
    let defaults = Defaults::default().with(&catalog::settings::TLD_PRICING, &config.tld_pricing)?;
    Ok(Platform::with_defaults(
        db,
        Arc::new(SystemClock),
        entropy,
        secrets,
        defaults,
    ))
}

fn secrets(config: &Config, entropy: &Entropy) -> Result<Secrets, Failure> {
    let given = config.secrets.key.reveal()?;
    let text = if given.is_empty() {
        generated_key(&key_file(config), entropy)?
    } else {
        given
    };
    let current = MasterKey::parse(config.secrets.number, &text)?;
    let older = config.secrets.older_keys.iter().map(|(number, key)| {
        let number = number
            .parse()
            .map_err(|_| format!("secrets.older_keys: {number} is no number from 1 to 255"))?;
        Ok(MasterKey::parse(number, &key.reveal()?)?)
    });
    Ok(Secrets::new(current, older.collect::<Result<_, Failure>>()?))
}

/// The key in the data folder, made at the first start.
fn key_file(config: &Config) -> PathBuf {
    config.data.folder.join("secrets.key")
}

fn has_key(config: &Config) -> Result<bool, Failure> {
    Ok(key_file(config).is_file() || !config.secrets.key.reveal()?.is_empty())
}

/// Readable by its owner only.
fn generated_key(file: &Path, entropy: &Entropy) -> Result<String, Failure> {
    match std::fs::read_to_string(file) {
        Ok(text) => return Ok(text),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(format!("the master key {} cannot be read: {error}", file.display()).into());
        }
        Err(_) => {}
    }
    let text = hex::encode(entropy.bytes::<32>());
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    std::io::Write::write_all(&mut options.open(file)?, text.as_bytes())?;
    Ok(text)
}
