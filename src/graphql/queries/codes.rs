//! `codes`.

use std::sync::LazyLock;

use async_graphql::{Context, Object, Result};

use super::services;
use crate::domain::codes::{CPV, DEPARTMENTS, NUTS};
use crate::domain::gazetteer;
use crate::domain::text::fold_key;
use crate::graphql::error::bad_argument;
use crate::graphql::types::code::{Code, CodeList};

/// A list, folded once for searching.
struct Folded(Vec<(String, String, Code)>);

impl Folded {
    fn new(codes: impl Iterator<Item = Code>) -> Self {
        let fold = |code: Code| {
            let label = fold_key(code.label.as_deref().unwrap_or(""));
            (fold_key(&code.code), label, code)
        };
        Self(codes.map(fold).collect())
    }

    /// The codes that begin so, and those whose labels hold all the words.
    fn search(&self, search: &str, limit: usize) -> Vec<Code> {
        let search = fold_key(search);
        let words: Vec<&str> = search.split(' ').collect();
        let fitting = self.0.iter().filter(|(code, label, _)| {
            code.starts_with(&search) || words.iter().all(|word| label.contains(word))
        });
        fitting.take(limit).map(|(_, _, code)| code.clone()).collect()
    }
}

static CPV_CODES: LazyLock<Folded> =
    LazyLock::new(|| Folded::new(CPV.entries().iter().map(|code| Code::from(*code))));
static NUTS_CODES: LazyLock<Folded> =
    LazyLock::new(|| Folded::new(NUTS.entries().iter().map(|nuts| Code::from(nuts.code))));
static DEPARTMENT_CODES: LazyLock<Folded> = LazyLock::new(|| {
    Folded::new(DEPARTMENTS.entries().iter().map(|department| Code::from(department.code)))
});
static COMMUNE_CODES: LazyLock<Folded> = LazyLock::new(|| Folded::new(gazetteer::all().map(code)));

fn code(commune: &gazetteer::Commune) -> Code {
    Code { code: commune.insee.to_owned(), label: Some(commune.name.to_owned()) }
}

/// The communes of a postal code: no code of the list, and one that people know.
fn communes_at(postal_code: &str) -> impl Iterator<Item = Code> {
    gazetteer::all().filter(move |commune| commune.postal_codes.contains(&postal_code)).map(code)
}

/// What one search through a list weighs.
const SEARCH: usize = 200;

/// Code lists.
#[derive(Default)]
pub struct CodeQuery;

#[Object]
impl CodeQuery {
    /// Codes with their French labels, in the order of their list. A search finds codes that begin
    /// so, and labels that hold all its words; accents do not matter.
    /// Example: `codes(list: CPV, search: "nettoyage bâtiments")`.
    #[graphql(complexity = "SEARCH + first.unwrap_or(20).max(1) as usize * child_complexity")]
    async fn codes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The list.")] list: CodeList,
        #[graphql(desc = "Beginning of a code, or words of a label.")] search: Option<String>,
        #[graphql(desc = "How many, 20 by default.")] first: Option<i32>,
    ) -> Result<Vec<Code>> {
        let most = services(ctx).limits.page_size;
        let first = first.unwrap_or(20);
        let limit = usize::try_from(first).ok().filter(|first| (1..=most).contains(first));
        let limit = limit.ok_or_else(|| {
            bad_argument(format!("`first` is {first}; it must be between 1 and {most}"))
        })?;
        let search = search.unwrap_or_default();
        let is_communes = list == CodeList::Commune;
        let list = match list {
            CodeList::Cpv => &CPV_CODES,
            CodeList::Nuts => &NUTS_CODES,
            CodeList::Department => &DEPARTMENT_CODES,
            CodeList::Commune => &COMMUNE_CODES,
        };
        let mut found = list.search(&search, limit);
        if is_communes {
            let at = communes_at(&search).filter(|code| !found.contains(code));
            let at: Vec<Code> = at.take(limit - found.len()).collect();
            found.extend(at);
        }
        Ok(found)
    }
}
