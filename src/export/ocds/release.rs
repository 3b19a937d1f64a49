//! Releases and records.

use chrono::NaiveDate;
use serde::Serialize;
use url::Url;

use super::award::{AwardJson, awards};
use super::contract::ContractJson;
use super::ids::{self, Releases};
use super::lot::day;
use super::party::{Party, Reference, add_holders, parties};
use super::tender::{TenderJson, Told, describing};
use super::{Procurement, Publication, ocid};
use crate::domain::contract::Contract;
use crate::domain::ids::NoticeId;
use crate::domain::notice::{Correction, FormType, Notice};
use crate::domain::procedure::{AssessedNotice, LotState, fold};

/// What was published of a procurement at one time, or, compiled, what stands.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Release<'a> {
    ocid: String,
    id: String,
    date: String,
    tag: [&'static str; 1],
    initiation_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'static str>,
    parties: Vec<Party>,
    #[serde(skip_serializing_if = "Option::is_none")]
    buyer: Option<Reference>,
    tender: TenderJson<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    awards: Vec<AwardJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contracts: Vec<ContractJson<'a>>,
}

/// A procurement: its releases and what stands.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record<'a> {
    ocid: String,
    releases: Vec<LinkedRelease>,
    compiled_release: Release<'a>,
}

/// Where a release can be read.
#[derive(Serialize)]
struct LinkedRelease {
    url: String,
    date: String,
    tag: [&'static str; 1],
}

/// Publication day of notices that give none and have no other beside them.
const NO_DAY: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a date");

/// A procurement, its documents in publication order.
pub(super) struct Process<'a> {
    publication: &'a Publication,
    procurement: &'a Procurement,
    documents: &'a [AssessedNotice],
    describing: Vec<bool>,
    releases: Releases,
}

/// Puts documents in publication order, which is the order that the fold has.
pub(super) fn sort(procurement: &mut Procurement) {
    let order = fold(&procurement.documents, &procurement.repeats).notices;
    procurement
        .documents
        .sort_by_cached_key(|document| order.iter().position(|id| *id == document.notice.id()));
}

impl<'a> Process<'a> {
    /// Takes a procurement whose documents are in publication order.
    pub(super) fn new(publication: &'a Publication, procurement: &'a Procurement) -> Self {
        let documents = &procurement.documents;
        let notices = documents.iter().map(|document| &document.notice);
        let describing = describing(documents);
        let releases = Releases::new(notices);
        Self { publication, procurement, documents, describing, releases }
    }

    /// Gives each release in turn. What a notice changed is the difference between the lots folded
    /// without it and with it.
    pub(super) fn each_release<E>(
        &self,
        mut take: impl FnMut(&Release<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut before: Vec<LotState> = Vec::new();
        for at in 0..self.documents.len() {
            let after = fold(&self.documents[..=at], &self.procurement.repeats).lots;
            take(&self.release(at, &before, &after))?;
            before = after;
        }
        for (contract, lot) in self.signed() {
            take(&self.contract_release(contract, lot))?;
        }
        Ok(())
    }

    /// The contracts with their lots.
    fn signed(&self) -> impl Iterator<Item = (&Contract, &LotState)> {
        let signed = |lot: &'a LotState| lot.contracts.iter().map(move |signed| (lot, signed));
        let signed = self.procurement.lots.iter().flat_map(signed);
        signed.filter_map(|(lot, signed)| {
            Some((self.procurement.contracts.get(&signed.contract)?, lot))
        })
    }

    /// What the data of a contract tell: it is signed, and its lot stands as it does now.
    fn contract_release<'r>(&'r self, contract: &'r Contract, lot: &'r LotState) -> Release<'r> {
        let told = Told {
            id: self.procurement.id.to_string(),
            notices: Vec::new(),
            describing: Vec::new(),
            lots: vec![lot],
            all: &self.procurement.lots,
            releases: &self.releases,
        };
        let date = signed_on(contract);
        // The award of the lot is that of its notice, told in the release of that.
        let mut awards = awards([lot], &self.releases, |_| true);
        let published = awards.len();
        let contracts = vec![ContractJson::of(contract, lot, &mut awards)];
        let mut release = self.told(&told, date, |_| false);
        release.awards = awards.split_off(published);
        release.contracts = contracts;
        add_holders(&mut release.parties, [contract]);
        Release { id: ids::contract(contract), tag: ["contract"], ..release }
    }

    fn release<'r>(&'r self, at: usize, before: &[LotState], after: &'r [LotState]) -> Release<'r> {
        let notice = &self.documents[at].notice;
        let lots = after.iter().filter(|lot| !before.contains(lot)).collect();
        let told = Told {
            id: self.procurement.id.to_string(),
            notices: vec![notice],
            describing: Some(notice).filter(|_| self.describing[at]).into_iter().collect(),
            lots,
            all: after,
            releases: &self.releases,
        };
        Release {
            id: ids::release(notice),
            tag: [tag(notice)],
            ..self.told(&told, self.date(at), |id| id == notice.id())
        }
    }

    /// What stands: the lots as stored, which are folded from all documents.
    fn compiled(&self) -> Release<'_> {
        let notices: Vec<&Notice> =
            self.documents.iter().map(|document| &document.notice).collect();
        let describing = notices.iter().zip(&self.describing);
        let told = Told {
            id: self.procurement.id.to_string(),
            describing: describing.filter(|(_, is)| **is).map(|(notice, _)| *notice).collect(),
            notices,
            lots: self.procurement.lots.iter().collect(),
            all: &self.procurement.lots,
            releases: &self.releases,
        };
        let mut release =
            self.told(&told, self.date(self.documents.len().saturating_sub(1)), |_| true);
        for (contract, lot) in self.signed() {
            let json = ContractJson::of(contract, lot, &mut release.awards);
            release.contracts.push(json);
        }
        add_holders(&mut release.parties, self.signed().map(|(contract, _)| contract));
        release
    }

    /// A compiled release of what is told, with the results that the wanted notices give.
    fn told<'r>(
        &'r self,
        told: &Told<'r>,
        date: NaiveDate,
        is_wanted: impl Fn(NoticeId) -> bool,
    ) -> Release<'r> {
        let ocid = self.ocid();
        let date = day(date);
        Release {
            id: format!("{ocid}-{date}"),
            ocid,
            date,
            tag: ["compiled"],
            initiation_type: "tender",
            language: language(&told.notices),
            parties: parties(told.notices.iter().copied()),
            buyer: told.buyer(),
            tender: told.tender(),
            awards: awards(told.all, &self.releases, is_wanted),
            contracts: Vec::new(),
        }
    }

    /// The releases by their addresses, and what stands.
    pub(super) fn record(&self) -> Record<'_> {
        let ocid = self.ocid();
        let package = self.publication.address(&format!("export/releases.json?ocid={ocid}"));
        let linked = |at: usize| {
            let notice = &self.documents[at].notice;
            LinkedRelease {
                url: with_fragment(&package, &ids::release(notice)),
                date: day(self.date(at)),
                tag: [tag(notice)],
            }
        };
        let of_contract = |(contract, _): (&Contract, &LotState)| LinkedRelease {
            url: with_fragment(&package, &ids::contract(contract)),
            date: day(signed_on(contract)),
            tag: ["contract"],
        };
        let notices = (0..self.documents.len()).map(linked);
        Record {
            releases: notices.chain(self.signed().map(of_contract)).collect(),
            compiled_release: self.compiled(),
            ocid,
        }
    }

    fn ocid(&self) -> String {
        ocid(&self.publication.ocid_prefix, self.procurement.id)
    }

    /// The day of a release. The standard wants one: a notice without a day has that of the next
    /// notice that has one.
    fn date(&self, at: usize) -> NaiveDate {
        let days = |part: &'a [AssessedNotice]| part.iter().map(|one| one.notice.published_on);
        let own = days(&self.documents[at..]).chain(days(self.documents)).flatten().next();
        let expected = self.documents.iter().find_map(|one| one.notice.expected_on);
        own.or(expected).unwrap_or(NO_DAY)
    }
}

/// The day of the release of a contract.
fn signed_on(contract: &Contract) -> NaiveDate {
    let stated = [contract.current.notified_on, contract.latest_publication()];
    stated.into_iter().flatten().next().unwrap_or(NO_DAY)
}

/// The language of the texts: French, unless one says another.
fn language(notices: &[&Notice]) -> Option<&'static str> {
    let texts = notices.iter().flat_map(|notice| &notice.texts);
    let is_foreign = texts.filter_map(|text| text.language.as_deref()).any(|code| code != "FRA");
    (!is_foreign).then_some("fr")
}

/// An address with a fragment, whatever characters that holds.
fn with_fragment(address: &str, fragment: &str) -> String {
    match Url::parse(address) {
        Ok(mut url) => {
            url.set_fragment(Some(fragment));
            url.to_string()
        }
        Err(_) => format!("{address}#{fragment}"),
    }
}

/// What a notice did to the procurement, in the closed list of the standard.
fn tag(notice: &Notice) -> &'static str {
    let changes = |correction: &Correction| {
        let is_given_up = notice.form_type == FormType::Cancellation
            || matches!(correction.reason.as_deref(), Some("cancel" | "cancel-intent"));
        // Some lots given up are a change to the whole.
        if is_given_up && correction.lots.is_empty() {
            "tenderCancellation"
        } else {
            "tenderUpdate"
        }
    };
    match (notice.form_type, &notice.correction) {
        (FormType::Planning, _) => "planning",
        (FormType::Competition | FormType::Correction | FormType::Cancellation, Some(change)) => {
            changes(change)
        }
        (FormType::Correction, None) => "tenderUpdate",
        (FormType::Cancellation, None) => "tenderCancellation",
        (FormType::Result | FormType::DirectAwardPrenotification, _) => "award",
        (FormType::ContractModification, _) => "contractAmendment",
        (FormType::Competition | FormType::Other, _) => "tender",
    }
}
