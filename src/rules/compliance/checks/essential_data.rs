//! Essential data of the contract are published on the national portal (DECP), social
//! considerations among them (art. R2196-1 and R3131-1).

use crate::domain::compliance::ComplianceVerdict;
use crate::domain::finding::FindingKind;
use crate::rules::compliance::bounds::Reach;
use crate::rules::compliance::case::{Case, Start};
use crate::rules::compliance::check::{Check, Page, Regime, Said, Scope, not_asked, valued};
use crate::rules::compliance::table::{AmountId, TABLE};

/// The duty in one of its two regimes.
pub(crate) struct EssentialData {
    page: Page,
    /// What DECP calls a reserved contract.
    reserved: &'static str,
    /// By when.
    when: &'static str,
}

/// Markets.
pub(crate) const OF_MARKETS: EssentialData = EssentialData {
    page: Page {
        id: "law.r2196-1",
        article: "R2196-1",
        title_fr: "Publication des données essentielles, considérations sociales comprises",
        title_en: "Publication of the essential data, social considerations included",
        regime: Regime::Market,
        scope: Scope::Lot,
    },
    reserved: "Marché réservé",
    when: "dans les deux mois de la notification",
};

/// Concessions.
pub(crate) const OF_CONCESSIONS: EssentialData = EssentialData {
    page: Page {
        id: "law.r3131-1",
        article: "R3131-1",
        title_fr: "Publication des données essentielles de la concession, considérations sociales comprises",
        title_en: "Publication of the essential data of the concession, social considerations included",
        regime: Regime::Concession,
        scope: Scope::Lot,
    },
    reserved: "Concession réservée",
    when: "avant le début d'exécution",
};

impl Check for EssentialData {
    fn page(&self) -> &Page {
        &self.page
    }

    fn ask(&self, case: &Case<'_>) -> Said {
        if let Some(said) = not_asked(self.page.id, case) {
            return said;
        }
        if case.has_contract {
            return Said::new(
                ComplianceVerdict::Met,
                "Les données essentielles d'un contrat signé pour ce lot sont publiées (DECP).",
            );
        }
        let value = valued("valeur estimée de l'ensemble", case.whole);
        // Concessions publish theirs whatever their value.
        if self.page.regime == Regime::Concession {
            return self.due(case).knowing(value);
        }
        let on = case.start.map(Start::day);
        let Some(limit) = TABLE.amount(AmountId::EssentialData, on) else {
            return Said::unknown(
                "Le montant qui oblige à publier n'est pas connu à cette date.",
                "le montant fixé à la date de la consultation",
            );
        };
        let said = match case.whole.reach(&[limit.cents()]) {
            Reach::Reached => self.due(case),
            Reach::Below => Said::does_not_apply("La valeur du besoin est inférieure au seuil."),
            Reach::Open => Said::unknown(
                "Il n'est pas établi que le besoin atteint le seuil de publication.",
                "la valeur estimée de l'ensemble du marché, tous lots compris, hors taxes",
            )
            .advising(self.advice(case)),
        };
        said.knowing(value).knowing([format!("seuil : {}", limit.in_words())])
    }
}

impl EssentialData {
    fn due(&self, case: &Case<'_>) -> Said {
        let reason = format!("Les données essentielles sont à publier {}.", self.when);
        Said::new(ComplianceVerdict::ToCheck, reason)
            .without(["les données essentielles publiées sur le portail national".to_owned()])
            .advising(self.advice(case))
    }

    /// The value to put into `considerationsSociales`.
    fn advice(&self, case: &Case<'_>) -> String {
        let clause = |kind| kind == FindingKind::ExecutionClause;
        let criterion = |kind| kind == FindingKind::AwardCriterion;
        let stated = [
            ("Clause sociale", case.has_clearly(clause)),
            ("Critère social", case.has_clearly(criterion)),
            (self.reserved, case.has_clearly(FindingKind::is_reservation)),
        ];
        let values: Vec<&str> = stated
            .into_iter()
            .filter(|(_, is_stated)| *is_stated)
            .map(|(value, _)| value)
            .collect();
        let value = match values.as_slice() {
            [] => "Pas de considération sociale".to_owned(),
            values => values.join(", "),
        };
        let is_doubtful = case.findings.iter().any(|read| {
            let kind = read.finding.kind;
            kind != FindingKind::InsertionService && !case.has_clearly(|other| other == kind)
        });
        let doubt = if is_doubtful {
            " (une considération peu claire a été lue : confirmer)"
        } else {
            ""
        };
        format!(
            "Publier {} ; champ « considerationsSociales », d'après ce qui a été lu : {value}{doubt}.",
            self.when
        )
    }
}
