//! What needs no data: versions, schema, rule book, settings and their errors.

use crate::support::program::Place;

#[test]
fn the_program_explains_itself() {
    let place = Place::new();
    let version = place.run(&["--version"]).good();
    assert_eq!(version, format!("passerelle {}\n", env!("CARGO_PKG_VERSION")));
    let help = place.run(&["--help"]).good();
    for command in [
        "serve", "demo", "worker", "ingest", "assess", "reassess", "schema", "rules", "migrate",
        "config",
    ] {
        let line = format!("\n  {command} ");
        assert!(help.contains(&line), "{command}: {help}");
        let own = place.run(&[command, "--help"]).good();
        assert!(own.contains("Usage: passerelle"), "{command}: {own}");
    }
    let kept = |path: &str| {
        let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).expect("a file")
    };
    assert!(place.run(&["schema"]).good() == kept("schema.graphql"));
    assert!(place.run(&["rules"]).good() == kept("docs/RULES.md"));
    let files = std::fs::read_dir(place.path()).expect("a folder").count();
    assert_eq!(files, 0, "none of this makes a file");
}

#[test]
fn a_command_line_that_is_wrong_is_refused_with_what_to_write() {
    let place = Place::new();
    for (arguments, says) in [
        (&[][..], "Usage"),
        (&["serv"], "'serve'"),
        (&["serve", "--listen", "8000"], "--listen"),
        (&["serve", "--listen", "localhost:http"], "--listen"),
        (&["serve", "--port", "8000"], "--port"),
        (&["ingest"], "<FEED|--from <PATH>...>"),
        (&["ingest", "boamp", "--since", "01/09/2026"], "--since"),
        (&["ingest", "boamp", "--from", "x"], "cannot be used with"),
        (&["ingest", "--from", "x", "--since", "2026-09-01"], "cannot be used with"),
        (&["ingest", "--from", "x", "--again"], "cannot be used with"),
        (&["assess"], "<PATH>"),
        (&["config"], "check"),
        (&["--config", "missing.toml", "config", "check"], "missing.toml"),
    ] {
        let said = place.run(arguments).bad();
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
    for (arguments, says) in [
        (&["ingest", "tde"][..], "feeds: boamp"),
        (&["ingest", "boamp", "--since", "2026-09-02", "--until", "2026-09-01"], "exchange"),
        (&["ingest", "approch", "--since", "2026-09-01"], "leave out --since"),
        (&["ingest", "--from", "nowhere"], "no file nowhere"),
    ] {
        let said = place.run(arguments).bad();
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
}

#[test]
fn config_check_shows_what_holds_and_no_secret() {
    let place = Place::new()
        .set("PASSERELLE__LIMITS__PAGE_SIZE", "50")
        .set("PASSERELLE__SERVER__GRAPHIQL", "false")
        .set("PASSERELLE__LOG__FILTER", "warn");
    let file =
        place.write("own.toml", "[limits]\npage_size = 40\ndepth = 9\n[log]\nformat = \"json\"\n");
    let shown = place.run(&["config", "check", "--config", file.to_str().expect("text")]).good();
    for line in [
        "page_size = 50",
        "depth = 9",
        "complexity = 20000",
        "graphiql = false",
        "filter = \"warn\"",
        "format = \"json\"",
        "url = \"sqlite://passerelle.db\"",
    ] {
        assert!(shown.lines().any(|found| found == line), "{line}: {shown}");
    }
    // What it shows is itself a settings file.
    let again = place.write("shown.toml", &shown);
    assert_eq!(
        place.run(&["--config", again.to_str().expect("text"), "config", "check"]).good(),
        shown
    );
    let defaults = place.run(&["config", "default"]).good();
    place.write("default.toml", &defaults);
    let plain = Place::new();
    assert_eq!(
        place.run(&["--config", "default.toml", "config", "check"]).good(),
        shown.replace("depth = 9", "depth = 20").replace("\"json\"", "\"text\""),
    );
    assert!(plain.run(&["config", "check"]).good().contains("page_size = 100"));

    for url in [
        "postgres://u:s3cret@h/d",
        "postgresql://u:s3cret@h:5432/d",
        "postgres://u:a@s3cret@h/d",
        "postgres://h/d?user=u&password=s3cret",
        "postgres://h/d?password=s3cret&user=u",
        "postgres://u:s3cret@h/d?sslmode=require",
        "postgres://:s3cret@h/d",
    ] {
        let place = Place::new().set("PASSERELLE__DATABASE__URL", url);
        let shown = place.run(&["config", "check"]).good();
        assert!(!shown.contains("s3cret") && shown.contains("***"), "{url}: {shown}");
        assert!(shown.contains("@h") || shown.contains("//h/d"), "{url}: {shown}");
    }
}

#[test]
fn settings_that_are_wrong_are_refused_by_key_with_what_to_write() {
    for (text, says) in [
        ("[server]\nlisen = \"x\"", "unknown key `server.lisen`; known here: listen"),
        ("[sever]\nlisten = \"x\"", "unknown key `sever`"),
        ("listen = \"x\"", "unknown key `listen`"),
        ("[feeds.decq]\nenabled = true", "unknown key `feeds.decq`"),
        ("[server]\nlisten = \"8000\"", "server.listen"),
        ("[limits]\ndepth = -1", "limits.depth"),
        ("[limits]\ndepth = \"deep\"", "limits.depth"),
        ("[limits]\npage_size = 0", "limits.page_size: must be at least 1"),
        ("[log]\nfilter = \"loud=very\"", "log.filter"),
        ("[log]\nformat = \"xml\"", "`text` or `json`"),
        ("[database]\nurl = \"mysql://u:s3cret@h/d\"", "use sqlite://FILE or postgres://"),
        ("[database]\nurl = \"postgres://u:s3cret@h:port/d\"", "database.url"),
        ("[feeds.boamp]\nschedule = \"daily\"", "six fields"),
        ("[server\n", "own.toml"),
    ] {
        let place = Place::new();
        place.write("own.toml", text);
        for command in [&["config", "check"][..], &["migrate"], &["serve"]] {
            let arguments = [&["--config", "own.toml"], command].concat();
            let said = place.run(&arguments).bad();
            assert!(said.contains(says), "{text}: {said}");
            assert!(!said.contains("s3cret"), "{said}");
        }
        assert!(!place.path().join("passerelle.db").exists());
    }
    for (name, value, says) in [
        ("PASSERELLE__DATABASE__ULR", "x", "unknown key `database.ulr`; known here: url"),
        ("PASSERELLE__DATABSE__URL", "x", "unknown key `databse`"),
        ("PASSERELLE__LISTEN", "x", "unknown key `listen`"),
        ("PASSERELLE__LIMITS__DEPTH", "deep", "limits.depth"),
        ("PASSERELLE__SERVER__LISTEN", "8000", "server.listen"),
        ("PASSERELLE__DATABASE__URL", "", "database.url"),
        ("PASSERELLE_DATABASE_URL", "postgres://x", "PASSERELLE__DATABASE__URL"),
    ] {
        let said = Place::new().set(name, value).run(&["config", "check"]).bad();
        assert!(said.contains(says), "{name}: {said}");
    }
}
