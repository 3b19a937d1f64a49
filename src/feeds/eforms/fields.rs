//! Where each field of a notice goes in the model.

use super::model::{Address, Amount, Duration, EformsNotice, Project};
use super::paths::Field;
use crate::domain::coded::CodedField;
use crate::domain::text::clean;
use crate::feeds::markup::Attributes;

/// What an element without children holds.
pub(super) struct Value<'a> {
    pub(super) attributes: Attributes<'a>,
    pub(super) text: &'a str,
}

impl Value<'_> {
    pub(super) fn owned(&self) -> Option<String> {
        (!self.text.is_empty()).then(|| self.text.to_owned())
    }

    /// The text with entities decoded, for names and titles.
    pub(super) fn cleaned(&self) -> Option<String> {
        Some(clean(self.text)).filter(|text| !text.is_empty())
    }

    pub(super) fn amount(&self) -> Option<Amount> {
        let currency = self.attributes.get("currencyID").map(str::to_owned);
        self.owned().map(|value| Amount { value, currency })
    }

    pub(super) fn list(&self) -> &str {
        self.attributes.get("listName").unwrap_or("")
    }

    pub(super) fn language(&self) -> Option<String> {
        self.attributes.get("languageID").map(str::to_owned)
    }
}

/// Fields of the notice itself. Says whether the field was one of them.
pub(super) fn notice_field(notice: &mut EformsNotice, what: Field, value: &Value<'_>) -> bool {
    match what {
        Field::Customization => notice.customization = value.owned(),
        Field::NoticeId => notice.notice_id = value.owned(),
        Field::Folder => notice.folder = value.owned(),
        Field::LegalBasis => notice.legal_basis = value.owned(),
        Field::Version => notice.version = value.owned(),
        Field::IssueDate => notice.issue_date = value.owned(),
        Field::NoticeType => {
            notice.form = value.attributes.get("listName").map(str::to_owned);
            notice.notice_type = value.owned();
        }
        Field::NoticeLanguage => notice.language = value.owned(),
        Field::BuyerProfile => notice.buyer_profile_url = value.owned(),
        Field::BuyerLegalType => {
            if value.list() == "buyer-legal-type" && notice.buyer_legal_type.is_none() {
                notice.buyer_legal_type = value.owned();
            }
        }
        Field::Buyer => notice.buyers.extend(value.owned()),
        Field::ProcedureType => notice.procedure_type = value.owned(),
        Field::NoticeAwardDate => notice.award_date = value.owned(),
        Field::ChangedNotice => notice.changed_notices.extend(value.owned()),
        Field::ModifiedNotice => notice.modified_notices.extend(value.owned()),
        Field::ChangeReason => {
            // `ReasonCode` also names other lists; an unnamed one is the change reason.
            if matches!(value.list(), "change-corrig-justification" | "") {
                notice.change_reasons.extend(value.owned());
            }
        }
        Field::PublicationId => notice.publication_id = value.owned(),
        Field::PublicationDate => notice.publication_date = value.owned(),
        Field::MostLotsAwarded => notice.most_lots_awarded = value.owned(),
        Field::GroupId => {
            if let Some(group) = notice.groups.last_mut() {
                value.text.clone_into(&mut group.id);
            }
        }
        Field::GroupLot => {
            if let Some(group) = notice.groups.last_mut() {
                group.lots.extend(value.owned());
            }
        }
        _ => return false,
    }
    true
}

/// Fields that a lot and the whole procedure both have.
pub(super) fn project_field(project: &mut Project, what: Field, value: &Value<'_>) {
    match what {
        Field::InternalId => project.internal_id = value.cleaned(),
        Field::Nature => project.nature = value.owned(),
        Field::MainCpv => project.main_cpv = value.owned(),
        Field::AdditionalCpv => project.additional_cpv.extend(value.owned()),
        Field::EstimatedValue => project.estimated_value = value.amount(),
        Field::FrameworkMaximum => project.framework_maximum = value.amount(),
        Field::Duration => {
            let unit = value.attributes.get("unitCode").unwrap_or("MONTH").to_owned();
            project.duration = value.owned().map(|value| Duration { value, unit });
        }
        Field::PeriodStart => project.begins_on = value.owned(),
        Field::PeriodEnd => project.ends_on = value.owned(),
        Field::TenderDate => project.tender_deadline.date = value.owned(),
        Field::TenderTime => project.tender_deadline.time = value.owned(),
        Field::ParticipationDate => project.participation_deadline.date = value.owned(),
        Field::ParticipationTime => project.participation_deadline.time = value.owned(),
        Field::InterestDate => project.interest_deadline.date = value.owned(),
        Field::InterestTime => project.interest_deadline.time = value.owned(),
        Field::DocumentsUrl => project.documents_url = value.cleaned(),
        Field::PreviousNotice => project.previous_notices.extend(value.owned()),
        _ => {
            if let Some(place) = project.places.last_mut() {
                address_field(place, what, value);
            }
        }
    }
}

/// The coded social fields, found by their name and list wherever they stand, never by position.
pub(super) fn coded_field(name: &str, value: &Value<'_>) -> Option<CodedField> {
    match name {
        "cbc:TendererRequirementTypeCode" if value.list() == "reserved-procurement" => {
            Some(CodedField::ReservedParticipation)
        }
        "cbc:ExecutionRequirementCode" if value.list() == "reserved-execution" => {
            Some(CodedField::ReservedExecution)
        }
        "cbc:ProcurementTypeCode" => match value.list() {
            "strategic-procurement" => Some(CodedField::StrategicProcurement),
            "social-objective" => Some(CodedField::SocialObjective),
            _ => None,
        },
        _ => None,
    }
}

/// Fields of an organisation.
pub(super) fn organisation_field(notice: &mut EformsNotice, what: Field, value: &Value<'_>) {
    let Some(organisation) = notice.organisations.last_mut() else { return };
    match what {
        Field::Id => value.text.clone_into(&mut organisation.id),
        // A touch point is a desk of the organisation: buyers may be named by it.
        Field::TouchPoint => {
            notice.touch_points.push((value.text.to_owned(), organisation.id.clone()));
        }
        Field::Name => {
            organisation.names.extend(value.cleaned().map(|name| (value.language(), name)));
        }
        Field::CompanyId if organisation.company_id.is_none() => {
            organisation.company_id = value.owned();
        }
        _ => address_field(&mut organisation.address, what, value),
    }
}

fn address_field(address: &mut Address, what: Field, value: &Value<'_>) {
    match what {
        Field::City => address.city = value.cleaned(),
        Field::PostalCode => address.postal_code = value.owned(),
        Field::Street => address.street = value.cleaned(),
        Field::PlaceText if address.street.is_none() => address.street = value.cleaned(),
        Field::Nuts => address.nuts = value.owned(),
        Field::Country => address.country = value.owned(),
        _ => {}
    }
}

/// Fields of the result of a lot.
pub(super) fn result_field(notice: &mut EformsNotice, what: Field, value: &Value<'_>) {
    let Some(result) = notice.results.last_mut() else { return };
    match what {
        Field::ResultLot => result.lot = value.owned(),
        Field::ResultCode => result.result = value.owned(),
        Field::DecisionReason => result.reason = value.owned(),
        Field::ResultTender => result.tenders.push(value.text.to_owned()),
        Field::ResultContract => result.contracts.push(value.text.to_owned()),
        Field::StatisticCode => {
            if let Some((code, _)) = result.received.last_mut() {
                value.text.clone_into(code);
            }
        }
        Field::StatisticNumber => {
            if let Some((_, number)) = result.received.last_mut() {
                value.text.clone_into(number);
            }
        }
        _ => {}
    }
}
