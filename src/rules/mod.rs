//! The eligibility engine: pure rules from a decoded notice to findings with proof.
// Placeholder until the rules room lands.
pub mod eligibility {
    pub fn open_to(_: &[&crate::domain::finding::Finding]) -> i32 {
        0
    }
}
pub fn assess(n: &crate::domain::notice::Notice) -> crate::domain::finding::Assessment {
    crate::domain::finding::Assessment {
        lots: n.lots.iter().map(|_| Default::default()).collect(),
        ..Default::default()
    }
}
