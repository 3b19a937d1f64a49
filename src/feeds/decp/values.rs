//! Named values of a contract, whatever their layout: names without case, fillers as nothing,
//! texts cleaned; what cannot be read becomes an issue.

use std::cell::RefCell;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::domain::consideration::{Considerations, Filled, is_filler};
use crate::domain::contract::{ContractAmount, ContractParty, ContractPlace};
use crate::domain::cpv::Cpv;
use crate::domain::gazetteer;
use crate::domain::issue::{DecodeIssue, IssueKind};
use crate::domain::money::AmountDoubt;
use crate::domain::place::{Department, Place};
use crate::domain::text::{clean, fold_key};
use crate::feeds::read::Issues;

/// Longest duration believed, in months: a century.
const LONGEST: u32 = 1_200;

/// Values by name, and the issues met while they are read.
pub(super) struct Values {
    fields: Map<String, Value>,
    issues: RefCell<Issues>,
}

impl Values {
    pub(super) fn new(fields: Map<String, Value>) -> Self {
        let fields = fields.into_iter().map(|(name, value)| (name.trim().to_lowercase(), value));
        Self { fields: fields.collect(), issues: RefCell::default() }
    }

    /// Values of an inner object, its issues apart.
    pub(super) fn of(value: &Value) -> Self {
        Self::new(value.as_object().cloned().unwrap_or_default())
    }

    pub(super) fn issues(&self) -> Vec<DecodeIssue> {
        self.issues.borrow().0.clone()
    }

    pub(super) fn issue(&self, kind: IssueKind, path: &str, message: impl Into<String>) {
        self.issues.borrow_mut().add(kind, path, message);
    }

    /// Takes over the issues of an inner object.
    pub(super) fn adopt(&self, inner: &Self, path: &str) {
        for issue in inner.issues() {
            self.issue(issue.kind, &format!("{path}/{}", issue.path), issue.message);
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(&name.to_lowercase())
    }

    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.fields.get(&name.to_lowercase())
    }

    /// A text under the first of these names that has one.
    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
        let given = names.iter().filter_map(|name| self.value(name));
        given.filter_map(scalar).map(|text| clean(&text)).find(|text| !is_filler(text))
    }

    /// The texts of a list, whether it nests or is joined by commas; *Sans objet* is none.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        for text in self.leaves(name) {
            for part in text.split(',').map(str::trim) {
                let is_nothing = is_filler(part) || fold_key(part) == "sans objet";
                if !is_nothing && !found.iter().any(|known| known == part) {
                    found.push(part.to_owned());
                }
            }
        }
        found
    }

    pub(super) fn considerations(&self, name: &str) -> Considerations {
        let texts = self.leaves(name);
        let read = Considerations::read(texts.iter().map(String::as_str));
        if read.filled == Filled::Unread {
            let raw = read.raw.as_deref().unwrap_or("");
            self.issue(IssueKind::InvalidCode, name, format!("`{raw}` is no consideration known"));
        }
        read
    }

    fn leaves(&self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(value) = self.value(name) {
            leaves(value, &mut found);
        }
        found
    }

    pub(super) fn day(&self, names: &[&str]) -> Option<NaiveDate> {
        let text = self.text(names)?;
        self.issues.borrow_mut().day(Some(&text), names[0])
    }

    /// A whole number: `12`, `12.0`.
    pub(super) fn count(&self, names: &[&str]) -> Option<u32> {
        let text = self.text(names)?;
        let whole = text.split_once('.').map_or(text.as_str(), |(whole, fraction)| {
            if fraction.bytes().all(|byte| byte == b'0') { whole } else { text.as_str() }
        });
        let number = whole.parse().ok();
        if number.is_none() {
            self.issue(IssueKind::InvalidAmount, names[0], format!("`{text}` is not a number"));
        }
        number
    }

    /// A duration in months; platforms round nothing, so `3.5` is four months.
    pub(super) fn months(&self, names: &[&str]) -> Option<u32> {
        let text = self.text(names)?;
        let months =
            text.parse::<f64>().ok().filter(|months| (0.0..=f64::from(LONGEST)).contains(months));
        if months.is_none() {
            let message = format!("`{text}` is not a duration in months");
            self.issue(IssueKind::InvalidAmount, names[0], message);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range")]
        months.map(|months| months.ceil() as u32)
    }

    pub(super) fn truth(&self, names: &[&str]) -> Option<bool> {
        match self.text(names)?.to_lowercase().as_str() {
            "true" | "oui" | "1" | "vrai" => Some(true),
            "false" | "non" | "0" | "faux" => Some(false),
            other => {
                let message = format!("`{other}` is neither yes nor no");
                self.issue(IssueKind::InvalidCode, names[0], message);
                None
            }
        }
    }

    pub(super) fn amount(&self, names: &[&str]) -> Option<ContractAmount> {
        let amount = ContractAmount::read(&self.text(names)?);
        // Zero is what a framework agreement without a maximum says: no defect.
        if let Some(doubt @ (AmountDoubt::Absurd | AmountDoubt::NotANumber)) = amount.doubt {
            let message = format!("`{}` is not believed: {doubt:?}", amount.raw);
            self.issue(IssueKind::InvalidAmount, names[0], message);
        }
        Some(amount)
    }

    pub(super) fn cpv(&self, names: &[&str]) -> Option<Cpv> {
        let text = self.text(names)?;
        self.issues.borrow_mut().cpv(&text, names[0])
    }

    /// A party; one whose SIRET fails its check is kept and is an issue.
    pub(super) fn party(
        &self,
        identifier: &[&str],
        scheme: Option<String>,
        name: &[&str],
    ) -> Option<ContractParty> {
        let party = ContractParty::new(self.text(identifier), scheme, self.text(name));
        if party.is_empty() {
            return None;
        }
        let is_siret = party.scheme.as_deref().is_none_or(|scheme| scheme == "SIRET");
        if let Some(raw) = party.identifier.as_ref().filter(|_| is_siret && party.siret.is_none()) {
            let message = format!("`{raw}` is not a SIRET; kept as it is");
            self.issue(IssueKind::InvalidIdentifier, identifier[0], message);
        }
        Some(party)
    }

    /// A place by its code and the kind of code.
    pub(super) fn place(&self, code: &str, kind: &str, name: &str) -> Option<ContractPlace> {
        let code = self.text(&[code]);
        let code_type = self.text(&[kind]);
        let city = self.text(&[name]).filter(|text| !fold_key(text).starts_with("code "));
        if code.is_none() && city.is_none() {
            return None;
        }
        let place = place(code.as_deref(), code_type.as_deref(), city);
        Some(ContractPlace { code, code_type, place })
    }
}

fn place(code: Option<&str>, code_type: Option<&str>, city: Option<String>) -> Place {
    let mut place = Place { city, ..Place::default() };
    let Some(code) = code else { return place.enriched() };
    match fold_key(code_type.unwrap_or("")).as_str() {
        "code commune" => {
            place.commune = gazetteer::find_by_insee(code).map(|c| c.insee.to_owned());
        }
        "code departement" => place.department = Department::parse(code),
        "code pays" | "code region" | "code canton" => place.text = Some(code.to_owned()),
        _ => place.postal_code = Some(code.to_owned()),
    }
    if place.commune.is_some() && place.department.is_none() {
        let commune = place.commune.as_deref().and_then(gazetteer::find_by_insee);
        place.department = commune.and_then(gazetteer::Commune::department);
    }
    if place.text.is_some() { place } else { place.enriched() }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn leaves(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| leaves(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| leaves(value, found)),
        one => found.extend(scalar(one).map(|text| clean(&text))),
    }
}
