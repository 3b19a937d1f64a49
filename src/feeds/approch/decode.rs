//! A project becomes a notice.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::domain::coded::{Coded, CodedField};
use crate::domain::issue::IssueKind;
use crate::domain::lot::{Lot, LotKey};
use crate::domain::money::EstimatedValue;
use crate::domain::notice::{FormType, Notice, NoticeText, TextRole};
use crate::domain::organisation::{Party, PartyRole};
use crate::domain::place::{Department, Place};
use crate::domain::source::Source;
use crate::domain::text::{clean, fold_key};
use crate::feeds::document::Decoded;
use crate::feeds::read::{Issues, months, nature, settle_texts};

/// Fields whose words a reader or a rule may want, with the part they play.
const TEXTS: [(&str, TextRole); 7] = [
    ("libelle", TextRole::Title),
    ("description", TextRole::Description),
    ("considerations_environnementales", TextRole::Other),
    ("montant_estime_du_marche", TextRole::Other),
    ("date_previsionnelle_de_publication", TextRole::AdditionalInformation),
    ("date_cible_de_remise_des_offres", TextRole::AdditionalInformation),
    ("type_de_procedure", TextRole::Procedure),
];

struct Project(Map<String, Value>);

impl Project {
    fn text(&self, name: &str) -> Option<String> {
        let text = match self.0.get(name)? {
            Value::String(text) => clean(text),
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => if *truth { "Oui" } else { "Non" }.to_owned(),
            Value::Array(values) => {
                let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
                texts.join("|")
            }
            Value::Null | Value::Object(_) => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    fn list(&self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        let parts = text.split(['|', ',', ';']).map(str::trim).filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    }

    /// A value that answers yes or no as the rules want it, anything else as published.
    fn coded(&self, field: CodedField, name: &str) -> Option<Coded> {
        let value = self.text(name)?;
        let folded = fold_key(&value);
        let value = if ["oui", "non"].contains(&folded.as_str()) { folded } else { value };
        Some(Coded { field, value, path: name.to_owned() })
    }
}

/// Decodes a project.
pub fn project(text: &str) -> Decoded {
    let project = match serde_json::from_str::<Map<String, Value>>(text) {
        Ok(fields) => Project(fields),
        Err(error) => return Decoded::failed(IssueKind::Unreadable, error.to_string()),
    };
    let Some(code) = project.text("code") else {
        return Decoded::failed(IssueKind::MissingIdentifier, "no code");
    };
    let mut issues = Issues::default();
    let mut notice = Notice::new(Source::Approch, code, FormType::Planning);
    notice.notice_type = project.text("statut");
    notice.title = project.text("libelle");
    notice.description =
        project.text("description").filter(|text| Some(text) != notice.title.as_ref());
    notice.nature = project.text("categorie_d_achat").as_deref().and_then(nature);
    notice.procedure_type = project.text("type_de_procedure");
    notice.documents_url = project.text("lien_vers_la_consultation");
    let codes = project.list("code_s_cpv");
    notice.cpv = issues.cpvs(codes.iter().map(String::as_str), "code_s_cpv");
    notice.expected_on = day(&project, &mut issues);
    notice.places = places(&project, &mut issues);
    let duration = project.text("duree_previsionnelle_du_marche");
    notice.duration_months = duration.and_then(|text| months(&text, "MONTH"));
    notice.estimated_value = project.text("montant_estime_du_marche").and_then(|text| value(&text));
    notice.parties.extend(buyer(&project, &mut issues));
    let coded = [
        project.coded(CodedField::ApprochReservation, "marche_reserve"),
        project.coded(CodedField::ApprochSocial, "considerations_sociales"),
        project
            .coded(CodedField::ApprochInclusion, "a_publier_sur_le_site_du_marche_de_l_inclusion"),
    ];
    notice.coded.extend(coded.into_iter().flatten());
    let texts = TEXTS.iter().filter_map(|(name, role)| {
        let text = project.text(name)?;
        Some(NoticeText { path: (*name).to_owned(), role: *role, language: None, text })
    });
    notice.texts.extend(texts);
    settle_texts(&mut notice.texts);
    notice.lots.push(Lot::new(LotKey::whole()));
    Decoded { notice: Some(notice), issues: issues.0 }
}

fn day(project: &Project, issues: &mut Issues) -> Option<NaiveDate> {
    let name = "date_previsionnelle_de_publication";
    issues.day(project.text(name).as_deref(), name)
}

/// The buyer is given by its SIREN only, so its name is not known.
fn buyer(project: &Project, issues: &mut Issues) -> Option<Party> {
    let name = "siren_de_l_entite_acheteuse";
    let siren = project.text(name)?;
    let siren = format!("{siren:0>9}");
    if siren.len() != 9 || !siren.bytes().all(|byte| byte.is_ascii_digit()) {
        issues.add(IssueKind::InvalidIdentifier, name, format!("`{siren}` is not a SIREN"));
    }
    Some(Party::new(PartyRole::Buyer, format!("SIREN {siren}"), Some(siren), Place::default()))
}

fn places(project: &Project, issues: &mut Issues) -> Vec<Place> {
    let name = "departement_s_d_execution_du_marche";
    let mut found = Vec::new();
    for code in project.list(name) {
        match Department::parse(&code) {
            Some(department) => {
                found.push(Place { department: Some(department), ..Place::default() });
            }
            None => {
                issues.add(IssueKind::InvalidCode, name, format!("`{code}` is not a department"));
            }
        }
    }
    found
}

/// A range such as `1M - 5M€`, `40K€ - 90K€`, `< 40K€`, `Plus de 10M€`.
fn value(text: &str) -> Option<EstimatedValue> {
    let folded = text.to_lowercase().replace(['\u{a0}', '\u{202f}', ' '], "");
    let amounts: Vec<String> = folded.split(['-', 'à', '–']).filter_map(units).collect();
    let is_least = ["plusde", ">", "superieur", "supérieur"].iter().any(|w| folded.contains(w));
    match amounts.as_slice() {
        [low, high] => EstimatedValue::read(None, Some(low), Some(high), None),
        [low] if is_least => EstimatedValue::read(None, Some(low), None, None),
        [high] => EstimatedValue::read(None, None, Some(high), None),
        _ => None,
    }
}

/// The units of an amount in thousands or millions.
fn units(text: &str) -> Option<String> {
    let start = text.find(|character: char| character.is_ascii_digit())?;
    let rest = &text[start..];
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.');
    let (digits, unit) = rest.split_at(end.unwrap_or(rest.len()));
    let factor = match unit.chars().next() {
        Some('m') => 1_000_000.0,
        Some('k') => 1_000.0,
        _ => 1.0,
    };
    let number = digits.replace(',', ".").parse::<f64>().ok()? * factor;
    Some(format!("{number:.2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_amounts_are_read() {
        for (text, low, high) in [
            ("1M - 5M€", Some(1_000_000), Some(5_000_000)),
            ("40K€ – 90K€", Some(40_000), Some(90_000)),
            ("< 40K€", None, Some(40_000)),
            ("Plus de 10M€", Some(10_000_000), None),
            ("2,5 M€ à 3 M€", Some(2_500_000), Some(3_000_000)),
            ("non communiqué", None, None),
        ] {
            let read = value(text).unwrap_or_default();
            let euros = |money: Option<crate::domain::money::Money>| money.map(|m| m.cents / 100);
            assert_eq!((euros(read.low), euros(read.high)), (low, high), "{text}");
        }
    }

    #[test]
    fn a_project_is_a_planned_notice_with_its_boxes() {
        let text = r#"{"code": 7, "libelle": "Entretien d'espaces verts", "statut": "Ouvert",
            "siren_de_l_entite_acheteuse": 13400001, "code_s_cpv": "77310000|x",
            "date_previsionnelle_de_publication": "2027-01-09", "responsable": "Une Personne",
            "departement_s_d_execution_du_marche": "34|2A|99", "marche_reserve": "OUI",
            "considerations_sociales": "Clause sociale d'insertion", "montant_estime_du_marche": null}"#;
        let decoded = project(text);
        let notice = decoded.notice.expect("a notice");
        assert_eq!(notice.form_type, FormType::Planning);
        assert_eq!(notice.expected_on, "2027-01-09".parse().ok());
        assert_eq!((notice.cpv.len(), notice.places.len(), notice.lots.len()), (1, 2, 1));
        let coded: Vec<&str> = notice.coded.iter().map(|coded| coded.value.as_str()).collect();
        assert_eq!(coded, ["oui", "Clause sociale d'insertion"]);
        assert_eq!(decoded.issues.len(), 2, "{:?}", decoded.issues);
        let json = serde_json::to_string(&notice).expect("JSON");
        assert!(!json.contains("Personne"), "persons are not taken");
    }
}
