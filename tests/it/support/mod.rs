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
pub mod random;
pub mod sample;
pub mod server;
pub mod websocket;

/// Writes a store test once and runs it on both databases.
#[macro_export]
macro_rules! on_both {
    ($(#[$meta:meta])* async fn $name:ident($db:ident: TestDb) $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn run($db: $crate::support::databases::TestDb) $body

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run($crate::support::databases::TestDb::sqlite().await).await;
            }

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run($crate::support::databases::TestDb::postgres().await).await;
            }
        }
    };
}
