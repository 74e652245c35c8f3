//! The arrows between rooms: who may depend on whom.
//!
//! Only crate walls hold: an import that runs upward between crates does not compile, one inside a crate does. This is
//! the table of ARCHITECTURE.md ("The rooms") as data. A new arrow is an architecture change: it comes alone, with a
//! decision record, and changes this table and the picture there.

use crate::{
    finding::Finding,
    workspace::{Room, Workspace, text},
};

/// What every business room stands on.
const GROUND: &[&str] = &["kernel", "engines", "platform", "web"];

/// Room, and the rooms it may use besides `GROUND` where it stands on the ground.
const TABLE: &[(&str, bool, &[&str])] = &[
    ("kernel", false, &[]),
    ("engines", false, &["kernel"]),
    ("platform", false, &["kernel"]),
    ("web", false, &["kernel", "platform"]),
    ("identity", true, &[]),
    ("parties", true, &[]),
    ("reference", true, &["parties"]),
    ("catalog", true, &["reference", "parties"]),
    ("ledger", true, &["reference", "parties"]),
    ("billing", true, &["ledger", "reference", "parties"]),
    ("sales", true, &["catalog", "reference", "parties"]),
    ("domains", true, &["catalog", "reference", "parties"]),
    ("travel", true, &["catalog", "reference", "parties"]),
    ("reactions", true, &[]),
    (
        "adapters",
        true,
        &["billing", "domains", "travel", "catalog", "reference"],
    ),
    // tests of every room use it; it knows the runtime and the edge, no business
    ("testkit", true, &[]),
    ("xtask", false, &[]),
];

/// Rooms that app alone may use: nobody stands on these.
const APP_ONLY: &[&str] = &["identity", "reactions", "adapters"];

/// Crates from outside that a room must do without, and why.
const BANNED: &[(&[&str], &[&str], &str)] = &[
    (
        &["kernel", "engines"],
        &[
            "tokio",
            "tokio-util",
            "futures",
            "async-trait",
            "sqlx",
            "sea-orm",
            "sea-orm-migration",
            "axum",
            "axum-server",
            "tower",
            "tower-http",
            "reqwest",
            "lettre",
            "rand",
            "tracing",
            "metrics",
        ],
        "the calculators are pure: no I/O, no async, no chance, no logs; the caller passes in what they need",
    ),
    (
        &["platform"],
        &["axum", "axum-server", "tower-http", "utoipa", "askama"],
        "the runtime does not know HTTP; the edge is `web`",
    ),
    (
        &["web"],
        &["sea-orm", "sea-orm-migration", "sqlx"],
        "the edge has no SQL; ask `platform`",
    ),
    (
        &[
            "identity",
            "parties",
            "reference",
            "catalog",
            "ledger",
            "billing",
            "sales",
            "domains",
            "travel",
            "reactions",
        ],
        &["sqlx", "reqwest", "lettre", "axum-server", "time", "chrono"],
        "rooms reach the database through `platform` and the world through a port that `adapters` fills",
    ),
    (
        &["adapters"],
        &["sea-orm", "sea-orm-migration", "sqlx"],
        "adapters speak to providers and keep nothing",
    ),
    (
        &["app"],
        &["sea-orm", "sqlx", "lettre"],
        "app composes: SQL lives in the rooms' stores, vendors in `adapters`",
    ),
    (
        &["platform", "web", "testkit"],
        &["reqwest", "lettre"],
        "`adapters` alone speaks to the outside",
    ),
];

/// Every dependency that the table does not allow.
pub(crate) fn check(house: &Workspace) -> Vec<Finding> {
    let rooms = house.rooms();
    let names: Vec<&str> = rooms.iter().map(|room| room.name.as_str()).collect();
    let arrows = rooms
        .iter()
        .flat_map(|room| wrong_arrows(room, &names).into_iter().chain(banned_crates(room)));
    arrows.chain(minted_scopes(house)).collect()
}

/// Whoever makes a scope says who acts in which tenant; app alone hands the mint out.
const MINT: &str = "ScopeMint::the_only_one()";

fn minted_scopes(house: &Workspace) -> Vec<Finding> {
    let files = house.files("crates", "rs");
    let product = files.iter().filter(|file| {
        let shown = house.shown(file);
        let may = ["crates/app/", "crates/testkit/", "crates/xtask/"];
        !shown.contains("/tests/") && !may.iter().any(|start| shown.starts_with(start))
    });
    let makes = product.filter(|file| text(file).contains(MINT));
    let advice = "makes a mint of scopes, which app alone may; take the one that app hands over";
    makes.map(|file| Finding::new(house.shown(file), advice)).collect()
}

fn wrong_arrows(room: &Room, rooms: &[&str]) -> Vec<Finding> {
    if room.name == "app" {
        return arrows_of_app(room);
    }
    let Some(allowed) = allowed(&room.name) else {
        let advice = format!(
            "the room `{}` is not in the table of rooms; add it to ARCHITECTURE.md and crates/xtask/src/arrows.rs with a decision record",
            room.name
        );
        return vec![Finding::new(manifest(room), advice)];
    };
    let forbidden =
        |name: &&String, allowed: &[&str]| rooms.contains(&name.as_str()) && !allowed.contains(&name.as_str());
    let upward = room.dependencies.iter().filter(|name| forbidden(name, &allowed));
    let tested_with: Vec<&str> = allowed.iter().copied().chain(["testkit"]).collect();
    let upward_in_tests = room
        .dev_dependencies
        .iter()
        .filter(|name| forbidden(name, &tested_with));
    upward
        .chain(upward_in_tests)
        .map(|name| explained(room, name, &allowed))
        .collect()
}

/// App may use every room; what helps tests and builds stays out of the product.
fn arrows_of_app(room: &Room) -> Vec<Finding> {
    let tools = room
        .dependencies
        .iter()
        .filter(|name| ["testkit", "xtask"].contains(&name.as_str()));
    tools
        .map(|name| {
            Finding::new(
                manifest(room),
                format!("`{name}` is for tests and builds; the product must not depend on it"),
            )
        })
        .collect()
}

fn allowed(room: &str) -> Option<Vec<&'static str>> {
    let (_, on_ground, more) = TABLE.iter().find(|(name, ..)| *name == room)?;
    let ground = if *on_ground { GROUND } else { &[] };
    Some(ground.iter().chain(more.iter()).copied().collect())
}

fn explained(room: &Room, name: &str, allowed: &[&str]) -> Finding {
    let may = if allowed.is_empty() {
        "no other room".to_owned()
    } else {
        allowed.join(", ")
    };
    let why = if APP_ONLY.contains(&name) {
        format!("nobody but app stands on `{name}`; let a flow in app join the two")
    } else {
        "use an event, a port or a flow in app instead".to_owned()
    };
    let advice = format!(
        "`{}` depends on `{name}`, an arrow the table of rooms does not have (it may use {may}); {why}. \
         The table stands in ARCHITECTURE.md and crates/xtask/src/arrows.rs; a new arrow comes alone, with a decision record",
        room.name
    );
    Finding::new(manifest(room), advice)
}

fn banned_crates(room: &Room) -> Vec<Finding> {
    let rules = BANNED.iter().filter(|(rooms, ..)| rooms.contains(&room.name.as_str()));
    rules
        .flat_map(|(_, crates, why)| {
            let used = room.dependencies.iter().filter(|name| crates.contains(&name.as_str()));
            used.map(move |name| {
                Finding::new(
                    manifest(room),
                    format!("`{}` must do without `{name}`: {why}", room.name),
                )
            })
        })
        .collect()
}

fn manifest(room: &Room) -> String {
    format!("crates/{}/Cargo.toml", room.name)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    fn house(manifests: &[(&str, &str)]) -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        for (room, manifest) in manifests {
            let place = folder.path().join("crates").join(room);
            fs::create_dir_all(&place).unwrap();
            fs::write(place.join("Cargo.toml"), manifest).unwrap();
        }
        let house = Workspace::at(Path::new(folder.path()));
        (folder, house)
    }

    #[test]
    fn a_forbidden_arrow_is_found_and_the_table_is_named() {
        let (_folder, house) = house(&[
            (
                "parties",
                "[dependencies]\nweb.workspace = true\ncatalog.workspace = true\n",
            ),
            ("catalog", "[dependencies]\nparties.workspace = true\n"),
            ("web", "[dependencies]\n"),
        ]);
        let findings = check(&house);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].place, "crates/parties/Cargo.toml");
        assert!(
            findings[0].advice.contains("`parties` depends on `catalog`"),
            "{}",
            findings[0].advice
        );
        assert!(findings[0].advice.contains("crates/xtask/src/arrows.rs"));
    }

    #[test]
    fn a_forbidden_arrow_hides_in_dev_dependencies_no_better() {
        let (_folder, house) = house(&[
            (
                "catalog",
                "[dev-dependencies]\ntestkit.workspace = true\nadapters.workspace = true\n",
            ),
            ("adapters", ""),
            ("testkit", ""),
        ]);
        let findings = check(&house);
        assert_eq!(findings.len(), 1);
        assert!(
            findings[0].advice.contains("nobody but app stands on `adapters`"),
            "{}",
            findings[0].advice
        );
    }

    #[test]
    fn the_calculators_may_not_do_input_or_output() {
        let (_folder, house) = house(&[
            (
                "engines",
                "[dependencies]\nkernel.workspace = true\ntokio.workspace = true\n",
            ),
            ("kernel", ""),
        ]);
        let findings = check(&house);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].advice.contains("`engines` must do without `tokio`"));
    }

    #[test]
    fn a_room_that_nobody_drew_is_named() {
        let (_folder, house) = house(&[("helpers", "")]);
        assert!(check(&house)[0].advice.contains("not in the table of rooms"));
    }

    #[test]
    fn app_uses_every_room_but_no_tool() {
        let (_folder, house) = house(&[
            (
                "app",
                "[dependencies]\nidentity.workspace = true\nadapters.workspace = true\ntestkit.workspace = true\n",
            ),
            ("identity", ""),
            ("adapters", ""),
            ("testkit", ""),
        ]);
        let findings = check(&house);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].advice.contains("`testkit` is for tests"));
    }

    #[test]
    fn a_room_that_makes_a_scope_of_its_own_is_found() {
        let (folder, house) = house(&[("parties", ""), ("app", "")]);
        for room in ["parties", "app"] {
            let source = folder.path().join("crates").join(room).join("src");
            fs::create_dir_all(&source).unwrap();
            fs::write(source.join("lib.rs"), "let mint = ScopeMint::the_only_one();").unwrap();
        }
        let places: Vec<_> = check(&house).into_iter().map(|finding| finding.place).collect();
        assert_eq!(places, ["crates/parties/src/lib.rs"]);
    }

    #[test]
    fn this_workspace_has_no_forbidden_arrow() {
        assert_eq!(check(&Workspace::find()), []);
    }
}
