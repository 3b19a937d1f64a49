//! The columns of a table of lots: their headings in CSV, their names in Parquet, their values.
//! One list for both, so that the two files cannot say different things.

use chrono::{DateTime, NaiveDate, Utc};

use super::labels;
use super::row::{LotRow, city, once};
use crate::domain::codes::cpv_label;
use crate::domain::money::Money;
use crate::domain::place::Department;

/// A column.
pub(super) struct Column {
    /// Heading in CSV.
    pub(super) heading: &'static str,
    /// Name in Parquet, which other programs write in their queries.
    pub(super) name: &'static str,
    /// Its values, of one type.
    pub(super) values: Values,
}

/// How the values of a column are read, by their type.
pub(super) enum Values {
    /// A text.
    Text(fn(&LotRow) -> Option<String>),
    /// Several texts.
    Texts(fn(&LotRow) -> Vec<String>),
    /// A day in Paris.
    Day(fn(&LotRow) -> Option<NaiveDate>),
    /// An instant.
    Instant(fn(&LotRow) -> Option<DateTime<Utc>>),
    /// Hundredths: of the unit of a currency, of an hour.
    Hundredths(fn(&LotRow) -> Option<i64>),
    /// A whole number.
    Number(fn(&LotRow) -> Option<i32>),
}

const fn column(heading: &'static str, name: &'static str, values: Values) -> Column {
    Column { heading, name, values }
}

fn text(value: Option<&str>) -> Option<String> {
    value.map(str::to_owned)
}

fn cents(money: Option<&Money>) -> Option<i64> {
    money.map(|money| money.cents)
}

fn currency(money: Option<&Money>) -> Option<String> {
    money.map(|money| money.currency.clone())
}

fn departments(row: &LotRow) -> impl Iterator<Item = &Department> {
    row.places().filter_map(|place| place.department.as_ref())
}

/// All columns in their order. A new one goes to the end, so that programs that count columns go on.
pub(super) const COLUMNS: &[Column] = &[
    column("Source", "source", Values::Text(|row| text(Some(row.lot.source.as_str())))),
    column("Avis", "avis", Values::Text(|row| Some(row.lot.notice_source_id.clone()))),
    column("Lot", "lot", Values::Text(|row| row.lot.number.clone())),
    column("Intitulé du lot", "intitule_lot", Values::Text(|row| row.lot.title.clone())),
    column(
        "Intitulé du marché",
        "intitule_marche",
        Values::Text(|row| row.procedure_title.clone()),
    ),
    column(
        "Acheteurs",
        "acheteurs",
        Values::Texts(|row| row.buyers.iter().map(|buyer| buyer.name.clone()).collect()),
    ),
    column(
        "SIRET des acheteurs",
        "siret_acheteurs",
        Values::Texts(|row| {
            let sirets = row.buyers.iter().filter_map(|buyer| buyer.siret.as_ref());
            sirets.map(ToString::to_string).collect()
        }),
    ),
    column("Statut", "statut", Values::Text(|row| text(Some(labels::status(row.status))))),
    column("Publié le", "publie_le", Values::Day(|row| row.lot.published_on)),
    column("Date limite (Paris)", "date_limite", Values::Instant(LotRow::deadline)),
    column(
        "Fiabilité de la date limite",
        "fiabilite_date_limite",
        Values::Text(|row| {
            let deadline = row.lot.deadline.as_ref();
            text(deadline.map(|deadline| labels::certainty(deadline.certainty)))
        }),
    ),
    column(
        "Constats",
        "constats",
        Values::Texts(|row| {
            once(row.findings().map(|finding| labels::kind(finding.kind).to_owned()))
        }),
    ),
    column(
        "Codes des constats",
        "codes_constats",
        Values::Texts(|row| once(row.findings().map(|finding| finding.kind.as_str().to_owned()))),
    ),
    column(
        "Confiance",
        "confiance",
        Values::Text(|row| text(row.confidence().map(labels::confidence))),
    ),
    column(
        "Articles",
        "articles",
        Values::Texts(|row| once(row.findings().filter_map(|finding| finding.article.clone()))),
    ),
    column("Preuves", "preuves", Values::Texts(LotRow::quotes)),
    column(
        "Règles",
        "regles",
        Values::Texts(|row| once(row.findings().map(|finding| finding.rule.clone()))),
    ),
    column("Accessible à", "accessible_a", Values::Texts(LotRow::suppliers)),
    column("Nature", "nature", Values::Text(|row| text(row.lot.nature.map(labels::nature)))),
    column(
        "CPV",
        "cpv",
        Values::Texts(|row| row.lot.cpv.iter().map(|cpv| cpv.as_str().to_owned()).collect()),
    ),
    column(
        "Libellé CPV",
        "libelle_cpv",
        Values::Text(|row| text(row.lot.cpv.first().and_then(|cpv| cpv_label(cpv.as_str())))),
    ),
    column(
        "Départements",
        "departements",
        Values::Texts(|row| once(departments(row).map(|code| code.name().to_owned()))),
    ),
    column(
        "Codes des départements",
        "codes_departements",
        Values::Texts(|row| once(departments(row).map(ToString::to_string))),
    ),
    column("Communes", "communes", Values::Texts(|row| once(row.places().filter_map(city)))),
    column(
        "Origine du lieu",
        "origine_lieu",
        Values::Text(|row| {
            text(row.lot.places.first().map(|located| labels::basis(located.basis)))
        }),
    ),
    column("Montant estimé HT", "montant_estime_ht", Values::Hundredths(|row| cents(row.amount()))),
    column(
        "Devise du montant estimé",
        "devise_montant_estime",
        Values::Text(|row| currency(row.amount())),
    ),
    column(
        "Durée (mois)",
        "duree_mois",
        Values::Number(|row| row.lot.duration_months.and_then(|months| months.try_into().ok())),
    ),
    column("Titulaires", "titulaires", Values::Texts(LotRow::winners)),
    column(
        "Montant attribué HT",
        "montant_attribue_ht",
        Values::Hundredths(|row| cents(row.awarded())),
    ),
    column(
        "Devise du montant attribué",
        "devise_montant_attribue",
        Values::Text(|row| currency(row.awarded())),
    ),
    column("Décision du", "decision_du", Values::Day(LotRow::decided_on)),
    column("Adresse de l'avis", "adresse_avis", Values::Text(|row| row.notice_url.clone())),
    column("OCID", "ocid", Values::Text(|row| Some(row.ocid.clone()))),
    column("Identifiant du lot", "id_lot", Values::Text(|row| Some(row.lot.id.to_string()))),
    column("Heures d'insertion", "heures_insertion", Values::Hundredths(LotRow::hours)),
    column(
        "Publics visés",
        "publics_vises",
        Values::Texts(|row| {
            let publics = row.findings().flat_map(|finding| &finding.publics);
            once(publics.map(|public| labels::public(*public).to_owned()))
        }),
    ),
];
