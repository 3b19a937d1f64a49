//! What the program does, a verb a file. A use case owns its transaction: it writes state and the
//! rows that cause later work, and commits once.

pub mod backfill;
pub mod correct;
pub mod export;
pub mod health;
pub mod horizon;
pub mod ingest;
pub mod link;
pub mod members;
pub mod pull;
pub mod reassess;
pub mod tick;
