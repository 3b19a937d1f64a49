//! Brings lots and procurements from the store into a file, page by page.
//!
//! Pages are keyset pages, so a file of any length is made in the memory of one page, no connection
//! is held between two pages, and rows that come while the file is made do not disturb it. A lot
//! that changes meanwhile stands in the file as it was when its page was read.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use futures_util::Stream;
use futures_util::stream::try_unfold;
use thiserror::Error;
use url::form_urlencoded::Serializer;

use crate::domain::ids::{ContractId, NoticeId, OrganisationId, ProcedureId};
use crate::domain::linkage::LinkKind;
use crate::domain::procedure::{AssessedNotice, LotState};
use crate::export::ocds::{OcdsWriter, Procurement, Publication, ocid, parse_ocid};
use crate::export::row::LotRow;
use crate::export::{ExportFormat, FileError, FileWriter, LotWriter};
use crate::store::lot_filter::LotFilter;
use crate::store::lots::LotOrder;
use crate::store::page::{PageRequest, SortKey};
use crate::store::{self, Database, StoreError};

/// Lots in a page of a table.
const LOTS: u64 = 100;

/// Procurements in a page of OCDS: each with all its notices and their texts.
const PROCUREMENTS: u64 = 25;

/// Why an export ended.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file could not be made.
    #[error(transparent)]
    File(#[from] FileError),
    /// The work was cut off.
    #[error("the export was cut off: {0}")]
    CutOff(#[from] tokio::task::JoinError),
}

/// What a caller asks for.
pub struct Wanted {
    /// The kind of file.
    pub format: ExportFormat,
    /// The lots; for OCDS, the procurements that have such a lot.
    pub filter: LotFilter,
    /// The filter as it was asked for, for the address of the file.
    pub filter_text: Option<String>,
    /// One procurement only.
    pub ocid: Option<String>,
}

/// The text names no procurement of this program.
#[derive(Debug, Error)]
#[error("`{0}` is not an OCID of this publisher; it is a prefix, `-` and a UUID")]
pub struct NotAnOcid(String);

/// What to export.
pub struct ExportPlan {
    format: ExportFormat,
    filter: LotFilter,
    publication: Publication,
    /// Where the same file can be had.
    uri: String,
    /// The time that statuses and the date of a package go by.
    now: DateTime<Utc>,
}

impl ExportPlan {
    /// Checks what is asked for.
    ///
    /// # Errors
    /// When `ocid` is none.
    pub fn new(
        wanted: Wanted,
        publication: Publication,
        now: DateTime<Utc>,
    ) -> Result<Self, NotAnOcid> {
        let Wanted { format, mut filter, filter_text, ocid } = wanted;
        let mut query = Serializer::new(String::new());
        if let Some(text) = filter_text {
            query.append_pair("filter", &text);
        }
        if let Some(ocid) = ocid {
            filter.procedures = vec![parse_ocid(&ocid).ok_or_else(|| NotAnOcid(ocid.clone()))?];
            query.append_pair("ocid", &ocid);
        }
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        let uri = publication.address(&format!("export/{}{mark}{query}", format.file_name()));
        Ok(Self { format, filter, publication, uri, now })
    }
}

/// An export on its way.
struct Export {
    db: Database,
    filter: LotFilter,
    ocid_prefix: String,
    now: DateTime<Utc>,
    /// What is left to do; nothing after the last page.
    left: Option<Left>,
}

/// A file in the making, and the last thing it holds.
enum Left {
    Lots(LotWriter, Option<SortKey>),
    Procurements(OcdsWriter, Option<ProcedureId>),
}

/// The file, piece by piece: nothing is read before a piece is asked for, and the stream ends with
/// the first error.
///
/// # Errors
/// When the file cannot be begun: a defect of the program.
pub fn export(
    db: Database,
    plan: ExportPlan,
) -> Result<impl Stream<Item = Result<Vec<u8>, ExportError>> + Send, FileError> {
    let ExportPlan { format, filter, publication, uri, now } = plan;
    let left = match FileWriter::new(format, &publication, &uri, now)? {
        FileWriter::Lots(writer) => Left::Lots(writer, None),
        FileWriter::Procurements(writer) => Left::Procurements(writer, None),
    };
    let ocid_prefix = publication.ocid_prefix;
    let export = Export { db, filter, ocid_prefix, now, left: Some(left) };
    Ok(try_unfold(export, Export::next))
}

impl Export {
    /// The next piece, and the export after it.
    async fn next(mut self) -> Result<Option<(Vec<u8>, Self)>, ExportError> {
        let bytes = match self.left.take() {
            None => return Ok(None),
            Some(Left::Lots(writer, after)) => self.lots(writer, after).await?,
            Some(Left::Procurements(writer, after)) => self.procurements(writer, after).await?,
        };
        Ok(Some((bytes, self)))
    }

    async fn lots(
        &mut self,
        mut writer: LotWriter,
        after: Option<SortKey>,
    ) -> Result<Vec<u8>, ExportError> {
        let order = LotOrder::default();
        let request = PageRequest { after, ..PageRequest::first(LOTS) };
        let page = store::lots::page(self.db.read(), &self.filter, order, &request).await?;
        let last = page.items.last().filter(|_| page.has_next).map(|lot| order.sort_key(lot));
        let is_last = last.is_none();
        let rows = self.rows(page.items).await?;
        // Writing is computing: other requests go on meanwhile.
        let written = tokio::task::spawn_blocking(move || {
            let mut bytes = writer.write(rows)?;
            if is_last {
                bytes.extend(writer.finish()?);
                return Ok::<_, FileError>((bytes, None));
            }
            Ok((bytes, Some(writer)))
        });
        let (bytes, writer) = written.await??;
        self.left = writer.map(|writer| Left::Lots(writer, last));
        Ok(bytes)
    }

    async fn procurements(
        &mut self,
        mut writer: OcdsWriter,
        after: Option<ProcedureId>,
    ) -> Result<Vec<u8>, ExportError> {
        let conn = self.db.read();
        let ids = store::procedures::with_lots(conn, &self.filter, after, PROCUREMENTS).await?;
        let last = ids.last().copied().filter(|_| ids.len() as u64 == PROCUREMENTS);
        let is_last = last.is_none();
        let procurements = procurements(&self.db, &ids).await?;
        let written = tokio::task::spawn_blocking(move || {
            let mut bytes = writer.write(procurements)?;
            if is_last {
                bytes.extend(writer.finish());
                return Ok::<_, FileError>((bytes, None));
            }
            Ok((bytes, Some(writer)))
        });
        let (bytes, writer) = written.await??;
        self.left = writer.map(|writer| Left::Procurements(writer, last));
        Ok(bytes)
    }

    /// Lots with what their rows show around them: three statements a page.
    async fn rows(&self, lots: Vec<LotState>) -> Result<Vec<LotRow>, StoreError> {
        let conn = self.db.read();
        let buyers: Vec<OrganisationId> = once(lots.iter().flat_map(|lot| lot.buyers.clone()));
        let notices: Vec<NoticeId> = once(lots.iter().map(|lot| lot.notice));
        let procedures: Vec<ProcedureId> = once(lots.iter().map(|lot| lot.procedure));
        let buyers = store::organisations::find(conn, &buyers).await?;
        let notices = store::notices::summaries(conn, &notices).await?;
        let procedures = store::procedures::find(conn, &procedures).await?;
        let row = |lot: LotState| LotRow {
            status: lot.status(self.now),
            ocid: ocid(&self.ocid_prefix, lot.procedure),
            procedure_title: procedures.get(&lot.procedure).and_then(|one| one.title.clone()),
            notice_url: notices.get(&lot.notice).and_then(|notice| notice.url.clone()),
            buyers: lot.buyers.iter().filter_map(|id| buyers.get(id).cloned()).collect(),
            lot,
        };
        Ok(lots.into_iter().map(row).collect())
    }
}

/// Procurements with all their notices and lots, in the order of their ids: five statements.
async fn procurements(db: &Database, ids: &[ProcedureId]) -> Result<Vec<Procurement>, StoreError> {
    let conn = db.read();
    let mut procedure_of: HashMap<NoticeId, ProcedureId> = HashMap::new();
    for notice in store::notices::of_procedures(conn, ids).await? {
        procedure_of.insert(notice.id, notice.procedure);
    }
    let notices: Vec<NoticeId> = procedure_of.keys().copied().collect();
    let mut documents: HashMap<ProcedureId, Vec<AssessedNotice>> = HashMap::new();
    for document in store::notices::bodies(conn, &notices).await? {
        if let Some(procedure) = procedure_of.get(&document.notice.id()) {
            documents.entry(*procedure).or_default().push(document);
        }
    }
    let links = store::links::of_notices(conn, &notices).await?;
    let repeating = links.iter().filter(|link| link.joins() && link.kind == LinkKind::Repeats);
    let repeats: BTreeSet<NoticeId> = repeating.map(|link| link.from).collect();
    let mut lots: HashMap<ProcedureId, Vec<LotState>> = HashMap::new();
    for lot in store::lots::of_procedures(conn, ids).await? {
        lots.entry(lot.procedure).or_default().push(lot);
    }
    let signed = lots.values().flatten().flat_map(|lot| &lot.contracts);
    let signed: Vec<ContractId> = once(signed.map(|signed| signed.contract));
    let contracts = store::contracts::find(conn, &signed).await?;
    let contracts_of = |lots: &[LotState]| {
        let signed = lots.iter().flat_map(|lot| &lot.contracts);
        let found = signed.filter_map(|signed| contracts.get(&signed.contract));
        found.map(|contract| (contract.id, contract.clone())).collect()
    };
    let procurement = |&id: &ProcedureId| {
        let lots = lots.remove(&id).unwrap_or_default();
        Procurement {
            id,
            documents: documents.remove(&id).unwrap_or_default(),
            repeats: repeats.clone(),
            contracts: contracts_of(&lots),
            lots,
        }
    };
    Ok(ids.iter().map(procurement).collect())
}

/// Each id once.
fn once<T: Ord>(ids: impl Iterator<Item = T>) -> Vec<T> {
    ids.collect::<BTreeSet<T>>().into_iter().collect()
}
