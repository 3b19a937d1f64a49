//! One stream of elements from XML and from BOAMP's JSON.
//!
//! BOAMP turns its XML into JSON: an empty element becomes `""`, an attribute `"@x"`, text beside
//! attributes `"#text"`, one child an object, several an array. Both forms of a notice are read
//! here as the same sequence of elements, so every decoder above is written once.

use std::borrow::Cow;
use std::fmt;

use quick_xml::XmlVersion;
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

/// Elements deeper than this are hostile: the deepest real notice has 19 levels.
const DEEPEST: usize = 64;
/// A single text longer than this is hostile: the longest real one has 40,000 bytes.
const LONGEST_TEXT: usize = 4 << 20;

/// Attributes of an element, without namespace declarations and prefixes.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'a>(&'a [(Cow<'a, str>, Cow<'a, str>)]);

impl<'a> Attributes<'a> {
    /// The value of an attribute.
    pub fn get(self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_ref())
    }

    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value.as_ref()))
    }
}

/// Receives the elements of a document. Names carry the usual prefix of their namespace (`cbc:ID`)
/// whatever prefix the document declares, and none where the namespace has none.
pub trait Handler {
    /// An element with child elements begins.
    fn enter(&mut self, name: &str, attributes: Attributes<'_>);
    /// An element without child elements; its text is trimmed of outer white space. Text beside
    /// child elements comes as it stands, in its place, under the name `#text`.
    fn leaf(&mut self, name: &str, attributes: Attributes<'_>, text: &str);
    /// The element that [`Handler::enter`] began last ends.
    fn leave(&mut self, name: &str);
}

/// Why a document could not be read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkupError {
    /// Not well-formed, or cut.
    Malformed(String),
    /// Something only a hostile document holds.
    Refused(String),
}

impl fmt::Display for MarkupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(what) => write!(f, "not well-formed: {what}"),
            Self::Refused(what) => write!(f, "refused: {what}"),
        }
    }
}

impl std::error::Error for MarkupError {}

impl From<quick_xml::Error> for MarkupError {
    fn from(error: quick_xml::Error) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// The usual prefix of a namespace; empty where the namespace has none. The DILA flux renames the
/// UBL ones to `urn:boamp:…`.
fn prefix_of(namespace: &str) -> &'static str {
    match namespace.rsplit(':').next() {
        Some("CommonAggregateComponents-2") => return "cac",
        Some("CommonBasicComponents-2") => return "cbc",
        Some("CommonExtensionComponents-2") => return "ext",
        _ => {}
    }
    match namespace {
        "http://data.europa.eu/p27/eforms-ubl-extensions/1" => "efext",
        "http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1" => "efac",
        "http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1" => "efbc",
        _ => "",
    }
}

type OwnedAttributes<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Reads an XML document.
///
/// # Errors
/// When it is not well-formed, ends too early, or holds a DOCTYPE or other hostile content. What
/// came before the defect has been passed to the handler.
pub fn read_xml(text: &str, handler: &mut impl Handler) -> Result<(), MarkupError> {
    // Places in the document are counted from its first character.
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut xml = Xml {
        handler,
        open: Vec::with_capacity(DEEPEST),
        bindings: Vec::new(),
        attributes: Vec::new(),
        is_begun: false,
        text: Cow::Borrowed(""),
    };
    loop {
        match reader.read_event()? {
            Event::Start(start) => {
                xml.start(tag(text, &reader, start.len(), 1), start.name().as_ref().len())?;
            }
            Event::Empty(start) => {
                xml.start(tag(text, &reader, start.len(), 2), start.name().as_ref().len())?;
                xml.end();
            }
            Event::End(_) => xml.end(),
            Event::Text(part) => xml.push(part.xml10_content())?,
            Event::CData(part) => xml.push(part.xml10_content())?,
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                match reference.resolve_char_ref()? {
                    Some(character) => xml.push(Cow::Owned(character.to_string()))?,
                    None => match quick_xml::escape::resolve_predefined_entity(&name) {
                        Some(text) => xml.push(Cow::Borrowed(text))?,
                        None => {
                            return Err(MarkupError::Refused(format!("unknown entity &{name};")));
                        }
                    },
                }
            }
            Event::DocType(_) => return Err(MarkupError::Refused("a DOCTYPE".into())),
            Event::Eof => break,
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
        }
    }
    match xml.open.last() {
        Some(name) => Err(MarkupError::Malformed(format!("the document ends inside <{name}>"))),
        None => Ok(()),
    }
}

/// The content of the start tag that was read last, as part of the document, which outlives the
/// reader's event: `length` bytes that end `closing` bytes (`>`, `/>`) before the reader's place.
fn tag<'t>(text: &'t str, reader: &Reader<&[u8]>, length: usize, closing: usize) -> &'t str {
    let end = usize::try_from(reader.buffer_position()).unwrap_or(0).saturating_sub(closing);
    text.get(end.saturating_sub(length)..end).unwrap_or("")
}

/// A name parted at its colon. Names are short: a plain walk is quicker than a search.
fn split(name: &str) -> Option<(&str, &str)> {
    let colon = name.bytes().position(|byte| byte == b':')?;
    Some((&name[..colon], &name[colon + 1..]))
}

/// A prefix, the usual prefix of its namespace, and the level of the element that declares it.
struct Binding<'t> {
    prefix: &'t str,
    usual: &'static str,
    level: usize,
}

/// Nothing is copied where the document's own bytes serve: names with the usual prefixes,
/// attributes and texts without entities.
struct Xml<'t, 'h, H> {
    handler: &'h mut H,
    open: Vec<Cow<'t, str>>,
    bindings: Vec<Binding<'t>>,
    /// Attributes of the innermost element.
    attributes: OwnedAttributes<'t>,
    /// It is not known yet whether the innermost element has children.
    is_begun: bool,
    text: Cow<'t, str>,
}

impl<'t, H: Handler> Xml<'t, '_, H> {
    fn start(&mut self, tag: &'t str, name_length: usize) -> Result<(), MarkupError> {
        self.flush();
        if self.open.len() >= DEEPEST {
            return Err(MarkupError::Refused(format!("more than {DEEPEST} levels of elements")));
        }
        self.attributes.clear();
        if tag.len() > name_length {
            for attribute in quick_xml::events::attributes::Attributes::new(tag, name_length) {
                let attribute =
                    attribute.map_err(|error| MarkupError::Malformed(error.to_string()))?;
                let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
                match split(attribute.key.0) {
                    None if attribute.key.0 == "xmlns" => self.bind("", &value),
                    Some(("xmlns", prefix)) => self.bind(prefix, &value),
                    None => self.attributes.push((Cow::Borrowed(attribute.key.0), value)),
                    Some((_, local)) => self.attributes.push((Cow::Borrowed(local), value)),
                }
            }
        }
        let name = self.name(tag.get(..name_length).unwrap_or(""));
        self.open.push(name);
        self.is_begun = true;
        Ok(())
    }

    fn bind(&mut self, prefix: &'t str, namespace: &str) {
        let level = self.open.len();
        self.bindings.push(Binding { prefix, usual: prefix_of(namespace), level });
    }

    /// A name with the usual prefix of its namespace.
    fn name(&self, raw: &'t str) -> Cow<'t, str> {
        let (prefix, local) = split(raw).unwrap_or(("", raw));
        let binding = self.bindings.iter().rev().find(|binding| binding.prefix == prefix);
        match binding.map_or("", |binding| binding.usual) {
            usual if usual == prefix => Cow::Borrowed(raw),
            "" => Cow::Borrowed(local),
            usual => Cow::Owned([usual, ":", local].concat()),
        }
    }

    /// The innermost element has children after all.
    fn flush(&mut self) {
        if self.is_begun {
            self.is_begun = false;
            if let Some(name) = self.open.last() {
                self.handler.enter(name, Attributes(&self.attributes));
            }
        }
        self.text_between();
    }

    /// Text beside child elements.
    fn text_between(&mut self) {
        if !self.open.is_empty() && !self.text.trim_start().is_empty() {
            self.handler.leaf("#text", Attributes(&[]), &self.text);
        }
        self.text = Cow::Borrowed("");
    }

    fn end(&mut self) {
        if !self.is_begun {
            self.text_between();
        }
        // The reader has checked that the end tag is the one of the innermost element.
        if let Some(name) = self.open.pop() {
            if self.is_begun {
                self.is_begun = false;
                self.handler.leaf(&name, Attributes(&self.attributes), self.text.trim());
            } else {
                self.handler.leave(&name);
            }
        }
        while self.bindings.last().is_some_and(|binding| binding.level >= self.open.len()) {
            self.bindings.pop();
        }
        self.text = Cow::Borrowed("");
    }

    fn push(&mut self, part: Cow<'t, str>) -> Result<(), MarkupError> {
        if self.text.len() + part.len() > LONGEST_TEXT {
            return Err(MarkupError::Refused("a text of more than 4 MB".into()));
        }
        if self.text.is_empty() {
            self.text = part;
        } else {
            self.text.to_mut().push_str(&part);
        }
        Ok(())
    }
}

/// Reads a document in BOAMP's JSON.
///
/// # Errors
/// When it is not JSON, is cut, or is nested too deeply. What came before the defect has been
/// passed to the handler.
pub fn read_json(text: &str, handler: &mut impl Handler) -> Result<(), MarkupError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Json { handler, name: None, depth: 0, in_list: false }
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end())
        .map_err(|error| {
            let hostile = error.to_string();
            if hostile.contains("levels of elements") || hostile.contains("recursion limit") {
                MarkupError::Refused(hostile)
            } else {
                MarkupError::Malformed(hostile)
            }
        })
}

/// The JSON value of the element `name`; of the document itself when there is no name.
struct Json<'h, 'n, H> {
    handler: &'h mut H,
    name: Option<&'n str>,
    depth: usize,
    /// It is one of several elements of this name.
    in_list: bool,
}

impl<'de, H: Handler> DeserializeSeed<'de> for Json<'_, '_, H> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<H: Handler> Json<'_, '_, H> {
    fn leaf(self, text: &str) {
        if let Some(name) = self.name {
            self.handler.leaf(name, Attributes(&[]), without_nul(text).trim());
        }
    }
}

impl<'de, H: Handler> Visitor<'de> for Json<'_, '_, H> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element in BOAMP's JSON")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.leaf(text);
        Ok(())
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.leaf(if value { "true" } else { "false" });
        Ok(())
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.leaf(&value.to_string());
        Ok(())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.leaf(&value.to_string());
        Ok(())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.leaf(&value.to_string());
        Ok(())
    }

    /// `null` is an element that is not there; in a list it keeps the place of its neighbours.
    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        if self.in_list {
            self.leaf("");
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let Self { handler, name, depth, .. } = self;
        let mut more = true;
        while more {
            let element = Json { handler: &mut *handler, name, depth, in_list: true };
            more = elements.next_element_seed(element)?.is_some();
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut children: A) -> Result<(), A::Error> {
        let Self { handler, name, depth, .. } = self;
        if depth > DEEPEST {
            return Err(A::Error::custom(format!("more than {DEEPEST} levels of elements")));
        }
        let mut attributes = OwnedAttributes::new();
        let mut text = None::<Cow<'de, str>>;
        let mut entered = false;
        while let Some(Key(key)) = children.next_key()? {
            if let Some(attribute) = key.strip_prefix('@') {
                let value = children.next_value::<Scalar<'de>>()?.0;
                // `@xsi:type` and `@xmlns` declare types, not content.
                let declares = attribute.starts_with("xmlns");
                let local = attribute.rsplit(':').next().unwrap_or(attribute).to_owned();
                if let (false, Some(value)) = (declares, value) {
                    attributes.push((Cow::Owned(local), value));
                }
                continue;
            }
            if key == "#text" {
                text = children.next_value::<Scalar<'de>>()?.0;
                continue;
            }
            if let (false, Some(name)) = (entered, name) {
                handler.enter(name, Attributes(&attributes));
                entered = true;
            }
            let name = Some(&*key);
            children.next_value_seed(Json { handler, name, depth: depth + 1, in_list: false })?;
        }
        let Some(name) = name else { return Ok(()) };
        match (entered, text) {
            (false, text) => {
                let text = without_nul(text.as_deref().unwrap_or(""));
                handler.leaf(name, Attributes(&attributes), text.trim());
            }
            (true, text) => {
                if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
                    handler.leaf("#text", Attributes(&[]), &without_nul(&text));
                }
                handler.leave(name);
            }
        }
        Ok(())
    }
}

/// PostgreSQL cannot keep NUL characters; XML has none, JSON may.
fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) }
}

/// A key, borrowed from the input where it holds no escape.
#[derive(serde::Deserialize)]
struct Key<'k>(#[serde(borrow)] Cow<'k, str>);

/// A string, number or boolean as text; nothing for `null`.
struct Scalar<'de>(Option<Cow<'de, str>>);

impl<'de> serde::Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor;
        impl<'de> Visitor<'de> for ScalarVisitor {
            type Value = Scalar<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Scalar(Some(Cow::Borrowed(text))))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Scalar(Some(Cow::Owned(text.to_owned()))))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Scalar(Some(Cow::Owned(value.to_string()))))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Scalar(Some(Cow::Owned(value.to_string()))))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(Scalar(Some(Cow::Owned(value.to_string()))))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
                Ok(Scalar(Some(Cow::Owned(value.to_string()))))
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Scalar(None))
            }
        }
        deserializer.deserialize_any(ScalarVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes the events down.
    #[derive(Default)]
    struct Log(Vec<String>);

    fn shown(attributes: Attributes<'_>) -> String {
        let pairs = attributes.iter().map(|(key, value)| [" ", key, "=", value].concat());
        pairs.collect()
    }

    impl Handler for Log {
        fn enter(&mut self, name: &str, attributes: Attributes<'_>) {
            self.0.push(format!("<{name}{}>", shown(attributes)));
        }

        fn leaf(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
            self.0.push(format!("{name}{}={text}", shown(attributes)));
        }

        fn leave(&mut self, name: &str) {
            self.0.push(format!("</{name}>"));
        }
    }

    fn xml(text: &str) -> Result<Vec<String>, MarkupError> {
        let mut log = Log::default();
        read_xml(text, &mut log).map(|()| log.0)
    }

    fn json(text: &str) -> Result<Vec<String>, MarkupError> {
        let mut log = Log::default();
        read_json(text, &mut log).map(|()| log.0)
    }

    #[test]
    fn xml_and_json_of_one_document_give_the_same_elements() {
        let from_xml = xml(
            "<r xmlns:a='urn:boamp:names:specification:ubl:schema:xsd:CommonBasicComponents-2'>\
             <a:ID schemeName='x'> L&amp;1 </a:ID><oui/><lot><n>1</n></lot><lot><n>2</n></lot>\
             <m devise='EUR'><v>3</v></m></r>",
        );
        let from_json = json(
            r##"{"r": {"cbc:ID": {"@schemeName": "x", "#text": "L&1"}, "oui": "",
               "lot": [{"n": "1"}, {"n": 2}], "m": {"@devise": "EUR", "v": "3"}, "gone": null}}"##,
        );
        assert_eq!(from_xml, from_json);
        assert_eq!(
            from_xml,
            Ok([
                "<r>",
                "cbc:ID schemeName=x=L&1",
                "oui=",
                "<lot>",
                "n=1",
                "</lot>",
                "<lot>",
                "n=2",
                "</lot>",
                "<m devise=EUR>",
                "v=3",
                "</m>",
                "</r>"
            ]
            .map(String::from)
            .to_vec())
        );
    }

    #[test]
    fn text_between_elements_keeps_its_place() {
        assert_eq!(
            xml("<p>la 1<s>re</s> fois, la 2<s>e</s> <b/></p>"),
            Ok(["<p>", "#text=la 1", "s=re", "#text= fois, la 2", "s=e", "b=", "</p>"]
                .map(String::from)
                .to_vec())
        );
    }

    #[test]
    fn prefixes_are_those_in_force() {
        let cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";
        let inside = format!("<r><x xmlns:y='{cbc}'><y:ID/></x><y:ID/><ID xmlns='{cbc}'/></r>");
        assert_eq!(
            xml(&inside),
            Ok(["<r>", "<x>", "cbc:ID=", "</x>", "ID=", "cbc:ID=", "</r>"]
                .map(String::from)
                .to_vec())
        );
    }

    #[test]
    fn stray_types_do_not_make_a_marker_something_else() {
        let marker =
            "<non xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:type='xs:string'/>";
        assert_eq!(xml(marker), Ok(vec!["non type=xs:string=".to_owned()]));
        assert_eq!(
            json(r#"{"non": {"@xsi:type": "xs:string"}}"#),
            Ok(vec!["non type=xs:string=".to_owned()])
        );
    }

    #[test]
    fn damaged_and_hostile_documents_are_refused() {
        assert_eq!(json(r#"{"a": "b\u0000c"}"#), Ok(vec!["a=bc".to_owned()]));
        for (text, hostile) in [
            ("<a><b></a>", false),
            ("<a><b>", false),
            ("<a>&unknown;</a>", true),
            ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", true),
        ] {
            let refused = matches!(xml(text), Err(MarkupError::Refused(_)));
            assert!(xml(text).is_err() && refused == hostile, "{text}");
        }
        assert!(matches!(xml(&"<a>".repeat(80)), Err(MarkupError::Refused(_))));
        assert!(matches!(json(&r#"{"a":"#.repeat(80)), Err(MarkupError::Refused(_))));
        for text in ["", "{", r#"{"a": "b"} error"#, "[1", r#"{"@a": {"b": 1}}"#] {
            assert!(matches!(json(text), Err(MarkupError::Malformed(_))), "{text}");
        }
    }
}
