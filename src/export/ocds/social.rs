//! Findings of a lot, and what they mean in the extensions of the standard.

use serde::Serialize;

use super::ids::Releases;
use crate::domain::finding::{Confidence, Evidence, Finding, FindingKind};
use crate::domain::procedure::{FindingScope, LotFinding, LotState};
use crate::domain::supplier::SupplierKind;
use crate::rules::eligibility::open_to;

/// A finding with its proof: our own extension.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FindingJson<'a> {
    kind: FindingKind,
    confidence: Confidence,
    scope: FindingScope,
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    article: Option<&'a str>,
    /// The release that the words stand in.
    #[serde(rename = "releaseID")]
    release_id: &'a str,
    evidence: &'a [Evidence],
}

/// Requirements to take part: the extension *other requirements*.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OtherRequirements {
    reserved_participation: Vec<&'static str>,
}

/// A goal and how it is pursued: the extension *sustainability*.
#[derive(Serialize)]
pub(super) struct Sustainability {
    goal: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    strategies: Vec<&'static str>,
}

pub(super) fn findings<'a>(lot: &'a LotState, releases: &'a Releases) -> Vec<FindingJson<'a>> {
    let json = |found: &'a LotFinding| FindingJson {
        kind: found.finding.kind,
        confidence: found.finding.confidence,
        scope: found.scope,
        rule: &found.finding.rule,
        article: found.finding.article.as_deref(),
        release_id: releases.of(found.notice),
        evidence: &found.finding.evidence,
    };
    lot.findings.iter().map(json).collect()
}

/// Suppliers that the law does not bar from the lot: our own extension.
pub(super) fn eligible_suppliers(lot: &LotState) -> Vec<SupplierKind> {
    let findings: Vec<&Finding> = lot.findings.iter().map(|found| &found.finding).collect();
    let open = open_to(&findings);
    SupplierKind::ALL.into_iter().filter(|kind| open & kind.bit() != 0).collect()
}

/// The kinds found that can be relied on. A tick without words, or weak words, is told as a finding
/// with its doubt, and not as a fact in a field that has no room for doubt.
fn sure(lot: &LotState) -> impl Iterator<Item = FindingKind> {
    let findings = lot.findings.iter().map(|found| &found.finding);
    findings.filter(|finding| finding.confidence > Confidence::Low).map(|finding| finding.kind)
}

/// To whom the lot is reserved, by the codes of the standard. It has one code for what the articles
/// L2113-12 to L2113-14 tell apart (Directive 2014/24, art. 20) and one for L2113-15 (art. 77).
pub(super) fn other_requirements(lot: &LotState) -> Option<OtherRequirements> {
    let code = |kind| match kind {
        FindingKind::ReservedEaEsat
        | FindingKind::ReservedSiae
        | FindingKind::ReservedEaEsatSiae => Some("shelteredWorkshop"),
        FindingKind::ReservedEss => Some("publicService"),
        // The list is open, and has no code for it.
        FindingKind::ReservedPrison => Some("prisonEmployer"),
        FindingKind::ReservedUnspecified
        | FindingKind::ExecutionClause
        | FindingKind::AwardCriterion
        | FindingKind::InsertionService => None,
    };
    let mut codes: Vec<&str> = sure(lot).filter_map(code).collect();
    codes.sort_unstable();
    codes.dedup();
    (!codes.is_empty()).then_some(OtherRequirements { reserved_participation: codes })
}

const EMPLOYMENT: &str = "social.disadvantagedEmploymentOpportunities";
const SOCIAL: &str = "social";

/// The social goals of the lot and how they are pursued. Environmental goals are not read, so a lot
/// without social ones has no entry, and nothing says that it has no sustainability.
pub(super) fn sustainability(lot: &LotState) -> Vec<Sustainability> {
    let goal = |kind| match kind {
        FindingKind::ReservedEaEsat
        | FindingKind::ReservedSiae
        | FindingKind::ReservedEaEsatSiae
        | FindingKind::ReservedPrison
        | FindingKind::InsertionService => EMPLOYMENT,
        FindingKind::ReservedEss
        | FindingKind::ReservedUnspecified
        | FindingKind::ExecutionClause
        | FindingKind::AwardCriterion => SOCIAL,
    };
    let strategy = |kind: FindingKind| match kind {
        FindingKind::AwardCriterion => Some("awardCriteria"),
        FindingKind::ExecutionClause => Some("contractPerformanceConditions"),
        // What is bought is itself insertion.
        FindingKind::InsertionService => None,
        _ => Some("reservedParticipation"),
    };
    let kinds: Vec<FindingKind> = sure(lot).collect();
    let of = |wanted: &'static str| {
        let pursued: Vec<FindingKind> =
            kinds.iter().copied().filter(|kind| goal(*kind) == wanted).collect();
        let mut strategies: Vec<&str> = pursued.iter().copied().filter_map(strategy).collect();
        strategies.sort_unstable();
        strategies.dedup();
        (!pursued.is_empty()).then_some(Sustainability { goal: wanted, strategies })
    };
    [SOCIAL, EMPLOYMENT].into_iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::domain::finding::Assessment;
    use crate::domain::lot::{Lot, LotKey};
    use crate::domain::notice::{FormType, Notice};
    use crate::domain::procedure::{AssessedNotice, fold};
    use crate::domain::source::Source;

    fn lot(found: &[(FindingKind, Confidence)]) -> LotState {
        let mut notice = Notice::new(Source::Boamp, "26-1", FormType::Competition);
        notice.lots = vec![Lot::new(LotKey::whole())];
        let finding = |&(kind, confidence): &(FindingKind, Confidence)| Finding {
            kind,
            confidence,
            rule: String::new(),
            article: None,
            evidence: Vec::new(),
            quantities: Vec::new(),
            publics: Vec::new(),
        };
        let findings = found.iter().map(finding).collect();
        let assessment = Assessment { findings, ..Assessment::default() };
        fold([&AssessedNotice { notice, assessment }], &BTreeSet::new()).lots.remove(0)
    }

    #[test]
    fn findings_fill_the_fields_of_the_standard_only_when_they_are_sure() {
        use Confidence::{High, Low, Medium};
        use FindingKind::{AwardCriterion, ExecutionClause, ReservedEss, ReservedPrison};
        use FindingKind::{InsertionService, ReservedEaEsat, ReservedSiae, ReservedUnspecified};
        for (found, reserved, goals) in [
            (&[][..], &[][..], json!([])),
            (&[(ReservedSiae, Low)], &[], json!([])),
            (
                &[(ReservedSiae, High), (ReservedEaEsat, Medium)],
                &["shelteredWorkshop"],
                json!([{ "goal": EMPLOYMENT, "strategies": ["reservedParticipation"] }]),
            ),
            (
                &[(ReservedEss, High), (ReservedPrison, High)],
                &["prisonEmployer", "publicService"],
                json!([
                    { "goal": SOCIAL, "strategies": ["reservedParticipation"] },
                    { "goal": EMPLOYMENT, "strategies": ["reservedParticipation"] },
                ]),
            ),
            (
                &[(ExecutionClause, High), (AwardCriterion, Medium), (ReservedUnspecified, Low)],
                &[],
                json!([{
                    "goal": SOCIAL,
                    "strategies": ["awardCriteria", "contractPerformanceConditions"],
                }]),
            ),
            (&[(InsertionService, High)], &[], json!([{ "goal": EMPLOYMENT }])),
        ] {
            let lot = lot(found);
            let codes = other_requirements(&lot).map(|told| told.reserved_participation);
            assert_eq!(codes.unwrap_or_default(), reserved, "{found:?}");
            let told = serde_json::to_value(sustainability(&lot)).expect("JSON");
            assert_eq!(told, goals, "{found:?}");
        }
    }
}
