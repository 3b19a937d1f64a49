//! What the tests share.

pub mod api;
pub mod clock;
pub mod databases;
pub mod dump;
pub mod feed_server;
pub mod hand_clock;
pub mod notices;
pub mod postgres;
pub mod program;
pub mod puller;
pub mod random;
pub mod sample;
pub mod server;
pub mod source;
pub mod websocket;

/// Writes a store test once and runs it on both databases.
#[macro_export]
macro_rules! on_both {
    ($(#[$meta:meta])* async fn $name:ident($db:ident: TestDb) $body:block) => {
        async fn $name($db: $crate::support::databases::TestDb) $body

        mod $name {
            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name($crate::support::databases::TestDb::sqlite().await).await;
            }

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name($crate::support::databases::TestDb::postgres().await).await;
            }
        }
    };
}
