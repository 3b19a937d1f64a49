//! Contracts of one buyer and the lots they were signed for. DECP have one contract a lot and
//! name neither the notice nor the lot.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use super::score::{Signals, days};
use super::words::{Rarity, reference, words};
use super::{LinkedContract, SignalKind};
use crate::domain::award::OutcomeKind;
use crate::domain::contract::Contract;
use crate::domain::deadline::paris_day;
use crate::domain::ids::{LotId, ProcedureId};
use crate::domain::lot::LotKey;
use crate::domain::lot_reference::{LotSet, find_mentions};
use crate::domain::money::{EstimatedValue, Money};
use crate::domain::procedure::LotState;
use crate::domain::text::fold_key;

/// A procurement of the buyer.
#[derive(Debug)]
pub struct Procurement<'p> {
    /// Its id.
    pub id: ProcedureId,
    /// Title.
    pub title: Option<&'p str>,
    /// The buyer's own references (BT-22) in its notices.
    pub references: Vec<&'p str>,
    /// Its lots as they stand.
    pub lots: Vec<&'p LotState>,
}

/// What is compared of a lot.
struct LotFacts<'p> {
    lot: &'p LotState,
    procurement: usize,
    words: Vec<String>,
    /// SIREN, or folded name, of those who won it.
    winners: BTreeSet<String>,
    awarded: Option<Money>,
    decided_on: Option<NaiveDate>,
    answered_by: Option<NaiveDate>,
}

/// What is compared of a procurement.
struct ProcurementFacts {
    words: Vec<String>,
    references: Vec<String>,
}

struct ContractFacts<'c> {
    contract: &'c Contract,
    words: Vec<String>,
    holders: BTreeSet<String>,
    /// What its number holds that may be a reference of the procurement.
    parts: BTreeSet<String>,
    /// The lots that its object names.
    lots: BTreeSet<LotKey>,
}

/// Days from the first publication of a lot to its contract.
const LATEST: i64 = 1_100;
/// Days from the decision, or the last day to answer, to a contract: after these it is that of
/// another edition, often of the same holder.
const SIGNED: i64 = 400;
/// Letters and digits of a reference that is looked for inside the number of a contract.
const SHORTEST: usize = 5;
/// Points by which one answer must be better than the next one.
const MARGIN: i16 = 10;
/// Lots with a rare word in common that are compared.
const CANDIDATES: usize = 400;

/// Links contracts of one buyer to the lots of its procurements, each contract once at most.
pub fn link(contracts: &[&Contract], procurements: &[Procurement<'_>]) -> Vec<LinkedContract> {
    let known = Known::of(procurements);
    let facts = contracts.iter().map(|contract| ContractFacts::of(contract));
    facts.filter_map(|contract| known.lot_of(&contract)).collect()
}

struct Known<'p> {
    rarity: Rarity,
    lots: Vec<LotFacts<'p>>,
    procurements: Vec<ProcurementFacts>,
    by_word: HashMap<String, Vec<usize>>,
    by_winner: HashMap<String, Vec<usize>>,
    by_reference: HashMap<String, Vec<usize>>,
}

impl<'p> Known<'p> {
    fn of(procurements: &[Procurement<'p>]) -> Self {
        let mut known = Self {
            rarity: Rarity::default(),
            lots: Vec::new(),
            procurements: Vec::new(),
            by_word: HashMap::new(),
            by_winner: HashMap::new(),
            by_reference: HashMap::new(),
        };
        for (at, procurement) in procurements.iter().enumerate() {
            known.add(at, procurement);
        }
        known
    }

    fn add(&mut self, at: usize, procurement: &Procurement<'p>) {
        let title = words(procurement.title.unwrap_or(""));
        self.rarity.count(&title);
        let references = procurement.references.iter().filter_map(|text| reference(text));
        let facts = ProcurementFacts { words: title, references: references.collect() };
        for lot in &procurement.lots {
            let lot = LotFacts::of(lot, at);
            let place = self.lots.len();
            self.rarity.count(&lot.words);
            let mut telling: BTreeSet<&String> = lot.words.iter().collect();
            telling.extend(&facts.words);
            for word in telling {
                self.by_word.entry(word.clone()).or_default().push(place);
            }
            for winner in &lot.winners {
                self.by_winner.entry(winner.clone()).or_default().push(place);
            }
            for reference in &facts.references {
                self.by_reference.entry(reference.clone()).or_default().push(place);
            }
            self.lots.push(lot);
        }
        self.procurements.push(facts);
    }

    /// The lot a contract was signed for, or the procurement when its lots fit equally.
    fn lot_of(&self, contract: &ContractFacts<'_>) -> Option<LinkedContract> {
        let near = self.near(contract);
        let mut answers: Vec<(i16, LotId, &LotFacts<'_>, Signals)> = near
            .into_iter()
            .filter_map(|lot| {
                let signals = self.compare(contract, lot)?;
                Some((signals.sum(), lot.lot.id, lot, signals))
            })
            .collect();
        answers.sort_by_key(|(sum, id, ..)| (std::cmp::Reverse(*sum), *id));
        let mut answers = answers.into_iter();
        let (sum, id, lot, mut signals) = answers.next()?;
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            answers.partition(|(_, _, rival, _)| rival.procurement == lot.procurement);
        // Of lots that all fit, the one whose words the title of the whole repeats is no better.
        let is_one_lot = here.iter().all(|(rival, ..)| sum.min(100) >= rival + MARGIN);
        if let Some((rival, ..)) = elsewhere.first().filter(|(rival, ..)| sum < rival + MARGIN) {
            signals.doubt(SignalKind::Ambiguous, format!("{rival} / {sum}"));
        }
        (signals.score() >= super::DOUBTFUL).then(|| LinkedContract {
            contract: contract.contract.id,
            procedure: lot.lot.procedure,
            lot: is_one_lot.then_some(id),
            score: signals.score(),
            signals: signals.0,
        })
    }

    fn near(&self, contract: &ContractFacts<'_>) -> Vec<&LotFacts<'p>> {
        let known = contract.words.iter().filter(|word| self.by_word.contains_key(*word));
        let known: Vec<String> = known.cloned().collect();
        let rarest = self.rarity.rarest(&known, 5);
        let by_word = rarest.into_iter().filter_map(|word| self.by_word.get(word));
        let by_winner = contract.holders.iter().filter_map(|holder| self.by_winner.get(holder));
        let by_reference = contract.parts.iter().filter_map(|part| self.by_reference.get(part));
        let lists = by_word.chain(by_winner).chain(by_reference);
        let near: BTreeSet<usize> =
            lists.filter(|list| list.len() <= CANDIDATES).flatten().copied().collect();
        near.into_iter().map(|at| &self.lots[at]).collect()
    }

    /// What speaks for a lot and against it; nothing when it cannot be.
    fn compare(&self, contract: &ContractFacts<'_>, lot: &LotFacts<'_>) -> Option<Signals> {
        let terms = &contract.contract.current;
        let after = days(lot.lot.published_on, terms.notified_on);
        let is_possible = matches!(lot.lot.outcome, None | Some(OutcomeKind::Awarded))
            && after.is_none_or(|days| (0..=LATEST).contains(&days));
        if !is_possible || days(lot.answered_by, terms.notified_on).is_some_and(|days| days < 0) {
            return None;
        }
        let mut signals = Signals::default();
        self.titles(&mut signals, contract, lot);
        let procurement = &self.procurements[lot.procurement];
        let is_part = |known: &&String| contract.parts.contains(*known);
        if let Some(known) = procurement.references.iter().find(is_part) {
            let detail = format!("{known} / {}", contract.contract.number);
            signals.add(SignalKind::Reference, 30, detail);
        }
        let code: Vec<_> = contract.contract.particulars.cpv.iter().cloned().collect();
        signals.cpv(&code, &lot.lot.cpv, 12);
        if let (Some(one), Some(other)) = (contract.contract.particulars.category, lot.lot.nature)
            && one != other
        {
            signals.add(SignalKind::Nature, -20, format!("{one:?} / {other:?}"));
        }
        holders(&mut signals, contract, lot);
        amounts(&mut signals, contract, lot);
        let since = lot.decided_on.or(lot.answered_by);
        match days(since, terms.notified_on) {
            Some(after @ -30..=270) => signals.add(SignalKind::Date, 5, format!("{after} d")),
            Some(after) if after > SIGNED => signals.doubt(SignalKind::Date, format!("{after} d")),
            _ => {}
        }
        Some(signals)
    }

    fn titles(&self, signals: &mut Signals, contract: &ContractFacts<'_>, lot: &LotFacts<'_>) {
        let whole = &self.procurements[lot.procurement].words;
        let is_divided = !lot.lot.key.is_whole();
        let held = self.rarity.held(whole, &contract.words);
        let likeness = self.rarity.likeness(whole, &contract.words);
        let of_whole = match (likeness, held, whole.len()) {
            (95.., _, 4..) => 45,
            (_, 80.., 3..) => 28,
            (_, 60.., _) => 14,
            (_, 35.., _) => 0,
            _ if is_divided => -15,
            _ => -40,
        };
        signals.add(SignalKind::Title, of_whole, format!("{held} %"));
        signals.years(&contract.words, whole);
        if !is_divided {
            return;
        }
        let held = self.rarity.held(&lot.words, &contract.words);
        let of_lot = match (held, lot.words.len()) {
            (90.., 2..) => 24,
            (90.., _) => 16,
            (60.., 2..) => 10,
            (30.., _) => 0,
            _ => -12,
        };
        signals.add(SignalKind::LotTitle, of_lot, format!("{held} %"));
        let number = lot.lot.number.as_deref().map(LotKey::of);
        if let (Some(number), false) = (number, contract.lots.is_empty()) {
            let points = match (contract.lots.contains(&number), contract.lots.len()) {
                (true, 1) => 18,
                (true, _) => 0,
                (false, _) => -60,
            };
            let named: Vec<&str> = contract.lots.iter().map(LotKey::as_str).collect();
            let detail = format!("{} / {}", named.join(", "), number.as_str());
            signals.add(SignalKind::LotNumber, points, detail);
        }
    }
}

fn holders(signals: &mut Signals, contract: &ContractFacts<'_>, lot: &LotFacts<'_>) {
    if contract.holders.is_empty() || lot.winners.is_empty() {
        return;
    }
    let shared: Vec<&str> =
        contract.holders.intersection(&lot.winners).map(String::as_str).collect();
    let is_siren = |name: &&String| name.len() == 9 && name.bytes().all(|b| b.is_ascii_digit());
    let comparable = contract.holders.iter().any(|name| is_siren(&name))
        == lot.winners.iter().any(|name| is_siren(&name));
    match (shared.is_empty(), comparable) {
        (false, _) => signals.add(SignalKind::Holder, 45, shared.join(", ")),
        (true, true) => signals.add(SignalKind::Holder, -50, "others"),
        (true, false) => {}
    }
}

fn amounts(signals: &mut Signals, contract: &ContractFacts<'_>, lot: &LotFacts<'_>) {
    let terms = [&contract.contract.signed, &contract.contract.current];
    let amount = terms.iter().find_map(|terms| terms.amount.as_ref()?.money.as_ref());
    let Some(amount) = amount else { return };
    let estimated = lot.lot.estimated_value.as_ref().and_then(EstimatedValue::figure);
    match (&lot.awarded, estimated) {
        (Some(awarded), _) => {
            signals.amounts(amount, awarded, &[(101, 25), (125, 8), (300, 0)], -10);
        }
        (None, Some(estimated)) => {
            signals.amounts(amount, estimated, &[(160, 6), (600, 0)], -10);
        }
        (None, None) => {}
    }
}

impl<'p> LotFacts<'p> {
    fn of(lot: &'p LotState, procurement: usize) -> Self {
        let title = lot.title.as_deref().or(lot.description.as_deref());
        let awarded = lot.awards.iter().map(|award| &award.outcome);
        let suppliers = awarded.clone().flat_map(|outcome| &outcome.suppliers);
        let mut winners = BTreeSet::new();
        for supplier in suppliers {
            winners.extend(supplier.siret.as_ref().map(|siret| siret.siren().to_owned()));
            winners.insert(fold_key(&supplier.name));
        }
        winners.remove("");
        Self {
            lot,
            procurement,
            words: words(title.unwrap_or("")),
            winners,
            awarded: awarded.clone().find_map(|outcome| outcome.amount.clone()),
            decided_on: awarded.filter_map(|outcome| outcome.decided_on).min(),
            answered_by: lot.deadline.as_ref().and_then(|deadline| deadline.at).map(paris_day),
        }
    }
}

impl<'c> ContractFacts<'c> {
    fn of(contract: &'c Contract) -> Self {
        let object = contract.particulars.object.as_deref().unwrap_or("");
        let terms = [&contract.signed, &contract.current];
        let mut holders = BTreeSet::new();
        for holder in terms.iter().flat_map(|terms| &terms.holders) {
            holders.extend(holder.siret.as_ref().map(|siret| siret.siren().to_owned()));
            holders.extend(holder.name.as_deref().map(fold_key));
        }
        holders.remove("");
        let named = find_mentions(object).into_iter().filter_map(|mention| match mention.lots {
            LotSet::Listed(lots) => Some(lots),
            LotSet::All => None,
        });
        Self {
            contract,
            words: words(object),
            holders,
            parts: parts(&contract.number),
            lots: named.flatten().collect(),
        }
    }
}

/// What a number holds that may be a reference: `26S0011-L03` holds `26s0011`, and `26S00113` does
/// not. A part begins and ends where the number does, at a space or a sign, or where digits and
/// letters meet.
fn parts(number: &str) -> BTreeSet<String> {
    let mut whole = String::new();
    let mut ends = vec![0];
    for word in fold_key(number).split(' ') {
        let mut before = None;
        for c in word.chars() {
            if before.is_some_and(|before: char| before.is_ascii_digit() != c.is_ascii_digit()) {
                ends.push(whole.len());
            }
            whole.push(c);
            before = Some(c);
        }
        ends.push(whole.len());
    }
    let to = |from: usize| ends.iter().map(move |to| (from, *to));
    let pairs = ends.iter().flat_map(|from| to(*from)).filter(|(from, to)| from + SHORTEST <= *to);
    pairs.filter_map(|(from, to)| whole.get(from..to)).map(str::to_owned).collect()
}
