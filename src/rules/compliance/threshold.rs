//! Whether a procurement reaches the European threshold of its buyer and nature on its day.

use std::collections::BTreeSet;

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

const EVERY_BUYER: &[BuyerKind] = &[BuyerKind::State, BuyerKind::OtherAuthority, BuyerKind::Entity];

/// Buyers it can be, as the thresholds tell them apart.
const fn buyers(kind: Option<BuyerKind>) -> &'static [BuyerKind] {
    use BuyerKind::{Authority, AuthorityAsEntity, Entity, OtherAuthority, State};
    match kind {
        Some(State) => &[State],
        Some(OtherAuthority) => &[OtherAuthority],
        Some(Authority) => &[State, OtherAuthority],
        Some(AuthorityAsEntity | Entity) => &[Entity],
        None => EVERY_BUYER,
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

/// The thresholds in French, each amount once, the least first.
fn in_words(rows: &[Row]) -> Vec<String> {
    let amounts: BTreeSet<i64> = rows.iter().map(|(_, row)| row.cents()).collect();
    let lead = if amounts.len() > 1 { "seuil possible" } else { "seuil" };
    let told = amounts.into_iter().map(|cents| {
        let same: Vec<&Row> = rows.iter().filter(|(_, row)| row.cents() == cents).collect();
        let doubt =
            if same.iter().any(|(_, row)| row.is_unverified) { " ; à vérifier" } else { "" };
        format!("{lead} : {} ({}{doubt})", french::euros(cents), whom(&same))
    });
    told.collect()
}

/// For whom and for what a threshold holds: `État ou autre pouvoir adjudicateur, travaux`.
fn whom(rows: &[&Row]) -> String {
    let buyers = once(rows.iter().map(|(buyer, _)| buyer_in_words(*buyer)));
    let objects = once(rows.iter().map(|(_, row)| row.object.in_words())).join(" ou ");
    if buyers.len() == EVERY_BUYER.len() {
        return format!("tout acheteur, {objects}");
    }
    format!("{}, {objects}", buyers.join(" ou "))
}

/// Words in their order, each once.
fn once<'w>(words: impl Iterator<Item = &'w str>) -> Vec<&'w str> {
    let mut seen = BTreeSet::new();
    words.filter(|word| seen.insert(*word)).collect()
}

fn missing(case: &Case<'_>, rows: &[Row]) -> Vec<String> {
    let mut missing = Vec::new();
    if !case.whole.is_known() {
        missing.push(
            "la valeur estimée de l'ensemble du marché, tous lots compris, hors taxes".into(),
        );
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
        let framework = if case.is_concession() {
            ""
        } else {
            " (pour un accord-cadre, le maximum compte, art. R2121-8)"
        };
        missing.push(format!(
            "une valeur estimée plus précise : le seuil est dans la fourchette connue{framework}"
        ));
    }
    missing
}

fn distinct(amounts: impl Iterator<Item = i64>) -> usize {
    amounts.collect::<BTreeSet<i64>>().len()
}
