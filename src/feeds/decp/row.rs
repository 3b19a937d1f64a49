//! Flat layouts: a row of the consolidated table, of the tables of data.economie.gouv.fr, of an
//! excerpt with some of the columns.

use super::values::Values;
use crate::domain::contract::{
    ContractKind, ContractLayout, ContractModification, ContractParty, ContractRecord, Particulars,
    Subcontract, Terms,
};
use crate::domain::issue::IssueKind;
use crate::domain::text::fold_key;
use crate::feeds::document::DecodedContract;
use crate::feeds::read::nature;

/// Whether the values are those of a row, not of an official file.
pub(super) fn is_row(values: &Values) -> bool {
    ["acheteur_id", "id_acheteur"].iter().any(|name| values.has(name))
}

fn layout(values: &Values) -> ContractLayout {
    match () {
        () if values.has("titulaire_id_1") => ContractLayout::Flat,
        () if values.has("modification_id") => ContractLayout::Table,
        () => ContractLayout::Excerpt,
    }
}

/// Decodes a row. It must say whose contract it is, and which.
pub(super) fn decode(values: &Values) -> DecodedContract {
    let layout = layout(values);
    let buyer = values.party(&["acheteur_id", "id_acheteur"], None, &["acheteur_nom"]);
    let number = values.text(&["id", "id_marche"]);
    let (Some(buyer), Some(number)) = (buyer, number) else {
        values.issue(IssueKind::MissingIdentifier, "uid", "no buyer or no identifier");
        return DecodedContract { record: None, issues: values.issues() };
    };
    let particulars = particulars(values);
    let kind = kind(particulars.nature.as_deref());
    let version = match layout {
        // Rows without a number are those of contracts that were never modified.
        ContractLayout::Table => Some(values.count(&["modification_id"]).unwrap_or(0)),
        ContractLayout::Flat => Some(0),
        _ => None,
    };
    let is_flat = layout == ContractLayout::Flat;
    let record = ContractRecord {
        layout,
        kind,
        buyer,
        number,
        particulars,
        version,
        terms: Terms {
            amount: values.amount(&["montant", "montant_marche", "valeurglobale"]),
            duration_months: values.months(&["dureemois"]),
            holders: holders(values),
            notified_on: values.day(&["datenotification", "date_notification", "datesignature"]),
            published_on: values.day(&["datepublicationdonnees"]),
        },
        modifications: if is_flat { modification(values) } else { Vec::new() },
        subcontracts: if is_flat { subcontracts(values) } else { Vec::new() },
        platform: values.text(&["sourcedataset", "source"]),
    };
    DecodedContract { record: Some(record), issues: values.issues() }
}

/// What no modification changes: the same names in every layout, but for the place.
pub(super) fn particulars(values: &Values) -> Particulars {
    Particulars {
        nature: values.text(&["nature"]),
        object: values.text(&["objet", "objet_marche"]),
        category: values.text(&["type"]).as_deref().and_then(nature),
        cpv: values.cpv(&["codecpv"]),
        procedure: values.text(&["procedure"]),
        techniques: values.list("techniques"),
        execution_modes: values.list("modalitesexecution"),
        place: values.place("lieuexecution_code", "lieuexecution_typecode", "lieuexecution_nom"),
        price_form: values.text(&["formeprix"]),
        price_types: values.list("typesprix"),
        tenders_received: values.count(&["offresrecues"]),
        general_conditions: values
            .text(&["ccag"])
            .filter(|text| !["sans objet", "pas de ccag"].contains(&fold_key(text).as_str())),
        framework: values.text(&["idaccordcadre"]),
        grouping: values.text(&["typegroupementoperateurs"]),
        subcontracting_declared: values.truth(&["soustraitancedeclaree"]),
        is_innovative: values.truth(&["marcheinnovant"]),
        starts_on: values.day(&["datedebutexecution"]),
        social: values.considerations("considerationssociales"),
        environmental: values.considerations("considerationsenvironnementales"),
    }
}

/// What a contract is by its nature as published.
pub(super) fn kind(nature: Option<&str>) -> ContractKind {
    let folded = fold_key(nature.unwrap_or(""));
    if folded.contains("concession") || folded.contains("delegation") {
        ContractKind::Concession
    } else {
        ContractKind::Market
    }
}

fn holders(values: &Values) -> Vec<ContractParty> {
    let mut found: Vec<ContractParty> = Vec::new();
    for end in ["", "_1", "_2", "_3"] {
        let name = |stem: &str| format!("titulaire_{stem}{end}");
        let scheme = values.text(&[&name("typeidentifiant")]);
        let names = [name("nom"), name("denominationsociale")];
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let holder = values.party(&[&name("id")], scheme, &names);
        found.extend(holder.filter(|new| found.iter().all(|known| known.key() != new.key())));
    }
    found
}

/// The one modification a row of data.economie.gouv.fr has room for.
fn modification(values: &Values) -> Vec<ContractModification> {
    let terms = Terms {
        amount: values.amount(&["montantmodification"]),
        duration_months: values.months(&["dureemoismodification"]),
        holders: values
            .party(
                &["idtitulairemodification"],
                values.text(&["typeidentifianttitulairemodification"]),
                &[],
            )
            .into_iter()
            .collect(),
        notified_on: values.day(&["datenotificationmodificationmodification"]),
        published_on: values.day(&["datepublicationdonneesmodificationmodification"]),
    };
    let number = values.count(&["idmodification"]);
    if number.is_none() && terms == Terms::default() {
        return Vec::new();
    }
    vec![ContractModification { number: number.unwrap_or(1).max(1), object: None, terms }]
}

/// The one act of subcontracting, and the one change to it.
fn subcontracts(values: &Values) -> Vec<Subcontract> {
    let mut found = Vec::new();
    let act = Subcontract {
        number: values.count(&["idactesoustraitance"]).unwrap_or(0),
        is_change: false,
        subcontractor: values.party(
            &["idsoustraitant"],
            values.text(&["typeidentifiantsoustraitant"]),
            &[],
        ),
        duration_months: values.months(&["dureemoisactesoustraitance"]),
        amount: values.amount(&["montantactesoustraitance"]),
        price_variation: values.text(&["variationprixactesoustraitance"]),
        notified_on: values.day(&["datenotificationactesoustraitance"]),
        published_on: values.day(&["datepublicationdonneesactesoustraitance"]),
    };
    let change = Subcontract {
        number: values.count(&["idmodificationactesoustraitance"]).unwrap_or(0),
        is_change: true,
        duration_months: values.months(&["dureemoismodificationactesoustraitance"]),
        amount: values.amount(&["montantmodificationactesoustraitance"]),
        notified_on: values
            .day(&["datenotificationmodificationsoustraitancemodificationactesoustraitance"]),
        published_on: values.day(&["datepublicationdonneesmodificationactesoustraitance"]),
        ..Subcontract::default()
    };
    let nothing =
        [false, true].map(|is_change| Subcontract { is_change, ..Subcontract::default() });
    found.extend([act, change].into_iter().filter(|one| !nothing.contains(one)));
    found
}
