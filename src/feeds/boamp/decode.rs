//! From the bytes of a BOAMP notice, by the API or by the flux, to a [`Notice`].

use serde_json::Value;

use super::donnees::{BoampFile, Donnees};
use super::flat::FlatFields;
use super::gestion::Gestion;
use super::{dsp, fns, legacy, mapa};
use crate::domain::issue::IssueKind;
use crate::domain::notice::{Correction, FormType, Notice, TextRole};
use crate::domain::source::Source;
use crate::feeds::boamp::forms::deadline_context;
use crate::feeds::document::Decoded;
use crate::feeds::eforms;
use crate::feeds::eforms::model::EformsNotice;
use crate::feeds::markup::{MarkupError, read_json, read_xml};
use crate::feeds::prose::{self, DeadlineMove};
use crate::feeds::read::{Issues, settle};
use crate::feeds::tree::{Element, TreeBuilder};

/// Decodes one record of the API.
pub fn record(bytes: &[u8]) -> Decoded {
    let fields = match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Object(fields)) => FlatFields::new(fields),
        Ok(_) => return Decoded::failed(IssueKind::UnknownShape, "the record is not an object"),
        Err(error) => return Decoded::failed(IssueKind::Unreadable, error.to_string()),
    };
    let mut issues = Issues::default();
    let mut gestion = TreeBuilder::default();
    if let Some(text) = fields.nested("gestion") {
        note(&mut issues, "gestion", read_json(&text, &mut gestion));
    }
    let mut donnees = Donnees::default();
    match fields.nested("donnees") {
        Some(text) => note(&mut issues, "donnees", read_json(&text, &mut donnees)),
        None => issues.add(IssueKind::UnknownShape, "donnees", "the record has no donnees"),
    }
    let (eforms, tree) = donnees.finish();
    assemble(&fields, &gestion.finish(), eforms, &tree, issues)
}

/// Decodes one XML file: `<jo:ann>` of the DILA flux, or `<ANNONCE>` of older years.
pub fn xml(text: &str) -> Decoded {
    let mut file = BoampFile::default();
    let mut issues = Issues::default();
    note(&mut issues, "", read_xml(text, &mut file));
    if !issues.0.is_empty() {
        // A cut or hostile file: what was read before the defect is not the notice.
        return Decoded { notice: None, issues: issues.0 };
    }
    if !matches!(file.root.as_str(), "ann" | "ANNONCE") {
        let message = format!("the root element is <{}>, not <ann> or <ANNONCE>", file.root);
        issues.add(IssueKind::UnknownShape, "", message);
        return Decoded { notice: None, issues: issues.0 };
    }
    let (eforms, tree) = file.donnees.finish();
    assemble(&FlatFields::default(), &file.gestion.finish(), eforms, &tree, issues)
}

fn note(issues: &mut Issues, path: &str, read: Result<(), MarkupError>) {
    match read {
        Ok(()) => {}
        Err(MarkupError::Malformed(what)) => issues.add(IssueKind::Unreadable, path, what),
        Err(MarkupError::Refused(what)) => issues.add(IssueKind::Refused, path, what),
    }
}

fn assemble(
    flat: &FlatFields,
    gestion_tree: &Element,
    eforms: Option<EformsNotice>,
    tree: &Element,
    mut issues: Issues,
) -> Decoded {
    let identifier = gestion_tree.text_at("REFERENCE/IDWEB").or_else(|| flat.text("idweb"));
    let Some(idweb) = identifier else {
        issues.add(IssueKind::MissingIdentifier, "GESTION/REFERENCE/IDWEB", "there is no idweb");
        return Decoded { notice: None, issues: issues.0 };
    };
    let gestion = Gestion::read(gestion_tree, flat, &mut issues);
    let mut notice = Notice::new(Source::Boamp, idweb, gestion.form_type());
    gestion.carry(&mut notice, &mut issues);
    match eforms {
        Some(eforms_notice) => fill_eforms(&mut notice, eforms_notice, &gestion, &mut issues),
        None => fill_national(&mut notice, tree, &gestion, &mut issues),
    }
    if notice.title.is_none() {
        notice.title.clone_from(&gestion.object);
    }
    if notice.nature.is_none() {
        notice.nature = gestion.natures.first().and_then(|name| crate::feeds::read::nature(name));
    }
    settle(&mut notice, &mut issues);
    Decoded { notice: Some(notice), issues: issues.0 }
}

fn fill_eforms(
    notice: &mut Notice,
    eforms_notice: EformsNotice,
    gestion: &Gestion,
    issues: &mut Issues,
) {
    let carried = notice.form_type;
    eforms::map::fill(notice, eforms_notice, issues);
    if notice.notice_type.is_none() {
        notice.notice_type.clone_from(&gestion.nature);
    }
    // A whole notice published as a correction is a change notice, even without efac:Changes.
    if carried == FormType::Correction && notice.correction.is_none() {
        notice.correction = Some(Correction::default());
    }
    if carried == FormType::Cancellation {
        notice.form_type = FormType::Cancellation;
        let words = words_of(notice, TextRole::Correction).or_else(|| motive(notice));
        cancellation(notice, words);
    }
    let lots_have_deadlines = notice.lots.iter().any(|lot| lot.deadline.is_some());
    if !lots_have_deadlines && notice.deadline.is_none() {
        let context = deadline_context(notice);
        let path = "GESTION/INDEXATION/DATE_LIMITE_REPONSE";
        notice.deadline = issues.deadline(gestion.deadline.as_deref(), context, path);
    }
    if notice.parties.is_empty()
        && let Some(name) = &gestion.buyer
    {
        use crate::domain::organisation::{Party, PartyRole};
        let place = crate::domain::place::Place::default();
        notice.parties.push(Party::new(PartyRole::Buyer, name.clone(), None, place));
    }
}

fn fill_national(notice: &mut Notice, tree: &Element, gestion: &Gestion, issues: &mut Issues) {
    if let Some(root) = tree.child("FNSimple") {
        fns::fill(notice, root, gestion, issues);
    } else if let Some(root) = tree.child("MAPA") {
        mapa::fill(notice, root, gestion, issues);
    } else if let Some(root) = tree.child("DSP").or_else(|| tree.child("DIVERS")) {
        dsp::fill(notice, root, gestion, issues);
    } else if legacy::is_legacy(tree) {
        legacy::fill(notice, tree, gestion, issues);
    } else if !issues.0.iter().any(|i| matches!(i.kind, IssueKind::Unreadable | IssueKind::Refused))
    {
        let root = tree.choice().unwrap_or("nothing").to_owned();
        issues.add(IssueKind::UnknownShape, "donnees", format!("unknown content <{root}>"));
    }
    match notice.form_type {
        FormType::Correction => correction(notice, tree, issues),
        FormType::Cancellation => {
            let words = words_of(notice, TextRole::Correction).or_else(|| motive(notice));
            cancellation(notice, words);
        }
        _ => {}
    }
}

fn words_of(notice: &Notice, role: TextRole) -> Option<String> {
    let words = notice.texts.iter().filter(|text| text.role == role);
    let words: Vec<&str> = words.map(|text| text.text.as_str()).collect();
    (!words.is_empty()).then(|| words.join("\n"))
}

/// The words of a correction: those of `infosRectif`, labelled where the form labels them, so that
/// `ajouter` is read as the new text and `supprimer` as the old one.
///
/// Some notices code the dates as well (`auLieuDeDate`, `lireDate`): those are taken first.
fn correction(notice: &mut Notice, tree: &Element, issues: &mut Issues) {
    const LABELS: [(&str, &str); 6] = [
        ("/supprimer", "supprimer : "),
        ("/auLieuDe", "au lieu de : "),
        ("/ajouter", "ajouter : "),
        ("/lire", "lire : "),
        ("/remplacer", "au lieu de : "),
        ("/par", "lire : "),
    ];
    let texts = notice.texts.iter().filter(|text| text.role == TextRole::Correction);
    let mut parts: Vec<(usize, String)> = texts
        .map(|text| {
            let found = LABELS.iter().position(|(end, _)| text.path.ends_with(end));
            match found {
                // The heading (`rubrique`) goes first, what is replaced before what replaces it.
                Some(rank) => (rank + 1, format!("{}{}", LABELS[rank].1, text.text)),
                None => (0, text.text.clone()),
            }
        })
        .collect();
    parts.sort_by_key(|(rank, _)| *rank);
    let labelled: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
    let words = labelled.join(" ");
    let context = deadline_context(notice);
    let coded = coded_move(tree);
    let read =
        coded.and_then(|(_, new)| issues.deadline(Some(new), context, "infosRectif/lireDate"));
    let deadline = match read {
        Some(deadline) => DeadlineMove::To(deadline),
        None => prose::new_deadline(&words, context),
    };
    let words = match coded {
        Some((old, new)) if words.is_empty() => {
            format!("Réception des offres : au lieu de {old}, lire {new}")
        }
        _ => words,
    };
    let lots = match deadline {
        DeadlineMove::Silent => prose::lots_spoken_of(&words),
        DeadlineMove::To(_) | DeadlineMove::Unread => prose::lots_moved(&words),
    };
    notice.correction = Some(Correction {
        deadline_unread: deadline == DeadlineMove::Unread,
        deadline: match deadline {
            DeadlineMove::To(deadline) => Some(deadline),
            DeadlineMove::Silent | DeadlineMove::Unread => None,
        },
        lots,
        reason: None,
        text: (!words.is_empty()).then_some(words),
    });
}

/// The dates of a correction that codes them: what stood, and what to read instead.
fn coded_move(element: &Element) -> Option<(&str, &str)> {
    if let Some(new) = element.text_at("lireDate") {
        let heading = element.text_at("rubDelais").unwrap_or("").to_lowercase();
        let is_reception =
            heading.is_empty() || heading.contains("recep") || heading.contains("récep");
        if is_reception {
            return Some((element.text_at("auLieuDeDate").unwrap_or("?"), new));
        }
    }
    element.children.iter().find_map(coded_move)
}

/// The sentence of a cancellation that says why, wherever the form put it.
fn motive(notice: &Notice) -> Option<String> {
    let all = notice.texts.iter().chain(notice.lots.iter().flat_map(|lot| &lot.texts));
    let mut texts = all.map(|text| text.text.as_str());
    texts
        .find(|text| {
            use crate::domain::award::OutcomeKind::{Cancelled, Unsuccessful};
            matches!(prose::outcome_kind(text), Some(Cancelled | Unsuccessful))
        })
        .map(str::to_owned)
}

/// A cancellation stops the lots its words name, or all. The lots of its own form repeat those of
/// the call and are not lots to answer.
fn cancellation(notice: &mut Notice, words: Option<String>) {
    let lots = words.as_deref().map(prose::lots_given_up).unwrap_or_default();
    notice.correction = Some(Correction { lots, text: words, ..Correction::default() });
}
