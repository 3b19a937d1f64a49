//! `passerelle keys`: people who use the server under their name, and their keys.

use std::collections::BTreeSet;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::output;
use crate::app::{App, new_id};
use crate::domain::ids::MemberId;
use crate::domain::member::MemberRole;
use crate::domain::siret::Siret;
use crate::store;
use crate::usecases::members::{self, NewMember};

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Enter a person and print the key, once: only a hash of it is kept.
    Add(Add),
    /// Whose keys there are, the newest first.
    List,
    /// Print a new key for the owner of another one, which goes on holding until it is revoked.
    Renew {
        /// At least eight characters of the hash of the other key, as `list` shows them.
        hash: String,
    },
    /// Revoke a key by the first characters of its hash, as `list` shows them.
    Revoke {
        /// At least eight characters.
        hash: String,
    },
}

/// A person to enter.
#[derive(Debug, Args)]
pub struct Add {
    /// Name of the person; never in public answers.
    #[arg(long)]
    name: String,
    /// `officer` (buys), `company` (answers) or `facilitator` (helps both).
    #[arg(long, value_parser = role)]
    role: MemberRole,
    /// Name of the organisation, shown beside what the person says.
    #[arg(long)]
    organisation: String,
    /// SIRET of the organisation, 14 digits.
    #[arg(long, value_parser = siret)]
    siret: Option<Siret>,
}

fn role(text: &str) -> Result<MemberRole, String> {
    MemberRole::parse(text).ok_or_else(|| "use officer, company or facilitator".to_owned())
}

fn siret(text: &str) -> Result<Siret, String> {
    Siret::parse(text).ok_or_else(|| "14 digits with a right check digit are wanted".to_owned())
}

/// Said before a key is printed.
const ONCE: &str = "It is not shown again. Send it as `Authorization: Bearer …`:";

/// The beginning of a hash.
fn beginning(hash: &str) -> anyhow::Result<String> {
    let is_hash = hash.len() >= SHOWN && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    anyhow::ensure!(
        is_hash,
        "give at least {SHOWN} characters of the hash, as `keys list` shows them"
    );
    Ok(hash.to_ascii_lowercase())
}

/// Shortest beginning of a hash that may revoke, and the one that is shown.
const SHOWN: usize = 8;

/// Runs `keys`.
///
/// # Errors
/// When the store fails, or no one key is meant.
pub async fn run(app: &App, command: Command) -> anyhow::Result<()> {
    let (db, now) = (app.ingestor.db(), app.clock.now());
    match command {
        Command::Add(Add { name, role, organisation, siret }) => {
            let new = NewMember { name, role, organisation, siret };
            let key = members::add(db, new, new_id, now).await?;
            output::remark(ONCE);
            output::print(&format!("{key}\n"))
        }
        Command::List => {
            let keys = store::members::keys(db.read()).await?;
            let line = |key: &store::members::StoredKey| {
                let member = &key.member;
                let siret = member.siret.as_ref().map_or("", Siret::as_str);
                let state = match key.revoked_at {
                    Some(at) => format!("revoked {}", at.date_naive()),
                    None => "open".to_owned(),
                };
                format!(
                    "{}  {}  {}  {}  {}  {siret}  {state}\n",
                    key.hash.get(..SHOWN).unwrap_or(&key.hash),
                    key.created_at.date_naive(),
                    member.role.as_str(),
                    member.name,
                    member.organisation,
                )
            };
            output::print(&keys.iter().map(line).collect::<String>())
        }
        Command::Renew { hash } => {
            let hash = beginning(&hash)?;
            let keys = store::members::keys(db.read()).await?;
            let of_hash = keys.iter().filter(|key| key.hash.starts_with(&hash));
            let owners: BTreeSet<MemberId> = of_hash.map(|key| key.member.id).collect();
            anyhow::ensure!(owners.len() == 1, "{} people have a key that begins so", owners.len());
            for owner in owners {
                let key = members::add_key(db, owner, new_id, now).await?;
                output::remark(ONCE);
                output::print(&format!("{key}\n"))?;
            }
            Ok(())
        }
        Command::Revoke { hash } => {
            let revoked = members::revoke(db, &beginning(&hash)?, now).await?;
            match revoked {
                1 => output::print("revoked\n"),
                0 => None.context("no open key has a hash that begins so"),
                _ => None.context("several keys begin so; give more characters"),
            }
        }
    }
}
