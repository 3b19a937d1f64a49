//! A rule of law that is asked of a case, and what it answers.

use super::bounds::Bounds;
use super::case::{Case, Read, Start};
use super::french;
use super::table::{Law, TABLE};
use crate::domain::compliance::ComplianceVerdict;
use crate::domain::finding::Confidence;
use crate::rules::rule::{Origin, RuleInfo};

/// Which contracts a rule governs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Regime {
    /// Markets (*marchés*, second part of the code).
    Market,
    /// Concessions (third part).
    Concession,
}

/// What a rule is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Each lot.
    Lot,
    /// The procurement, or its buyer, once.
    Whole,
}

/// The page of a rule.
pub(crate) struct Page {
    /// Its identifier: `law.` and its article.
    pub(crate) id: &'static str,
    /// Its article, for example `L2112-2-1`.
    pub(crate) article: &'static str,
    /// Its name in French.
    pub(crate) title_fr: &'static str,
    /// Its name in English.
    pub(crate) title_en: &'static str,
    /// Which contracts it governs.
    pub(crate) regime: Regime,
    /// What it is asked of.
    pub(crate) scope: Scope,
}

impl Page {
    /// The page as the rule book shows it, with the first day the rule is asked.
    pub(crate) fn info(&self) -> RuleInfo {
        RuleInfo::new(self.id, Origin::Compliance, self.title_fr, self.title_en)
            .under(self.article)
            .since(TABLE.law(self.id).map(|law| law.from))
    }
}

/// A rule of the registry.
pub(crate) trait Check: Sync {
    /// Its page.
    fn page(&self) -> &Page;

    /// What it says of a case. Pure.
    fn ask(&self, case: &Case<'_>) -> Said;
}

/// What a rule says, in French.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) verdict: ComplianceVerdict,
    pub(crate) reason: String,
    pub(crate) known: Vec<String>,
    pub(crate) missing: Vec<String>,
    pub(crate) advice: Option<String>,
}

impl Said {
    /// A verdict with its reason.
    pub(crate) fn new(verdict: ComplianceVerdict, reason: impl Into<String>) -> Self {
        Self {
            verdict,
            reason: reason.into(),
            known: Vec::new(),
            missing: Vec::new(),
            advice: None,
        }
    }

    /// The law does not ask it here.
    pub(crate) fn does_not_apply(reason: impl Into<String>) -> Self {
        Self::new(ComplianceVerdict::DoesNotApply, reason)
    }

    /// It cannot be told without this.
    pub(crate) fn unknown(reason: impl Into<String>, missing: impl Into<String>) -> Self {
        Self::new(ComplianceVerdict::Unknown, reason).without([missing.into()])
    }

    /// With what was used, each once.
    pub(crate) fn knowing(mut self, known: impl IntoIterator<Item = String>) -> Self {
        for known in known {
            if !self.known.contains(&known) {
                self.known.push(known);
            }
        }
        self
    }

    /// With what was used before all the rest.
    pub(crate) fn knowing_first(mut self, known: impl IntoIterator<Item = String>) -> Self {
        let after = std::mem::take(&mut self.known);
        self.knowing(known).knowing(after)
    }

    /// With what would settle it.
    pub(crate) fn without(mut self, missing: impl IntoIterator<Item = String>) -> Self {
        self.missing.extend(missing);
        self
    }

    /// With what to write or to do.
    pub(crate) fn advising(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}

/// The answer of a rule that does not govern this contract or this day, or of which that cannot be
/// told; nothing where it does.
pub(crate) fn not_asked(rule: &str, case: &Case<'_>) -> Option<Said> {
    defence(case).or_else(|| not_yet(rule, case))
}

fn defence(case: &Case<'_>) -> Option<Said> {
    match case.is_defence {
        Some(true) => Some(Said::does_not_apply(
            "Contrat de défense ou de sécurité (art. L1113-1) : cette obligation ne le concerne pas.",
        )),
        None if case.speeches().iter().any(|speech| speech.speaks_of_defence) => {
            Some(Said::unknown(
                "Le texte parle de marchés de défense ou de sécurité, que cette obligation ne concerne pas.",
                "si c'est un contrat de défense ou de sécurité (art. L1113-1)",
            ))
        }
        _ => None,
    }
}

/// The answer of a rule that does not govern the day of the consultation, or of which that cannot be
/// told; nothing where it does.
pub(crate) fn not_yet(rule: &str, case: &Case<'_>) -> Option<Said> {
    let law = TABLE.law(rule)?;
    let Some(start) = case.start else { return law.is_new.then(|| undated(law)) };
    if law.from <= start.earliest() {
        return None;
    }
    let unsure_from = law.unsure_from.unwrap_or(law.from);
    let from = french::day(law.from);
    let answer = match start {
        _ if !law.is_new && start.day() < law.from => Said::unknown(
            format!(
                "La consultation est antérieure au {from} : le droit d'alors n'est pas évalué ici."
            ),
            "les règles en vigueur avant le code de la commande publique",
        ),
        _ if start.day() < unsure_from => Said::does_not_apply(format!(
            "Obligation applicable aux consultations engagées à partir du {from}."
        )),
        Start::Told(_) if start.day() < law.from => Said::unknown(
            format!(
                "Consultation engagée entre la date d'effet du décret ({}) et celle de la loi ({from}).",
                french::day(unsure_from)
            ),
            "la date d'effet exacte de l'obligation",
        ),
        Start::Before(_) if law.is_new => return Some(undated(law).knowing([started(start)])),
        Start::Published(_) if law.is_new => Said::unknown(
            format!(
                "Obligation applicable aux consultations engagées à partir du {from} ; l'avis, publié \
                 dans les jours qui suivent, a pu être envoyé avant."
            ),
            "le jour d'envoi de l'avis",
        ),
        _ => return None,
    };
    Some(answer.knowing([started(start)]))
}

fn undated(law: &Law) -> Said {
    let reason = format!(
        "Obligation applicable aux consultations engagées à partir du {} ; le jour de lancement n'est \
         pas connu.",
        french::day(law.from)
    );
    Said::unknown(reason, "le premier jour de la consultation (envoi de l'avis)")
}

/// The start of the consultation, for what is known.
pub(crate) fn started(start: Start) -> String {
    match start {
        Start::Told(day) => format!("consultation lancée le {}", french::day(day)),
        Start::Published(day) => format!("appel à la concurrence publié le {}", french::day(day)),
        Start::Before(day) => format!("consultation antérieure au {}", french::day(day)),
    }
}

/// What a case was taken for where nothing says otherwise, for what is known.
pub(crate) fn taken_for(case: &Case<'_>) -> Option<String> {
    let is_said = case.is_defence.is_some();
    (!is_said).then(|| "rien ne signale un contrat de défense ou de sécurité".to_owned())
}

/// A finding with its words, for what is known.
pub(crate) fn quoted(read: &Read<'_>) -> String {
    let sure = match read.finding.confidence {
        Confidence::Low => "faible",
        Confidence::Medium => "moyenne",
        Confidence::High => "élevée",
    };
    let words = read.finding.evidence.first().map(|evidence| short(&evidence.quote));
    format!("lu : « {} » (confiance {sure})", words.unwrap_or_default())
}

/// The first words of a text, on one line.
pub(crate) fn short(text: &str) -> String {
    const LONGEST: usize = 160;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// A value, for what is known.
pub(crate) fn valued(name: &str, value: Bounds) -> Option<String> {
    value.in_words().map(|words| format!("{name} : {words}"))
}
