//! The compliance check: what the Code de la commande publique asks of a procurement on social and
//! sustainable purchasing, whether it applies, and whether it is met, rule by rule.
//!
//! A `Case` holds what is known of a lot or of a whole procurement; each rule of `CHECKS` answers
//! it with a verdict, what it used and what is missing. An input that is not known makes the answer
//! [`ComplianceVerdict::Unknown`](crate::domain::compliance::ComplianceVerdict::Unknown) wherever it
//! matters, never a guess. Days, thresholds and amounts are a dated table, `law.toml`.

mod bounds;
mod case;
mod check;
mod checks;
pub(super) mod french;
mod speech;
mod table;
mod threshold;
mod words;

#[cfg(test)]
mod tests;

use super::RuleInfo;
use crate::domain::compliance::{ComplianceAnswer, Told};
use crate::domain::finding::Assessment;
use crate::domain::notice::Notice;
use crate::domain::procedure::LotState;
use case::Case;
use check::{Check, Page, Regime, Said, Scope};

/// The rules, in the order of the code: markets, then concessions. A new one is a file and a line.
static CHECKS: &[&dyn Check] = &[
    &checks::social_conditions::OF_MARKETS,
    &checks::execution_conditions::OF_MARKETS,
    &checks::stated_reservation::OF_MARKETS,
    &checks::social_economy::SocialEconomy,
    &checks::award_criteria::OF_MARKETS,
    &checks::division::Division,
    &checks::scheme::Scheme,
    &checks::essential_data::OF_MARKETS,
    &checks::social_conditions::OF_CONCESSIONS,
    &checks::execution_conditions::OF_CONCESSIONS,
    &checks::stated_reservation::OF_CONCESSIONS,
    &checks::award_criteria::OF_CONCESSIONS,
    &checks::essential_data::OF_CONCESSIONS,
];

/// The pages of the rules in the rule book.
pub(super) fn pages() -> impl Iterator<Item = RuleInfo> {
    CHECKS.iter().map(|check| check.page().info())
}

/// What the law says of a notice or draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeCompliance {
    /// Of the whole procurement; of its only lot as well where it is not divided.
    pub whole: Vec<ComplianceAnswer>,
    /// Of each of its lots, in their order; none for the only lot of an undivided procurement.
    pub lots: Vec<Vec<ComplianceAnswer>>,
}

/// What the law says of a notice or draft, with what the officer tells beside it. Pure.
pub fn of_notice(notice: &Notice, found: &Assessment, told: &Told) -> NoticeCompliance {
    let base = Case::of_notice(notice, told);
    let assessed = || notice.lots.iter().zip(&found.lots);
    if !assessed().any(|(lot, _)| !lot.key.is_whole()) {
        let only = assessed().next();
        let case = only.map_or_else(|| base.clone(), |(lot, _)| base.with_lot(lot, told));
        let own = only.into_iter().flat_map(|(_, assessed)| &assessed.findings);
        let whole = answers(&case.finding(own.chain(&found.findings)), |_| true);
        return NoticeCompliance { whole, lots: notice.lots.iter().map(|_| Vec::new()).collect() };
    }
    let lots = assessed().map(|(lot, assessed)| {
        let wide = found.wide_findings(Some(assessed));
        let case = base.with_lot(lot, told).finding(assessed.findings.iter().chain(wide));
        answers(&case, |scope| scope == Scope::Lot)
    });
    let lots = lots.collect();
    let whole = answers(&base.finding(&found.findings), |scope| scope == Scope::Whole);
    NoticeCompliance { whole, lots }
}

/// What the law says of a published lot and of its procurement; `notice` is the document that holds
/// for it. Pure.
pub fn of_lot(state: &LotState, notice: &Notice) -> Vec<ComplianceAnswer> {
    answers(&Case::of_lot(state, notice), |_| true)
}

fn answers(case: &Case<'_>, wanted: impl Fn(Scope) -> bool) -> Vec<ComplianceAnswer> {
    let regime = if case.is_concession() { Regime::Concession } else { Regime::Market };
    let is_asked = |page: &Page| page.regime == regime && wanted(page.scope);
    let asked = CHECKS.iter().filter(|check| is_asked(check.page()));
    asked.map(|check| answer(*check, case)).collect()
}

fn answer(check: &dyn Check, case: &Case<'_>) -> ComplianceAnswer {
    let said = match case.foreign_country() {
        Some(country) => Said::does_not_apply(format!(
            "L'acheteur est établi hors de France ({country}) : le code de la commande publique ne le \
             régit pas."
        )),
        None => check.ask(case),
    };
    let Page { id, article, .. } = check.page();
    ComplianceAnswer {
        rule: (*id).to_owned(),
        article: (*article).to_owned(),
        verdict: said.verdict,
        reason: said.reason,
        known: said.known,
        missing: said.missing,
        advice: said.advice,
    }
}
