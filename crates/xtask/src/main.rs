//! `cargo xtask`: the house rules as small checks, the generated documents, and the benchmarks.
//!
//! What needs logic is Rust here; what merely runs tools in order is `./test`. Every check prints each finding as a
//! sentence that says what to do, and the command ends with `N passed, N failed`, counted in checks.

mod arrows;
mod bench;
mod files;
mod finding;
mod fixtures;
mod generated;
mod licences;
mod links;
mod load;
mod messages;
mod migrations;
mod motion;
mod named_tests;
mod scan;
mod sql;
mod templates;
mod workspace;

use std::process::ExitCode;

use finding::Report;
use workspace::Workspace;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  check                  every check below, as ./test runs them
  check-arrows           no room depends on one that the table of rooms does not allow
  check-motion           a function takes the context or a transaction, never both
  check-sql              no SQL is built with format!
  check-migrations       every table has its tenant, portable types and a way down
  check-templates        no inline style, script or handler in a page
  check-messages         no message is defined in two places
  check-files            names files and functions that one no longer reads at once (never fails)
  check-links            every relative link in the documentation leads somewhere
  check-security         every test that docs/security.md names exists
  check-licences         every dependency's licence is one that deny.toml allows
  fixtures [--write]     the committed fixtures are the ones whose fingerprints are recorded
  openapi [--write]      docs/openapi.json is what the program prints; --write brings it up to date
  events [--write]       docs/events.md, likewise
  permissions [--write]  docs/permissions.txt, likewise
  routes [--write]       docs/routes.txt, likewise
  generated [--write]    the four documents above
  bench [NAME…]          runs the benchmarks (release profile) and prints what they print; `http` is the running product

The program is target/debug/entrepot, built when missing; ENTREPOT_BIN names another.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let write = arguments.iter().any(|argument| argument == "--write");
    let rest: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| *argument != "--write")
        .collect();
    let Some((command, names)) = rest.split_first() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let house = Workspace::find();
    let mut report = Report::default();
    match *command {
        "check" => check_all(&house, &mut report),
        "check-arrows" => report.add("arrows between rooms", arrows::check(&house)),
        "check-motion" => report.add("context or transaction, never both", motion::check(&house)),
        "check-sql" => report.add("SQL only with parameters", sql::check(&house)),
        "check-migrations" => report.add("migrations", migrations::check(&house)),
        "check-templates" => report.add("templates without inline style or script", templates::check(&house)),
        "check-messages" => report.add("messages defined once", messages::check(&house)),
        "check-files" => report.note(files::look(&house)),
        "check-links" => report.add("links in the documentation", links::check(&house)),
        "check-security" => report.add("tests named in the security sheet", named_tests::check(&house)),
        "check-licences" => report.add("licences of the dependencies", licences::check(&house)),
        "fixtures" => report.add("fixtures", fixtures::check(&house, write)),
        "generated" => generated::DOCUMENTS
            .iter()
            .for_each(|one| report.add(one.path, generated::check(&house, one, write))),
        "bench" => return bench::run(&house, names),
        name => match generated::DOCUMENTS.iter().find(|one| one.command == name) {
            Some(document) => report.add(document.path, generated::check(&house, document, write)),
            None => {
                eprintln!("cargo xtask has no command `{name}`\n\n{USAGE}");
                return ExitCode::from(2);
            }
        },
    }
    report.finish()
}

fn check_all(house: &Workspace, report: &mut Report) {
    report.add("arrows between rooms", arrows::check(house));
    report.add("context or transaction, never both", motion::check(house));
    report.add("SQL only with parameters", sql::check(house));
    report.add("migrations", migrations::check(house));
    report.add("templates without inline style or script", templates::check(house));
    report.add("messages defined once", messages::check(house));
    report.add("links in the documentation", links::check(house));
    report.add("tests named in the security sheet", named_tests::check(house));
    report.add("licences of the dependencies", licences::check(house));
    report.add("fixtures", fixtures::check(house, false));
    for document in generated::DOCUMENTS {
        report.add(document.path, generated::check(house, document, false));
    }
    report.note(files::look(house));
}
