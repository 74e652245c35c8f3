//! Where the workspace is, its crates and its files.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The checkout that the checks read.
pub(crate) struct Workspace {
    root: PathBuf,
}

/// One crate of the workspace, as its manifest describes it.
pub(crate) struct Room {
    /// The folder's name, which is the room's name (the package `entrepot` lives in `app`).
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    /// Names of the crates it is built with.
    pub(crate) dependencies: Vec<String>,
    /// Names of the crates its tests are built with besides.
    pub(crate) dev_dependencies: Vec<String>,
}

impl Workspace {
    /// The workspace this program was built from.
    pub(crate) fn find() -> Self {
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = xtask
            .ancestors()
            .nth(2)
            .expect("the crate lies in crates/xtask of the workspace");
        Workspace {
            root: root.to_path_buf(),
        }
    }

    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Self {
        Workspace {
            root: root.to_path_buf(),
        }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The path as the reader of a finding wants it.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }

    /// Every crate under `crates/`, by name.
    pub(crate) fn rooms(&self) -> Vec<Room> {
        let mut rooms: Vec<Room> = folders_in(&self.path("crates"))
            .into_iter()
            .filter_map(|folder| room(&folder))
            .collect();
        rooms.sort_by(|a, b| a.name.cmp(&b.name));
        rooms
    }

    /// Files below `folder` with this extension, sorted; what git does not keep (target, node_modules) is left out.
    pub(crate) fn files(&self, folder: &str, extension: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        collect(&self.path(folder), extension, &mut found);
        found.sort();
        found
    }
}

/// The text of a file; an unreadable one is empty, since every check looks for what is present.
pub(crate) fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn room(folder: &Path) -> Option<Room> {
    let manifest: toml::Table = text(&folder.join("Cargo.toml")).parse().ok()?;
    let names = |section: &str| match manifest.get(section).and_then(toml::Value::as_table) {
        Some(table) => table.keys().cloned().collect(),
        None => Vec::new(),
    };
    Some(Room {
        name: folder.file_name()?.to_str()?.to_owned(),
        folder: folder.to_path_buf(),
        dependencies: [names("dependencies"), names("build-dependencies")].concat(),
        dev_dependencies: names("dev-dependencies"),
    })
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}

fn collect(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !matches!(name, "target" | "node_modules" | "data" | ".git") {
                collect(&path, extension, found);
            }
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
}
