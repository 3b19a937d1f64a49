//! `codes`.

use async_graphql::{Context, Object, Result};

use super::services;
use crate::domain::codes::{CPV, DEPARTMENTS, NUTS};
use crate::domain::gazetteer;
use crate::domain::text::fold_key;
use crate::graphql::error::bad_argument;
use crate::graphql::types::code::{Code, CodeList};

/// Code lists.
#[derive(Default)]
pub struct CodeQuery;

#[Object]
impl CodeQuery {
    /// Codes with their French labels, in the order of their list. A search finds codes that begin
    /// so, and labels that hold all its words; accents do not matter.
    /// Example: `codes(list: CPV, search: "nettoyage bâtiments")`.
    #[graphql(complexity = "first.unwrap_or(20).max(1) as usize * child_complexity")]
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
        let search = fold_key(search.as_deref().unwrap_or(""));
        let fits = |code: &str, label: &str| {
            let begins = fold_key(code).starts_with(&search);
            begins || {
                let label = fold_key(label);
                search.split(' ').all(|word| label.contains(word))
            }
        };
        Ok(match list {
            CodeList::Cpv => {
                let fitting = CPV.entries().iter().filter(|code| fits(code.code, code.label));
                fitting.take(limit).map(|code| Code::from(*code)).collect()
            }
            CodeList::Nuts => {
                let codes = NUTS.entries().iter().map(|nuts| nuts.code);
                let fitting = codes.filter(|code| fits(code.code, code.label));
                fitting.take(limit).map(Code::from).collect()
            }
            CodeList::Department => {
                let codes = DEPARTMENTS.entries().iter().map(|department| department.code);
                let fitting = codes.filter(|code| fits(code.code, code.label));
                fitting.take(limit).map(Code::from).collect()
            }
            CodeList::Commune => {
                let fitting = gazetteer::all().filter(|commune| {
                    fits(commune.insee, commune.name)
                        || commune.postal_codes.contains(&search.as_str())
                });
                let code = |commune: &gazetteer::Commune| Code {
                    code: commune.insee.to_owned(),
                    label: Some(commune.name.to_owned()),
                };
                fitting.take(limit).map(code).collect()
            }
        })
    }
}
