//! What can be read elsewhere (`tender.documents`) and what changed (`tender.amendments`).

use serde::Serialize;
use url::Url;

use super::ids;
use super::lot::day;
use crate::domain::notice::{FormType, Notice};

/// A page or file on another site.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DocumentJson<'a> {
    id: String,
    document_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
}

impl<'a> DocumentJson<'a> {
    /// The notice itself, on its publisher's site.
    pub(super) fn notice(notice: &'a Notice) -> Option<Self> {
        Some(Self {
            id: ids::release(notice),
            document_type: match notice.form_type {
                FormType::Planning => "plannedProcurementNotice",
                FormType::Result | FormType::DirectAwardPrenotification => "awardNotice",
                FormType::ContractModification => "contractNotice",
                FormType::Competition
                | FormType::Correction
                | FormType::Cancellation
                | FormType::Other => "tenderNotice",
            },
            title: notice.title.as_deref(),
            url: address(notice.url.as_deref()?)?,
            date_published: notice.published_on.map(day),
        })
    }

    /// The documents of the consultation.
    pub(super) fn consultation(notice: &'a Notice) -> Option<Self> {
        Some(Self {
            id: "documents".to_owned(),
            document_type: "biddingDocuments",
            title: None,
            url: address(notice.documents_url.as_deref()?)?,
            date_published: None,
        })
    }
}

/// An address as others can read it; buyers write anything.
fn address(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

/// A change that a notice made to what earlier ones said.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Amendment<'a> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rationale: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(rename = "releaseID")]
    release_id: String,
}

impl<'a> Amendment<'a> {
    pub(super) fn of(notice: &'a Notice) -> Option<Self> {
        let correction = notice.correction.as_ref()?;
        Some(Self {
            id: ids::release(notice),
            date: notice.published_on.map(day),
            rationale: correction.reason.as_deref(),
            description: correction.text.as_deref(),
            release_id: ids::release(notice),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_documents() {
        for (text, url) in [
            (" https://marches.example/ a b ", Some("https://marches.example/%20a%20b")),
            ("www.marches.example", None),
            ("javascript:alert(1)", None),
            ("", None),
        ] {
            assert_eq!(address(text).as_deref(), url, "{text}");
        }
    }
}
