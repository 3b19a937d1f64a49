//! Text helpers shared by every room: folding for comparison, cleaning of what sources send.

use unicode_normalization::{IsNormalized, UnicodeNormalization as _};

/// Folds one character for comparison: lower case, without accent, ligatures opened, curly quotes
/// and long dashes made plain. Yields nothing for combining marks and soft hyphens.
///
/// ```
/// use passerelle::domain::text::fold_char;
/// assert_eq!(fold_char('É').collect::<String>(), "e");
/// assert_eq!(fold_char('œ').collect::<String>(), "oe");
/// assert_eq!(fold_char('’').collect::<String>(), "'");
/// ```
pub fn fold_char(c: char) -> impl Iterator<Item = char> {
    if c.is_ascii_alphanumeric() || c == ' ' {
        // Nearly every character.
        return Folding::One(Some(c.to_ascii_lowercase()));
    }
    let folded: &'static str = match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' => "a",
        'ç' | 'Ç' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'È' | 'É' | 'Ê' | 'Ë' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'Ì' | 'Í' | 'Î' | 'Ï' => "i",
        'ñ' | 'Ñ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' => "o",
        'ù' | 'ú' | 'û' | 'ü' | 'Ù' | 'Ú' | 'Û' | 'Ü' => "u",
        'ý' | 'ÿ' | 'Ý' | 'Ÿ' => "y",
        'œ' | 'Œ' => "oe",
        'æ' | 'Æ' => "ae",
        'ß' => "ss",
        // U+0092 and its neighbours are Windows-1252 quotes that were never converted: met in
        // BOAMP notices of 2017 (`l\u{92}équipe`).
        '’' | '‘' | '‛' | '`' | '´' | 'ʼ' | '′' | '\u{91}' | '\u{92}' => "'",
        '“' | '”' | '„' | '«' | '»' | '″' | '\u{93}' | '\u{94}' => "\"",
        '–' | '—' | '‐' | '‑' | '‒' | '―' | '−' | '\u{96}' | '\u{97}' => "-",
        '…' | '\u{85}' => "...",
        '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{300}'..='\u{36f}' => "",
        c if c.is_whitespace() => " ",
        _ => {
            return Folding::Lower(c.to_lowercase());
        }
    };
    Folding::Fixed(folded.chars())
}

enum Folding {
    One(Option<char>),
    Fixed(std::str::Chars<'static>),
    Lower(std::char::ToLowercase),
}

impl Iterator for Folding {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self {
            Self::One(c) => c.take(),
            Self::Fixed(chars) => chars.next(),
            Self::Lower(chars) => chars.next(),
        }
    }
}

/// Folds a name or key for comparison: [`fold_char`], then everything that is neither a letter
/// nor a digit becomes a single space.
///
/// ```
/// use passerelle::domain::text::fold_key;
/// assert_eq!(fold_key("  Saint-Jean-de-Védas "), "saint jean de vedas");
/// assert_eq!(fold_key("L’Haÿ-les-Roses"), "l hay les roses");
/// ```
pub fn fold_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.chars().flat_map(fold_char) {
        if c.is_alphanumeric() {
            key.push(c);
        } else if !key.is_empty() && !key.ends_with(' ') {
            key.push(' ');
        }
    }
    key.truncate(key.trim_end().len());
    key
}

/// Cleans a text of a source without changing its words: HTML entities that the publisher encoded
/// once too often are decoded (`D&#039;ESCAUTPONT`), line ends become `\n`, Windows-1252 quotes that
/// were never converted become what they were meant to be, letters are composed (NFC), other
/// control characters and outer white space go.
///
/// Offsets of evidence are offsets into the cleaned text, which is the text Passerelle serves.
pub fn clean(text: &str) -> String {
    let text = text.trim();
    if is_clean(text) {
        return text.to_owned();
    }
    let mut cleaned = decode_entities(text);
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if cleaned.contains(is_control) {
        cleaned = cleaned.chars().map(from_windows_1252).filter(|&c| !is_control(c)).collect();
    }
    if unicode_normalization::is_nfc_quick(cleaned.chars()) != IsNormalized::Yes {
        cleaned = cleaned.nfc().collect();
    }
    cleaned.truncate(cleaned.trim_end().len());
    cleaned
}

/// Whether [`clean`] has nothing to do, told without a look at the tables of Unicode: most texts
/// are Latin letters with plain and French punctuation, and composed already.
fn is_clean(text: &str) -> bool {
    // Characters below U+0300 begin with a byte below 0xCC; 0xC2 may begin a control character.
    let is_plain = |byte: u8| matches!(byte, b'\n' | b'\t' | 0x20..=0x25 | 0x27..=0x7e | 0x80..=0xbf | 0xc3..=0xcb);
    let is_composed = |c: char| {
        let is_latin = c < '\u{300}' && c != '&' && (!c.is_control() || matches!(c, '\n' | '\t'));
        is_latin || matches!(c, '\u{2010}'..='\u{2027}' | '€')
    };
    // Without an early exit inside a chunk the compiler compares many bytes at once.
    let is_plain_chunk =
        |chunk: &[u8]| chunk.iter().fold(true, |plain, byte| plain & is_plain(*byte));
    text.as_bytes().chunks(64).all(is_plain_chunk) || text.chars().all(is_composed)
}

/// The character a byte of Windows-1252 was meant to be, where it was taken for Latin-1.
fn from_windows_1252(c: char) -> char {
    match c {
        '\u{80}' => '€',
        '\u{85}' => '…',
        '\u{8c}' => 'Œ',
        '\u{91}' => '‘',
        '\u{92}' => '’',
        '\u{93}' => '“',
        '\u{94}' => '”',
        '\u{95}' => '•',
        '\u{96}' => '–',
        '\u{97}' => '—',
        '\u{99}' => '™',
        '\u{9c}' => 'œ',
        c => c,
    }
}

fn decode_entities(text: &str) -> String {
    if !text.contains(['&', '\r']) {
        return text.to_owned();
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '\r']) {
        cleaned.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("\r\n") {
            cleaned.push('\n');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('\r') {
            cleaned.push('\n');
            rest = after;
        } else if let Some((character, length)) = entity(rest) {
            cleaned.push(character);
            rest = &rest[length..];
        } else {
            cleaned.push('&');
            rest = &rest[1..];
        }
    }
    cleaned.push_str(rest);
    cleaned.trim().to_owned()
}

/// Reads an HTML entity at the start of `text`: the character and the bytes it takes.
fn entity(text: &str) -> Option<(char, usize)> {
    // The longest entity met (`&ccedil;`) has 8 characters; a lone ampersand is not looked past.
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let name = &text[1..end];
    let character = if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        char::from_u32(code)?
    } else {
        match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "nbsp" => '\u{a0}',
            "eacute" => 'é',
            "egrave" => 'è',
            "ecirc" => 'ê',
            "agrave" => 'à',
            "acirc" => 'â',
            "ccedil" => 'ç',
            "ocirc" => 'ô',
            "ugrave" => 'ù',
            "ucirc" => 'û',
            "icirc" => 'î',
            "deg" => '°',
            "euro" => '€',
            "rsquo" => '’',
            "laquo" => '«',
            "raquo" => '»',
            "ndash" => '–',
            _ => return None,
        }
    };
    Some((character, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_decodes_entities_once_and_keeps_lone_ampersands() {
        for (raw, cleaned) in [
            ("COMMUNE D&#039;ESCAUTPONT", "COMMUNE D'ESCAUTPONT"),
            ("Achats & march&eacute;s", "Achats & marchés"),
            ("&amp;lt;", "&lt;"),
            ("R&D ; études", "R&D ; études"),
            (" a\r\nb\rc ", "a\nb\nc"),
            ("&", "&"),
            ("&#x2019;", "’"),
            ("&é;", "&é;"),
            ("l\u{92}e\u{301}quipe\u{0}\u{7}", "l’équipe"),
        ] {
            assert_eq!(clean(raw), cleaned, "{raw}");
        }
    }

    #[test]
    fn fold_key_ignores_accents_case_and_punctuation() {
        assert_eq!(fold_key("Îles-d'Œuvre  N°2"), "iles d oeuvre n 2");
        assert_eq!(fold_key("l\u{92}e\u{301}quipe"), "l equipe");
        assert_eq!(fold_key("--"), "");
    }
}
