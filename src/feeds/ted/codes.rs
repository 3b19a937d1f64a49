//! Languages and countries as TED writes them: two letters in the old forms, three in eForms.

/// Languages of the European Union, ISO 639-1 and 639-3.
const LANGUAGES: [(&str, &str); 24] = [
    ("BG", "BUL"),
    ("CS", "CES"),
    ("DA", "DAN"),
    ("DE", "DEU"),
    ("EL", "ELL"),
    ("EN", "ENG"),
    ("ES", "SPA"),
    ("ET", "EST"),
    ("FI", "FIN"),
    ("FR", "FRA"),
    ("GA", "GLE"),
    ("HR", "HRV"),
    ("HU", "HUN"),
    ("IT", "ITA"),
    ("LT", "LIT"),
    ("LV", "LAV"),
    ("MT", "MLT"),
    ("NL", "NLD"),
    ("PL", "POL"),
    ("PT", "POR"),
    ("RO", "RON"),
    ("SK", "SLK"),
    ("SL", "SLV"),
    ("SV", "SWE"),
];

/// Countries whose buyers publish on TED and their neighbours, ISO 3166-1 alpha-2 and alpha-3.
/// TED writes `UK` and `EL` beside `GB` and `GR`.
const COUNTRIES: [(&str, &str); 44] = [
    ("AT", "AUT"),
    ("BE", "BEL"),
    ("BG", "BGR"),
    ("CH", "CHE"),
    ("CY", "CYP"),
    ("CZ", "CZE"),
    ("DE", "DEU"),
    ("DK", "DNK"),
    ("EE", "EST"),
    ("EL", "GRC"),
    ("ES", "ESP"),
    ("FI", "FIN"),
    ("FR", "FRA"),
    ("GB", "GBR"),
    ("GF", "GUF"),
    ("GP", "GLP"),
    ("GR", "GRC"),
    ("HR", "HRV"),
    ("HU", "HUN"),
    ("IE", "IRL"),
    ("IS", "ISL"),
    ("IT", "ITA"),
    ("LI", "LIE"),
    ("LT", "LTU"),
    ("LU", "LUX"),
    ("LV", "LVA"),
    ("MC", "MCO"),
    ("MK", "MKD"),
    ("MQ", "MTQ"),
    ("MT", "MLT"),
    ("NC", "NCL"),
    ("NL", "NLD"),
    ("NO", "NOR"),
    ("PF", "PYF"),
    ("PL", "POL"),
    ("PT", "PRT"),
    ("RE", "REU"),
    ("RO", "ROU"),
    ("RS", "SRB"),
    ("SE", "SWE"),
    ("SI", "SVN"),
    ("SK", "SVK"),
    ("UK", "GBR"),
    ("US", "USA"),
];

fn find(list: &[(&str, &'static str)], code: &str) -> String {
    let known = list.iter().find(|(short, _)| short.eq_ignore_ascii_case(code));
    known.map_or_else(|| code.to_owned(), |(_, long)| (*long).to_owned())
}

/// The ISO 639-3 code of a language; an unknown code as it is.
pub fn language(code: &str) -> String {
    find(&LANGUAGES, code.trim())
}

/// The ISO 3166-1 alpha-3 code of a country; an unknown code as it is. The overseas departments
/// are parts of France.
pub fn country(code: &str) -> String {
    match find(&COUNTRIES, code.trim()).as_str() {
        "GLP" | "GUF" | "MTQ" | "REU" => "FRA".to_owned(),
        code => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_get_longer() {
        for (short, long) in [("FR", "FRA"), ("UK", "GBR"), ("RE", "FRA"), ("ZZ", "ZZ")] {
            assert_eq!(country(short), long);
        }
        assert_eq!(language("fr"), "FRA");
    }
}
