//! `passerelle assess`: findings for files or plain text and what the law asks of them, one JSON
//! object a notice.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::Context as _;
use chrono::{DateTime, NaiveDate};
use clap::Args;
use serde::Serialize;

use super::files::files;
use super::output;
use super::values::euros;
use crate::domain::compliance::{BuyerKind, ComplianceAnswer, ComplianceVerdict, Told};
use crate::domain::cpv::Cpv;
use crate::domain::draft::Draft;
use crate::domain::finding::{Contradiction, Evidence, Finding};
use crate::domain::issue::{DecodeIssue, IssueKind};
use crate::domain::lot::Lot;
use crate::domain::notice::ContractNature;
use crate::export::labels;
use crate::feeds::document::{Decoded, Format};
use crate::feeds::recognise;
use crate::rules;

/// Arguments of `assess`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// One JSON object a line for each notice.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    told: ToldFlags,
    /// Files or folders; `-` reads standard input. What is of no known shape is read as plain text.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// What is told of the procurement beside its text: it goes before what a notice says.
#[derive(Debug, Args)]
#[command(next_help_heading = "For the compliance check")]
struct ToldFlags {
    /// Estimated value of the whole procurement in euros, excluding tax, all lots included.
    #[arg(long, value_name = "EUROS", value_parser = euros)]
    estimated_value: Option<i64>,
    /// Who buys: STATE, OTHER_AUTHORITY, AUTHORITY, AUTHORITY_AS_ENTITY or ENTITY.
    #[arg(long, value_name = "KIND", value_parser = buyer)]
    buyer_kind: Option<BuyerKind>,
    /// WORKS, SUPPLIES or SERVICES.
    #[arg(long, value_parser = nature)]
    nature: Option<ContractNature>,
    /// First day of the consultation, for example 2026-09-01.
    #[arg(long, value_name = "DATE")]
    consultation_start: Option<NaiveDate>,
    /// Duration in months, renewals included.
    #[arg(long, value_name = "MONTHS")]
    duration_months: Option<u32>,
    /// CPV codes, eight digits each.
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = Cpv::parse)]
    cpv: Vec<Cpv>,
    /// Whether it is divided into lots.
    #[arg(long, value_name = "true|false")]
    is_divided: Option<bool>,
    /// What the buyer spends in a year on its markets, in euros excluding tax.
    #[arg(long, value_name = "EUROS", value_parser = euros)]
    yearly_spend: Option<i64>,
    /// Whether it is a contract of defence or security.
    #[arg(long, value_name = "true|false")]
    is_defence: Option<bool>,
    /// Whether plain text is of a concession; read from its words by default.
    #[arg(long, value_name = "true|false")]
    is_concession: Option<bool>,
}

impl ToldFlags {
    fn told(&self) -> Told {
        Told {
            estimated_value: self.estimated_value,
            buyer: self.buyer_kind,
            nature: self.nature,
            consultation_start: self.consultation_start,
            duration_months: self.duration_months,
            cpv: self.cpv.clone(),
            is_divided: self.is_divided,
            yearly_spend: self.yearly_spend,
            is_defence: self.is_defence,
        }
    }
}

fn buyer(text: &str) -> Result<BuyerKind, String> {
    let known = BuyerKind::ALL.map(BuyerKind::as_str).join(", ");
    BuyerKind::parse(text).ok_or_else(|| format!("one of {known} is expected"))
}

fn nature(text: &str) -> Result<ContractNature, String> {
    match text {
        "WORKS" => Ok(ContractNature::Works),
        "SUPPLIES" => Ok(ContractNature::Supplies),
        "SERVICES" => Ok(ContractNature::Services),
        _ => Err("one of WORKS, SUPPLIES, SERVICES is expected".to_owned()),
    }
}

/// What is printed of one notice.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Assessed {
    source: Option<&'static str>,
    source_id: Option<String>,
    /// File the notice came from.
    file: String,
    lots: Vec<AssessedLot>,
    /// What concerns the whole notice.
    findings: Vec<Finding>,
    contradictions: Vec<Contradiction>,
    compliance: Vec<ComplianceAnswer>,
    issues: Vec<DecodeIssue>,
}

#[derive(Debug, Serialize)]
struct AssessedLot {
    /// The source's own number or id.
    lot: String,
    findings: Vec<Finding>,
    contradictions: Vec<Contradiction>,
    compliance: Vec<ComplianceAnswer>,
}

/// Runs `assess`. What can be read is told, whatever else cannot.
///
/// # Errors
/// When a file cannot be read, or one holds nothing that could be assessed.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let (standard, paths): (Vec<_>, Vec<_>) =
        arguments.paths.iter().cloned().partition(|path| path.as_os_str() == "-");
    let mut unread = Vec::new();
    if !standard.is_empty() {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
        unread.extend(show(arguments, &bytes, "-")?);
    }
    let files = if paths.is_empty() { Vec::new() } else { files(&paths)? };
    for path in files {
        let bytes =
            std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        unread.extend(show(arguments, &bytes, &path.display().to_string())?);
    }
    anyhow::ensure!(unread.is_empty(), "nothing could be assessed in {}; {WANTED}", shown(&unread));
    Ok(())
}

const WANTED: &str = "give a BOAMP record or page of records (JSON), a BOAMP or eForms notice (XML), or plain text in UTF-8";

/// The first of many names.
fn shown(unread: &[String]) -> String {
    const MOST: usize = 5;
    let first = unread.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
    match unread.len().saturating_sub(MOST) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Prints what is found, and gives what is wrong with a file that holds nothing to assess.
fn show(arguments: &Arguments, bytes: &[u8], file: &str) -> anyhow::Result<Option<String>> {
    if bytes.trim_ascii().is_empty() {
        return Ok(Some(format!("{file} (it is empty)")));
    }
    let mut unread = None;
    for decoded in decode(bytes, file, arguments.told.is_concession) {
        if decoded.notice.is_none() {
            let why = decoded.issues.first().map_or("no notice", |issue| issue.message.as_str());
            unread = Some(format!("{file} ({why})"));
        }
        let assessed = assess(decoded, file, &arguments.told.told());
        if arguments.json {
            output::print(&(serde_json::to_string(&assessed)? + "\n"))?;
        } else {
            output::print(&text(&assessed))?;
        }
    }
    Ok(unread)
}

fn decode(bytes: &[u8], file: &str, is_concession: Option<bool>) -> Vec<Decoded> {
    let documents = recognise::split(bytes, file, DateTime::UNIX_EPOCH);
    let decoded = documents.iter().map(|document| {
        let text = std::str::from_utf8(&document.bytes).ok();
        match (document.format, text) {
            (Format::Unknown, Some(text)) if text.contains('\0') => {
                Decoded::failed(IssueKind::Unreadable, "not text: it holds NUL characters")
            }
            // Not markup and not JSON: an officer's own words.
            (Format::Unknown, Some(text)) if !text.trim_start().starts_with(['<', '{', '[']) => {
                let draft = Draft { is_concession, ..Draft::of_text(text) };
                Decoded { notice: Some(draft.into_notice()), issues: Vec::new() }
            }
            _ => recognise::decode(document),
        }
    });
    decoded.collect()
}

fn assess(decoded: Decoded, file: &str, told: &Told) -> Assessed {
    let mut assessed = Assessed {
        source: None,
        source_id: None,
        file: file.to_owned(),
        lots: Vec::new(),
        findings: Vec::new(),
        contradictions: Vec::new(),
        compliance: Vec::new(),
        issues: decoded.issues,
    };
    let Some(notice) = decoded.notice else { return assessed };
    let found = rules::assess(&notice);
    let asked = rules::compliance::of_notice(&notice, &found, told);
    assessed.compliance = asked.whole;
    assessed.source = Some(notice.source.as_str());
    assessed.source_id = Some(notice.source_id.clone());
    assessed.findings = found.findings;
    assessed.contradictions = found.contradictions;
    for ((lot, of_lot), asked) in notice.lots.iter().zip(found.lots).zip(asked.lots) {
        if lot.key.is_whole() {
            // The only lot of an undivided procurement is the whole of it.
            assessed.findings.extend(of_lot.findings);
            assessed.contradictions.extend(of_lot.contradictions);
        } else {
            assessed.lots.push(AssessedLot {
                lot: name(lot),
                findings: of_lot.findings,
                contradictions: of_lot.contradictions,
                compliance: asked,
            });
        }
    }
    assessed
}

fn name(lot: &Lot) -> String {
    let own = lot.source_id.as_deref().or(lot.number.as_deref());
    own.unwrap_or_else(|| lot.key.as_str()).to_owned()
}

/// The same for people, in French.
fn text(assessed: &Assessed) -> String {
    let mut text = match (&assessed.source, &assessed.source_id) {
        (Some("DRAFT"), _) => format!("{}\n", assessed.file),
        (Some(source), Some(id)) => format!("{source} {id} ({})\n", assessed.file),
        _ => format!("{} : aucun avis n'a pu être lu\n", assessed.file),
    };
    let nothing = assessed.findings.is_empty()
        && assessed.contradictions.is_empty()
        && assessed.lots.iter().all(|lot| lot.findings.is_empty() && lot.contradictions.is_empty());
    if nothing && assessed.source.is_some() {
        text.push_str("  aucun constat\n");
    }
    describe(&mut text, "ensemble", &assessed.findings, &assessed.contradictions);
    answer(&mut text, "ensemble", &assessed.compliance);
    for lot in &assessed.lots {
        let place = format!("lot {}", lot.lot);
        describe(&mut text, &place, &lot.findings, &lot.contradictions);
        answer(&mut text, &place, &lot.compliance);
    }
    for DecodeIssue { kind, path, message, .. } in &assessed.issues {
        let place = if path.is_empty() { String::new() } else { format!(" {path}") };
        text.push_str(&format!("  défaut {kind}{place} : {message}\n"));
    }
    text
}

fn describe(
    text: &mut String,
    place: &str,
    findings: &[Finding],
    contradictions: &[Contradiction],
) {
    for Finding { kind, confidence, rule, article, evidence, quantities, publics } in findings {
        let article = article.as_ref().map_or(String::new(), |article| format!(", art. {article}"));
        text.push_str(&format!(
            "  {place} : {}, {}, confiance {}{article} [{rule}]\n",
            kind.as_str(),
            labels::kind(*kind),
            labels::confidence(*confidence),
        ));
        for Evidence { field, quote, .. } in evidence {
            text.push_str(&format!("    « {} » {field}\n", quote.replace('\n', " ")));
        }
        let values = quantities.iter().map(labels::quantity);
        let people = publics.iter().map(|public| labels::public(*public).to_owned());
        let told: Vec<String> = values.chain(people).collect();
        if !told.is_empty() {
            text.push_str(&format!("    {}\n", told.join(" ; ")));
        }
    }
    for Contradiction { kind, message, .. } in contradictions {
        text.push_str(&format!("  {place} : contradiction {}, {message}\n", kind.as_str()));
    }
}

/// What the law asks. What does not apply takes a line.
fn answer(text: &mut String, place: &str, answers: &[ComplianceAnswer]) {
    for ComplianceAnswer { rule, article, verdict, reason, known, missing, advice } in answers {
        text.push_str(&format!(
            "  {place} : conformité, art. {article}, {}. {reason} [{rule}]\n",
            labels::compliance(*verdict),
        ));
        if *verdict == ComplianceVerdict::DoesNotApply {
            continue;
        }
        let lines = [("connu", known.join(" ; ")), ("manque", missing.join(" ; "))];
        let advice = ("à faire", advice.clone().unwrap_or_default());
        for (label, words) in lines.into_iter().chain([advice]) {
            if !words.is_empty() {
                text.push_str(&format!("    {label} : {words}\n"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::notice::Notice;

    #[test]
    fn plain_text_is_a_draft_and_broken_markup_is_not() {
        let text = decode("Le lot n° 2 est réservé.".as_bytes(), "-", None);
        let notice: &Notice = text[0].notice.as_ref().expect("a draft");
        assert_eq!(notice.lots.len(), 1);
        for broken in ["<a>", "{", "[]x", "<html></html>"] {
            let decoded = decode(broken.as_bytes(), "-", None);
            assert!(decoded.iter().all(|one| one.notice.is_none()), "{broken}");
            assert!(decoded.iter().all(|one| !one.issues.is_empty()), "{broken}");
        }
    }
}
