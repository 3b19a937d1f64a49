//! `DONNEES`: the content of a notice, eForms streamed and the national forms as a tree.

use crate::feeds::eforms;
use crate::feeds::eforms::decode::EformsDecoder;
use crate::feeds::eforms::model::EformsNotice;
use crate::feeds::markup::{Attributes, Handler};
use crate::feeds::tree::{Element, TreeBuilder};

/// Receives the children of `DONNEES`.
#[derive(Debug, Default)]
pub struct Donnees {
    tree: TreeBuilder,
    eforms: Option<EformsDecoder>,
    /// Open elements inside the eForms notice, its root included.
    inside: usize,
}

impl Donnees {
    /// The eForms notice, if there was one, and the tree of everything else.
    pub fn finish(self) -> (Option<EformsNotice>, Element) {
        (self.eforms.map(EformsDecoder::finish), self.tree.finish())
    }
}

impl Handler for Donnees {
    fn enter(&mut self, name: &str, attributes: Attributes<'_>) {
        if self.inside == 0 && eforms::is_root(name) && self.eforms.is_none() {
            self.eforms = Some(EformsDecoder::default());
        }
        match &mut self.eforms {
            Some(decoder) if self.inside > 0 || eforms::is_root(name) => {
                decoder.enter(name, attributes);
                self.inside += 1;
            }
            _ => self.tree.enter(name, attributes),
        }
    }

    fn leaf(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        match &mut self.eforms {
            Some(decoder) if self.inside > 0 => decoder.leaf(name, attributes, text),
            _ => self.tree.leaf(name, attributes, text),
        }
    }

    fn leave(&mut self, name: &str) {
        match &mut self.eforms {
            Some(decoder) if self.inside > 0 => {
                decoder.leave(name);
                self.inside -= 1;
            }
            _ => self.tree.leave(name),
        }
    }
}

/// Receives a whole BOAMP file: `<ann>` of the DILA flux or `<ANNONCE>` of older years.
#[derive(Debug, Default)]
pub struct BoampFile {
    /// `DONNEES`.
    pub donnees: Donnees,
    /// `GESTION`.
    pub gestion: TreeBuilder,
    /// Name of the root element.
    pub root: String,
    depth: usize,
    section: Section,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Section {
    Donnees,
    Gestion,
    /// `HTML`, `HTMLSYNTHESE`: renderings of the same content.
    #[default]
    Skipped,
}

impl Handler for BoampFile {
    fn enter(&mut self, name: &str, attributes: Attributes<'_>) {
        match (self.depth, self.section) {
            (0, _) => name.clone_into(&mut self.root),
            (1, _) => {
                self.section = match name {
                    "DONNEES" => Section::Donnees,
                    "GESTION" => Section::Gestion,
                    _ => Section::Skipped,
                };
            }
            (_, Section::Donnees) => self.donnees.enter(name, attributes),
            (_, Section::Gestion) => self.gestion.enter(name, attributes),
            (_, Section::Skipped) => {}
        }
        self.depth += 1;
    }

    fn leaf(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        match (self.depth, self.section) {
            (0 | 1, _) | (_, Section::Skipped) => {}
            (_, Section::Donnees) => self.donnees.leaf(name, attributes, text),
            (_, Section::Gestion) => self.gestion.leaf(name, attributes, text),
        }
    }

    fn leave(&mut self, name: &str) {
        self.depth -= 1;
        match (self.depth, self.section) {
            (0, _) => {}
            (1, _) => self.section = Section::Skipped,
            (_, Section::Donnees) => self.donnees.leave(name),
            (_, Section::Gestion) => self.gestion.leave(name),
            (_, Section::Skipped) => {}
        }
    }
}
