//! `notice`, `notices` and `organisations`.

use async_graphql::{Context, ID, Object, Result};

use super::{db, services, stored};
use crate::graphql::cursor::{List, PageArguments};
use crate::graphql::error::{Code, bad_argument, user};
use crate::graphql::input::notice_filter::{NoticeFilterInput, OrganisationFilterInput};
use crate::graphql::node_id::NodeId;
use crate::graphql::types::connection::{NoticeConnection, OrganisationConnection};
use crate::graphql::types::enums::Source;
use crate::graphql::types::notice::Notice;
use crate::store;

/// Notices and organisations.
#[derive(Default)]
pub struct NoticeQuery;

#[Object]
impl NoticeQuery {
    /// One notice: by global id, or by source and identifier. Nothing when it is not known.
    /// Example: `notice(source: BOAMP, sourceId: "26-22597") { title lots { number } }`.
    async fn notice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global id.")] id: Option<ID>,
        #[graphql(desc = "Source; needed only when two sources use the same identifier.")]
        source: Option<Source>,
        #[graphql(desc = "The source's identifier, for example `26-22597`.")] source_id: Option<
            String,
        >,
    ) -> Result<Option<Notice>> {
        match (id, source_id) {
            (Some(id), None) => match NodeId::parse(&id)? {
                NodeId::Notice(id) => Notice::load(ctx, id).await,
                _ => Err(user(Code::BadId, "`id` is not the id of a notice")),
            },
            (None, Some(source_id)) => {
                let source = source.map(Into::into);
                let found =
                    store::notices::find_by_source_id(db(ctx).read(), source, source_id.trim());
                let mut found = stored(ctx, found.await)?;
                match found.len() {
                    0 | 1 => Ok(found.pop().map(Notice::from)),
                    _ => Err(bad_argument(format!(
                        "several sources have a notice `{source_id}`; say which with `source`"
                    ))),
                }
            }
            _ => Err(bad_argument("give `id`, or `sourceId` with `source`")),
        }
    }

    /// Notices that fit a filter, newest first, page by page.
    #[graphql(complexity = "first.or(last).unwrap_or(20).max(1) as usize * child_complexity")]
    async fn notices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only notices that fit; all without it.")] filter: Option<
            NoticeFilterInput,
        >,
        #[graphql(desc = "Notices from the beginning, 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only notices after this cursor.")] after: Option<String>,
        #[graphql(desc = "Notices from the end.")] last: Option<i32>,
        #[graphql(desc = "Only notices before this cursor.")] before: Option<String>,
    ) -> Result<NoticeConnection> {
        let list = List { name: "notices".to_owned(), by: store::notices::sorted_by() };
        let filter = filter.unwrap_or_default().check()?;
        let page = PageArguments { first, after, last, before };
        let request = page.check(&list, services(ctx).limits.page_size)?;
        let page = stored(ctx, store::notices::page(db(ctx).read(), &filter, &request).await)?;
        Ok(NoticeConnection::new(&list, page, filter, store::notices::sort_key))
    }

    /// Buyers and suppliers that fit a filter, by name, page by page.
    #[graphql(complexity = "first.or(last).unwrap_or(20).max(1) as usize * child_complexity")]
    async fn organisations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only organisations that fit; all without it.")] filter: Option<
            OrganisationFilterInput,
        >,
        #[graphql(desc = "Organisations from the beginning, 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only organisations after this cursor.")] after: Option<String>,
        #[graphql(desc = "Organisations from the end.")] last: Option<i32>,
        #[graphql(desc = "Only organisations before this cursor.")] before: Option<String>,
    ) -> Result<OrganisationConnection> {
        let list = List { name: "organisations".to_owned(), by: store::organisations::sorted_by() };
        let filter = filter.unwrap_or_default().check()?;
        let page = PageArguments { first, after, last, before };
        let request = page.check(&list, services(ctx).limits.page_size)?;
        let page =
            stored(ctx, store::organisations::page(db(ctx).read(), &filter, &request).await)?;
        Ok(OrganisationConnection::new(&list, page, filter, store::organisations::sort_key))
    }
}
