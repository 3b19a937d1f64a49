//! The program as a person runs it: what it prints, how it ends, and what it says when it cannot.

mod assess;
mod backfill;
mod evaluate;
mod hours;
mod serving;
mod settings;
mod store;
