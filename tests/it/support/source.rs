//! Reads Rust as far as the rules of the house need: words and the paths they form, without
//! comments, strings and lifetimes.

use std::path::Path;

use super::notices::files;

/// A file of Rust of this repository.
pub struct Source {
    /// Its path below the repository, for example `src/store/lots.rs`.
    pub path: String,
    pub text: String,
    words: Vec<Word>,
}

/// A word, or a sign: `::` is one, every other sign is a character.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    line: usize,
    text: String,
}

/// A path of the code, groups taken apart: `use a::{b, c::d}` is `a::b` and `a::c::d`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodePath {
    pub line: usize,
    pub segments: Vec<String>,
}

impl CodePath {
    pub fn text(&self) -> String {
        self.segments.join("::")
    }

    /// Whether these segments stand in it one after the other.
    pub fn holds(&self, segments: &str) -> bool {
        let wanted: Vec<&str> = segments.split("::").collect();
        self.segments.windows(wanted.len()).any(|window| window == wanted)
    }
}

pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files of Rust in a folder of the repository and below.
pub fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![repository().join(folder)];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        let entries = std::fs::read_dir(&folder).expect("a folder");
        let entries = entries.map(|entry| entry.expect("an entry").path());
        folders.extend(entries.filter(|path| path.is_dir()));
        for path in files(&folder) {
            if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("text");
                let path = path.strip_prefix(repository()).expect("a path below").to_owned();
                found.push(Source::new(path.to_str().expect("a plain name"), text));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

impl Source {
    pub fn new(path: &str, text: String) -> Self {
        Self { path: path.to_owned(), words: words(&text), text }
    }

    /// The module it is, from the root of its crate: `src/store/lots.rs` is `store`, `lots`.
    pub fn module(&self) -> Vec<String> {
        let below = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let below = below.strip_suffix(".rs").unwrap_or(below);
        let parts = below.split('/').map(str::to_owned);
        parts.filter(|part| !["mod", "lib", "main"].contains(&part.as_str())).collect()
    }

    /// How many lines it has without its tests.
    pub fn lines(&self) -> usize {
        let code = self.text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        code.lines().count()
    }

    /// The lines where some words stand one after the other.
    pub fn lines_with(&self, wanted: &[&str]) -> Vec<usize> {
        let found = self
            .words
            .windows(wanted.len())
            .filter(|window| window.iter().zip(wanted).all(|(word, wanted)| word.text == *wanted));
        found.map(|window| window[0].line).collect()
    }

    /// The names after `mod`, of files and of blocks.
    pub fn modules(&self) -> Vec<&str> {
        let pairs = self.words.windows(2).filter(|pair| pair[0].text == "mod");
        pairs.map(|pair| pair[1].text.as_str()).collect()
    }

    /// Every path, `super` written as the module it means: `crate::…` from the root.
    pub fn paths(&self) -> Vec<CodePath> {
        let mut found = Vec::new();
        let mut blocks = Vec::new();
        let mut depth = 0;
        let mut at = 0;
        while let Some(word) = self.words.get(at) {
            match word.text.as_str() {
                "{" => {
                    depth += 1;
                    let name = at.checked_sub(2).map(|two| &self.words[two..at]);
                    if let Some([keyword, name]) = name
                        && keyword.text == "mod"
                    {
                        blocks.push((depth, name.text.clone()));
                    }
                }
                "}" => {
                    blocks.retain(|(opened, _)| *opened != depth);
                    depth -= 1;
                }
                text if is_name(text) => {
                    let first = found.len();
                    at = self.path_at(at, &[], &mut found);
                    let blocks = blocks.iter().map(|(_, name)| name.clone());
                    let module: Vec<String> = self.module().into_iter().chain(blocks).collect();
                    for path in &mut found[first..] {
                        root(&mut path.segments, &module);
                    }
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        found
    }

    /// Reads the path that begins at a word, and gives where it ends.
    fn path_at(&self, mut at: usize, before: &[String], found: &mut Vec<CodePath>) -> usize {
        let text = |at: usize| self.words.get(at).map_or("", |word| word.text.as_str());
        let line = self.words[at].line;
        let mut segments = before.to_vec();
        loop {
            segments.push(text(at).to_owned());
            at += 1;
            if text(at) != "::" {
                break;
            }
            match text(at + 1) {
                "{" => {
                    at += 2;
                    while text(at) != "}" && at < self.words.len() {
                        at = match text(at) {
                            "as" => at + 2,
                            name if is_name(name) || name == "*" => {
                                self.path_at(at, &segments, found)
                            }
                            _ => at + 1,
                        };
                    }
                    return at + 1;
                }
                next if is_name(next) || next == "*" => at += 1,
                _ => break,
            }
        }
        found.push(CodePath { line, segments });
        at
    }
}

/// Writes a path that begins with `super` or `self` from the root of the crate.
fn root(segments: &mut Vec<String>, module: &[String]) {
    let is_relative = segments.len() > 1 && (segments[0] == "super" || segments[0] == "self");
    if !is_relative {
        return;
    }
    let ups = segments.iter().skip_while(|segment| *segment == "self");
    let ups = ups.take_while(|segment| *segment == "super").count();
    let kept = &module[..module.len().saturating_sub(ups)];
    let rest = segments.iter().filter(|segment| *segment != "self" && *segment != "super");
    *segments =
        std::iter::once("crate".to_owned()).chain(kept.iter().chain(rest).cloned()).collect();
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// The words and signs of a file of Rust.
fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match skipped(rest) {
            Some(length) => length,
            None if is_name(rest) || first.is_ascii_digit() => {
                let end = rest.find(|sign: char| !sign.is_alphanumeric() && sign != '_');
                let end = end.unwrap_or(rest.len());
                words.push(Word { line, text: rest[..end].to_owned() });
                end
            }
            None => {
                let length = if rest.starts_with("::") { 2 } else { first.len_utf8() };
                words.push(Word { line, text: rest[..length].to_owned() });
                length
            }
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    words
}

/// The length of what says nothing here and stands at the beginning of a text: a blank, a comment,
/// a string, a character, a lifetime.
fn skipped(rest: &str) -> Option<usize> {
    let first = rest.chars().next()?;
    if first.is_whitespace() {
        return Some(first.len_utf8());
    }
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    if first == '\'' {
        return Some(quoted_or_lifetime(rest));
    }
    // Prefixes of strings; `r#type` is a name of which the sign is dropped.
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        let after = rest.strip_prefix(prefix).map(|after| after.trim_start_matches('#'));
        after.is_some_and(|after| after.starts_with('"'))
    });
    let Some(prefix) = prefix else { return rest.starts_with("r#").then_some(2) };
    let body = &rest[prefix.len()..];
    let marks = body.len() - body.trim_start_matches('#').len();
    let open = prefix.len() + marks + 1;
    if prefix.ends_with('r') {
        let close = format!("\"{}", "#".repeat(marks));
        let end = rest[open..].find(&close).map(|end| open + end + close.len());
        return Some(end.unwrap_or(rest.len()));
    }
    (marks == 0).then(|| open + until(&rest[open..], '"'))
}

/// The length up to a closing sign and with it, escapes passed over.
fn until(text: &str, close: char) -> usize {
    let mut is_escaped = false;
    for (at, sign) in text.char_indices() {
        if is_escaped {
            is_escaped = false;
        } else if sign == close {
            return at + close.len_utf8();
        } else {
            is_escaped = sign == '\\';
        }
    }
    text.len()
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

fn quoted_or_lifetime(text: &str) -> usize {
    let mut signs = text.char_indices().skip(1);
    let second = signs.next();
    let third = signs.next();
    match (second, third) {
        (Some((_, '\\')), _) => 1 + until(&text[1..], '\''),
        (_, Some((at, '\''))) => at + 1,
        _ => {
            let name = text[1..].find(|sign: char| !sign.is_alphanumeric() && sign != '_');
            1 + name.unwrap_or(text.len() - 1)
        }
    }
}

#[test]
fn code_is_told_from_comments_and_strings() {
    let text = r##"
        //! crate::comment
        use crate::{store::{self, lots::*}, rules as book};
        /* crate::a /* crate::b */ crate::c */
        fn f<'a>(x: &'a str) -> char { g("crate::s \" crate::t", r#"crate::" u"#, b"x"); '"' }
        pub(crate) mod tests {
            use super::super::domain::money;
            use super::shown;
            fn r#type() -> char { '\'' }
            mod deep { use super::super::super::net; }
        }
        fn h() -> Vec<u8> { self::own(); super::clock::now(); Vec::<u8>::new() }
    "##;
    let source = Source::new("src/cli/output.rs", text.to_owned());
    let paths = source.paths();
    let paths: Vec<String> =
        paths.iter().filter(|path| path.segments.len() > 1).map(CodePath::text).collect();
    assert_eq!(
        paths,
        [
            "crate::store::self",
            "crate::store::lots::*",
            "crate::rules",
            "crate::cli::domain::money",
            "crate::cli::output::shown",
            "crate::cli::net",
            "crate::cli::output::own",
            "crate::cli::clock::now",
        ]
    );
    let source = Source::new("src/clock.rs", "use super::domain::ids;\n".to_owned());
    assert_eq!(source.paths()[0].text(), "use");
    assert_eq!(source.paths()[1].text(), "crate::domain::ids");
    assert_eq!(source.paths()[1].line, 1);
}
