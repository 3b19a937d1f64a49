//! What a rule says of a lot, and the proof.

use serde::{Deserialize, Serialize};

use super::quantity::{Measure, Public, Quantity};

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FindingKind {
    /// Reserved to *entreprises adaptées* and ESAT (art. L2113-12 CCP).
    ReservedEaEsat,
    /// Reserved to insertion companies, *SIAE* (art. L2113-13 CCP).
    ReservedSiae,
    /// Reserved to both of the above (art. L2113-14 CCP).
    ReservedEaEsatSiae,
    /// Reserved to companies of the social and solidarity economy (art. L2113-15 CCP).
    ReservedEss,
    /// Reserved to production in prison (art. L2113-13-1 CCP).
    ReservedPrison,
    /// Reserved, but the notice does not say to whom.
    ReservedUnspecified,
    /// A social condition of execution: hours, jobs, apprenticeship (art. L2112-2 CCP).
    ExecutionClause,
    /// A social award criterion (art. R2152-7 CCP).
    AwardCriterion,
    /// The service bought is itself insertion.
    InsertionService,
}

impl FindingKind {
    /// All kinds, in the order of the law.
    pub const ALL: [Self; 9] = [
        Self::ReservedEaEsat,
        Self::ReservedSiae,
        Self::ReservedEaEsatSiae,
        Self::ReservedEss,
        Self::ReservedPrison,
        Self::ReservedUnspecified,
        Self::ExecutionClause,
        Self::AwardCriterion,
        Self::InsertionService,
    ];

    /// The name used in the store, in JSON and in GraphQL, for example `RESERVED_EA_ESAT`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReservedEaEsat => "RESERVED_EA_ESAT",
            Self::ReservedSiae => "RESERVED_SIAE",
            Self::ReservedEaEsatSiae => "RESERVED_EA_ESAT_SIAE",
            Self::ReservedEss => "RESERVED_ESS",
            Self::ReservedPrison => "RESERVED_PRISON",
            Self::ReservedUnspecified => "RESERVED_UNSPECIFIED",
            Self::ExecutionClause => "EXECUTION_CLAUSE",
            Self::AwardCriterion => "AWARD_CRITERION",
            Self::InsertionService => "INSERTION_SERVICE",
        }
    }

    /// Reads a name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether only some may answer.
    pub const fn is_reservation(self) -> bool {
        matches!(
            self,
            Self::ReservedEaEsat
                | Self::ReservedSiae
                | Self::ReservedEaEsatSiae
                | Self::ReservedEss
                | Self::ReservedPrison
                | Self::ReservedUnspecified
        )
    }
}

/// How far a finding can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Confidence {
    /// A tick without text, or weak words: read the documents.
    Low,
    /// Clear words, with something left open (which lot, which article).
    Medium,
    /// Clear words at their place, or a tick and words that agree.
    High,
}

impl Confidence {
    /// The name used in the store, in JSON and in GraphQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
        }
    }

    /// Reads a name back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Low, Self::Medium, Self::High].into_iter().find(|level| level.as_str() == text)
    }
}

/// The words or the code that prove a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Evidence {
    /// Path of the field in the notice.
    pub field: String,
    /// The exact words, or the coded value.
    pub quote: String,
    /// First character of the quote in the field's text, counted in Unicode characters from 0;
    /// nothing for a coded value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<u32>,
    /// The character after the last one of the quote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<u32>,
}

/// What a rule says of a lot or of a whole notice.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// What was found.
    pub kind: FindingKind,
    /// How far it can be relied on.
    pub confidence: Confidence,
    /// Identifier of the rule in the rule book.
    pub rule: String,
    /// The article of law that the finding rests on, for example `L2113-12`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// The proof: never empty.
    pub evidence: Vec<Evidence>,
    /// The values that its sentences give, each once, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quantities: Vec<Quantity>,
    /// The people that its sentences name, in the order of [`Public::ALL`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub publics: Vec<Public>,
}

impl Finding {
    /// The value of a measure in hundredths, where its sentences give one and no other.
    pub fn value(&self, measure: Measure) -> Option<i64> {
        let mut values = self.quantities.iter().filter(|one| one.measure == measure);
        values.next().filter(|_| values.next().is_none()).map(|one| one.hundredths)
    }
}

/// What does not fit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ContradictionKind {
    /// A coded reservation that no text supports.
    TickWithoutText,
    /// A text that reserves, and a code that says `none` or `non`.
    TextWithoutTick,
    /// The coded reservation is of another kind than the text's.
    TickOfAnotherKind,
    /// The text reserves some lots, and the code more of them.
    OverTicked,
    /// The text denies what the code says.
    TickDenied,
    /// The article cited is not the one of this reservation, or is repealed.
    ArticleMiscited,
    /// Reservations that the law does not let stand together (art. L2113-14 CCP).
    ForbiddenCombination,
    /// A reservation that the law does not allow as it is: its duration, its references (art.
    /// L2113-16 and R2113-8 CCP).
    ConditionsNotMet,
}

impl ContradictionKind {
    /// The name used in the store, in JSON and in GraphQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TickWithoutText => "TICK_WITHOUT_TEXT",
            Self::TextWithoutTick => "TEXT_WITHOUT_TICK",
            Self::TickOfAnotherKind => "TICK_OF_ANOTHER_KIND",
            Self::OverTicked => "OVER_TICKED",
            Self::TickDenied => "TICK_DENIED",
            Self::ArticleMiscited => "ARTICLE_MISCITED",
            Self::ForbiddenCombination => "FORBIDDEN_COMBINATION",
            Self::ConditionsNotMet => "CONDITIONS_NOT_MET",
        }
    }
}

/// Two statements of a notice that do not fit, with what to correct, in French.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Contradiction {
    /// What does not fit.
    pub kind: ContradictionKind,
    /// What was met and what to correct, in French, for a person.
    pub message: String,
    /// Both sides.
    pub evidence: Vec<Evidence>,
}

/// What the rules say of one lot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotAssessment {
    /// What concerns this lot by name or by place.
    pub findings: Vec<Finding>,
    /// What does not fit in this lot.
    pub contradictions: Vec<Contradiction>,
    /// Findings of the whole notice that its text takes back for this lot: *tous les lots … sauf
    /// le lot 3*, where the other lots are not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excepted: Vec<FindingKind>,
}

/// What the rules say of one notice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// One entry for each lot of the notice, in the same order.
    pub lots: Vec<LotAssessment>,
    /// What concerns the whole notice, so each of its lots, without naming them.
    pub findings: Vec<Finding>,
    /// What does not fit in the whole notice.
    pub contradictions: Vec<Contradiction>,
}

impl Assessment {
    /// The findings of the whole notice that hold for a lot of it.
    pub fn wide_findings<'a>(
        &'a self,
        lot: Option<&'a LotAssessment>,
    ) -> impl Iterator<Item = &'a Finding> {
        let spared = move |kind| lot.is_some_and(|lot| lot.excepted.contains(&kind));
        self.findings.iter().filter(move |finding| !spared(finding.kind))
    }
}
