//! The rule book: every rule with its page, and the page for people, `docs/RULES.md`.

use std::fmt::Write;
use std::sync::LazyLock;

use super::articles;
use super::compliance;
use super::digest::digest;
use super::entry::{Entry, Trap};
use super::lexicon::{FILES, LEXICON};
use super::texts::text_of;
use super::{Origin, RULES, RuleInfo};

/// Raised when code changes what the rules say of a notice. Changes of the lexicon need no hand:
/// they change the second half of [`RULES_VERSION`].
const CODE_EDITION: u32 = 3;

/// The edition of the rules: findings made by another edition can be told and made again.
///
/// Made of a number that the code raises and of a digest of the data files.
pub static RULES_VERSION: LazyLock<String> = LazyLock::new(|| {
    let digest = digest(FILES.iter().flat_map(|file| file.bytes()));
    format!("{CODE_EDITION}-{:08x}", (digest >> 32) ^ (digest & 0xffff_ffff))
});

static BOOK: LazyLock<Vec<RuleInfo>> = LazyLock::new(|| {
    let mut book: Vec<RuleInfo> = RULES.iter().map(|rule| rule.info()).collect();
    book.extend(compliance::pages());
    book.sort_by_key(|info| info.origin);
    book.extend(LEXICON.entries.iter().map(entry));
    book.extend(LEXICON.traps.iter().map(trap));
    book.sort_by_key(|info| info.origin);
    book
});

/// Every rule: coded fields, phrases and traps of the lexicon, rules of law, the compliance check.
pub fn book() -> &'static [RuleInfo] {
    &BOOK
}

/// The page of one rule.
pub fn find_rule(id: &str) -> Option<&'static RuleInfo> {
    BOOK.iter().find(|info| info.id == id)
}

fn entry(entry: &'static Entry) -> RuleInfo {
    let mut info = RuleInfo::new(&entry.id, Origin::Lexicon, &entry.title_fr, &entry.title_en);
    info.version = entry.version;
    info.kind = entry.says.kind();
    info.article = match info.kind {
        Some(kind) => articles::basis(kind, None, false).map(|article| article.id.as_str()),
        // Which of L2113-12 to L2113-16 depends on whom it names.
        None => Some("R2113-7"),
    };
    info
}

fn trap(trap: &'static Trap) -> RuleInfo {
    let mut info = RuleInfo::new(&trap.id, Origin::Lexicon, &trap.title_fr, &trap.title_en);
    info.version = trap.version;
    info
}

/// The text of `docs/RULES.md`.
pub fn book_markdown() -> String {
    let mut page = String::from(
        "# The rules\n\n\
         Generated from the rules by `rules::book_markdown()`; a test fails when it is stale.\n\n\
         A finding names its rule, its article and the words or the code that prove it. A phrase is \
         matched on folded text (lower case, no accents), inside one sentence; a trap cancels the \
         words it holds, never the notice; a denial (*n'est pas réservé*, *sans clause*) cancels \
         what it reaches, and an exception (*sauf le lot 3*) turns it over.\n\n\
         A new phrase or trap is an entry in `src/rules/lexicon/*.toml` with a positive and a near \
         miss, which are run as tests; a new coded or legal rule is a file and a line in `RULES`.\n",
    );
    let coded = |info: &&RuleInfo| info.origin == Origin::Coded;
    let legal = |info: &&RuleInfo| info.origin == Origin::Legal;
    section(&mut page, "Coded fields", "What the boxes of the forms say.");
    table(&mut page, book().iter().filter(coded));
    section(&mut page, "Rules of law", "What does not fit together.");
    table(&mut page, book().iter().filter(legal));
    section(
        &mut page,
        "Compliance",
        "What the law asks of a procurement: each rule answers whether it applies, whether it is met, \
         what it used and what is missing. `from` is the first day of a consultation that it governs; \
         thresholds and amounts are in `src/rules/compliance/law.toml`.",
    );
    page.push_str("| rule | version | asks | article | from |\n|---|---|---|---|---|\n");
    for info in book().iter().filter(|info| info.origin == Origin::Compliance) {
        let version = info.version.to_string();
        let from = info.valid_from.map(|day| day.to_string()).unwrap_or_default();
        let article = info.article.unwrap_or_default();
        row(&mut page, &[&code(info.id), &version, info.title_fr, article, &from]);
    }
    section(
        &mut page,
        "Phrases",
        "`reserved` stands for the reservation that the words around, or the article, name.",
    );
    page.push_str(
        "| rule | finds | strength | says | an example it finds | one it leaves alone |\n",
    );
    page.push_str("|---|---|---|---|---|---|\n");
    for entry in &LEXICON.entries {
        let finds = entry.says.kind().map_or("reserved", |kind| kind.as_str());
        let strength = format!("{:?}", entry.strength).to_lowercase();
        let (hit, miss) = (first(&entry.examples.hits), first(&entry.examples.misses));
        row(&mut page, &[&code(&entry.id), finds, &strength, &entry.title_fr, hit, miss]);
    }
    section(&mut page, "Traps", "Words that look like ours and are not.");
    page.push_str("| rule | what it holds | an example it cancels | one it does not |\n");
    page.push_str("|---|---|---|---|\n");
    for trap in &LEXICON.traps {
        let (hit, miss) = (first(&trap.examples.hits), first(&trap.examples.misses));
        row(&mut page, &[&code(&trap.id), &trap.title_fr, hit, miss]);
    }
    section(
        &mut page,
        "Articles",
        "Every generation of law that notices cite, with the days on which a consultation may cite it.",
    );
    page.push_str("| article | supports | from | until |\n|---|---|---|---|\n");
    for article in articles::ARTICLES.iter().filter(|article| article.instead.is_none()) {
        let named = format!("[{}]({})", article.id, text_of(&article.id).url);
        let days = [article.first_day(), article.last_day()];
        row(&mut page, &[&named, &article.supported(), &days[0], &days[1]]);
    }
    page
}

fn section(page: &mut String, title: &str, lead: &str) {
    write!(page, "\n## {title}\n\n{lead}\n\n").unwrap_or_default();
}

fn table<'a>(page: &mut String, rules: impl Iterator<Item = &'a RuleInfo>) {
    page.push_str("| rule | version | finds | says | article |\n|---|---|---|---|---|\n");
    for info in rules {
        let finds = info.kind.map_or("", |kind| kind.as_str());
        let version = info.version.to_string();
        let article = info.article.unwrap_or_default();
        row(page, &[&code(info.id), &version, finds, info.title_fr, article]);
    }
}

fn row(page: &mut String, cells: &[&str]) {
    page.push('|');
    for cell in cells {
        write!(page, " {} |", cell.replace('|', "\\|")).unwrap_or_default();
    }
    page.push('\n');
}

fn code(id: &str) -> String {
    format!("`{id}`")
}

fn first(examples: &[String]) -> &str {
    examples.first().map(String::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_one_page() {
        let ids: BTreeSet<&str> = book().iter().map(|info| info.id).collect();
        assert_eq!(ids.len(), book().len());
        let checks = compliance::pages().count();
        let lexicon = LEXICON.entries.len() + LEXICON.traps.len();
        assert_eq!(book().len(), RULES.len() + checks + lexicon);
        assert!(find_rule("law.tick-denied").is_some());
        assert!(find_rule("text.nothing").is_none());
        for info in book() {
            assert!(!info.title_fr.is_empty() && !info.title_en.is_empty(), "{}", info.id);
        }
    }

    #[test]
    fn the_edition_has_both_halves() {
        let (code, data) = RULES_VERSION.split_once('-').expect("two halves");
        assert_eq!(code, CODE_EDITION.to_string());
        assert_eq!(data.len(), 8);
    }
}
