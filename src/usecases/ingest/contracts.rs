//! The contracts that a batch speaks of are folded again from all their documents, and what
//! differs is written. Documents are read again from their bytes, so that nothing is kept that a
//! better decoder would have to mend.

use std::collections::{BTreeSet, HashMap};

use super::prepare::{Assessed, raw};
use crate::domain::contract::{Contract, SeenRecord, fold};
use crate::domain::ids::ContractId;
use crate::domain::linkage::BuyerKey;
use crate::feeds::recognise;
use crate::store::documents::KnownDocument;
use crate::store::{self, StoreError, Transaction};

/// Folds these contracts and writes those that differ. Gives how many did.
pub(super) async fn fold_and_write(
    tx: &Transaction,
    touched: &BTreeSet<ContractId>,
    decoded: &HashMap<String, Assessed>,
) -> Result<u64, StoreError> {
    if touched.is_empty() {
        return Ok(0);
    }
    let touched: Vec<ContractId> = touched.iter().copied().collect();
    let documents = store::documents::of_contracts(tx.conn(), &touched).await?;
    let absent = documents.iter().filter(|known| !decoded.contains_key(&known.digest));
    let absent: Vec<String> = absent.map(|known| known.digest.clone()).collect();
    let mut bytes = store::documents::bodies(tx.conn(), &absent).await?;
    let mut records: HashMap<ContractId, Vec<SeenRecord>> = HashMap::new();
    for known in documents {
        let body = bytes.remove(&known.digest).unwrap_or_default();
        let record = match decoded.get(&known.digest) {
            Some(assessed) => assessed.contract.clone(),
            None => recognise::decode_contract(&raw(&known, body)).and_then(|read| read.record),
        };
        if let Some(record) = record {
            let KnownDocument { last_seen_at, fed_at, digest, .. } = known;
            let (is_fed, seen_at) = (fed_at.is_some(), fed_at.unwrap_or(last_seen_at));
            let seen = SeenRecord { record, is_fed, seen_at, digest };
            records.entry(seen.record.id()).or_default().push(seen);
        }
    }
    let before = store::contracts::find(tx.conn(), &touched).await?;
    let folded = touched.iter().filter_map(|id| fold(records.remove(id)?));
    let folded: HashMap<ContractId, Contract> = folded.map(|one| (one.id, one)).collect();
    let gone = before.keys().filter(|id| !folded.contains_key(id)).copied();
    let gone: Vec<ContractId> = gone.collect();
    let differs = |one: &Contract| before.get(&one.id) != Some(one);
    let changed: Vec<Contract> = folded.into_values().filter(differs).collect();
    let buyers = changed.iter().chain(gone.iter().filter_map(|id| before.get(id)));
    let sirens = buyers.filter_map(|one| Some(one.buyer.siret.as_ref()?.siren()));
    store::links::mark_due(tx, &sirens.map(BuyerKey::of_siren).collect()).await?;
    store::contracts::delete(tx, &gone).await?;
    store::contracts::write(tx, &changed).await?;
    Ok((changed.len() + gone.len()) as u64)
}
