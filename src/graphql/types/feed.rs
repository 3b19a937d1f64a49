//! Feeds: how fresh, how whole.

use async_graphql::{ComplexObject, Context, Enum, Object, Result, SimpleObject};

use super::correction::CorrectionCount;
use super::coverage::{self, FieldCoverage};
use super::enums::{IssueKind, Source};
use super::notice::Notice;
use super::scalars::{Date, DateTime};
use crate::domain::finding;
use crate::domain::ids::NoticeId;
use crate::domain::source::FeedInfo;
use crate::graphql::error::bad_argument;
use crate::graphql::queries::{clock, db, stored};
use crate::store;
use crate::store::feeds::FeedRun as Run;

/// How a run ended.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedRunOutcome {
    /// Every day was read whole.
    Whole,
    /// Some days could not be read whole; what came was kept.
    Partial,
    /// No day could be read whole.
    Failed,
    /// It was cut off: its process was told to stop, or died. The next run takes up where it
    /// stopped.
    Interrupted,
    /// It goes on.
    Unfinished,
}

/// One run of a feed.
#[derive(SimpleObject, Clone, Debug)]
pub struct FeedRun {
    /// When it began.
    pub started_at: DateTime,
    /// When it ended.
    pub finished_at: Option<DateTime>,
    /// How it ended.
    pub outcome: FeedRunOutcome,
    /// First publication day asked for.
    pub since: Date,
    /// Last publication day asked for.
    pub until: Date,
    /// Requests sent.
    pub requests: i32,
    /// Documents received, those known already included.
    pub documents: i32,
    /// Notices that were new or whose content changed.
    pub changed: i32,
    /// Days read whole.
    pub days: i32,
    /// Days that could not be read whole.
    pub failed_days: i32,
    /// The last error, for the operator.
    pub error: Option<String>,
}

impl From<Run> for FeedRun {
    fn from(run: Run) -> Self {
        let number = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
        let outcome = match (run.finished_at, run.days, run.failed_days) {
            (Some(_), ..) if run.interrupted => FeedRunOutcome::Interrupted,
            (None, ..) => FeedRunOutcome::Unfinished,
            (Some(_), _, 0) => FeedRunOutcome::Whole,
            (Some(_), 0, _) => FeedRunOutcome::Failed,
            (Some(_), ..) => FeedRunOutcome::Partial,
        };
        Self {
            started_at: run.started_at.into(),
            finished_at: run.finished_at.map(DateTime),
            outcome,
            since: run.since.into(),
            until: run.until.into(),
            requests: number(run.requests),
            documents: number(run.documents),
            changed: number(run.changed),
            days: number(run.days),
            failed_days: number(run.failed_days),
            error: run.error,
        }
    }
}

/// How many documents have an issue of one kind.
#[derive(SimpleObject, Clone, Debug)]
pub struct IssueCount {
    /// What is wrong.
    pub kind: IssueKind,
    /// How often.
    pub count: i32,
}

/// A defect met while a document was decoded.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(complex)]
pub struct DecodeIssue {
    /// What is wrong.
    pub kind: IssueKind,
    /// Where in the document.
    pub path: String,
    /// What was met and what was done about it.
    pub message: String,
    /// SHA-256 of the document's bytes, which are kept.
    pub digest: String,
    /// When the document was received first.
    pub seen_at: DateTime,
    #[graphql(skip)]
    notice_id: Option<NoticeId>,
}

#[ComplexObject]
impl DecodeIssue {
    /// The notice of the document; nothing when the document could not be decoded at all.
    async fn notice(&self, ctx: &Context<'_>) -> Result<Option<Notice>> {
        match self.notice_id {
            Some(id) => Notice::load(ctx, id).await,
            None => Ok(None),
        }
    }
}

/// A source that is pulled, with its freshness.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(complex)]
pub struct Feed {
    /// Its name on the command line, for example `boamp`.
    pub name: String,
    /// The source it reads.
    pub source: Source,
    /// What it is, in French.
    pub title: String,
}

impl From<FeedInfo> for Feed {
    fn from(feed: FeedInfo) -> Self {
        Self {
            name: feed.name.to_owned(),
            source: feed.source.into(),
            title: feed.title.to_owned(),
        }
    }
}

#[ComplexObject]
impl Feed {
    /// When a publication day was last read whole; nothing before the first one.
    async fn last_success_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        let latest = store::feeds::latest_day(db(ctx).read(), &self.name).await;
        Ok(stored(ctx, latest)?.map(|day| DateTime(day.read_at)))
    }

    /// Seconds since a publication day was last read whole.
    async fn lag_seconds(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        let read_at = self.last_success_at(ctx).await?;
        let lag = read_at.map(|at| (clock(ctx).now() - at.0).num_seconds());
        Ok(lag.map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX)))
    }

    /// The latest publication day that was read whole.
    async fn latest_day(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        let latest = store::feeds::newest_day(db(ctx).read(), &self.name).await;
        Ok(stored(ctx, latest)?.map(Date))
    }

    /// The last runs, newest first.
    #[graphql(complexity = "first.unwrap_or(5).max(1) as usize * child_complexity")]
    async fn runs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 5 by default, 100 at most.")] first: Option<i32>,
    ) -> Result<Vec<FeedRun>> {
        let limit = bounded(first, 5)?;
        let runs = store::feeds::runs(db(ctx).read(), &self.name, limit).await;
        Ok(stored(ctx, runs)?.into_iter().map(FeedRun::from).collect())
    }

    /// How many defects of each kind stand in its documents that hold.
    #[graphql(complexity = "50 + child_complexity")]
    async fn issues(&self, ctx: &Context<'_>) -> Result<Vec<IssueCount>> {
        issues(ctx, Some(self.source)).await
    }

    /// For each field of its lots or contracts, of how many it is filled: what a share over filled
    /// values leaves out.
    #[graphql(complexity = "100 + 10 * child_complexity")]
    async fn coverage(&self, ctx: &Context<'_>) -> Result<Vec<FieldCoverage>> {
        coverage::of_source(ctx, self.source.into()).await
    }

    /// The last defects of its documents, of the newest documents first.
    #[graphql(complexity = "first.unwrap_or(20).max(1) as usize * child_complexity")]
    async fn decode_issues(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only these kinds.")] kinds: Option<Vec<IssueKind>>,
        #[graphql(desc = "How many, 20 by default, 100 at most.")] first: Option<i32>,
    ) -> Result<Vec<DecodeIssue>> {
        latest_issues(ctx, Some(self.source), kinds, first).await
    }
}

/// How many defects of each kind stand in the documents of a source, or in all.
async fn issues(ctx: &Context<'_>, source: Option<Source>) -> Result<Vec<IssueCount>> {
    let source = source.map(Into::into);
    let counts = stored(ctx, store::documents::count_issues(db(ctx).read(), source).await)?;
    let shown = counts.into_iter().map(|(kind, count)| IssueCount {
        kind: kind.into(),
        count: i32::try_from(count).unwrap_or(i32::MAX),
    });
    Ok(shown.collect())
}

/// The last defects of the documents of a source, or of all.
async fn latest_issues(
    ctx: &Context<'_>,
    source: Option<Source>,
    kinds: Option<Vec<IssueKind>>,
    first: Option<i32>,
) -> Result<Vec<DecodeIssue>> {
    let kinds: Vec<_> = kinds.unwrap_or_default().into_iter().map(Into::into).collect();
    let limit = bounded(first, 20)?;
    let source = source.map(Into::into);
    let issues = store::documents::latest_issues(db(ctx).read(), source, &kinds, limit).await;
    let shown = stored(ctx, issues)?.into_iter().map(|stored| DecodeIssue {
        kind: stored.issue.kind.into(),
        path: stored.issue.path,
        message: stored.issue.message,
        digest: stored.digest,
        seen_at: stored.seen_at.into(),
        notice_id: stored.notice,
    });
    Ok(shown.collect())
}

/// How documents are joined, by what joins them.
#[derive(SimpleObject, Clone, Debug)]
pub struct LinkCounts {
    /// Notices that a BT-04 joins to an earlier one.
    pub folder: i32,
    /// Notices that name a stored notice which they continue.
    pub reference: i32,
    /// Notices that evidence joins to the same one in another source.
    pub repeats: i32,
    /// Notices that evidence joins to their call.
    pub continues: i32,
    /// Calls with the plan that surely announced them.
    pub announces: i32,
    /// Contracts that evidence joins to a procurement.
    pub contracts: i32,
    /// Links that a person should look at: `passerelle links` lists them.
    pub doubtful: i32,
    /// Buyers whose documents wait to be compared.
    pub waiting: i32,
}

/// What is known of what is stored, and what is not: over all sources, files given by hand and
/// documents of no known shape included.
#[derive(Clone, Copy, Debug, Default)]
pub struct DataQuality;

/// What is known of what is stored, and what is not: over all sources, files given by hand and
/// documents of no known shape included.
#[Object]
impl DataQuality {
    /// How many defects of each kind stand in the documents that hold.
    #[graphql(complexity = "50 + child_complexity")]
    async fn issues(&self, ctx: &Context<'_>) -> Result<Vec<IssueCount>> {
        issues(ctx, None).await
    }

    /// The last defects, of the newest documents first.
    #[graphql(complexity = "first.unwrap_or(20).max(1) as usize * child_complexity")]
    async fn decode_issues(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only these kinds.")] kinds: Option<Vec<IssueKind>>,
        #[graphql(desc = "How many, 20 by default, 100 at most.")] first: Option<i32>,
    ) -> Result<Vec<DecodeIssue>> {
        latest_issues(ctx, None, kinds, first).await
    }

    /// For each field of the lots or contracts of a source, of how many it is filled.
    #[graphql(complexity = "100 + 10 * child_complexity")]
    async fn coverage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The source, for example BOAMP.")] source: Source,
    ) -> Result<Vec<FieldCoverage>> {
        coverage::of_source(ctx, source.into()).await
    }

    /// What people say of findings (`correctFinding`), for each kind of which they say anything.
    #[graphql(complexity = "50 + child_complexity")]
    async fn corrections(&self, ctx: &Context<'_>) -> Result<Vec<CorrectionCount>> {
        let counts = stored(ctx, store::corrections::count_by_kind(db(ctx).read()).await)?;
        let counted = finding::FindingKind::ALL
            .into_iter()
            .filter_map(|kind| Some((kind, counts.get(&kind)?)));
        Ok(counted.map(|(kind, counts)| CorrectionCount::of(kind, counts)).collect())
    }

    /// How documents are joined.
    #[graphql(complexity = "500 + child_complexity")]
    async fn links(&self, ctx: &Context<'_>) -> Result<LinkCounts> {
        let counts = stored(ctx, store::links::counts(db(ctx).read()).await)?;
        let waiting = stored(ctx, store::links::count_due(db(ctx).read()).await)?;
        let number = |count: u64| i32::try_from(count).unwrap_or(i32::MAX);
        Ok(LinkCounts {
            folder: number(counts.folder),
            reference: number(counts.reference),
            repeats: number(counts.repeats),
            continues: number(counts.continues),
            announces: number(counts.announces),
            contracts: number(counts.contracts),
            doubtful: number(counts.doubtful),
            waiting: number(waiting),
        })
    }
}

fn bounded(first: Option<i32>, usual: i32) -> Result<u64> {
    let first = first.unwrap_or(usual);
    u64::try_from(first)
        .ok()
        .filter(|first| (1..=100).contains(first))
        .ok_or_else(|| bad_argument(format!("`first` is {first}; it must be between 1 and 100")))
}
