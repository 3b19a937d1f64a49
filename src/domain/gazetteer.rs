//! French communes: from a city name or a postal code to an INSEE code and a point.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::place::{Department, Point};
use super::text::fold_key;

/// A commune of the official list, with a point good enough for radius searches
/// (`data/README.md` says how exact).
#[derive(Clone, Debug, PartialEq)]
pub struct Commune {
    /// INSEE code, five characters.
    pub insee: &'static str,
    /// Official name.
    pub name: &'static str,
    /// Postal codes, several for a town, shared by villages.
    pub postal_codes: Vec<&'static str>,
    /// Where it is.
    pub point: Option<Point>,
}

impl Commune {
    /// The department of the commune.
    pub fn department(&self) -> Option<Department> {
        let length =
            if self.insee.starts_with("97") || self.insee.starts_with("98") { 3 } else { 2 };
        Department::parse(&self.insee[..length])
    }
}

struct Gazetteer {
    communes: Vec<Commune>,
    by_insee: HashMap<&'static str, usize>,
    by_name: HashMap<String, Vec<usize>>,
    by_postal_code: HashMap<&'static str, Vec<usize>>,
}

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| {
    let mut gazetteer = Gazetteer {
        communes: Vec::with_capacity(35_000),
        by_insee: HashMap::new(),
        by_name: HashMap::new(),
        by_postal_code: HashMap::new(),
    };
    for line in include_str!("../../data/communes_fr.tsv").lines() {
        let columns: Vec<&'static str> = line.split('\t').collect();
        let [insee, name, postal_codes, latitude, longitude, ..] = columns[..] else {
            continue;
        };
        let position = gazetteer.communes.len();
        let postal_codes: Vec<_> =
            postal_codes.split(',').filter(|code| !code.is_empty()).collect();
        for &code in &postal_codes {
            gazetteer.by_postal_code.entry(code).or_default().push(position);
        }
        gazetteer.by_name.entry(fold_key(name)).or_default().push(position);
        gazetteer.by_insee.insert(insee, position);
        let point = latitude.parse().ok().zip(longitude.parse().ok());
        gazetteer.communes.push(Commune {
            insee,
            name,
            postal_codes,
            point: point.map(|(latitude, longitude)| Point { latitude, longitude }),
        });
    }
    gazetteer
});

/// All communes, by INSEE code.
pub fn all() -> impl Iterator<Item = &'static Commune> {
    GAZETTEER.communes.iter()
}

/// The commune with this INSEE code.
pub fn find_by_insee(insee: &str) -> Option<&'static Commune> {
    let gazetteer = &*GAZETTEER;
    gazetteer.by_insee.get(insee).map(|&position| &gazetteer.communes[position])
}

/// All communes of this name, accents and hyphens optional; several are homonyms.
pub fn find_by_name(name: &str) -> Vec<&'static Commune> {
    let gazetteer = &*GAZETTEER;
    let positions = gazetteer.by_name.get(&fold_key(name)).map_or(&[][..], Vec::as_slice);
    positions.iter().map(|&position| &gazetteer.communes[position]).collect()
}

/// The one commune that a city line and a postal code mean, for example (`Nantes cedex 3`,
/// `44307`), (`PARIS 7`, `75007`) or (`(75) Paris`, `75007`). `None` rather than a guess when the
/// two leave several communes.
pub fn resolve(city: Option<&str>, postal_code: Option<&str>) -> Option<&'static Commune> {
    let gazetteer = &*GAZETTEER;
    let department = postal_code.and_then(Department::of_postal_code);
    let by_city = city.and_then(|city| {
        let named = find_by_name(&without_office(city));
        let here = |commune: &&Commune| department.is_none() || commune.department() == department;
        let exact = |commune: &&Commune| {
            postal_code.is_some_and(|code| commune.postal_codes.contains(&code))
        };
        single(named.iter().copied().filter(exact))
            .or_else(|| single(named.iter().copied().filter(here)))
    });
    by_city.or_else(|| {
        let positions = gazetteer.by_postal_code.get(postal_code?)?;
        single(positions.iter().map(|&position| &gazetteer.communes[position]))
    })
}

fn single<'a>(mut communes: impl Iterator<Item = &'a Commune>) -> Option<&'a Commune> {
    let first = communes.next()?;
    communes.next().is_none().then_some(first)
}

/// Drops what post offices add to a city: `cedex 3`, a district number, a department in brackets.
fn without_office(city: &str) -> String {
    let folded = fold_key(city);
    let mut words: Vec<&str> = folded.split(' ').collect();
    if let Some(at) = words.iter().position(|word| *word == "cedex" || *word == "cdx") {
        words.truncate(at);
    }
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    words.retain(|word| !is_number(word));
    if words.first() == Some(&"st") {
        words[0] = "saint";
    } else if words.first() == Some(&"ste") {
        words[0] = "sainte";
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insee(city: &str, postal_code: &str) -> Option<&'static str> {
        let some = |text: &'static str| (!text.is_empty()).then_some(text);
        resolve(some(city.to_owned().leak()), some(postal_code.to_owned().leak()))
            .map(|commune| commune.insee)
    }

    #[test]
    fn cities_are_found_as_notices_write_them() {
        for (city, postal_code, expected) in [
            ("Montpellier", "34000", Some("34172")),
            ("MONTPELLIER CEDEX 2", "34961", Some("34172")),
            ("Nantes cedex 3", "44307", Some("44109")),
            ("PARIS 7", "75007", Some("75056")),
            ("(75) Paris", "75007", Some("75056")),
            ("MARSEILLE 9", "13009", Some("13055")),
            ("Saint-Denis", "97400", Some("97411")),
            ("Saint Denis", "93200", Some("93066")),
            ("St Cyprien", "66750", Some("66171")),
            ("Saint-Denis", "", None), // homonyms in four departments
            ("", "34430", Some("34270")),
            ("Nulle part", "", None),
        ] {
            assert_eq!(insee(city, postal_code), expected, "{city} {postal_code}");
        }
    }
}
