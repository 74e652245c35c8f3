//! The room on a stage: staff with all rights, with reading only, with none, and staff of another tenant.

use testkit::{People, Stage, TestInstallation};

pub(crate) async fn stage() -> Stage {
    let installation = TestInstallation::new(parties::MIGRATIONS).await;
    let module = parties::module();
    let all: Vec<&str> = module.permissions.iter().map(|info| info.permission.0).collect();
    let read = all.iter().copied().filter(|name| name.ends_with(".read"));
    let people = People::of(&installation)
        .with("staff", 1, all.clone())
        .with("reader", 1, read)
        .with("nobody", 1, [])
        .with("stranger", 2, all.clone());
    Stage::new(installation, people, vec![module])
}
