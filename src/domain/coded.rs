//! Coded social fields, kept as published. What they mean is for the rules to say: of 22 ticked
//! French notices only 7 agree with their own text.

use serde::{Deserialize, Serialize};

/// Which coded field a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CodedField {
    /// BT-71 reserved participation: `none`, `res-ws`, `res-pub-ser`.
    ReservedParticipation,
    /// BT-736 reserved execution: `yes`, `no`, `not-known`.
    ReservedExecution,
    /// BT-06 strategic procurement: `soc-obj`, `env-imp`, `inn-pur`, `none`.
    StrategicProcurement,
    /// BT-775 social objective: `opp`, `acc-all`, `gen-eq`, `et-eq`, `hum-right`, `work-cond`, `other`.
    SocialObjective,
    /// FNSimple `reservationMarche`: `oui` (all or part of the market), `non`.
    FnsReservation,
    /// DSP `situation.marcheReserve`: the name of the child element, for example `marcheReserveNON`.
    DspReservation,
    /// Old BOAMP `MARCHE_RESERVE_OUI` / `MARCHE_RESERVE_NON`: `oui`, `non`.
    LegacyReservation,
    /// TED XML R2.0.9 flags of section III.1.5 by element name, at notice level.
    TedReservation,
    /// Old BOAMP and R2.0.9 reservation to a profession: a trap, kept to explain it.
    ParticularProfession,
    /// APProch `marche_reserve`: `oui`, `non`, or to whom.
    ApprochReservation,
    /// APProch `considerations_sociales`: `oui`, `non`, or which.
    ApprochSocial,
    /// APProch `a_publier_sur_le_site_du_marche_de_l_inclusion`: `oui`, `non`. Proves nothing alone.
    ApprochInclusion,
    /// BOAMP `criteres`: `sociaux`, `environnementaux`. Proves nothing alone.
    BoampCriteria,
}

impl CodedField {
    /// The business term of eForms, where there is one.
    pub const fn business_term(self) -> Option<&'static str> {
        match self {
            Self::ReservedParticipation => Some("BT-71"),
            Self::ReservedExecution => Some("BT-736"),
            Self::StrategicProcurement => Some("BT-06"),
            Self::SocialObjective => Some("BT-775"),
            _ => None,
        }
    }
}

/// A coded value with the place it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Coded {
    /// Which field.
    pub field: CodedField,
    /// The value as published.
    pub value: String,
    /// Path of the element in the notice, for evidence.
    pub path: String,
}
