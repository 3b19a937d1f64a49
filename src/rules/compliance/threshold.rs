//! Whether a procurement reaches the European threshold of its buyer and nature on its day.

use chrono::NaiveDate;

use super::bounds::Reach;
use super::case::Case;
use super::check::valued;
use super::french;
use super::table::{Object, TABLE, Threshold};
use crate::domain::compliance::BuyerKind;

/// How a procurement stands to its threshold.
#[derive(Debug)]
pub(crate) struct Measure {
    pub(crate) reach: Reach,
    /// The value and the thresholds it was measured against.
    pub(crate) known: Vec<String>,
    /// What would settle it; empty when it is settled.
    pub(crate) missing: Vec<String>,
}

/// Measures the value of the whole procurement, all its lots together (art. R2121-1, R3121-3),
/// against every threshold that can be its own: where all of them agree, what tells them apart need
/// not be known.
pub(crate) fn measure(case: &Case<'_>, on: Option<NaiveDate>) -> Measure {
    let rows = on.and_then(|on| rows(case, on));
    let mut known: Vec<String> =
        valued("valeur estimée de l'ensemble", case.whole).into_iter().collect();
    let Some(rows) = rows else {
        let missing = match on {
            Some(on) => format!("le seuil européen au {} (absent de la table)", french::day(on)),
            None => "le premier jour de la consultation".to_owned(),
        };
        return Measure { reach: Reach::Open, known, missing: vec![missing] };
    };
    known.extend(in_words(&rows));
    let cents: Vec<i64> = rows.iter().map(|(_, row)| row.cents()).collect();
    let reach = case.whole.reach(&cents);
    if reach != Reach::Open {
        return Measure { reach, known, missing: Vec::new() };
    }
    known.extend(case.form_suggests().map(str::to_owned));
    let missing = missing(case, &rows);
    Measure { reach, known, missing }
}

type Row = (BuyerKind, &'static Threshold);

/// The thresholds that can be its own; nothing where the table lacks one of them.
fn rows(case: &Case<'_>, on: NaiveDate) -> Option<Vec<Row>> {
    let objects = &case.objects;
    let of = |buyer: BuyerKind, object: Object| {
        TABLE.threshold(buyer, object, on).map(|row| (buyer, row))
    };
    buyers(case.buyer)
        .iter()
        .flat_map(|&buyer| objects.iter().map(move |&object| of(buyer, object)))
        .collect()
}

/// Buyers it can be, as the thresholds tell them apart.
const fn buyers(kind: Option<BuyerKind>) -> &'static [BuyerKind] {
    use BuyerKind::{Authority, AuthorityAsEntity, Entity, OtherAuthority, State};
    match kind {
        Some(State) => &[State],
        Some(OtherAuthority) => &[OtherAuthority],
        Some(Authority) => &[State, OtherAuthority],
        Some(AuthorityAsEntity | Entity) => &[Entity],
        None => &[State, OtherAuthority, Entity],
    }
}

/// A kind of buyer in French.
pub(crate) const fn buyer_in_words(kind: BuyerKind) -> &'static str {
    match kind {
        BuyerKind::State => "État",
        BuyerKind::OtherAuthority => "autre pouvoir adjudicateur",
        BuyerKind::Authority => "pouvoir adjudicateur",
        BuyerKind::AuthorityAsEntity => "pouvoir adjudicateur agissant en entité adjudicatrice",
        BuyerKind::Entity => "entité adjudicatrice",
    }
}

/// The thresholds in French, each amount once.
fn in_words(rows: &[Row]) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    let lead = if distinct(rows.iter().map(|(_, row)| row.cents())) > 1 {
        "seuil possible"
    } else {
        "seuil"
    };
    for (position, (_, row)) in rows.iter().enumerate() {
        let same = |(_, other): &Row| other.cents() == row.cents();
        if rows[..position].iter().any(same) {
            continue;
        }
        let mut whom: Vec<String> = Vec::new();
        for (buyer, other) in rows.iter().filter(|row| same(row)) {
            let words = format!("{}, {}", buyer_in_words(*buyer), other.object.in_words());
            whom.push(words);
        }
        let doubt = if row.is_unverified { " ; à vérifier" } else { "" };
        told.push(format!("{lead} : {} ({}{doubt})", french::euros(row.cents()), whom.join(" ; ")));
    }
    told
}

fn missing(case: &Case<'_>, rows: &[Row]) -> Vec<String> {
    let mut missing = Vec::new();
    if !case.whole.is_known() {
        missing.push("la valeur estimée de l'ensemble du marché, tous lots compris, hors taxes".into());
    }
    let by_buyer = |object: Object| {
        let rows = rows.iter().filter(move |(_, row)| row.object == object);
        distinct(rows.map(|(_, row)| row.cents()))
    };
    let objects = &case.objects;
    if objects.iter().any(|&object| by_buyer(object) > 1) {
        missing.push(
            "le type d'acheteur : État, autre pouvoir adjudicateur ou entité adjudicatrice".into(),
        );
    }
    match objects.as_slice() {
        [Object::GoodsAndServices, Object::SocialServices] => missing.push(
            "si les services sont des services sociaux ou spécifiques (tous les codes CPV)".into(),
        ),
        [_] => {}
        _ => missing.push("la nature du marché : travaux, fournitures ou services".into()),
    }
    if missing.is_empty() {
        missing.push(
            "une valeur estimée plus précise : le seuil est dans la fourchette connue (pour un \
             accord-cadre, le maximum compte, art. R2121-8)"
                .into(),
        );
    }
    missing
}

fn distinct(amounts: impl Iterator<Item = i64>) -> usize {
    amounts.collect::<std::collections::BTreeSet<i64>>().len()
}
