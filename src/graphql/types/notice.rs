//! Notices.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};

use super::code::Code;
use super::enums::{ContractNature, Family, FormType, IssueKind, Source, TextRole};
use super::lot::Lot;
use super::organisation::Organisation;
use super::procedure::Procedure;
use super::scalars::Date;
use crate::domain::ids::{NoticeId, ProcedureId};
use crate::domain::notice::NoticeSummary;
use crate::domain::procedure::AssessedNotice;
use crate::graphql::node_id::NodeId;
use crate::graphql::queries::{loaded, loaders};
use crate::store::lots::of_notice;

/// One text of a notice. Offsets of evidence count Unicode characters of `text`.
#[derive(SimpleObject, Clone, Debug)]
pub struct NoticeText {
    /// Path of the element, unique in its notice: what `Evidence.field` names.
    pub field: String,
    /// The part it plays.
    pub role: TextRole,
    /// ISO 639-3 language, when the source says it.
    pub language: Option<String>,
    /// The text, with HTML entities decoded.
    pub text: String,
}

/// A reference of a notice to an earlier one.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(complex)]
pub struct NoticeLink {
    /// Source of the other notice.
    pub source: Source,
    /// Its identifier there, for example `26-88340`.
    pub source_id: String,
    /// Where the link was read, for example `annonce_lie`.
    pub basis: String,
    #[graphql(skip)]
    target: NoticeId,
}

#[ComplexObject]
impl NoticeLink {
    /// The other notice, when it is known here.
    async fn notice(&self, ctx: &Context<'_>) -> Result<Option<Notice>> {
        Notice::load(ctx, self.target).await
    }
}

/// A defect met while a notice was decoded; the notice was kept all the same.
#[derive(SimpleObject, Clone, Debug)]
pub struct NoticeIssue {
    /// What is wrong.
    pub kind: IssueKind,
    /// Where in the document.
    pub path: String,
    /// What was met and what was done about it.
    pub message: String,
}

/// One published document.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(complex)]
pub struct Notice {
    /// Where it was published.
    pub source: Source,
    /// The source's identifier, for example BOAMP's `26-22597`.
    pub source_id: String,
    /// What the document does.
    pub form_type: FormType,
    /// The source's own name of the form, for example `cn-standard` or `APPEL_OFFRE`.
    pub notice_type: Option<String>,
    /// BOAMP family.
    pub family: Option<Family>,
    /// Day of publication.
    pub published_on: Option<Date>,
    /// Title (BT-21).
    pub title: Option<String>,
    /// Works, supplies or services (BT-23).
    pub nature: Option<ContractNature>,
    /// The notice on the publisher's site.
    pub url: Option<String>,
    /// Where the documents of the consultation are (BT-15), or the buyer profile.
    pub documents_url: Option<String>,
    /// First day on which the source no longer listed it. Not a cancellation.
    pub missing_since: Option<Date>,
    #[graphql(skip)]
    key: NoticeId,
    #[graphql(skip)]
    procedure_id: ProcedureId,
}

#[ComplexObject]
impl Notice {
    /// Global id: stable, the same on every server.
    pub async fn id(&self) -> ID {
        NodeId::Notice(self.key).to_id()
    }

    /// The buyers it names, the first named first.
    #[graphql(complexity = "2 * child_complexity")]
    async fn buyers(&self, ctx: &Context<'_>) -> Result<Vec<Organisation>> {
        let ids = loaded(ctx, loaders(ctx).buyers.load(self.key).await)?.unwrap_or_default();
        Organisation::load_many(ctx, &ids).await
    }

    /// The lots it describes, corrects or ends, as they stand now.
    #[graphql(complexity = "30 * child_complexity")]
    async fn lots(&self, ctx: &Context<'_>) -> Result<Vec<Lot>> {
        let lots = loaders(ctx).lots_of.load(self.procedure_id).await;
        let lots = loaded(ctx, lots)?.unwrap_or_default();
        Ok(of_notice(lots, self.key).into_iter().map(Lot::from).collect())
    }

    /// The procurement it belongs to.
    async fn procedure(&self, ctx: &Context<'_>) -> Result<Option<Procedure>> {
        Procedure::load(ctx, self.procedure_id).await
    }

    /// Day on which a planned purchase is expected to be published (APProch).
    async fn expected_on(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        Ok(self.body(ctx).await?.and_then(|body| body.notice.expected_on).map(Date))
    }

    /// Description (BT-24).
    async fn description(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.body(ctx).await?.and_then(|body| body.notice.description.clone()))
    }

    /// CPV codes of the whole procurement, the main one first.
    async fn cpv(&self, ctx: &Context<'_>) -> Result<Vec<Code>> {
        let body = self.body(ctx).await?;
        Ok(body.map_or_else(Vec::new, |body| body.notice.cpv.iter().map(Code::from).collect()))
    }

    /// Type of procedure as the source codes it (BT-105), for example `open` or `PROCEDURE_ADAPTE`.
    async fn procedure_type(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.body(ctx).await?.and_then(|body| body.notice.procedure_type.clone()))
    }

    /// The buyer's own reference (BT-22).
    async fn reference(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.body(ctx).await?.and_then(|body| body.notice.reference.clone()))
    }

    /// Every text of the notice and of its lots, with the path that evidence names.
    #[graphql(complexity = "20 * child_complexity")]
    async fn texts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only texts that play one of these parts.")] roles: Option<Vec<TextRole>>,
    ) -> Result<Vec<NoticeText>> {
        let Some(body) = self.body(ctx).await? else { return Ok(Vec::new()) };
        let of_lots = body.notice.lots.iter().flat_map(|lot| &lot.texts);
        let all = body.notice.texts.iter().chain(of_lots);
        let shown = all.map(|text| NoticeText {
            field: text.path.clone(),
            role: text.role.into(),
            language: text.language.clone(),
            text: text.text.clone(),
        });
        let wanted = |text: &NoticeText| roles.as_ref().is_none_or(|r| r.contains(&text.role));
        Ok(shown.filter(wanted).collect())
    }

    /// Earlier notices it names: what it corrects, cancels or closes.
    #[graphql(complexity = "2 * child_complexity")]
    async fn links(&self, ctx: &Context<'_>) -> Result<Vec<NoticeLink>> {
        let Some(body) = self.body(ctx).await? else { return Ok(Vec::new()) };
        let links = body.notice.links.iter().map(|link| NoticeLink {
            source: link.source.into(),
            source_id: link.source_id.clone(),
            basis: link.basis.as_str().to_owned(),
            target: link.target(),
        });
        Ok(links.collect())
    }

    /// Defects met while it was decoded.
    #[graphql(complexity = "2 * child_complexity")]
    async fn issues(&self, ctx: &Context<'_>) -> Result<Vec<NoticeIssue>> {
        let issues = loaded(ctx, loaders(ctx).issues.load(self.key).await)?.unwrap_or_default();
        let shown = issues.into_iter().map(|issue| NoticeIssue {
            kind: issue.kind.into(),
            path: issue.path,
            message: issue.message,
        });
        Ok(shown.collect())
    }
}

impl Notice {
    async fn body(&self, ctx: &Context<'_>) -> Result<Option<Arc<AssessedNotice>>> {
        loaded(ctx, loaders(ctx).bodies.load(self.key).await)
    }

    /// A notice by id.
    pub(crate) async fn load(ctx: &Context<'_>, id: NoticeId) -> Result<Option<Self>> {
        Ok(loaded(ctx, loaders(ctx).notices.load(id).await)?.map(Self::from))
    }
}

impl From<NoticeSummary> for Notice {
    fn from(notice: NoticeSummary) -> Self {
        Self {
            source: notice.source.into(),
            source_id: notice.source_id,
            form_type: notice.form_type.into(),
            notice_type: notice.notice_type,
            family: notice.family.map(Family::from),
            published_on: notice.published_on.map(Date),
            title: notice.title,
            nature: notice.nature.map(ContractNature::from),
            url: notice.url,
            documents_url: notice.documents_url,
            missing_since: notice.missing_since.map(Date),
            key: notice.id,
            procedure_id: notice.procedure,
        }
    }
}
