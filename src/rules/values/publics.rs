//! The people that a clause names: *demandeurs d'emploi de longue durée*, *RQTH*, *QPV*.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::domain::quantity::Public;
use crate::rules::pattern;

static PUBLICS: LazyLock<[(Public, Regex); 11]> = LazyLock::new(|| {
    let word = |public| match public {
        Public::LongTermUnemployed => {
            r"\b(?:deld|(?:demandeu(?:rs?|ses?) d emploi|chom(?:eurs?|age)|chomeuses?)(?: [a-z]+){0,2} (?:de |d une )?(?:tres )?longue duree|chomage de longue duree|inscrits? (?:[a-z]+ ){0,3}depuis (?:plus d un an|plus de (?:12|douze|24) mois))\b"
        }
        Public::Unemployed => {
            r"\b(?:demandeu(?:rs?|ses?) d emploi|chomeu(?:rs?|ses?)|sans emploi|en recherche d emploi|inscrits? a (?:pole emploi|france travail))\b"
        }
        Public::MinimumIncome => {
            r"\b(?:rsa|brsa|revenu de solidarite|minima sociaux|ata|aah|allocation (?:de solidarite specifique|aux adultes handicapes|d insertion))\b"
        }
        Public::Disabled => {
            r"\b(?:rqth|boeth|(?:travailleu(?:rs?|ses?)|personnes?|salaries?|public) (?:[a-z]+ )?(?:handicapee?s?|en situation de handicap)|l ?5212-13)\b"
        }
        Public::Young => {
            r"\b(?:jeunes?|moins de (?:25|26|30|vingt (?:cinq|six)|trente) ans|16(?: a|-| -) ?25 ans|missions? locales?)\b"
        }
        Public::Senior => {
            r"\b(?:(?:plus de|ages? de|agees? de) (?:50|55|cinquante) ans|50 ans et plus|seniors?)\b"
        }
        Public::PriorityDistrict => {
            r"\b(?:qpv|zus|quartiers? (?:prioritaires?|politique de la ville|de la politique de la ville|anru)|zones? urbaines? sensibles?)\b"
        }
        Public::InsertionPath => {
            r"\b(?:pass iae|plie|parcours d insertion|epide|ecoles? de la (?:2e|2eme|deuxieme|seconde) chance|salaries? en insertion|(?:personnels?|personnes?|publics?|salaries?) (?:en|relevant de l|issue?s? de l) insertion)\b"
        }
        Public::Refugee => {
            r"\b(?:refugiee?s?|protection (?:internationale|subsidiaire|temporaire)|primo arrivants?)\b"
        }
        Public::Justice => {
            r"\b(?:sous main de justice|placee?s? sous main|sortante?s? de prison|detenue?s)\b"
        }
        Public::LowSkilled => {
            r"\b(?:sans (?:aucune )?(?:qualification|diplome|experience)|(?:peu|faiblement|non|pas) qualifiee?s?|faible(?:ment)? (?:niveau de )?qualification|bas niveau de qualification|infra v)\b"
        }
    };
    Public::ALL.map(|public| (public, pattern::compile(word(public))))
});

/// The people a sentence names, in the order of [`Public::ALL`]. Who has been without work for long
/// is not told twice.
pub(super) fn publics(sentence: &str) -> Vec<Public> {
    let named = PUBLICS.iter().filter(|(_, words)| words.is_match(sentence.as_bytes()));
    let mut named: Vec<Public> = named.map(|(public, _)| *public).collect();
    if named.contains(&Public::LongTermUnemployed) {
        let others = sentence.matches("demandeurs d emploi").count();
        named.retain(|public| *public != Public::Unemployed || others > 1);
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::fold::Folded;

    #[test]
    fn people_are_known_by_their_names() {
        use Public::*;
        for (text, expected) in [
            ("des demandeurs d'emploi de longue durée", vec![LongTermUnemployed]),
            ("des demandeurs d'emploi", vec![Unemployed]),
            ("allocataires du R.S.A. et titulaires d'une RQTH", vec![MinimumIncome, Disabled]),
            ("jeunes de moins de 26 ans peu qualifiés", vec![Young, LowSkilled]),
            ("personnes de plus de 50 ans résidant en QPV", vec![Senior, PriorityDistrict]),
            ("réfugiés, personnes sous main de justice", vec![Refugee, Justice]),
            ("salariés en insertion (PASS IAE)", vec![InsertionPath]),
            ("les agents de la ville", vec![]),
        ] {
            assert_eq!(publics(Folded::new(text).as_str()), expected, "{text}");
        }
    }
}
