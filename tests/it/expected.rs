//! The bundled sample against what was written by hand beside it, `sample/expected.json`: lots,
//! deadlines, links, results, findings, and what holds after all documents of a procurement.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use passerelle::domain::deadline::TenderDeadline;
use passerelle::domain::finding::{Assessment, Contradiction, Finding};
use passerelle::domain::lot::Lot;
use passerelle::domain::notice::Notice;
use passerelle::domain::procedure::{AssessedNotice, LotState, NoticeNode, fold, group};
use passerelle::domain::text::fold_key;
use passerelle::feeds::recognise;
use passerelle::rules;
use serde::Deserialize;

use crate::support::notices::at;
use crate::support::sample;

#[derive(Deserialize)]
struct Sample {
    notices: BTreeMap<String, Expected>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Expected {
    form: String,
    #[serde(default)]
    form_or: Vec<String>,
    lots: ExpectedLots,
    findings: ExpectedFindings,
    #[serde(default)]
    contradictions: Vec<ExpectedContradiction>,
    #[serde(default)]
    tolerated: Tolerated,
    deadline: Option<ExpectedDeadline>,
    #[serde(default)]
    deadline_now: BTreeMap<String, (String, Vec<String>)>,
    #[serde(default)]
    links: Vec<ExpectedLink>,
    #[serde(default, rename = "final")]
    final_status: BTreeMap<String, String>,
    #[serde(default)]
    outcomes: BTreeMap<String, (String, Option<String>, Option<String>)>,
}

#[derive(Deserialize)]
struct ExpectedLots {
    count: usize,
    ids: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ExpectedFindings {
    lots: BTreeMap<String, Vec<ExpectedFinding>>,
    notice: Vec<ExpectedFinding>,
}

#[derive(Deserialize)]
struct ExpectedFinding {
    kind: String,
    #[serde(default)]
    or: Vec<String>,
    quote: String,
    confidence: Option<String>,
}

#[derive(Deserialize)]
struct ExpectedContradiction {
    lot: Option<String>,
    kind: String,
    #[serde(default)]
    or: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tolerated {
    lots: BTreeMap<String, Vec<String>>,
    notice: Vec<String>,
}

#[derive(Deserialize)]
struct ExpectedDeadline {
    local: String,
    zone: String,
    doubts: Vec<String>,
}

#[derive(Deserialize)]
struct ExpectedLink {
    to: String,
}

fn expected() -> BTreeMap<String, Expected> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/sample/expected.json");
    let text = std::fs::read_to_string(path).expect("expectations");
    serde_json::from_str::<Sample>(&text).expect("expectations").notices
}

/// The sample decoded, by identifier.
fn notices() -> BTreeMap<String, Notice> {
    let documents = sample::api_documents(at("2026-11-23T08:00:00Z"));
    let decoded = documents.iter().map(|document| {
        let notice = recognise::decode(document).notice.expect("a notice");
        (notice.source_id.clone(), notice)
    });
    decoded.collect()
}

/// Runs a check on every notice of the sample and reports all that fail at once.
fn check_each(check: impl Fn(&Notice, &Expected, &mut Vec<String>)) {
    let notices = notices();
    let expected = expected();
    assert!(notices.keys().eq(expected.keys()), "the sample and its expectations differ");
    let mut wrong = Vec::new();
    for (id, expected) in &expected {
        let mut here = Vec::new();
        check(&notices[id], expected, &mut here);
        wrong.extend(here.into_iter().map(|line| format!("{id}: {line}")));
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The name `expected.json` gives a lot: as the source writes it, else its position, else `whole`.
fn name_of(position: usize, source_id: Option<&str>, is_whole: bool) -> String {
    match source_id {
        Some(id) => id.to_owned(),
        None if is_whole => "whole".to_owned(),
        None => (position + 1).to_string(),
    }
}

fn name(position: usize, lot: &Lot) -> String {
    name_of(position, lot.source_id.as_deref(), lot.key.is_whole())
}

fn shown<T: serde::Serialize>(value: T) -> String {
    match serde_json::to_value(value).expect("a value") {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

#[test]
fn forms_and_lots() {
    check_each(|notice, expected, wrong| {
        let form = shown(notice.form_type);
        if form != expected.form && !expected.form_or.contains(&form) {
            wrong.push(format!("{form}, not {}", expected.form));
        }
        // A result in free text has the lots its words name; the form of a cancellation repeats
        // lots of the call.
        if expected.lots.count == 0 && matches!(form.as_str(), "RESULT" | "CANCELLATION") {
            return;
        }
        if notice.lots.len() != expected.lots.count {
            wrong.push(format!("{} lots, not {}", notice.lots.len(), expected.lots.count));
        }
        let ids: Vec<&str> =
            notice.lots.iter().filter_map(|lot| lot.source_id.as_deref()).collect();
        match &expected.lots.ids {
            Some(expected) if notice.lots.is_empty() => {
                let named = notice.correction.as_ref().map(|correction| &correction.lots);
                if named != Some(expected) {
                    wrong.push(format!("concerns {named:?}, not {expected:?}"));
                }
            }
            expected => {
                let expected = expected.clone().unwrap_or_default();
                if ids != expected {
                    wrong.push(format!("lots {ids:?}, not {expected:?}"));
                }
            }
        }
    });
}

fn deadline_differs(found: Option<&TenderDeadline>, expected: Option<&ExpectedDeadline>) -> bool {
    match (found, expected) {
        (None, None) => false,
        (Some(found), Some(expected)) => {
            let doubts: Vec<String> = found.doubts.iter().map(shown).collect();
            !found.local.format("%Y-%m-%dT%H:%M:%S").to_string().starts_with(&expected.local)
                || found.zone != expected.zone
                || doubts != expected.doubts
        }
        _ => true,
    }
}

#[test]
fn deadlines() {
    check_each(|notice, expected, wrong| {
        if expected.lots.count == 0 {
            return;
        }
        for (position, lot) in notice.lots.iter().enumerate() {
            let found = lot.deadline.as_ref().or(notice.deadline.as_ref());
            if deadline_differs(found, expected.deadline.as_ref()) {
                wrong.push(format!("{}: {found:?}", name(position, lot)));
            }
        }
    });
}

#[test]
fn links() {
    check_each(|notice, expected, wrong| {
        for link in &expected.links {
            let folder_joins = notice.folder.is_some();
            let named = notice.links.iter().any(|found| found.source_id == link.to);
            if !named && !folder_joins {
                wrong.push(format!("no link to {}: {:?}", link.to, notice.links));
            }
        }
    });
}

#[test]
fn results() {
    check_each(|notice, expected, wrong| {
        for (lot, (kind, winner, amount)) in &expected.outcomes {
            let keys: HashMap<String, &Lot> = (notice.lots.iter().enumerate())
                .map(|(position, lot)| (name(position, lot), lot))
                .collect();
            let outcome = notice.outcomes.iter().find(|outcome| {
                keys.get(lot).is_some_and(|lot| lot.key == outcome.lot)
                    || (lot == "whole" && outcome.lot.is_whole())
            });
            let found = outcome.map(|outcome| {
                let suppliers: Vec<&str> =
                    outcome.suppliers.iter().map(|supplier| supplier.name.as_str()).collect();
                let winner = (!suppliers.is_empty()).then(|| suppliers.join("; "));
                let amount = outcome
                    .amount
                    .as_ref()
                    .map(|money| format!("{}.{:02}", money.cents / 100, money.cents % 100));
                (shown(outcome.kind), winner, amount)
            });
            let due = (kind != "NONE_YET").then(|| (kind.clone(), winner.clone(), amount.clone()));
            if found != due {
                wrong.push(format!("{lot}: {found:?}, not {:?}", (kind, winner, amount)));
            }
        }
    });
}

/// Whether two quotes share words: one holds the other, or four words in a row.
fn overlap(a: &str, b: &str) -> bool {
    let (a, b) = (fold_key(a), fold_key(b));
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let holds = a.contains(&b) || b.contains(&a);
    let words: Vec<&str> = b.split(' ').collect();
    holds || words.windows(4).any(|run| a.contains(&run.join(" ")))
}

fn meets(found: &Finding, expected: &ExpectedFinding) -> bool {
    let kind = found.kind.as_str();
    (kind == expected.kind || expected.or.iter().any(|or| or == kind))
        && expected.confidence.as_ref().is_none_or(|level| found.confidence.as_str() == level)
        && found.evidence.iter().any(|evidence| overlap(&evidence.quote, &expected.quote))
}

fn compare(
    place: &str,
    found: &[&Finding],
    expected: &[&ExpectedFinding],
    tolerated: &[&String],
    wrong: &mut Vec<String>,
) {
    for expected in expected {
        if !found.iter().any(|found| meets(found, expected)) {
            let same_kind: Vec<_> = found
                .iter()
                .filter(|found| found.kind.as_str() == expected.kind)
                .map(|found| (found.confidence, found.evidence.first().map(|e| &e.quote)))
                .collect();
            wrong.push(format!(
                "{place}: no {} {:?} with « {} »; {same_kind:?}",
                expected.kind, expected.confidence, expected.quote
            ));
        }
    }
    let is_reserved = expected.iter().any(|expected| expected.kind.starts_with("RESERVED"));
    for found in found {
        let kind = found.kind.as_str();
        let is_expected = expected
            .iter()
            .any(|expected| expected.kind == kind || expected.or.iter().any(|or| or == kind));
        let is_tolerated = tolerated.iter().any(|tolerated| *tolerated == kind)
            || (kind == "RESERVED_UNSPECIFIED" && is_reserved);
        if !is_expected && !is_tolerated {
            let quotes: Vec<&str> = found.evidence.iter().map(|e| e.quote.as_str()).collect();
            wrong.push(format!(
                "{place}: {kind} {:?} by {} {quotes:?}",
                found.confidence, found.rule
            ));
        }
    }
}

#[test]
fn findings() {
    check_each(|notice, expected, wrong| {
        let Assessment { lots, findings, .. } = rules::assess(notice);
        let is_single = notice.lots.len() == 1;
        let wide: Vec<&Finding> = findings.iter().collect();
        let expected_wide: Vec<_> = expected.findings.notice.iter().collect();
        // What is said of `chaque lot` may stand on each lot or on the whole.
        let on_every_lot = |due: &ExpectedFinding| {
            !lots.is_empty()
                && lots.iter().all(|lot| lot.findings.iter().any(|found| meets(found, due)))
        };
        let (each, expected_wide): (Vec<_>, Vec<_>) =
            expected_wide.into_iter().partition(|due| !is_single && on_every_lot(due));
        for (position, lot) in notice.lots.iter().enumerate() {
            let name = name(position, lot);
            let mut found: Vec<&Finding> = lots[position].findings.iter().collect();
            let mut due: Vec<_> = expected.findings.lots.get(&name).into_iter().flatten().collect();
            let mut tolerated: Vec<&String> = [&name, "*"]
                .into_iter()
                .filter_map(|name| expected.tolerated.lots.get(name))
                .flatten()
                .collect();
            due.extend(&each);
            if is_single {
                // With one lot, the notice and the lot are the same.
                found.extend(&wide);
                due.extend(&expected_wide);
                tolerated.extend(&expected.tolerated.notice);
            }
            compare(&name, &found, &due, &tolerated, wrong);
        }
        if notice.lots.is_empty() {
            // A correction names lots that are not its own: what it says stands on the whole of it.
            let due: Vec<_> = expected_wide
                .into_iter()
                .chain(expected.findings.lots.values().flatten())
                .collect();
            compare("notice", &wide, &due, &[], wrong);
        } else if !is_single {
            let tolerated: Vec<&String> = expected.tolerated.notice.iter().collect();
            compare("notice", &wide, &expected_wide, &tolerated, wrong);
        }
    });
}

#[test]
fn contradictions() {
    check_each(|notice, expected, wrong| {
        let assessment = rules::assess(notice);
        let mut found: Vec<(Option<String>, &Contradiction)> = Vec::new();
        for (position, lot) in notice.lots.iter().enumerate() {
            let here = assessment.lots[position].contradictions.iter();
            found.extend(here.map(|contradiction| (Some(name(position, lot)), contradiction)));
        }
        found.extend(assessment.contradictions.iter().map(|contradiction| (None, contradiction)));
        let is_single = notice.lots.len() == 1;
        for due in &expected.contradictions {
            let met = found.iter().any(|(lot, contradiction)| {
                let kind = contradiction.kind.as_str();
                (is_single || *lot == due.lot || due.lot.is_none())
                    && (kind == due.kind || due.or.iter().any(|or| or == kind))
            });
            if !met {
                let kinds: Vec<_> = found.iter().map(|(lot, c)| (lot, c.kind.as_str())).collect();
                wrong.push(format!("{:?}: no {}; {kinds:?}", due.lot, due.kind));
            }
        }
        for (lot, contradiction) in &found {
            let kind = contradiction.kind.as_str();
            let is_due = expected
                .contradictions
                .iter()
                .any(|due| due.kind == kind || due.or.iter().any(|or| or == kind));
            if !is_due {
                wrong.push(format!("{lot:?}: {kind} « {} »", contradiction.message));
            }
        }
    });
}

/// What holds of every lot, by the notices that describe it.
fn folded() -> Vec<LotState> {
    let assessed: BTreeMap<_, _> = notices()
        .into_values()
        .map(|notice| {
            let assessment = rules::assess(&notice);
            (notice.id(), AssessedNotice { notice, assessment })
        })
        .collect();
    let nodes: Vec<NoticeNode> =
        assessed.values().map(|assessed| NoticeNode::from(&assessed.notice)).collect();
    let documents = |ids: &Vec<_>| ids.iter().map(|id| assessed[id].clone()).collect::<Vec<_>>();
    group(&nodes, &[]).iter().flat_map(|ids| fold(&documents(ids), &BTreeSet::new()).lots).collect()
}

/// Lots of a notice as `expected.json` names them.
fn lots_of<'a>(notice: &Notice, states: &'a [LotState]) -> BTreeMap<String, &'a LotState> {
    let mut found = BTreeMap::new();
    let names: HashMap<_, _> = (notice.lots.iter().enumerate())
        .map(|(position, lot)| (&lot.key, name(position, lot)))
        .collect();
    for state in states {
        if state.history.iter().any(|step| step.notice == notice.id()) {
            // A lot that a change notice withdraws has no place in it.
            let named = names.get(&state.key).cloned().or_else(|| state.source_id.clone());
            found.extend(named.map(|name| (name, state)));
        }
    }
    found
}

#[test]
fn what_holds_after_all_documents() {
    let states = folded();
    let now = at("2026-11-23T11:00:00Z");
    check_each(|notice, expected, wrong| {
        let lots = lots_of(notice, &states);
        for (lot, due) in &expected.final_status {
            let found =
                lots.get(lot).map(|state| format!("{:?}", state.status(now)).to_uppercase());
            if found.as_ref() != Some(due) {
                wrong.push(format!("{lot}: {found:?}, not {due}"));
            }
        }
        for (lot, (local, doubts)) in &expected.deadline_now {
            let named = lots.iter().filter(|(name, state)| {
                *name == lot || (lot == "*" && format!("{:?}", state.status(now)) == "Open")
            });
            let mut count = 0;
            for (name, state) in named {
                count += 1;
                let found = state.deadline.as_ref().map(|deadline| {
                    let said: Vec<String> = deadline.doubts.iter().map(shown).collect();
                    (deadline.local.format("%Y-%m-%dT%H:%M").to_string(), said)
                });
                let fits = found.as_ref().is_some_and(|(found, said)| {
                    // A doubt FROM_FREE_TEXT may be left out where the correction is structured.
                    let without: Vec<&String> =
                        doubts.iter().filter(|doubt| *doubt != "FROM_FREE_TEXT").collect();
                    found == local && (said == doubts || said.iter().eq(without))
                });
                if !fits {
                    wrong.push(format!("{name}: {found:?}, not {local} {doubts:?}"));
                }
            }
            if count == 0 {
                wrong.push(format!("{lot}: no such lot"));
            }
        }
    });
}
