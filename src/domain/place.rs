//! Places: NUTS codes, departments, communes, points, and what a notice says of where.

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::codes::{DEPARTMENTS, NUTS};
use super::gazetteer;
use super::text::fold_key;

/// A French department or overseas collectivity by its INSEE code: `01`, `2A`, `34`, `971`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Department(String);

impl Department {
    /// Reads a department as sources write it: `1`, `01`, `34`, `2A`, `20A` (BOAMP labels), `971`.
    /// `None` when there is no such department.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        let code = match text.as_str() {
            "20A" => "2A".to_owned(),
            "20B" => "2B".to_owned(),
            digit if digit.len() == 1 => format!("0{digit}"),
            _ => text,
        };
        DEPARTMENTS.find(&code).map(|_| Self(code))
    }

    /// The department that a French postal code belongs to. Corsican codes are split by their
    /// third digit: 200 and 201 south, 202 and 206 north.
    pub fn of_postal_code(postal_code: &str) -> Option<Self> {
        let code = postal_code.trim();
        if code.len() != 5 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        match &code[..3] {
            "200" | "201" => Self::parse("2A"),
            "202" | "206" => Self::parse("2B"),
            overseas if overseas.starts_with("97") || overseas.starts_with("98") => {
                Self::parse(overseas)
            }
            _ => Self::parse(&code[..2]),
        }
    }

    /// The INSEE code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The department's name.
    pub fn name(&self) -> &'static str {
        DEPARTMENTS.find(&self.0).map_or("", |entry| entry.code.label)
    }

    /// Whether its clocks differ from Europe/Paris: overseas departments and collectivities.
    pub fn is_overseas(&self) -> bool {
        self.0.len() == 3
    }
}

impl fmt::Display for Department {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A NUTS code (BT-5071), of any country and level: `FRJ13`, `FRJ1`, `FR`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nuts(String);

impl Nuts {
    /// Reads a code of two letters and up to three more characters. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        let shaped = (2..=5).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && text.bytes().take(2).all(|byte| byte.is_ascii_uppercase());
        shaped.then_some(Self(text))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// French label, for French codes.
    pub fn label(&self) -> Option<&'static str> {
        NUTS.find(&self.0).map(|nuts| nuts.code.label)
    }

    /// The French department of a level-3 code.
    pub fn department(&self) -> Option<Department> {
        Department::parse(NUTS.find(&self.0)?.department?)
    }
}

/// A point on earth, WGS 84, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

impl Point {
    /// Great-circle distance in kilometres (haversine on a sphere of 6,371 km).
    pub fn distance_km(self, other: Self) -> f64 {
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
        let chord = half(other.latitude - self.latitude)
            + from.cos() * to.cos() * half(other.longitude - self.longitude);
        2.0 * 6_371.0 * chord.sqrt().asin()
    }
}

/// What a place says: where the contract is carried out, or only where the buyer sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PlaceBasis {
    /// The place of performance of the lot (BT-5071-Lot and its address).
    Lot,
    /// The place of performance of the whole procedure.
    Procedure,
    /// The departments under which the notice is published.
    Publication,
    /// The buyer's own address: a fallback.
    Buyer,
}

/// A place as a notice gives it, enriched from the reference tables.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The free text of the place, as published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// NUTS code as published; it can be wrong (Nantes coded `FRH03`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nuts: Option<Nuts>,
    /// Department, from the postal code, else the commune, else the NUTS code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Department>,
    /// Postal code as published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// City as published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// INSEE code of the commune, when city and postal code leave one only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commune: Option<String>,
    /// ISO 3166-1 alpha-3 country code, when given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl Place {
    /// Whether the place says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The commune's point, if the commune is known.
    pub fn point(&self) -> Option<Point> {
        gazetteer::find_by_insee(self.commune.as_deref()?)?.point
    }

    /// Fills department and commune from what the notice gives. The postal code is trusted over
    /// the NUTS code, because the wrong NUTS codes met stood beside right addresses.
    #[must_use]
    pub fn enriched(mut self) -> Self {
        if self.country.as_deref().is_some_and(|country| country != "FRA") {
            return self;
        }
        let commune = gazetteer::resolve(self.city.as_deref(), self.postal_code.as_deref());
        if self.commune.is_none() {
            self.commune = commune.map(|commune| commune.insee.to_owned());
        }
        if self.department.is_none() {
            self.department = (self.postal_code.as_deref())
                .and_then(Department::of_postal_code)
                .or_else(|| commune.and_then(gazetteer::Commune::department))
                .or_else(|| self.nuts.as_ref().and_then(Nuts::department));
        }
        self
    }

    /// Reads a free text such as `AVIGNON 84914`, `FRB06 - Loiret`, `Sanary-sur-Mer` or
    /// `4 hameau de la Briquetterie, 62870 CAMPAGNE LES HESDIN`.
    pub fn from_text(text: &str) -> Self {
        let mut place = Self { text: Some(text.to_owned()), ..Self::default() };
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
        place.postal_code = words
            .iter()
            .find(|word| Department::of_postal_code(word).is_some())
            .map(|&word| word.to_owned());
        place.nuts = words
            .iter()
            .filter(|word| (4..=5).contains(&word.len()) && word.starts_with("FR"))
            .find_map(|word| Nuts::parse(word).filter(|nuts| nuts.label().is_some()));
        place.city = match &place.postal_code {
            Some(code) => city_beside(text, code),
            None => (!gazetteer::find_by_name(text).is_empty()).then(|| text.trim().to_owned()),
        };
        if place.postal_code.is_none() && place.nuts.is_none() && place.city.is_none() {
            place.department = department_named(text);
        }
        place.enriched()
    }
}

/// The words after a postal code, or before it when nothing follows.
fn city_beside(text: &str, postal_code: &str) -> Option<String> {
    let (before, after) = text.split_once(postal_code)?;
    let edge: &[char] = &[',', ';', '\n', '(', ')', '-', '/', ':'];
    let tail = after.trim_start_matches([' ', '-', ',', ')']);
    let after = tail.split([',', ';', '\n', '(', '/']).next().unwrap_or("").trim();
    if !after.is_empty() {
        return Some(after.to_owned());
    }
    let head = before.trim_end_matches([' ', '-', ',', '(']);
    let before = head.rsplit(edge).next().unwrap_or("").trim();
    (!before.is_empty()).then(|| before.to_owned())
}

/// The department whose name stands in the text, longest name first (`Haute-Loire` before `Loire`).
fn department_named(text: &str) -> Option<Department> {
    static NAMES: LazyLock<Vec<(String, &'static str)>> = LazyLock::new(|| {
        let named = DEPARTMENTS.entries().iter();
        let mut names: Vec<_> = named
            .map(|entry| (format!(" {} ", fold_key(entry.code.label)), entry.code.code))
            .collect();
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        names
    });
    let folded = format!(" {} ", fold_key(text));
    let (_, code) = NAMES.iter().find(|(name, _)| folded.contains(name.as_str()))?;
    Department::parse(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn departments_are_read_as_sources_write_them() {
        for (text, code) in [
            ("1", Some("01")),
            ("34", Some("34")),
            ("20A", Some("2A")),
            ("2b", Some("2B")),
            ("971", Some("971")),
            ("20", None),
            ("99", None),
            ("", None),
        ] {
            assert_eq!(Department::parse(text).as_ref().map(Department::as_str), code, "{text}");
        }
        for (postal, code) in
            [("34000", "34"), ("20000", "2A"), ("20200", "2B"), ("97400", "974"), ("01400", "01")]
        {
            assert_eq!(
                Department::of_postal_code(postal).as_ref().map(Department::as_str),
                Some(code)
            );
        }
    }

    #[test]
    fn free_text_places() {
        for (text, department, commune) in [
            ("AVIGNON 84914", Some("84"), Some("84007")),
            ("FRB06 - Loiret", Some("45"), None),
            ("Sanary-sur-Mer", Some("83"), Some("83123")),
            ("4 hameau, 62870 CAMPAGNE LES HESDIN", Some("62"), Some("62204")),
            ("360, rue du Champ de Foire \n54200 Toul", Some("54"), Some("54528")),
            ("Département de la Haute-Loire", Some("43"), None),
            ("Plusieurs lieux", None, None),
        ] {
            let place = Place::from_text(text);
            assert_eq!(place.department.as_ref().map(Department::as_str), department, "{text}");
            assert_eq!(place.commune.as_deref(), commune, "{text}");
        }
    }

    #[test]
    fn distances_are_in_kilometres() {
        let montpellier = Point { latitude: 43.611, longitude: 3.877 };
        let nimes = Point { latitude: 43.837, longitude: 4.360 };
        let distance = montpellier.distance_km(nimes);
        assert!((45.0..48.0).contains(&distance), "{distance}");
        assert!(montpellier.distance_km(montpellier).abs() < 1e-9);
    }
}
