//! The command line as scripts and people meet it: exit codes, where words go, what a command leaves alone.

use std::process::Output;

use serde_json::Value;

use crate::program::Place;

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Failed as promised: exit 1, nothing but one line on stderr, which says all of this.
fn assert_refused(output: &Output, told: &[&str]) {
    let text = stderr(output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text.trim().lines().count(), 1, "{text}");
    assert!(
        text.starts_with("entrepot: ") && stdout(output).is_empty(),
        "{text} {}",
        stdout(output)
    );
    for part in told {
        assert!(text.contains(part), "{part}: {text}");
    }
}

const COMMANDS: [&[&str]; 18] = [
    &["demo"],
    &["serve"],
    &["work"],
    &["tick"],
    &["migrate"],
    &["migrate", "status"],
    &["doctor"],
    &["import"],
    &["export"],
    &["backup"],
    &["restore"],
    &["verify"],
    &["verify", "prices"],
    &["openapi"],
    &["events"],
    &["permissions"],
    &["routes"],
    &["config"],
];

#[tokio::test(flavor = "multi_thread")]
async fn every_command_has_help_and_wrong_usage_is_exit_2() {
    let place = Place::new().await;
    let bare = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_entrepot"));
        command
            .current_dir(place.path())
            .args(arguments)
            .output()
            .expect("run the program")
    };
    for command in COMMANDS {
        let help = bare(&[command, &["--help"]].concat());
        assert_eq!(help.status.code(), Some(0), "{command:?}: {}", stderr(&help));
        assert!(stdout(&help).contains("Usage: entrepot"), "{command:?}");
        let wrong = bare(&[command, &["--no-such-option"]].concat());
        assert_eq!(wrong.status.code(), Some(2), "{command:?}");
        assert!(
            stdout(&wrong).is_empty() && stderr(&wrong).contains("--no-such-option"),
            "{command:?}"
        );
    }
    for wrong in [
        &[][..],
        &["simulate"],
        &["verify", "weather"],
        &["migrate", "down"],
        &["demo", "--fresh", "--database", "postgres://x/y"],
    ] {
        assert_eq!(bare(wrong).status.code(), Some(2), "{wrong:?}");
    }
    for document in ["openapi", "events", "permissions", "routes"] {
        let printed = bare(&[document]);
        assert!(printed.status.success() && printed.stdout.len() > 500, "{document}");
    }
    let printed = bare(&["config", "print"]);
    let config: Value = serde_json::from_slice(&printed.stdout).expect("JSON");
    assert_eq!(config["database"]["url"], "(secret)");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_that_look_make_nothing_and_say_what_to_do() {
    let place = Place::new().await;
    if place.database.is_some() {
        return; // The database of a PostgreSQL server is made by its operator.
    }
    let copy = place.path().join("copy.db");
    let copy = copy.to_str().expect("a path");
    for command in [
        &["doctor", "--json"][..],
        &["backup", copy],
        &["verify", "audit"],
        &["migrate", "status"],
        &["export", "audit", "--tenant", "northwind"],
        &[
            "import",
            "prices-csv",
            copy,
            "--tenant",
            "northwind",
            "--list",
            "retail",
        ],
    ] {
        let output = place.run(command);
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        let told = stdout(&output) + &stderr(&output);
        assert!(
            told.contains("there is no database") && told.contains("--data"),
            "{command:?}: {told}"
        );
    }
    let left: Vec<_> = std::fs::read_dir(place.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    assert_refused(&place.run(&["restore", copy]), &["there is no file", "copy.db"]);
    let mut elsewhere = place.command(&["doctor"]);
    elsewhere.env("ENTREPOT__SERVER__TLS_KEY", "key.pem");
    let told = stdout(&elsewhere.output().unwrap());
    assert!(told.contains("set both or none"), "{told}");
    assert_refused(
        &place.run(&["work", "--queues", "mail,nosuch"]),
        &["there is no queue nosuch", "mail"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_demo_says_why_it_cannot_run_and_touches_nothing() {
    let (first, second) = (Place::new().await, Place::new().await);
    let running = first.demo().await;
    let address = running.url.trim_start_matches("http://");
    assert_refused(
        &second.run(&["demo", "--listen", address]),
        &[address, "is taken by another program", "--listen"],
    );
    assert!(!second.path().join("entrepot.db").exists() && !second.path().join("secrets.key").exists());
    if first.database.is_none() {
        assert_refused(
            &first.run(&["demo", "--listen", address, "--fresh"]),
            &["is taken by another program"],
        );
        assert_refused(
            &first.run(&["demo", "--listen", "127.0.0.1:0", "--fresh"]),
            &["is in use", "Entrepot is running on it"],
        );
    }
    let customers = running.get("/api/v1/customers").await;
    assert!(!customers["data"].as_array().expect("customers").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_go_out_and_come_back_in_unchanged() {
    let place = Place::new().await;
    place.demo().await.stop();
    let of = |kind: &str, more: &[&str]| place.run(&[&["export", kind, "--tenant", "northwind"], more].concat());
    let prices = of("prices", &["--list", "retail"]);
    assert!(prices.status.success(), "{}", stderr(&prices));
    assert!(stdout(&prices).lines().count() > 1_000);
    let file = place.path().join("prices.csv");
    std::fs::write(&file, &prices.stdout).unwrap();
    let file = file.to_str().expect("a path");
    let import = [
        "import",
        "prices-csv",
        file,
        "--tenant",
        "northwind",
        "--list",
        "retail",
    ];
    let planned = place.run(&[&import[..], &["--dry-run"]].concat());
    assert!(planned.status.success(), "{}{}", stdout(&planned), stderr(&planned));
    assert!(
        !stdout(&planned).contains("Changed") && !stdout(&planned).contains("Added"),
        "{}",
        stdout(&planned)
    );

    let customers: Value = serde_json::from_slice(&of("customers", &["--format", "json"]).stdout).expect("JSON");
    assert_eq!(customers.as_array().map(Vec::len), Some(8));
    assert!(customers[0]["id"].as_str().is_some_and(|id| id.starts_with("cus_")));
    assert!(stdout(&of("audit", &[])).starts_with("seq,at,actor"));

    let bad = place.path().join("bad.csv");
    std::fs::write(
        &bad,
        "tld,operation,years,kind,currency,amount,effective_from\ncom,register,1,regular,USD,eleven,\n",
    )
    .unwrap();
    let refused = place.run(&[
        "import",
        "prices-csv",
        bad.to_str().unwrap(),
        "--tenant",
        "northwind",
        "--list",
        "retail",
    ]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        stdout(&refused).contains("line 2") && stdout(&refused).contains("eleven"),
        "{}",
        stdout(&refused)
    );
    assert_refused(
        &place.run(&["export", "audit", "--tenant", "nobody"]),
        &["no company nobody", "northwind, saffron"],
    );
    assert_refused(
        &of("prices", &["--list", "nothing"]),
        &["nothing", "godaddy, openprovider, retail"],
    );
    assert_eq!(of("prices", &[]).status.code(), Some(2));
    let verified = place.run(&["verify", "audit", "--json"]);
    let verified: Value = serde_json::from_slice(&verified.stdout).expect("JSON");
    assert_eq!(
        (verified[0]["tenant"].as_str(), verified[0]["broken_at"].is_null()),
        (Some("northwind"), true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_master_key_the_database_is_refused() {
    let place = Place::new().await;
    place.demo().await.stop();
    let key = place.path().join("secrets.key");
    std::fs::rename(&key, place.path().join("elsewhere.key")).unwrap();
    assert_refused(
        &place.run(&["demo", "--listen", "127.0.0.1:0"]),
        &["secrets.key is missing", "put it back"],
    );
    assert!(!key.exists(), "no other key was made");
    std::fs::rename(place.path().join("elsewhere.key"), &key).unwrap();
    place.demo().await.stop();
}
