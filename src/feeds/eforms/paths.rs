//! Where the fields of an eForms notice stand: one line a field, as in the specification
//! (OP-TED/eForms-SDK, `fields/fields.json`).
//!
//! The wrappers of the UBL extensions (`ext:UBLExtensions` and the three below it) are left out of
//! every path: they say nothing about what is inside.

use std::sync::LazyLock;

/// The part of the notice that paths are relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// The root.
    Notice,
    /// `cac:ProcurementProjectLot`.
    Lot,
    /// `efac:Organization`.
    Organisation,
    /// `efac:LotResult`.
    Result,
    /// `efac:NoticeResult/efac:LotTender`.
    Tender,
    /// `efac:NoticeResult/efac:SettledContract`.
    Contract,
    /// `efac:NoticeResult/efac:TenderingParty`.
    Party,
}

/// What is read from an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[rustfmt::skip]
pub(super) enum Field {
    Nothing,
    /// The element begins a part that paths are relative to.
    Opens(Scope),
    /// The element begins one of several: a group of lots, a place, a statistic.
    OpensGroup, OpensPlace, OpensStatistic, OpensChange,
    Customization, NoticeId, Folder, LegalBasis, Version, IssueDate, NoticeType, NoticeLanguage,
    BuyerProfile, BuyerLegalType, Buyer, ProcedureType, NoticeAwardDate, ChangedNotice,
    ModifiedNotice, ChangeReason, PublicationId, PublicationDate, MostLotsAwarded, GroupId, GroupLot,
    Id, InternalId, Title, Description, Nature, MainCpv, AdditionalCpv, EstimatedValue,
    FrameworkMaximum, Duration, PeriodStart, PeriodEnd, TenderDate, TenderTime,
    ParticipationDate, ParticipationTime, InterestDate, InterestTime, DocumentsUrl,
    PreviousNotice, City, PostalCode, Street, PlaceText, Nuts, Country, TouchPoint, Name,
    CompanyId, ResultLot, ResultCode, DecisionReason, ResultTender, ResultContract,
    StatisticCode, StatisticNumber, TenderLot, TenderParty, TenderValue, AwardDate,
    ContractDate, ContractTender, Tenderer,
}

/// A path and what is read there.
type Line = (&'static str, Field);

/// Fields of the notice itself.
const NOTICE: [Line; 29] = [
    ("cbc:CustomizationID", Field::Customization),
    ("cbc:ID", Field::NoticeId),
    ("cbc:ContractFolderID", Field::Folder),
    ("cbc:RegulatoryDomain", Field::LegalBasis),
    ("cbc:VersionID", Field::Version),
    ("cbc:IssueDate", Field::IssueDate),
    ("cbc:NoticeTypeCode", Field::NoticeType),
    ("cbc:NoticeLanguageCode", Field::NoticeLanguage),
    ("cac:ContractingParty/cbc:BuyerProfileURI", Field::BuyerProfile),
    ("cac:ContractingParty/cac:ContractingPartyType/cbc:PartyTypeCode", Field::BuyerLegalType),
    ("cac:ContractingParty/cac:Party/cac:PartyIdentification/cbc:ID", Field::Buyer),
    ("cac:TenderingProcess/cbc:ProcedureCode", Field::ProcedureType),
    (
        "cac:TenderingTerms/cac:LotDistribution/cbc:MaximumLotsAwardedNumeric",
        Field::MostLotsAwarded,
    ),
    ("cac:TenderingTerms/cac:LotDistribution/cac:LotsGroup", Field::OpensGroup),
    ("cac:TenderingTerms/cac:LotDistribution/cac:LotsGroup/cbc:LotsGroupID", Field::GroupId),
    (
        "cac:TenderingTerms/cac:LotDistribution/cac:LotsGroup/cac:ProcurementProjectLotReference/cbc:ID",
        Field::GroupLot,
    ),
    ("cac:TenderResult/cbc:AwardDate", Field::NoticeAwardDate),
    ("cac:ProcurementProjectLot", Field::Opens(Scope::Lot)),
    ("efac:Organizations/efac:Organization", Field::Opens(Scope::Organisation)),
    ("efac:NoticeResult/efac:LotResult", Field::Opens(Scope::Result)),
    ("efac:NoticeResult/efac:LotTender", Field::Opens(Scope::Tender)),
    ("efac:NoticeResult/efac:SettledContract", Field::Opens(Scope::Contract)),
    ("efac:NoticeResult/efac:TenderingParty", Field::Opens(Scope::Party)),
    ("efac:Changes", Field::OpensChange),
    ("efac:Changes/efbc:ChangedNoticeIdentifier", Field::ChangedNotice),
    ("efac:Changes/efac:ChangeReason/cbc:ReasonCode", Field::ChangeReason),
    ("efac:ContractModification/efbc:ChangedNoticeIdentifier", Field::ModifiedNotice),
    ("efac:Publication/efbc:NoticePublicationID", Field::PublicationId),
    ("efac:Publication/efbc:PublicationDate", Field::PublicationDate),
];

/// Fields that a lot and the whole procedure both have.
const PROJECT: [Line; 26] = [
    ("cac:ProcurementProject/cbc:ID", Field::InternalId),
    ("cac:ProcurementProject/cbc:Name", Field::Title),
    ("cac:ProcurementProject/cbc:Description", Field::Description),
    ("cac:ProcurementProject/cbc:ProcurementTypeCode", Field::Nature),
    (
        "cac:ProcurementProject/cac:MainCommodityClassification/cbc:ItemClassificationCode",
        Field::MainCpv,
    ),
    (
        "cac:ProcurementProject/cac:AdditionalCommodityClassification/cbc:ItemClassificationCode",
        Field::AdditionalCpv,
    ),
    (
        "cac:ProcurementProject/cac:RequestedTenderTotal/cbc:EstimatedOverallContractAmount",
        Field::EstimatedValue,
    ),
    (
        "cac:ProcurementProject/cac:RequestedTenderTotal/efbc:FrameworkMaximumAmount",
        Field::FrameworkMaximum,
    ),
    ("cac:ProcurementProject/cac:PlannedPeriod/cbc:DurationMeasure", Field::Duration),
    ("cac:ProcurementProject/cac:PlannedPeriod/cbc:StartDate", Field::PeriodStart),
    ("cac:ProcurementProject/cac:PlannedPeriod/cbc:EndDate", Field::PeriodEnd),
    ("cac:ProcurementProject/cac:RealizedLocation", Field::OpensPlace),
    ("cac:ProcurementProject/cac:RealizedLocation/cbc:Description", Field::PlaceText),
    ("cac:ProcurementProject/cac:RealizedLocation/cac:Address/cbc:CityName", Field::City),
    ("cac:ProcurementProject/cac:RealizedLocation/cac:Address/cbc:PostalZone", Field::PostalCode),
    ("cac:ProcurementProject/cac:RealizedLocation/cac:Address/cbc:StreetName", Field::Street),
    (
        "cac:ProcurementProject/cac:RealizedLocation/cac:Address/cbc:CountrySubentityCode",
        Field::Nuts,
    ),
    (
        "cac:ProcurementProject/cac:RealizedLocation/cac:Address/cac:Country/cbc:IdentificationCode",
        Field::Country,
    ),
    ("cac:TenderingProcess/cac:TenderSubmissionDeadlinePeriod/cbc:EndDate", Field::TenderDate),
    ("cac:TenderingProcess/cac:TenderSubmissionDeadlinePeriod/cbc:EndTime", Field::TenderTime),
    (
        "cac:TenderingProcess/cac:ParticipationRequestReceptionPeriod/cbc:EndDate",
        Field::ParticipationDate,
    ),
    (
        "cac:TenderingProcess/cac:ParticipationRequestReceptionPeriod/cbc:EndTime",
        Field::ParticipationTime,
    ),
    (
        "cac:TenderingProcess/efac:InterestExpressionReceptionPeriod/cbc:EndDate",
        Field::InterestDate,
    ),
    (
        "cac:TenderingProcess/efac:InterestExpressionReceptionPeriod/cbc:EndTime",
        Field::InterestTime,
    ),
    ("cac:TenderingProcess/cac:NoticeDocumentReference/cbc:ID", Field::PreviousNotice),
    (
        "cac:TenderingTerms/cac:CallForTendersDocumentReference/cac:Attachment/cac:ExternalReference/cbc:URI",
        Field::DocumentsUrl,
    ),
];

/// Fields of a lot alone.
const LOT: [Line; 1] = [("cbc:ID", Field::Id)];

/// Fields of an organisation.
const ORGANISATION: [Line; 9] = [
    ("efac:TouchPoint/cac:PartyIdentification/cbc:ID", Field::TouchPoint),
    ("efac:Company/cac:PartyIdentification/cbc:ID", Field::Id),
    ("efac:Company/cac:PartyName/cbc:Name", Field::Name),
    ("efac:Company/cac:PartyLegalEntity/cbc:CompanyID", Field::CompanyId),
    ("efac:Company/cac:PostalAddress/cbc:CityName", Field::City),
    ("efac:Company/cac:PostalAddress/cbc:PostalZone", Field::PostalCode),
    ("efac:Company/cac:PostalAddress/cbc:StreetName", Field::Street),
    ("efac:Company/cac:PostalAddress/cbc:CountrySubentityCode", Field::Nuts),
    ("efac:Company/cac:PostalAddress/cac:Country/cbc:IdentificationCode", Field::Country),
];

/// Fields of the result of a lot.
const RESULT: [Line; 8] = [
    ("efac:TenderLot/cbc:ID", Field::ResultLot),
    ("cbc:TenderResultCode", Field::ResultCode),
    ("efac:DecisionReason/efbc:DecisionReasonCode", Field::DecisionReason),
    ("efac:LotTender/cbc:ID", Field::ResultTender),
    ("efac:SettledContract/cbc:ID", Field::ResultContract),
    ("efac:ReceivedSubmissionsStatistics", Field::OpensStatistic),
    ("efac:ReceivedSubmissionsStatistics/efbc:StatisticsCode", Field::StatisticCode),
    ("efac:ReceivedSubmissionsStatistics/efbc:StatisticsNumeric", Field::StatisticNumber),
];

/// Fields of a tender.
const TENDER: [Line; 4] = [
    ("cbc:ID", Field::Id),
    ("efac:TenderLot/cbc:ID", Field::TenderLot),
    ("efac:TenderingParty/cbc:ID", Field::TenderParty),
    ("cac:LegalMonetaryTotal/cbc:PayableAmount", Field::TenderValue),
];

/// Fields of a contract.
const CONTRACT: [Line; 4] = [
    ("cbc:ID", Field::Id),
    ("cbc:AwardDate", Field::AwardDate),
    ("cbc:IssueDate", Field::ContractDate),
    ("efac:LotTender/cbc:ID", Field::ContractTender),
];

/// Fields of a group of tenderers.
const PARTY: [Line; 2] = [("cbc:ID", Field::Id), ("efac:Tenderer/cbc:ID", Field::Tenderer)];

/// An element by its path: a place in the tree of all paths that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node(usize);

impl Node {
    /// An element of which nothing is read, nor of those inside.
    pub(super) const NOWHERE: Self = Self(0);
}

#[derive(Debug, Default)]
struct Entry {
    field: Option<Field>,
    children: Vec<(&'static str, usize)>,
}

/// The tree of all paths. A notice of a megabyte repeats some hundred paths, so that finding the
/// next element among a few children is all that reading one costs.
#[derive(Debug)]
pub(super) struct Paths(Vec<Entry>);

/// The tree, made once.
pub(super) static PATHS: LazyLock<Paths> = LazyLock::new(Paths::build);

impl Paths {
    fn build() -> Self {
        let mut paths = Self(vec![Entry::default()]);
        let tables: [(Scope, &[&[Line]]); 7] = [
            (Scope::Notice, &[&NOTICE, &PROJECT]),
            (Scope::Lot, &[&LOT, &PROJECT]),
            (Scope::Organisation, &[&ORGANISATION]),
            (Scope::Result, &[&RESULT]),
            (Scope::Tender, &[&TENDER]),
            (Scope::Contract, &[&CONTRACT]),
            (Scope::Party, &[&PARTY]),
        ];
        paths.0.resize_with(1 + tables.len(), Entry::default);
        for (scope, fields) in tables {
            for (path, field) in fields.iter().copied().flatten() {
                paths.add(Self::root(scope), path, *field);
            }
        }
        paths
    }

    fn add(&mut self, root: Node, path: &'static str, field: Field) {
        let mut at = root.0;
        for name in path.split('/') {
            at = match self.child(Node(at), name) {
                Node(0) => {
                    self.0.push(Entry::default());
                    let new = self.0.len() - 1;
                    self.0[at].children.push((name, new));
                    new
                }
                Node(known) => known,
            };
        }
        self.0[at].field = Some(field);
    }

    /// The element that opens a scope.
    pub(super) const fn root(scope: Scope) -> Node {
        Node(1 + scope as usize)
    }

    /// An element inside another one.
    pub(super) fn child(&self, of: Node, name: &str) -> Node {
        let children = self.0.get(of.0).map_or(&[][..], |entry| &entry.children);
        children.iter().find(|(known, _)| *known == name).map_or(Node::NOWHERE, |(_, at)| Node(*at))
    }

    /// What is read from an element.
    pub(super) fn field(&self, of: Node) -> Field {
        self.0.get(of.0).and_then(|entry| entry.field).unwrap_or(Field::Nothing)
    }
}
