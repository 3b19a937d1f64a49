//! Which elements are texts, and the part each plays by where it stands.

use super::paths::Field;
use crate::domain::notice::TextRole;

/// Whether an element of this name is a text that people read.
pub(super) fn is_text(name: &str) -> bool {
    matches!(
        name,
        "cbc:Name"
            | "cbc:Title"
            | "cbc:Description"
            | "cbc:Note"
            | "cbc:ProcurementType"
            | "cbc:OptionsDescription"
            | "cbc:CalculationExpression"
            | "cbc:CompanyLegalForm"
            | "cbc:DocumentDescription"
            | "cbc:ProcessReason"
            | "efbc:ReasonDescription"
            | "efbc:ChangeDescription"
    )
}

/// What the texts of an element and of those inside it are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// The root of the notice or of a lot.
    Unmarked,
    /// `cac:ProcurementProject` itself.
    Project,
    /// `cac:TenderingProcess` itself.
    Process,
    /// One of the sections that give their texts a role.
    Of(TextRole),
    /// Why a field is not published: no text of the procurement.
    Privacy,
}

impl Section {
    /// The section of an element inside this one.
    pub(super) fn inside(self, name: &str) -> Self {
        Self::Of(match (name, self) {
            ("efac:FieldsPrivacy", _) | (_, Self::Privacy) => return Self::Privacy,
            ("cac:ProcurementProjectLot", _) => return Self::Unmarked,
            ("cac:ProcurementProject", Self::Unmarked) => return Self::Project,
            ("cac:TenderingProcess", Self::Unmarked) => return Self::Process,
            ("cac:ContractExecutionRequirement", _) => TextRole::ExecutionConditions,
            ("cac:ProcurementAdditionalType", _) => TextRole::StrategicObjective,
            ("cac:AwardingTerms", _) => TextRole::AwardCriteria,
            ("efac:SelectionCriteria" | "cac:TendererQualificationRequest", _) => {
                TextRole::Suitability
            }
            ("cac:AppealTerms" | "efac:Appeals", _) => TextRole::Review,
            ("cac:ProcurementLegislationDocumentReference", _) => TextRole::LegalReference,
            ("efac:Changes", _) => TextRole::Correction,
            ("efac:NoticeResult", _) => TextRole::Result,
            (_, Self::Of(role)) => role,
            _ => TextRole::Other,
        })
    }

    /// The role of a text in this section; none for what is not one.
    pub(super) fn role(self, what: Field, name: &str) -> Option<TextRole> {
        Some(match (self, what) {
            (Self::Privacy, _) => return None,
            (Self::Of(role), _) => role,
            (_, Field::Title) => TextRole::Title,
            (_, Field::Description) => TextRole::Description,
            (Self::Project | Self::Unmarked, _) if name == "cbc:Note" => {
                TextRole::AdditionalInformation
            }
            (Self::Process, _) if name == "cbc:Description" => TextRole::Procedure,
            _ => TextRole::Other,
        })
    }
}
