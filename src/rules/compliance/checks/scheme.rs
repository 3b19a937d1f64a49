//! Buyers that spend much in a year adopt and publish a scheme of responsible purchasing, SPASER
//! (art. L2111-3, D2111-3).

use crate::domain::compliance::ComplianceVerdict;
use crate::rules::compliance::bounds::Bounds;
use crate::rules::compliance::case::{Case, Start};
use crate::rules::compliance::check::{Check, Page, Regime, Said, Scope, not_yet, valued};
use crate::rules::compliance::table::{AmountId, TABLE};

/// A scheme, public, with indicators every two years.
pub(crate) struct Scheme;

const PAGE: Page = Page {
    id: "law.l2111-3",
    article: "L2111-3",
    title_fr: "Schéma de promotion des achats socialement et écologiquement responsables (SPASER)",
    title_en: "Scheme of socially and ecologically responsible purchasing (SPASER)",
    regime: Regime::Market,
    scope: Scope::Whole,
};

impl Check for Scheme {
    fn page(&self) -> &Page {
        &PAGE
    }

    fn ask(&self, case: &Case<'_>) -> Said {
        if let Some(said) = not_yet(PAGE.id, case) {
            return said;
        }
        let Some(amount) = TABLE.amount(AmountId::Scheme, case.start.map(Start::day)) else {
            return Said::unknown(
                "Le montant annuel d'achats qui oblige au schéma n'est pas connu à cette date.",
                "le montant annuel d'achats fixé à la date de la consultation",
            );
        };
        let limit = format!("seuil : plus de {} d'achats par an", amount.in_words());
        let said = match case.yearly_spend {
            None => Said::unknown(
                "Le montant annuel des achats de l'acheteur n'est pas connu.",
                "le total annuel hors taxes des dépenses de l'acheteur sur ses marchés",
            ),
            // Above the amount, not from it: *supérieur à*.
            Some(spend) if spend > amount.cents() => due(),
            Some(_) => Said::does_not_apply(
                "Les achats annuels ne dépassent pas le montant fixé : le schéma n'est pas obligatoire.",
            ),
        };
        let spend =
            case.yearly_spend.and_then(|spend| valued("achats annuels", Bounds::exactly(spend)));
        said.knowing(spend).knowing([limit])
    }
}

fn due() -> Said {
    let reason = "Un schéma de promotion des achats responsables est obligatoire.";
    Said::new(ComplianceVerdict::ToCheck, reason)
        .without(["le schéma adopté et sa publication en ligne".to_owned()])
        .advising(
            "Adopter et publier le schéma ; publier tous les deux ans ses indicateurs, en nombre ou en \
             valeur, avec les taux réels et les cibles, dont les achats auprès d'entreprises ESUS et \
             d'entreprises employant des personnes défavorisées.",
        )
}
