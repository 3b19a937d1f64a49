//! `GESTION`, the part of a BOAMP notice that says what it is, when, where and after what.

use chrono::NaiveDate;

use super::flat::FlatFields;
use crate::domain::coded::{Coded, CodedField};
use crate::domain::notice::{Family, FormType, LinkBasis, Notice, NoticeLink};
use crate::domain::place::Department;
use crate::domain::source::Source;
use crate::domain::text::clean;
use crate::feeds::read::Issues;
use crate::feeds::tree::Element;

/// What `GESTION` says, completed from the flat fields of the API where it is silent.
#[derive(Debug, Default)]
pub struct Gestion {
    /// Family.
    pub family: Option<Family>,
    /// `NATURE` and its child: `APPEL_OFFRE`, `ATTRIBUTION` …
    pub nature: Option<String>,
    /// `STATUT`: `INITIAL`, `RECTIFICATIF`, `ANNULATION`, `MODIFICATION`.
    pub state: Option<String>,
    /// Day of publication.
    pub published_on: Option<NaiveDate>,
    /// Last day of display.
    pub displayed_until: Option<NaiveDate>,
    /// Deadline as stamped: local time without zone for FNS and MAPA.
    pub deadline: Option<String>,
    /// Buyer's name.
    pub buyer: Option<String>,
    /// Short object, cut at 200 characters in the flat fields.
    pub object: Option<String>,
    /// Winners' names.
    pub holders: Vec<String>,
    /// Works, supplies or services.
    pub natures: Vec<String>,
    /// `TYPE_PROCEDURE`.
    pub procedure_type: Option<String>,
    departments: Vec<String>,
    descriptors: Vec<String>,
    criteria: Vec<String>,
    links: Vec<(LinkBasis, String)>,
}

impl Gestion {
    /// Reads `GESTION` and the flat fields.
    pub fn read(tree: &Element, flat: &FlatFields, issues: &mut Issues) -> Self {
        let reference = tree.child("REFERENCE").cloned().unwrap_or_default();
        let index = tree.child("INDEXATION").cloned().unwrap_or_default();
        let kind = reference.child("TYPE_AVIS").cloned().unwrap_or_default();
        let choice = |name: &str| kind.child(name).and_then(Element::choice).map(str::to_owned);
        let text = |name: &str, field: &str| {
            index.text_at(name).map(clean).or_else(|| flat.text(field).map(clean))
        };
        let list = |element: Option<&Element>, field: &str| -> Vec<String> {
            let children = element.map_or(&[][..], |element| &element.children);
            if children.is_empty() {
                return flat.list(field);
            }
            children.iter().map(|child| child.name.clone()).collect()
        };
        let texts = |name: &str| -> Vec<String> {
            index.all(name).map(|element| clean(&element.text)).filter(|t| !t.is_empty()).collect()
        };
        let mut departments = texts("DEP_PUBLICATION");
        if departments.is_empty() {
            departments = flat.list("code_departement");
        }
        let labels = index.child("DESCRIPTEURS").map(|all| {
            let labels = all.all("DESCRIPTEUR").filter_map(|one| one.text_at("LIBELLE"));
            labels.map(clean).collect::<Vec<_>>()
        });
        let natures = index.child("NATURE_MARCHE").or_else(|| index.child("TYPE_MARCHE"));
        let holders: Vec<String> = index
            .child("TITULAIRES")
            .map(|all| all.all("DENOMINATION").map(|name| clean(&name.text)).collect())
            .unwrap_or_default();
        let criteria = list(index.child("CRITERES_SOCIAUX_ENV"), "criteres");
        Self {
            family: choice("FAMILLE")
                .or_else(|| flat.text("famille").map(str::to_owned))
                .and_then(|name| Family::parse(&name)),
            nature: choice("NATURE").or_else(|| flat.text("nature").map(str::to_owned)),
            state: choice("STATUT").or_else(|| flat.text("etat").map(str::to_owned)),
            published_on: issues.day(
                text("DATE_PUBLICATION", "dateparution").as_deref(),
                "GESTION/INDEXATION/DATE_PUBLICATION",
            ),
            displayed_until: issues.day(
                text("DATE_FIN_DIFFUSION", "datefindiffusion").as_deref(),
                "GESTION/INDEXATION/DATE_FIN_DIFFUSION",
            ),
            deadline: index.text_at("DATE_LIMITE_REPONSE").map(str::to_owned),
            buyer: text("NOMORGANISME", "nomacheteur"),
            object: text("RESUME_OBJET", "objet"),
            holders: if holders.is_empty() { flat.list("titulaire") } else { holders },
            natures: list(natures, "type_marche"),
            procedure_type: index
                .child("TYPE_PROCEDURE")
                .and_then(Element::choice)
                .or_else(|| flat.text("type_procedure"))
                .map(str::to_owned),
            departments,
            descriptors: labels.unwrap_or_else(|| flat.list("descripteur_libelle")),
            criteria: criteria.into_iter().map(|name| name.to_lowercase()).collect(),
            links: links(tree, &reference, flat),
        }
    }

    /// What the document does. `STATUT` is tested as well as `NATURE`: corrections of the national
    /// forms had a nature of their own until 2021, and cancellations still may.
    pub fn form_type(&self) -> FormType {
        let nature = self.nature.as_deref().unwrap_or("").to_ascii_uppercase();
        match self.state.as_deref() {
            Some("ANNULATION") => return FormType::Cancellation,
            Some("RECTIFICATIF") => return FormType::Correction,
            _ => {}
        }
        match nature.as_str() {
            "APPEL_OFFRE" | "QUALIFICATION" => FormType::Competition,
            "ATTRIBUTION" => FormType::Result,
            "RECTIFICATIF" => FormType::Correction,
            "ANNULATION" => FormType::Cancellation,
            "PRE-INFORMATION" | "PRE_INFORMATION" | "PERIODIQUE" => FormType::Planning,
            "INTENTION_CONCLURE" => FormType::DirectAwardPrenotification,
            "MODIFICATION" => FormType::ContractModification,
            _ => FormType::Other,
        }
    }

    /// Sets what the carrier knows on a notice.
    pub fn carry(&self, notice: &mut Notice, issues: &mut Issues) {
        notice.family = self.family;
        notice.notice_type.clone_from(&self.nature);
        notice.published_on = self.published_on;
        notice.displayed_until = self.displayed_until;
        notice.procedure_type.clone_from(&self.procedure_type);
        notice.descriptors.clone_from(&self.descriptors);
        notice.url = Some(format!("https://www.boamp.fr/pages/avis/?q=idweb:{}", notice.source_id));
        for raw in &self.departments {
            let path = "GESTION/INDEXATION/DEP_PUBLICATION";
            match Department::parse(raw) {
                Some(department) if !notice.departments.contains(&department) => {
                    notice.departments.push(department);
                }
                Some(_) => {}
                None => {
                    let kind = crate::domain::issue::IssueKind::InvalidCode;
                    issues.add(kind, path, format!("`{raw}` is not a department"));
                }
            }
        }
        for criterion in &self.criteria {
            notice.coded.push(Coded {
                field: CodedField::BoampCriteria,
                value: criterion.clone(),
                path: "GESTION/INDEXATION/CRITERES_SOCIAUX_ENV".to_owned(),
            });
        }
        for (basis, source_id) in &self.links {
            add_link(notice, *basis, source_id);
        }
    }
}

/// Adds a link unless the notice already names its target. The same target read in several places
/// keeps the place that both the API and the flux have, so that both give the same notice.
pub fn add_link(notice: &mut Notice, basis: LinkBasis, source_id: &str) {
    let source_id = source_id.trim();
    if source_id.is_empty() {
        return;
    }
    let link = NoticeLink { basis, source: Source::Boamp, source_id: source_id.to_owned() };
    match notice.links.iter_mut().find(|known| known.source_id == link.source_id) {
        Some(known) if known.basis == LinkBasis::AnnonceLie => known.basis = basis,
        Some(_) => {}
        None => notice.links.push(link),
    }
}

fn links(tree: &Element, reference: &Element, flat: &FlatFields) -> Vec<(LinkBasis, String)> {
    let mut links: Vec<(LinkBasis, String)> =
        flat.list("annonce_lie").into_iter().map(|id| (LinkBasis::AnnonceLie, id)).collect();
    // Current notices: REFERENCE/ANNONCE_ANTERIEUR/IDWEB; older ones: MARCHE/ANNONCE_ANTERIEUR.
    let current = reference.all("ANNONCE_ANTERIEUR").filter_map(|before| before.text_at("IDWEB"));
    let older = tree.all("MARCHE").flat_map(|marche| marche.all("ANNONCE_ANTERIEUR"));
    let older = older.filter_map(|before| before.text_at("REFERENCE/IDWEB"));
    let anterior = current.chain(older).map(|id| (LinkBasis::AnnonceAnterieur, id.to_owned()));
    links.extend(anterior);
    links.extend(oldest(flat));
    links
}

/// `annonces_anterieures`: the legacy form of the links, as JSON in a text.
fn oldest(flat: &FlatFields) -> Vec<(LinkBasis, String)> {
    let text = flat.nested("annonces_anterieures").unwrap_or_default();
    let values: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap_or_default();
    let ids = values.iter().filter_map(|value| value["REFERENCE"]["IDWEB"].as_str());
    ids.map(|id| (LinkBasis::AnnoncesAnterieures, id.to_owned())).collect()
}
