//! From elements to an [`EformsNotice`].

use super::fields::{
    Value, coded_field, notice_field, organisation_field, project_field, result_field,
};
use super::model::{
    Address, EformsNotice, Group, Lot, LotResult, LotTender, Organisation, Project,
    SettledContract, TenderingParty, Text,
};
use super::paths::{Field, Node, PATHS, Paths, Scope};
use super::texts::{Section, is_text};
use crate::domain::coded::Coded;
use crate::feeds::markup::{Attributes, Handler};

/// Wrappers of the UBL extensions: paths are read as if they were not there.
const WRAPPERS: [&str; 4] =
    ["ext:UBLExtensions", "ext:UBLExtension", "ext:ExtensionContent", "efext:EformsExtension"];

/// Where an element stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// Its place in the tree of paths.
    node: Node,
    /// What its texts are about.
    section: Section,
    /// Length of the path at its end.
    path_end: usize,
    /// The part of the notice it belongs to, and where that part's paths begin.
    scope: Scope,
    path_start: usize,
}

/// Receives the elements of one eForms notice, root element included.
#[derive(Debug)]
pub struct EformsDecoder {
    notice: EformsNotice,
    /// Path of the current element below the root: `cac:ProcurementProject/cbc:Name`.
    path: String,
    at: Place,
    /// The open elements around the current one.
    open: Vec<Place>,
    has_root: bool,
}

impl Default for EformsDecoder {
    fn default() -> Self {
        let at = Place {
            node: Paths::root(Scope::Notice),
            section: Section::Unmarked,
            path_end: 0,
            scope: Scope::Notice,
            path_start: 0,
        };
        Self {
            notice: EformsNotice::default(),
            path: String::with_capacity(400),
            at,
            open: Vec::with_capacity(24),
            has_root: false,
        }
    }
}

impl Handler for EformsDecoder {
    fn enter(&mut self, name: &str, _attributes: Attributes<'_>) {
        if !self.has_root {
            self.has_root = true;
            name.clone_into(&mut self.notice.root);
            return;
        }
        self.open.push(self.at);
        if WRAPPERS.contains(&name) {
            return;
        }
        self.push(name);
        self.at.path_end = self.path.len();
        self.at.node = PATHS.child(self.at.node, name);
        self.at.section = self.at.section.inside(name);
        self.begin(PATHS.field(self.at.node));
    }

    fn leaf(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        let node = PATHS.child(self.at.node, name);
        let what = PATHS.field(node);
        let value = Value { attributes, text };
        match what {
            // Titles and descriptions are texts: they are taken below.
            Field::Nothing | Field::Title | Field::Description => {}
            Field::Opens(_) => {
                // An empty element: a lot or an organisation that says nothing.
                let outer = self.at;
                self.begin(what);
                self.at = outer;
            }
            _ => self.field(what, &value),
        }
        if !matches!(self.at.scope, Scope::Notice | Scope::Lot) {
            return;
        }
        if let Some(field) = coded_field(name, &value) {
            let path = self.path_of(name);
            let value = text.to_owned();
            self.project().coded.push(Coded { field, value, path });
        }
        if is_text(name)
            && let Some(role) = self.at.section.role(what, name)
            && let Some(text) = value.cleaned()
        {
            let path = self.path_of(name);
            let language = value.language();
            let project = self.project();
            match what {
                Field::Title => project.titles.push((language.clone(), text.clone())),
                Field::Description => project.descriptions.push((language.clone(), text.clone())),
                _ => {}
            }
            project.texts.push(Text { path, role, language, text });
        }
    }

    fn leave(&mut self, _name: &str) {
        if let Some(outer) = self.open.pop() {
            self.at = outer;
            self.path.truncate(outer.path_end);
        }
    }
}

impl EformsDecoder {
    /// What was read. A notice that was cut keeps what came before the cut.
    pub fn finish(self) -> EformsNotice {
        self.notice
    }

    fn push(&mut self, name: &str) {
        if !self.path.is_empty() {
            self.path.push('/');
        }
        self.path.push_str(name);
    }

    /// Path of a leaf of the current element, from the root of its scope.
    fn path_of(&self, leaf: &str) -> String {
        let from = self.path.get(self.at.path_start..).unwrap_or("");
        match from.trim_start_matches('/') {
            "" => leaf.to_owned(),
            inside => [inside, "/", leaf].concat(),
        }
    }

    /// Begins what an element opens.
    fn begin(&mut self, what: Field) {
        let notice = &mut self.notice;
        match what {
            Field::Opens(scope) => {
                match scope {
                    Scope::Notice => {}
                    Scope::Lot => notice.lots.push(Lot::default()),
                    Scope::Organisation => notice.organisations.push(Organisation::default()),
                    Scope::Result => notice.results.push(LotResult::default()),
                    Scope::Tender => notice.tenders.push(LotTender::default()),
                    Scope::Contract => notice.contracts.push(SettledContract::default()),
                    Scope::Party => notice.parties.push(TenderingParty::default()),
                }
                self.at.node = Paths::root(scope);
                self.at.scope = scope;
                self.at.path_start = self.path.len();
            }
            Field::OpensGroup => notice.groups.push(Group::default()),
            Field::OpensChange => notice.is_change = true,
            Field::OpensPlace => self.project().places.push(Address::default()),
            Field::OpensStatistic => {
                if let Some(result) = notice.results.last_mut() {
                    result.received.push((String::new(), String::new()));
                }
            }
            _ => {}
        }
    }

    /// The project that fields of the current scope belong to.
    fn project(&mut self) -> &mut Project {
        match (self.at.scope, self.notice.lots.last_mut()) {
            (Scope::Lot, Some(lot)) => &mut lot.project,
            _ => &mut self.notice.project,
        }
    }

    fn field(&mut self, what: Field, value: &Value<'_>) {
        let notice = &mut self.notice;
        match self.at.scope {
            Scope::Notice => {
                if !notice_field(notice, what, value) {
                    project_field(&mut notice.project, what, value);
                }
            }
            Scope::Lot => {
                let Some(lot) = notice.lots.last_mut() else { return };
                if what == Field::Id {
                    value.text.clone_into(&mut lot.id);
                    let scheme = value.attributes.get("schemeName").unwrap_or("Lot");
                    scheme.clone_into(&mut lot.scheme);
                } else {
                    project_field(&mut lot.project, what, value);
                }
            }
            Scope::Organisation => organisation_field(notice, what, value),
            Scope::Result => result_field(notice, what, value),
            Scope::Tender => {
                let Some(tender) = notice.tenders.last_mut() else { return };
                match what {
                    Field::Id => value.text.clone_into(&mut tender.id),
                    Field::TenderLot => tender.lot = value.owned(),
                    Field::TenderParty => tender.party = value.owned(),
                    Field::TenderValue => tender.value = value.amount(),
                    _ => {}
                }
            }
            Scope::Contract => {
                let Some(contract) = notice.contracts.last_mut() else { return };
                match what {
                    Field::Id => value.text.clone_into(&mut contract.id),
                    Field::AwardDate => contract.award_date = value.owned(),
                    Field::ContractDate => contract.issue_date = value.owned(),
                    Field::ContractTender => contract.tenders.push(value.text.to_owned()),
                    _ => {}
                }
            }
            Scope::Party => {
                let Some(party) = notice.parties.last_mut() else { return };
                match what {
                    Field::Id => value.text.clone_into(&mut party.id),
                    Field::Tenderer => party.tenderers.push(value.text.to_owned()),
                    _ => {}
                }
            }
        }
    }
}
