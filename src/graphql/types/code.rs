//! Codes with their labels.

use async_graphql::{Enum, SimpleObject};

use crate::domain::codes::{self, cpv_label};
use crate::domain::cpv;
use crate::domain::place::{Department, Nuts};

/// A list of codes.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeList {
    /// Common Procurement Vocabulary 2008: 9,454 codes of eight digits, for example `90911200`.
    Cpv,
    /// French NUTS regions of all levels, editions 2021 and 2013, for example `FRJ13`.
    Nuts,
    /// Departments and overseas collectivities by INSEE code, for example `34`, `2A`, `971`.
    Department,
    /// Communes by INSEE code, for example `34172`.
    Commune,
}

/// A code with its label.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code as its list writes it.
    pub code: String,
    /// Its French label; nothing when the list does not have the code.
    pub label: Option<String>,
}

impl Code {
    fn of(code: &str, label: Option<&str>) -> Self {
        Self { code: code.to_owned(), label: label.map(str::to_owned) }
    }
}

impl From<&cpv::Cpv> for Code {
    fn from(cpv: &cpv::Cpv) -> Self {
        Self::of(cpv.as_str(), cpv_label(cpv.as_str()))
    }
}

impl From<&Nuts> for Code {
    fn from(nuts: &Nuts) -> Self {
        Self::of(nuts.as_str(), nuts.label())
    }
}

impl From<&Department> for Code {
    fn from(department: &Department) -> Self {
        Self::of(department.as_str(), Some(department.name()))
    }
}

impl From<codes::Code> for Code {
    fn from(code: codes::Code) -> Self {
        Self::of(code.code, Some(code.label))
    }
}
