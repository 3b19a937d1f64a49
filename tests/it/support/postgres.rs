//! A real PostgreSQL server for the whole test run, started as an unprivileged user because
//! `initdb` refuses root. It dies with the test process: a shell holds the other end of a pipe.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// `nobody` on Debian.
const NOBODY: u32 = 65_534;

pub struct Server {
    socket: PathBuf,
    bin: PathBuf,
    databases: AtomicU32,
    /// Its standard input is the pipe: closed when the test process ends, however it ends.
    _keeper: Child,
}

/// The server, started by the first test that needs it.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

fn programs() -> PathBuf {
    let named = std::env::var_os("PASSERELLE_POSTGRES_BIN").map(PathBuf::from);
    let debian =
        (13..=18).rev().map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")));
    let preferred = PathBuf::from("/usr/lib/postgresql/15/bin");
    named
        .into_iter()
        .chain([preferred])
        .chain(debian)
        .find(|folder| folder.join("initdb").exists())
        .expect("PostgreSQL's programs; install them with `apt-get install postgresql`, or name their folder in PASSERELLE_POSTGRES_BIN")
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().expect("id");
    output.stdout == b"0\n"
}

impl Server {
    fn start() -> Self {
        // Another try after a failed one begins in a folder of its own.
        static TRIES: AtomicU32 = AtomicU32::new(0);
        let bin = programs();
        let (process, try_) = (std::process::id(), TRIES.fetch_add(1, Ordering::Relaxed));
        let home = std::env::temp_dir().join(format!("passerelle-pg-{process}-{try_}"));
        std::fs::create_dir_all(&home).expect("a folder for the server");
        if is_root() {
            chown(&home, Some(NOBODY), Some(NOBODY)).expect("a folder of the unprivileged user");
        }
        let data = home.join("data");
        let mut initdb = Self::unprivileged(&bin.join("initdb"));
        initdb.args([
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "-D",
        ]);
        let output = initdb.arg(&data).current_dir(&home).output().expect("initdb");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut keeper = Self::unprivileged(Path::new("/bin/sh"));
        keeper
            .args([
                "-c",
                "\"$1\" -D \"$2\" -k \"$3\" -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 >\"$3/log\" 2>&1 & server=$!; cat >/dev/null; kill -QUIT $server; wait $server; rm -rf \"$3\"",
                "sh",
            ])
            .arg(bin.join("postgres"))
            .args([&data, &home])
            .current_dir(&home)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let keeper = keeper.spawn().expect("the server");
        let server = Self { socket: home, bin, databases: AtomicU32::new(0), _keeper: keeper };
        server.wait();
        server
    }

    fn unprivileged(program: &Path) -> Command {
        let mut command = Command::new(program);
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    fn wait(&self) {
        for _ in 0..1_200 {
            let ready = Command::new(self.bin.join("pg_isready"))
                .args(["-q", "-U", "postgres", "-h"])
                .arg(&self.socket)
                .status()
                .is_ok_and(|status| status.success());
            if ready {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.socket.join("log")).unwrap_or_default();
        panic!("PostgreSQL did not start: {log}");
    }

    /// The address of a database of this server.
    pub fn url(&self, database: &str) -> String {
        let socket = self.socket.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{socket}/{database}")
    }

    /// Runs a statement on the maintenance database.
    pub fn execute(&self, statement: &str) {
        let output = Command::new(self.bin.join("psql"))
            .args([
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                "postgres",
                "-d",
                "postgres",
                "-c",
                statement,
                "-h",
            ])
            .arg(&self.socket)
            .output()
            .expect("psql");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// A name for a new database.
    pub fn next_name(&self) -> String {
        format!("t{}", self.databases.fetch_add(1, Ordering::Relaxed))
    }
}
