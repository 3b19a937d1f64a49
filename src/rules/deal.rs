//! What a sentence says once for several: kinds that its lots take in turn, and articles that its
//! statements share.

use super::claim::Claim;
use super::lots::Scope;
use super::mention::Mention;
use super::scan::Sentence;
use super::who;
use crate::domain::finding::FindingKind;

/// The kinds that the standing phrases of a part state, in turn.
pub(crate) fn kinds_in_turn(sentence: &Sentence) -> Vec<FindingKind> {
    let stand = sentence.hits.iter().filter(|hit| hit.stands());
    let mut kinds: Vec<FindingKind> = stand.filter_map(|hit| hit.entry.says.kind()).collect();
    kinds.dedup();
    kinds
}

/// `Les lots 1 et 2 comportent respectivement une clause et un critère`: a lot for each kind.
pub(crate) fn in_turn(
    mentions: &[&Mention],
    kinds: &[FindingKind],
    sentence: &Sentence,
) -> Option<Vec<usize>> {
    let lots: Vec<usize> = mentions.iter().flat_map(|m| &m.lots).copied().collect();
    (kinds.len() > 1 && kinds.len() == lots.len() && who::says_in_turn(&sentence.masked))
        .then_some(lots)
}

/// Leaves to each statement of a sentence the articles that are cited for it. An article that
/// supports another statement on the same lots is that one's, and so is one that stands in a
/// common list (*articles L. 2113-12 et L. 2113-13*) in which this statement has its own.
pub(crate) fn hand_out_articles(claims: &mut [Claim]) {
    let stated: Vec<(FindingKind, Scope)> =
        claims.iter().map(|claim| (claim.kind, claim.scope.clone())).collect();
    for claim in claims {
        let (kind, scope) = (claim.kind, claim.scope.clone());
        let has_own = claim.cited.iter().any(|cited| cited.supports(kind));
        claim.cited.retain(|cited| {
            let of_another = |(other, place): &(FindingKind, Scope)| {
                cited.supports(*other) && (has_own || *place == scope)
            };
            cited.supports(kind) || !stated.iter().any(of_another)
        });
    }
}
