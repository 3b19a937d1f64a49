//! The rules of the house, read from its sources: who may use whom, where each foreign word lives,
//! what every file looks like, and that nothing new is left unregistered. docs/ARCHITECTURE.md says
//! why.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use passerelle::domain::source::FEEDS;
use passerelle::rules;

use crate::support::notices::files;
use crate::support::source::{Source, repository, sources};

/// Which rooms of ours a room may use beside itself. Nobody but the command line uses `app`, and
/// nobody uses `cli`.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("rules", &["domain"]),
    ("config", &["domain"]),
    ("clock", &["domain", "config"]),
    ("telemetry", &["config"]),
    ("net", &["domain", "config", "clock"]),
    ("feeds", &["domain", "net", "clock"]),
    ("store", &["domain"]),
    ("export", &["domain", "rules"]),
    ("usecases", &["domain", "rules", "feeds", "store", "export", "clock"]),
    ("jobs", &["usecases", "config"]),
    ("graphql", &["domain", "rules", "store", "usecases", "clock"]),
    ("http", &["domain", "config", "clock", "telemetry", "export", "usecases", "graphql"]),
    (
        "app",
        &[
            "domain",
            "rules",
            "config",
            "clock",
            "telemetry",
            "net",
            "feeds",
            "store",
            "export",
            "usecases",
            "jobs",
            "graphql",
            "http",
        ],
    ),
    (
        "cli",
        &[
            "domain",
            "rules",
            "config",
            "clock",
            "telemetry",
            "net",
            "feeds",
            "store",
            "export",
            "usecases",
            "jobs",
            "graphql",
            "http",
            "app",
        ],
    ),
];

/// Words of other people and the rooms that may say them. `entity` and `migration` are crates of
/// their own and know only SeaORM.
const HOMES: &[(&str, &[&str])] = &[
    ("sea_orm", &["store"]),
    ("sea_orm_migration", &["store"]),
    ("passerelle_entity", &["store"]),
    ("passerelle_migration", &["store"]),
    ("zstd", &["store"]),
    ("rust_stemmers", &["store"]),
    // http runs its websockets by the protocol and the data of async-graphql.
    ("async_graphql", &["graphql", "http"]),
    ("poem", &["http"]),
    ("reqwest", &["net"]),
    ("rustls", &["net"]),
    ("quick_xml", &["feeds"]),
    ("sha2", &["feeds"]),
    ("parquet", &["export"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("anyhow", &["app", "cli"]),
    ("figment", &["config"]),
    ("std::env", &["config"]),
    ("prometheus", &["telemetry"]),
    ("Utc::now", &["clock"]),
    ("Local::now", &["clock"]),
    ("SystemTime::now", &["clock"]),
    // Durations for people and for metrics; nothing is decided by them.
    ("Instant::now", &["clock", "http", "cli"]),
    ("Uuid::new_v4", &["app"]),
    // A task that nobody waits for is lost with its errors: only what lives as long as the process.
    ("tokio::spawn", &["app", "http"]),
    ("tokio::signal", &["app"]),
];

/// Lines of the longest file: more hold more than one idea.
const LONGEST: usize = 600;

/// All Rust of this repository.
static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let folders = ["src", "entity/src", "migration/src", "tests", "benches"];
    folders.into_iter().flat_map(sources).collect()
});

/// The files of the program itself, with their rooms.
fn by_room() -> impl Iterator<Item = (&'static Source, String)> {
    let ours = SOURCES.iter().filter(|source| source.path.starts_with("src/"));
    ours.filter_map(|source| Some((source, source.module().first()?.clone())))
}

/// Fails with all breaches, one a line.
fn none(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{rule}:\n  {}", breaches.join("\n  "));
}

#[test]
fn rooms_use_only_the_rooms_they_may() {
    let table: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let mut breaches = Vec::new();
    let mut rooms = BTreeSet::new();
    for (source, room) in by_room() {
        rooms.insert(room.clone());
        let Some(row) = table.get(room.as_str()) else {
            breaches.push(format!("{}: the room `{room}` has no row in the table", source.path));
            continue;
        };
        for path in source.paths() {
            let place = format!("{}:{} {}", source.path, path.line, path.text());
            match (path.segments[0].as_str(), path.segments.get(1)) {
                ("passerelle", Some(_)) => breaches.push(format!("{place}: say `crate::`")),
                ("crate", Some(used)) if *used != room && !row.contains(&used.as_str()) => {
                    breaches.push(format!("{place}: `{room}` may not use `{used}`"));
                }
                _ => {}
            }
        }
    }
    let rows: BTreeSet<String> = table.keys().map(|room| (*room).to_owned()).collect();
    breaches.extend(rows.difference(&rooms).map(|room| format!("there is no room `{room}`")));
    none("rooms use only the rooms they may (docs/ARCHITECTURE.md)", &breaches);
}

#[test]
fn each_foreign_word_has_one_home() {
    let mut breaches = Vec::new();
    for (source, room) in by_room() {
        for path in source.paths() {
            for &(word, homes) in HOMES {
                let begins = word.contains("::") || path.segments[0] == word;
                if !begins || !path.holds(word) {
                    continue;
                }
                if !homes.contains(&room.as_str()) {
                    let place = format!("{}:{}", source.path, path.line);
                    breaches.push(format!("{place}: `{word}` lives in {}", homes.join(", ")));
                }
            }
        }
    }
    none("each foreign word has one home (docs/ARCHITECTURE.md)", &breaches);
}

#[test]
fn every_file_begins_with_what_it_is_for() {
    let silent = SOURCES.iter().filter(|source| !source.text.starts_with("//! "));
    let silent: Vec<String> = silent.map(|source| source.path.clone()).collect();
    none("files without a `//!` header", &silent);
}

#[test]
fn exceptions_are_expected_with_a_reason() {
    let mut breaches = Vec::new();
    for source in SOURCES.iter() {
        let bare = [&["allow", "("][..], &["todo", "!"], &["unimplemented", "!"], &["dbg", "!"]];
        for words in bare {
            let lines = source.lines_with(words).into_iter();
            breaches.extend(lines.map(|line| format!("{}:{line} {}", source.path, words.concat())));
        }
    }
    none(
        "write `expect(…, reason = …)` instead of `allow`, and leave nothing for later",
        &breaches,
    );
}

#[test]
fn no_file_is_long() {
    let long = SOURCES.iter().filter(|source| source.lines() > LONGEST);
    let breaches: Vec<String> =
        long.map(|source| format!("{} has {} lines", source.path, source.lines())).collect();
    none("one idea a file", &breaches);
}

#[test]
fn every_file_is_reached_from_its_parent() {
    let mut breaches = Vec::new();
    let declared: BTreeMap<&str, Vec<&str>> =
        SOURCES.iter().map(|source| (source.path.as_str(), source.modules())).collect();
    for source in SOURCES.iter() {
        let Some((folder, file)) = source.path.rsplit_once('/') else { continue };
        let is_root = ["lib.rs", "main.rs"].contains(&file) || folder == "benches";
        if is_root {
            continue;
        }
        let (name, folder) = match (file, folder.rsplit_once('/')) {
            ("mod.rs", Some((above, name))) => (name, above),
            _ => (file.trim_end_matches(".rs"), folder),
        };
        let parents = ["mod.rs", "lib.rs", "main.rs"].map(|head| format!("{folder}/{head}"));
        let parents = parents.into_iter().chain([format!("{folder}.rs")]);
        let is_declared = parents
            .filter_map(|parent| declared.get(parent.as_str()))
            .any(|modules| modules.contains(&name));
        if !is_declared {
            breaches.push(format!("{}: no `mod {name};` above it", source.path));
        }
    }
    none("every file is reached from its parent", &breaches);
}

#[test]
fn everything_that_can_be_added_is_registered() {
    let mut breaches = Vec::new();
    let mut feeds = BTreeSet::new();
    let find = |path: &str| SOURCES.iter().find(|source| source.path == path).expect("a file");
    let says = |file: &str, path: &str| find(file).paths().iter().any(|said| said.holds(path));
    for source in SOURCES.iter() {
        let parts: Vec<&str> = source.path.trim_end_matches(".rs").split('/').collect();
        match parts[..] {
            ["src", "feeds", feed, _]
                if !source.lines_with(&["impl", "Feed", "for"]).is_empty() =>
            {
                feeds.insert(feed);
                if !says("src/app.rs", &format!("feeds::{feed}")) {
                    breaches.push(format!("{}: app does not build it", source.path));
                }
            }
            ["src", "rules", "compliance", "checks", check] if check != "mod" => {
                if source.lines_with(&["impl", "Check", "for"]).is_empty() {
                    breaches.push(format!("{}: holds no rule", source.path));
                }
                if !says("src/rules/compliance/mod.rs", &format!("checks::{check}")) {
                    breaches.push(format!("{}: CHECKS does not name it", source.path));
                }
            }
            ["src", "rules", group @ ("coded" | "legal"), rule] if rule != "mod" => {
                if source.lines_with(&["impl", "Rule", "for"]).is_empty() {
                    breaches.push(format!("{}: holds no rule", source.path));
                }
                if !says("src/rules/mod.rs", &format!("{group}::{rule}")) {
                    breaches.push(format!("{}: RULES does not name it", source.path));
                }
            }
            ["migration", "src", step]
                if step != "lib"
                    && !says("migration/src/lib.rs", &format!("{step}::Migration")) =>
            {
                breaches.push(format!("{}: the migrator does not run it", source.path));
            }
            _ => {}
        }
    }
    let listed: BTreeSet<&str> = FEEDS.iter().map(|feed| feed.name).collect();
    breaches
        .extend(feeds.difference(&listed).map(|feed| format!("FEEDS has no line for `{feed}`")));
    breaches
        .extend(listed.difference(&feeds).map(|feed| format!("no folder is the feed `{feed}`")));
    none("everything that can be added is registered", &breaches);
}

#[test]
fn the_whole_lexicon_is_in_the_book() {
    let lexicon = std::fs::read_to_string(repository().join("src/rules/lexicon.rs")).expect("text");
    let ids: BTreeSet<&str> =
        rules::book().iter().filter_map(|info| info.id.rsplit('.').next()).collect();
    let mut breaches = Vec::new();
    let mut entries = 0;
    for file in files(&repository().join("src/rules/lexicon")) {
        let name = file.file_name().and_then(|name| name.to_str()).expect("a plain name");
        if !lexicon.contains(&format!("include_str!(\"lexicon/{name}\")")) {
            breaches.push(format!("src/rules/lexicon.rs does not read {name}"));
        }
        let text = std::fs::read_to_string(&file).expect("text");
        for part in
            text.split("\n[[").filter(|part| part.starts_with("entry") || part.starts_with("trap"))
        {
            entries += 1;
            let id = part.lines().find_map(|line| line.strip_prefix("id = ")).unwrap_or_default();
            if !ids.contains(id.trim_matches('"')) {
                breaches.push(format!("{name}: {id} is not in the book"));
            }
        }
    }
    assert!(entries > 50, "{entries} entries");
    none("the whole lexicon is in the book", &breaches);
}

#[test]
fn the_plan_of_the_house_names_every_room() {
    let plan = repository().join("docs/ARCHITECTURE.md");
    let plan = std::fs::read_to_string(plan).unwrap_or_default();
    let rooms: BTreeSet<String> = by_room().map(|(_, room)| room).collect();
    let missing = rooms.into_iter().filter(|room| !plan.contains(&format!("src/{room}")));
    let missing: Vec<String> = missing.collect();
    none("docs/ARCHITECTURE.md does not name", &missing);
}
