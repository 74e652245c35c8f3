//! `cargo xtask bench`: builds and runs the benchmarks of every crate with the release profile.
//!
//! A benchmark is a program under `crates/ROOM/benches/` with `harness = false` that prints its own lines: what it did,
//! CPU time an operation, and the ratio to something named that was measured in the same run. Nothing is kept here;
//! what deserves keeping goes into docs/performance.md by hand, with the command. No test asserts a time.

use std::{
    path::PathBuf,
    process::{Command, ExitCode},
};

use crate::{load, workspace::Workspace};

/// Runs the benchmarks whose names are given, or all.
pub(crate) fn run(house: &Workspace, names: &[&str]) -> ExitCode {
    let mut failed = 0;
    let mut run = 0;
    for (package, name) in benches(house) {
        if !names.is_empty() && !names.contains(&name.as_str()) {
            continue;
        }
        println!("\n== {package}: {name}");
        run += 1;
        failed += usize::from(!bench(house, &package, &name));
    }
    if names.is_empty() || names.contains(&"http") {
        println!("\n== the running product: http");
        run += 1;
        failed += usize::from(!product(house));
    }
    println!("\n{} passed, {failed} failed", run - failed);
    if failed == 0 && run > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn product(house: &Workspace) -> bool {
    let outcome = load::run(house);
    if let Err(fault) = &outcome {
        println!("FAILED  {fault}");
    }
    outcome.is_ok()
}

fn bench(house: &Workspace, package: &str, name: &str) -> bool {
    let status = Command::new("cargo")
        .args(["bench", "--quiet", "--package", package, "--bench", name])
        .current_dir(house.root())
        .status();
    status.is_ok_and(|status| status.success())
}

/// Package and name of every benchmark.
fn benches(house: &Workspace) -> Vec<(String, String)> {
    let rooms = house.rooms();
    let of_room = |room: &crate::workspace::Room| {
        let package = if room.name == "app" {
            "entrepot".to_owned()
        } else {
            room.name.clone()
        };
        let files: Vec<PathBuf> = house.files(&format!("{}/benches", house.shown(&room.folder)), "rs");
        let names = files
            .into_iter()
            .filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()));
        names.map(|name| (package.clone(), name)).collect::<Vec<_>>()
    };
    rooms.iter().flat_map(of_room).collect()
}
