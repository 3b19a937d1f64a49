//! From what documents say to the contract: one layout tells the course of events, the others fill
//! in what it leaves out. Order and repetition of the documents do not matter.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    Conflict, Contract, ContractAmount, ContractLayout, ContractModification, ContractParty,
    ContractRecord, Particulars, Subcontract, Terms,
};
use crate::domain::consideration::{Considerations, Filled};

/// What a document says, with when it was seen last.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenRecord {
    /// What it says.
    pub record: ContractRecord,
    /// Whether a feed gave it: such a document stands above files given by hand, of which nobody
    /// knows when they were true.
    pub is_fed: bool,
    /// When it was given last. Of two documents about the same row of a table, or about the same
    /// market of a layout, the one given later holds.
    pub seen_at: DateTime<Utc>,
    /// Digest of the document: decides between documents seen at the same instant.
    pub digest: String,
}

impl SeenRecord {
    fn rank(&self) -> (bool, DateTime<Utc>) {
        (self.is_fed, self.seen_at)
    }
}

/// A state of a contract: by the number of its modification, or by its day where a table has no
/// numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum StateKey {
    Numbered(u32),
    Dated(Option<NaiveDate>),
}

impl ContractRecord {
    fn state(&self) -> StateKey {
        self.version.map_or(StateKey::Dated(self.terms.notified_on), StateKey::Numbered)
    }

    /// What the document is about within the contract: another one about the same replaces it.
    fn slot(&self) -> (ContractLayout, StateKey, String) {
        let part = match self.layout {
            ContractLayout::Official2022 | ContractLayout::Official2019 => String::new(),
            ContractLayout::Table | ContractLayout::Excerpt => {
                self.terms.holders.first().map(ContractParty::key).unwrap_or_default()
            }
            ContractLayout::Flat => {
                let changed = self.modifications.iter().map(|change| change.number);
                let acts = self.subcontracts.iter().map(|act| act.number);
                format!("{:?} {:?}", changed.collect::<Vec<_>>(), acts.collect::<Vec<_>>())
            }
        };
        (self.layout, self.state(), part)
    }

    /// The last day it knows of.
    fn latest_day(&self) -> Option<NaiveDate> {
        let later = self.modifications.iter().map(|change| &change.terms);
        let terms = later.chain([&self.terms]);
        terms.flat_map(|terms| [terms.published_on, terms.notified_on]).flatten().max()
    }
}

/// Folds a contract from all its documents; nothing when there are none.
pub fn fold(mut seen: Vec<SeenRecord>) -> Option<Contract> {
    seen.sort_by(|a, b| (Reverse(a.rank()), &a.digest).cmp(&(Reverse(b.rank()), &b.digest)));
    let mut latest = BTreeMap::new();
    for one in &seen {
        let at = latest.entry(one.record.slot()).or_insert(one.rank());
        *at = one.rank().max(*at);
    }
    let records: Vec<&ContractRecord> = seen
        .iter()
        .filter(|one| latest.get(&one.record.slot()) == Some(&one.rank()))
        .map(|one| &one.record)
        .collect();
    let leading = leading_layout(&records)?;
    let (mut told, rest): (Vec<_>, Vec<_>) =
        records.iter().copied().partition(|record| record.layout == leading);
    let mut conflicts = Conflicts::default();
    let (signed, modifications) = course(&told, leading, &mut conflicts);
    let current = current(&signed, &modifications);
    // What the last state says comes first.
    told.sort_by_key(|record| Reverse(record.state()));
    let ordered: Vec<&ContractRecord> = told.iter().copied().chain(rest).collect();
    let first = ordered.first()?;
    let particulars = particulars(&ordered, &mut conflicts);
    let mut contract = Contract {
        id: first.id(),
        kind: first.kind,
        buyer: first.buyer.clone(),
        number: first.number.clone(),
        particulars,
        signed,
        current,
        modifications,
        subcontracts: subcontracts(&ordered),
        conflicts: conflicts.found(),
        layouts: distinct(records.iter().map(|record| record.layout)),
        platforms: distinct(records.iter().filter_map(|record| record.platform.clone())),
    };
    name_all(&mut contract, &ordered);
    Some(contract)
}

fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    values.collect::<BTreeSet<T>>().into_iter().collect()
}

/// The layout that tells the course of events: the one that knows the latest day, and of those the
/// most trusted. Numbers of modifications differ from layout to layout, so states of two layouts
/// are never taken for one another.
fn leading_layout(records: &[&ContractRecord]) -> Option<ContractLayout> {
    let latest = records.iter().map(|record| (record.latest_day(), Reverse(record.layout)));
    latest.max().map(|(_, Reverse(layout))| layout)
}

/// What differed, by field.
#[derive(Default)]
struct Conflicts(BTreeMap<String, BTreeSet<String>>);

impl Conflicts {
    fn add(&mut self, field: &str, value: &str) {
        self.0.entry(field.to_owned()).or_default().insert(value.to_owned());
    }

    fn found(self) -> Vec<Conflict> {
        let fields = self.0.into_iter();
        fields
            .map(|(field, values)| Conflict { field, values: distinct(values.into_iter()) })
            .collect()
    }
}

/// The terms as signed, and the modifications in their order.
fn course(
    records: &[&ContractRecord],
    layout: ContractLayout,
    conflicts: &mut Conflicts,
) -> (Terms, Vec<ContractModification>) {
    let mut states: BTreeMap<StateKey, Vec<(Option<&String>, &Terms)>> = BTreeMap::new();
    for record in records {
        states.entry(record.state()).or_default().push((None, &record.terms));
        for change in &record.modifications {
            let state = StateKey::Numbered(change.number);
            states.entry(state).or_default().push((change.object.as_ref(), &change.terms));
        }
    }
    let has_rows = !matches!(layout, ContractLayout::Official2022 | ContractLayout::Official2019);
    let mut signed = Terms::default();
    let mut standing = Terms::default();
    let mut modifications = Vec::new();
    for (place, (state, said)) in states.into_iter().enumerate() {
        let terms: Vec<&Terms> = said.iter().map(|(_, terms)| *terms).collect();
        let mut merged = merged(&terms, has_rows, conflicts);
        let number = match state {
            StateKey::Numbered(number) => number,
            StateKey::Dated(_) => u32::try_from(place).unwrap_or(u32::MAX),
        };
        let whole = merged.clone();
        if number == 0 {
            signed = merged;
        } else {
            if has_rows {
                // A row of a table repeats what did not change.
                keep_changes(&mut merged, &standing);
            }
            let object = said.iter().find_map(|(object, _)| object.cloned());
            modifications.push(ContractModification { number, object, terms: merged });
        }
        overlay(&mut standing, &whole);
    }
    (signed, modifications)
}

/// One state as several rows tell it: holders add up, amounts do not.
fn merged(said: &[&Terms], has_rows: bool, conflicts: &mut Conflicts) -> Terms {
    let amounts = || said.iter().filter_map(|terms| terms.amount.as_ref());
    let amount = amounts().find(|amount| amount.money.is_some()).or_else(|| amounts().next());
    for other in amounts() {
        let is_same = |one: &ContractAmount| match (&one.money, &other.money) {
            (Some(one), Some(other)) => one == other,
            _ => one.raw == other.raw,
        };
        if !amount.is_some_and(is_same) {
            conflicts.add("montant", &other.raw);
        }
    }
    let mut holders: Vec<ContractParty> = Vec::new();
    for holder in said.iter().flat_map(|terms| &terms.holders) {
        match holders.iter_mut().find(|known| known.key() == holder.key()) {
            Some(known) if known.name.is_none() => known.name.clone_from(&holder.name),
            Some(_) => {}
            None => holders.push(holder.clone()),
        }
    }
    if has_rows {
        // Rows have no order of their own.
        holders.sort_by_key(ContractParty::key);
    }
    let first_day = |day: fn(&Terms) -> Option<NaiveDate>| said.iter().filter_map(|t| day(t)).min();
    Terms {
        amount: amount.cloned(),
        duration_months: said.iter().find_map(|terms| terms.duration_months),
        holders,
        notified_on: first_day(|terms| terms.notified_on),
        published_on: first_day(|terms| terms.published_on),
    }
}

fn keep_changes(terms: &mut Terms, before: &Terms) {
    if terms.amount == before.amount {
        terms.amount = None;
    }
    if terms.duration_months == before.duration_months {
        terms.duration_months = None;
    }
    let keys = |terms: &Terms| distinct(terms.holders.iter().map(ContractParty::key));
    if keys(terms) == keys(before) {
        terms.holders.clear();
    }
}

/// What is said later holds; an amount that cannot be believed replaces none that can.
fn overlay(standing: &mut Terms, later: &Terms) {
    let is_believed = |amount: &ContractAmount| amount.money.is_some();
    if let Some(amount) = &later.amount
        && (is_believed(amount) || !standing.amount.as_ref().is_some_and(is_believed))
    {
        standing.amount = Some(amount.clone());
    }
    standing.duration_months = later.duration_months.or(standing.duration_months);
    if !later.holders.is_empty() {
        standing.holders.clone_from(&later.holders);
    }
}

fn current(signed: &Terms, modifications: &[ContractModification]) -> Terms {
    let mut current = signed.clone();
    for modification in modifications {
        overlay(&mut current, &modification.terms);
    }
    let earliest = |day: fn(&Terms) -> Option<NaiveDate>| {
        modifications.iter().filter_map(|change| day(&change.terms)).min()
    };
    current.notified_on = current.notified_on.or_else(|| earliest(|terms| terms.notified_on));
    current.published_on = current.published_on.or_else(|| earliest(|terms| terms.published_on));
    current
}

/// Field by field what the first record says that says anything.
fn particulars(records: &[&ContractRecord], conflicts: &mut Conflicts) -> Particulars {
    let said = || records.iter().map(|record| &record.particulars);
    macro_rules! first {
        ($field:ident) => {
            said().find_map(|one| one.$field.clone())
        };
    }
    let list = |values: fn(&Particulars) -> &Vec<String>| {
        said().map(values).find(|values| !values.is_empty()).cloned().unwrap_or_default()
    };
    let filled = |field: fn(&Particulars) -> &Considerations| {
        let filled = said().map(field).find(|one| one.filled != Filled::NotFilled);
        filled.cloned().unwrap_or_default()
    };
    let merged = Particulars {
        nature: first!(nature),
        object: first!(object),
        category: first!(category),
        cpv: first!(cpv),
        procedure: first!(procedure),
        techniques: list(|one| &one.techniques),
        execution_modes: list(|one| &one.execution_modes),
        place: first!(place),
        price_form: first!(price_form),
        price_types: list(|one| &one.price_types),
        tenders_received: first!(tenders_received),
        general_conditions: first!(general_conditions),
        framework: first!(framework),
        grouping: first!(grouping),
        subcontracting_declared: first!(subcontracting_declared),
        is_innovative: first!(is_innovative),
        starts_on: first!(starts_on),
        social: filled(|one| &one.social),
        environmental: filled(|one| &one.environmental),
    };
    for one in said() {
        if one.cpv.is_some() && one.cpv != merged.cpv {
            conflicts.add("codeCPV", one.cpv.as_ref().map_or("", |cpv| cpv.as_str()));
        }
        let social = &one.social;
        if social.filled != Filled::NotFilled
            && (social.filled, &social.kinds) != (merged.social.filled, &merged.social.kinds)
        {
            conflicts.add("considerationsSociales", social.raw.as_deref().unwrap_or(""));
        }
    }
    merged
}

/// Acts of the first layout that lists any: two layouts repeat the same acts.
fn subcontracts(records: &[&ContractRecord]) -> Vec<Subcontract> {
    let with_acts = || records.iter().filter(|record| !record.subcontracts.is_empty());
    let Some(layout) = with_acts().next().map(|record| record.layout) else { return Vec::new() };
    let mut acts: Vec<Subcontract> = Vec::new();
    for record in with_acts().filter(|record| record.layout == layout) {
        for act in &record.subcontracts {
            if !acts.contains(act) {
                acts.push(act.clone());
            }
        }
    }
    // Changes follow the act they change.
    acts.sort_by_key(|act| (act.number, act.is_change, act.notified_on));
    acts
}

/// Names stand in some layouts only; the identifier tells whose they are.
fn name_all(contract: &mut Contract, records: &[&ContractRecord]) {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for record in records {
        let later = record.modifications.iter().flat_map(|change| &change.terms.holders);
        for party in record.terms.holders.iter().chain(later).chain([&record.buyer]) {
            if let (Some(name), Some(_)) = (&party.name, &party.identifier) {
                names.entry(party.key()).or_insert_with(|| name.clone());
            }
        }
    }
    let name = |party: &mut ContractParty| {
        if party.name.is_none() {
            party.name = names.get(&party.key()).cloned();
        }
    };
    name(&mut contract.buyer);
    let changes = contract.modifications.iter_mut().map(|change| &mut change.terms);
    let terms = changes.chain([&mut contract.signed, &mut contract.current]);
    terms.flat_map(|terms| &mut terms.holders).for_each(name);
}
