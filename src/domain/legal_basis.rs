//! The directive a notice is published under (BT-01).

use serde::{Deserialize, Serialize};

/// The directive a notice is published under: it tells what sort of buyer and of contract it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LegalBasis {
    /// Directive 2014/24: markets of *pouvoirs adjudicateurs*.
    Markets,
    /// Directive 2014/25: markets of *entités adjudicatrices*.
    Utilities,
    /// Directive 2014/23: concessions.
    Concessions,
    /// Directive 2009/81: markets of defence and security.
    Defence,
}

impl LegalBasis {
    /// Reads the CELEX number that eForms (`cbc:RegulatoryDomain`) and TED R2.0.9 (`LEGAL_BASIS`)
    /// write; nothing for any other law.
    pub fn parse(celex: &str) -> Option<Self> {
        match celex.trim() {
            "32014L0024" => Some(Self::Markets),
            "32014L0025" => Some(Self::Utilities),
            "32014L0023" => Some(Self::Concessions),
            "32009L0081" => Some(Self::Defence),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_known_by_their_number() {
        assert_eq!(LegalBasis::parse(" 32014L0025\n"), Some(LegalBasis::Utilities));
        assert_eq!(LegalBasis::parse("32007R1370"), None);
        assert_eq!(LegalBasis::parse(""), None);
    }
}
