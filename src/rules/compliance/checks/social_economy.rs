//! Reservation to companies of the social and solidarity economy (art. L2113-15, L2113-16, R2113-8).

use crate::domain::compliance::ComplianceVerdict;
use crate::domain::cpv::Cpv;
use crate::domain::finding::FindingKind;
use crate::rules::compliance::case::Case;
use crate::rules::compliance::check::{Check, Page, Regime, Said, Scope, not_yet, quoted};
use crate::rules::compliance::table::TABLE;
use crate::rules::compliance::threshold::buyer_in_words;

/// Only for certain services, by a *pouvoir adjudicateur*, for three years at most, with both
/// articles named.
pub(crate) struct SocialEconomy;

const PAGE: Page = Page {
    id: "law.l2113-15",
    article: "L2113-15",
    title_fr: "Conditions d'une réservation aux entreprises de l'économie sociale et solidaire",
    title_en: "Conditions of a reservation to the social and solidarity economy",
    regime: Regime::Market,
    scope: Scope::Lot,
};

/// Longest duration (art. L2113-16).
const THREE_YEARS: u32 = 36;

impl Check for SocialEconomy {
    fn page(&self) -> &Page {
        &PAGE
    }

    fn ask(&self, case: &Case<'_>) -> Said {
        let found = case.found(|kind| kind == FindingKind::ReservedEss);
        if found.is_empty() {
            return Said::does_not_apply(
                "Aucune réservation aux entreprises de l'économie sociale et solidaire n'a été lue.",
            );
        }
        if let Some(said) = not_yet(PAGE.id, case) {
            return said;
        }
        let parts = [services(case), authority(case), duration(case), articles(case)];
        sum(parts).knowing(found.iter().map(quoted))
    }
}

/// One of the conditions.
enum Part {
    /// Fulfilled: what was used.
    Held(String),
    /// Against the law: why.
    Broken(String),
    /// It cannot be told: what is missing.
    Open(String),
}

/// Every CPV code is a service that may be so reserved.
fn services(case: &Case<'_>) -> Part {
    if case.cpv.is_empty() {
        return Part::Open("les codes CPV du lot".to_owned());
    }
    let named = |social: Option<bool>| {
        let codes = case.cpv.iter().filter(|cpv| TABLE.is_social(cpv) == social);
        codes.map(Cpv::as_str).collect::<Vec<_>>().join(", ")
    };
    let (others, doubtful) = (named(Some(false)), named(None));
    if !others.is_empty() {
        return Part::Broken(format!("CPV {others} hors de la liste des services sociaux"));
    }
    if !doubtful.is_empty() {
        return Part::Open(format!(
            "si le CPV {doubtful}, absent de la liste européenne, figure dans l'avis annexé au code"
        ));
    }
    Part::Held(format!(
        "CPV {} : dans la liste européenne des services sociaux (son identité avec l'avis annexé au \
         code n'est pas vérifiée)",
        named(Some(true))
    ))
}

/// The buyer is a *pouvoir adjudicateur*, even where it buys as an entity.
fn authority(case: &Case<'_>) -> Part {
    match case.buyer {
        Some(buyer) if buyer.is_authority() == Some(true) => {
            Part::Held(format!("acheteur : {}", buyer_in_words(buyer)))
        }
        _ => Part::Open("si l'acheteur est un pouvoir adjudicateur".to_owned()),
    }
}

/// Three years at most (art. L2113-16).
fn duration(case: &Case<'_>) -> Part {
    match case.duration_months {
        None => Part::Open("la durée du marché, reconductions comprises".to_owned()),
        Some(months) if months > THREE_YEARS => {
            Part::Broken(format!("la durée de {months} mois dépasse trois ans (art. L2113-16)"))
        }
        Some(months) => Part::Held(format!("durée de {months} mois, trois ans au plus")),
    }
}

/// The notice refers to both articles (art. R2113-8).
fn articles(case: &Case<'_>) -> Part {
    let [whole, own] = case.speeches();
    let cited = [
        ("L2113-15", whole.cites_social_economy || own.cites_social_economy),
        ("L2113-16", whole.cites_its_duration || own.cites_its_duration),
    ];
    let absent: Vec<&str> =
        cited.into_iter().filter(|(_, is_cited)| !is_cited).map(|(article, _)| article).collect();
    if absent.is_empty() {
        return Part::Held("articles L2113-15 et L2113-16 cités".to_owned());
    }
    Part::Broken(format!(
        "le texte ne renvoie pas à l'article {} (art. R2113-8)",
        absent.join(" ni à ")
    ))
}

fn sum(parts: [Part; 4]) -> Said {
    let (mut held, mut broken, mut open) = (Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        match part {
            Part::Held(known) => held.push(known),
            Part::Broken(why) => broken.push(why),
            Part::Open(missing) => open.push(missing),
        }
    }
    let said = if !broken.is_empty() {
        let reason =
            format!("La réservation ne remplit pas ses conditions : {}.", broken.join(" ; "));
        Said::new(ComplianceVerdict::NotMet, reason).advising(ADVICE)
    } else if !open.is_empty() {
        let reason = "Il n'est pas établi que la réservation remplit toutes ses conditions.";
        Said::new(ComplianceVerdict::Unknown, reason)
    } else {
        let reason = "Les conditions de la réservation sont remplies.";
        Said::new(ComplianceVerdict::Met, reason).advising(AT_AWARD)
    };
    said.knowing(held).without(open)
}

const ADVICE: &str = "Ne réserver ainsi que des services de la liste, pour trois ans au plus, et écrire \
                      dans l'avis : « marché réservé en application des articles L. 2113-15 et \
                      L. 2113-16 du code de la commande publique ».";

const AT_AWARD: &str = "À l'attribution, vérifier que le titulaire n'a pas eu de marché au même titre \
                        dans les trois dernières années (art. L2113-16).";
