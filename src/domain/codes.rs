//! Embedded code lists: CPV, NUTS and departments with their French labels (see `data/README.md`).

use std::collections::HashMap;
use std::sync::LazyLock;

/// One code with its French label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code as the list writes it.
    pub code: &'static str,
    /// Its French label.
    pub label: &'static str,
}

/// A level-3 NUTS code stands for a department; broader ones for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NutsCode {
    /// The code and its label.
    pub code: Code,
    /// INSEE code of the department, for level-3 codes.
    pub department: Option<&'static str>,
}

/// A department or overseas collectivity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DepartmentCode {
    /// INSEE code (`01`, `2A`, `971`) and name.
    pub code: Code,
    /// Name of its region.
    pub region: &'static str,
}

/// A sorted list that is searched by code.
pub struct CodeList<T: 'static> {
    entries: Vec<T>,
    by_code: HashMap<&'static str, usize>,
}

impl<T> CodeList<T> {
    fn read(text: &'static str, entry: impl Fn(Code, &'static str) -> T) -> Self {
        let mut entries = Vec::new();
        let mut by_code = HashMap::new();
        for line in text.lines() {
            let mut columns = line.splitn(3, '\t');
            if let (Some(code), Some(label)) = (columns.next(), columns.next()) {
                by_code.insert(code, entries.len());
                entries.push(entry(Code { code, label }, columns.next().unwrap_or("")));
            }
        }
        Self { entries, by_code }
    }

    /// All entries, sorted by code.
    pub fn entries(&self) -> &[T] {
        &self.entries
    }

    /// The entry of a code, if the list has it.
    pub fn find(&self, code: &str) -> Option<&T> {
        self.by_code.get(code).map(|&position| &self.entries[position])
    }
}

/// CPV 2008, 9,454 codes.
pub static CPV: LazyLock<CodeList<Code>> =
    LazyLock::new(|| CodeList::read(include_str!("../../data/cpv_fr.tsv"), |code, _| code));

/// CPV codes of the social services that may be reserved to companies of the social and solidarity
/// economy (art. L2113-15 CCP), 115 codes.
pub static SOCIAL_SERVICES: LazyLock<CodeList<Code>> = LazyLock::new(|| {
    CodeList::read(include_str!("../../data/cpv_social_services_fr.tsv"), |code, _| code)
});

/// French NUTS codes, 2021 and 2013 editions.
pub static NUTS: LazyLock<CodeList<NutsCode>> = LazyLock::new(|| {
    CodeList::read(include_str!("../../data/nuts_fr.tsv"), |code, department| NutsCode {
        code,
        department: (!department.is_empty()).then_some(department),
    })
});

/// Departments and overseas collectivities.
pub static DEPARTMENTS: LazyLock<CodeList<DepartmentCode>> = LazyLock::new(|| {
    CodeList::read(include_str!("../../data/departments_fr.tsv"), |code, region| DepartmentCode {
        code,
        region,
    })
});

/// French label of a CPV code, if the official list has it.
pub fn cpv_label(code: &str) -> Option<&'static str> {
    CPV.find(code).map(|code| code.label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_whole_and_sorted() {
        assert_eq!(CPV.entries().len(), 9_454);
        assert_eq!(cpv_label("90911200"), Some("Services de nettoyage de bâtiments"));
        assert_eq!(SOCIAL_SERVICES.entries().len(), 115);
        assert!(SOCIAL_SERVICES.find("85312110").is_some());
        assert!(SOCIAL_SERVICES.find("90911200").is_none());
        assert_eq!(NUTS.find("FRJ13").and_then(|nuts| nuts.department), Some("34"));
        assert_eq!(NUTS.find("FR813").and_then(|nuts| nuts.department), Some("34"));
        assert_eq!(NUTS.find("FRJ1").and_then(|nuts| nuts.department), None);
        assert_eq!(DEPARTMENTS.find("2A").map(|entry| entry.code.label), Some("Corse-du-Sud"));
        assert!(CPV.entries().is_sorted_by_key(|code| code.code));
    }
}
