//! The eligibility engine: pure rules from a decoded notice to findings with proof.
