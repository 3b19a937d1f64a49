//! Results by lot (BT-142 and around): winners, values, tenders received, why there is none.

use super::map::Mapper;
use super::model::{LotResult, LotTender, SettledContract};
use crate::domain::award::{Outcome, OutcomeKind};
use crate::domain::lot::LotKey;
use crate::domain::notice::Notice;
use crate::domain::organisation::PartyRole;

impl Mapper<'_> {
    /// Fills the results of a notice.
    pub(super) fn outcomes(&mut self, notice: &mut Notice) {
        for result in std::mem::take(&mut self.eforms.results) {
            let Some(kind) = outcome_kind(&result) else { continue };
            let lot = result.lot.as_deref().map_or_else(LotKey::whole, LotKey::of);
            let mut outcome = Outcome::new(lot, kind);
            outcome.text.clone_from(&result.reason);
            let received = result.received.iter().find(|(code, _)| code == "tenders");
            outcome.tenders_received = received.and_then(|(_, number)| number.parse().ok());
            let contracts = self.contracts(&result);
            let decided = contracts.iter().find_map(|contract| contract.award_date.clone());
            let decided = decided
                .or_else(|| contracts.iter().find_map(|contract| contract.issue_date.clone()))
                .or_else(|| self.eforms.award_date.clone());
            outcome.decided_on = self.issues.day(decided.as_deref(), "efac:SettledContract");
            if kind == OutcomeKind::Awarded {
                let won = self.winning_tenders(&result, &contracts);
                self.winners(&mut outcome, &won);
            }
            notice.outcomes.push(outcome);
        }
    }

    fn contracts(&self, result: &LotResult) -> Vec<SettledContract> {
        let all = self.eforms.contracts.iter();
        all.filter(|contract| result.contracts.contains(&contract.id)).cloned().collect()
    }

    /// A result lists every tender received; the winning ones are those of its contracts. A
    /// contract may hold tenders for other lots too.
    fn winning_tenders(&self, result: &LotResult, contracts: &[SettledContract]) -> Vec<LotTender> {
        let of_contracts: Vec<&String> =
            contracts.iter().flat_map(|contract| &contract.tenders).collect();
        let is_won = |tender: &&LotTender| {
            if of_contracts.is_empty() {
                result.tenders.contains(&tender.id)
            } else {
                of_contracts.contains(&&tender.id)
                    && (result.tenders.is_empty()
                        || result.tenders.contains(&tender.id)
                        || tender.lot == result.lot)
            }
        };
        self.eforms.tenders.iter().filter(is_won).cloned().collect()
    }

    fn winners(&mut self, outcome: &mut Outcome, won: &[LotTender]) {
        // Several winners of one lot (a framework agreement): no single amount is right.
        if let [LotTender { value: Some(value), .. }] = won {
            let path = "efac:LotTender/cac:LegalMonetaryTotal/cbc:PayableAmount";
            outcome.amount = self.issues.money(Some(&value.value), value.currency.as_deref(), path);
        }
        for id in won.iter().filter_map(|tender| tender.party.as_ref()) {
            let party = self.eforms.parties.iter().find(|party| party.id == *id);
            for tenderer in party.map_or_else(Vec::new, |party| party.tenderers.clone()) {
                let supplier = self.party(PartyRole::Supplier, &tenderer);
                let fresh = supplier.filter(|one| !outcome.suppliers.contains(one));
                outcome.suppliers.extend(fresh);
            }
        }
    }
}

/// The outcome of a result (BT-142), told apart by its reason (BT-144): no tender or no suitable
/// one is *infructueux*; a decision of the buyer is *sans suite*. A lot still to be decided
/// (`open-nw`) has no outcome. Forms without BT-142 (ex ante notices, modifications) name the
/// winner and nothing else.
fn outcome_kind(result: &LotResult) -> Option<OutcomeKind> {
    let has_winner = !result.tenders.is_empty() || !result.contracts.is_empty();
    match result.result.as_deref() {
        Some("selec-w") => Some(OutcomeKind::Awarded),
        Some("clos-nw") => Some(match result.reason.as_deref() {
            Some("chan-need" | "ins-fund" | "rev-body" | "rev-buyer" | "tch-pro") => {
                OutcomeKind::Cancelled
            }
            _ => OutcomeKind::Unsuccessful,
        }),
        None if has_winner => Some(OutcomeKind::Awarded),
        _ => None,
    }
}
