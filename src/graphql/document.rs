//! What a document asks for, before anything else looks at it. A few fragments that spread one
//! another twice are a kilobyte to send and a billion selections to visit: no later limit would be
//! reached in time.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use super::schema::Limits;

/// Refuses a document that is too large when its fragments are written out, or asks for too many
/// root fields.
///
/// # Errors
/// With what is too much, for the caller.
pub(super) fn check(document: &ExecutableDocument, limits: &Limits) -> Result<(), String> {
    let mut sizes = Sizes { document, known: HashMap::new() };
    for (_, operation) in document.operations.iter() {
        let size = sizes.of(&operation.node.selection_set.node)?;
        if size.fields > limits.complexity {
            let most = limits.complexity;
            return Err(format!(
                "the query asks for more than {most} fields; ask for less at once"
            ));
        }
        if size.outermost > limits.root_fields {
            let most = limits.root_fields;
            return Err(format!(
                "the query has more than {most} root fields; send several queries"
            ));
        }
    }
    Ok(())
}

/// How large a selection set is when its fragments are written out.
#[derive(Clone, Copy, Default)]
struct Size {
    /// Fields at its own level.
    outermost: usize,
    /// Fields at every level.
    fields: usize,
}

impl Size {
    fn add(&mut self, other: Self) {
        self.outermost = self.outermost.saturating_add(other.outermost);
        self.fields = self.fields.saturating_add(other.fields);
    }
}

struct Sizes<'d> {
    document: &'d ExecutableDocument,
    /// Sizes of fragments; nothing while one is being measured.
    known: HashMap<&'d str, Option<Size>>,
}

impl<'d> Sizes<'d> {
    /// The parser bounds how deep selections nest; fragments are measured once each.
    fn of(&mut self, set: &'d SelectionSet) -> Result<Size, String> {
        let mut size = Size::default();
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let inner = self.of(&field.node.selection_set.node)?;
                    let fields = inner.fields.saturating_add(1);
                    size.add(Size { outermost: 1, fields });
                }
                Selection::InlineFragment(fragment) => {
                    size.add(self.of(&fragment.node.selection_set.node)?);
                }
                Selection::FragmentSpread(spread) => {
                    size.add(self.fragment(&spread.node.fragment_name.node)?);
                }
            }
        }
        Ok(size)
    }

    fn fragment(&mut self, name: &str) -> Result<Size, String> {
        // An unknown fragment is for the validation to tell.
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Ok(Size::default());
        };
        match self.known.get(name.as_str()) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(format!("the fragment `{name}` holds itself")),
            None => {}
        }
        self.known.insert(name, None);
        let size = self.of(&fragment.node.selection_set.node)?;
        self.known.insert(name, Some(size));
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn checked(query: &str) -> Result<(), String> {
        check(&parse_query(query).expect("GraphQL"), &Limits::default())
    }

    #[test]
    fn fragments_are_measured_written_out() {
        let bomb = |levels: usize| {
            let mut query = "{ ...f0 }".to_owned();
            for level in 0..levels {
                let next = level + 1;
                query.push_str(&format!(" fragment f{level} on Query {{ ...f{next} ...f{next} }}"));
            }
            query + &format!(" fragment f{levels} on Query {{ now }}")
        };
        assert_eq!(checked(&bomb(4)), Ok(()));
        assert!(checked(&bomb(6)).expect_err("64 root fields").contains("root fields"));
        assert!(checked(&bomb(60)).expect_err("2^60 fields").contains("20000 fields"));
        let looping = "{ ...a } fragment a on Query { now ...b } fragment b on Query { ...a ...a }";
        assert!(checked(looping).expect_err("a loop").contains("holds itself"));
    }
}
