//! One fresh database a test.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use passerelle::store::{Database, StoreOptions};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::postgres::server;

/// A database with its schema, and a count of the statements it was sent.
pub struct TestDb {
    pub db: Database,
    pub url: String,
    pub statements: Arc<AtomicU64>,
    _folder: Option<TempDir>,
}

impl TestDb {
    pub async fn sqlite() -> Self {
        let folder = TempDir::new().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let made = Self::open(url, Some(folder)).await;
        made.db.migrate().await.expect("a schema");
        made
    }

    pub async fn postgres() -> Self {
        // The schema is made once and copied: a fifth of the time of making it again.
        static TEMPLATE: OnceCell<()> = OnceCell::const_new();
        TEMPLATE
            .get_or_init(|| async {
                server().execute("DROP DATABASE IF EXISTS template_passerelle");
                server().execute("CREATE DATABASE template_passerelle");
                let template = Self::open(server().url("template_passerelle"), None).await;
                template.db.migrate().await.expect("a schema");
                template.db.close().await.expect("closed connections");
            })
            .await;
        let name = server().next_name();
        server().execute(&format!(
            "CREATE DATABASE {name} TEMPLATE template_passerelle STRATEGY file_copy"
        ));
        Self::open(server().url(&name), None).await
    }

    /// A fresh database of the same kind.
    pub async fn another(&self) -> Self {
        if self.url.starts_with("sqlite") { Self::sqlite().await } else { Self::postgres().await }
    }

    async fn open(url: String, folder: Option<TempDir>) -> Self {
        let statements = Arc::new(AtomicU64::new(0));
        let counter = statements.clone();
        let options = StoreOptions {
            connections: 4,
            observer: Some(Arc::new(move |_: Duration, _| {
                counter.fetch_add(1, Ordering::Relaxed);
            })),
            ..StoreOptions::new(&url)
        };
        let db = Database::open(&options).await.expect("an open database");
        Self { db, url, statements, _folder: folder }
    }

    /// Statements sent while something ran.
    pub async fn count_statements<T>(&self, run: impl Future<Output = T>) -> (T, u64) {
        let before = self.statements.load(Ordering::Relaxed);
        let result = run.await;
        (result, self.statements.load(Ordering::Relaxed) - before)
    }
}
