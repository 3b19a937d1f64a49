//! The whole of a procurement as its notices describe it (`tender`).

use serde::Serialize;

use super::document::{Amendment, DocumentJson};
use super::ids::{self, Releases};
use super::lot::{EndOfPeriod, Item, LotJson, TenderStatus, Value, category};
use super::party::Reference;
use crate::domain::notice::{FormType, Notice};
use crate::domain::procedure::{AssessedNotice, LotState};

/// The call with its lots.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TenderJson<'a> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<TenderStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    procuring_entity: Option<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    main_procurement_category: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    procurement_method: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    procurement_method_details: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_value: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tender_period: Option<EndOfPeriod>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lots: Vec<LotJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lot_groups: Vec<LotGroup<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<Item<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    documents: Vec<DocumentJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    amendments: Vec<Amendment<'a>>,
}

/// Lots that one tender may answer together.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LotGroup<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    related_lots: Vec<&'a str>,
}

/// What a release tells of: its notices, oldest first, and lots.
pub(super) struct Told<'a> {
    /// The procurement.
    pub(super) id: String,
    /// The notices told of.
    pub(super) notices: Vec<&'a Notice>,
    /// Those of them that say what the whole procurement is.
    pub(super) describing: Vec<&'a Notice>,
    /// The lots told of.
    pub(super) lots: Vec<&'a LotState>,
    /// All lots as they stand then.
    pub(super) all: &'a [LotState],
    /// The releases of the procurement.
    pub(super) releases: &'a Releases,
}

impl<'a> Told<'a> {
    /// What the latest notice says that says something.
    fn latest<T>(&self, read: impl Fn(&'a Notice) -> Option<T>) -> Option<T> {
        self.describing.iter().rev().find_map(|notice| read(notice))
    }

    /// The first buyer that the latest notice names.
    pub(super) fn buyer(&self) -> Option<Reference> {
        let mut notices = self.notices.iter().rev();
        notices.find_map(|notice| notice.buyers().next()).map(Reference::of)
    }

    pub(super) fn tender(&self) -> TenderJson<'a> {
        let value = self.latest(|notice| notice.estimated_value.as_ref());
        let (value, min_value) = Value::of_estimate(value);
        let groups = self.latest(|notice| Some(&notice.lot_groups).filter(|all| !all.is_empty()));
        let files = self.notices.iter().filter_map(|notice| DocumentJson::notice(notice));
        TenderJson {
            id: self.id.clone(),
            title: self.latest(|notice| notice.title.as_deref()),
            description: self.latest(|notice| notice.description.as_deref()),
            status: status(self.all),
            procuring_entity: self.buyer(),
            main_procurement_category: self.latest(|notice| notice.nature).map(category),
            procurement_method: self
                .latest(|notice| notice.procedure_type.as_deref())
                .and_then(method),
            procurement_method_details: self.latest(|notice| notice.procedure_type.as_deref()),
            value,
            min_value,
            tender_period: self.latest(|notice| EndOfPeriod::of(notice.deadline.as_ref())),
            lots: self.lots.iter().map(|lot| LotJson::of(lot, self.releases)).collect(),
            lot_groups: groups.into_iter().flatten().map(group).collect(),
            items: self.lots.iter().map(|lot| Item::of(lot)).collect(),
            documents: files.chain(self.latest(DocumentJson::consultation)).collect(),
            amendments: self.notices.iter().filter_map(|notice| Amendment::of(notice)).collect(),
        }
    }
}

fn group(group: &crate::domain::lot::LotGroup) -> LotGroup<'_> {
    LotGroup {
        id: &group.source_id,
        title: group.title.as_deref(),
        related_lots: group.lots.iter().map(ids::lot).collect(),
    }
}

/// What the whole is: active as long as a lot is.
fn status(lots: &[LotState]) -> Option<TenderStatus> {
    use TenderStatus::{Active, Cancelled, Complete, Planned, Unsuccessful};
    let stand = |status| lots.iter().any(|lot| TenderStatus::of(lot) == status);
    [Active, Planned, Complete, Unsuccessful, Cancelled].into_iter().find(|status| stand(*status))
}

/// BT-105 and BOAMP's `TYPE_PROCEDURE` in the closed list of the standard; nothing where neither
/// says whether everyone may answer.
fn method(procedure_type: &str) -> Option<&'static str> {
    match procedure_type {
        "open" | "OUVERT" => Some("open"),
        "restricted" | "neg-w-call" | "comp-dial" | "innovation" | "RESTREINT" => Some("selective"),
        "neg-wo-call" => Some("limited"),
        _ => None,
    }
}

/// Which documents say what the whole procurement is: calls, announcements before any call, and the
/// first document where there is neither.
pub(super) fn describing(documents: &[AssessedNotice]) -> Vec<bool> {
    let mut is_described = false;
    let mut is_called = false;
    let describes = |document: &AssessedNotice| {
        let describes = match document.notice.form_type {
            FormType::Competition => true,
            FormType::Planning => !is_called,
            _ => !is_described && document.notice.title.is_some(),
        };
        is_called |= document.notice.form_type == FormType::Competition;
        is_described |= describes;
        describes
    };
    documents.iter().map(describes).collect()
}
