//! One stream of elements from XML and from BOAMP's JSON.
//!
//! BOAMP turns its XML into JSON: an empty element becomes `""`, an attribute `"@x"`, text beside
//! attributes `"#text"`, one child an object, several an array. Both forms of a notice are read
//! here as the same sequence of elements, so every decoder above is written once.

use std::borrow::Cow;
use std::fmt;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;
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
    /// An element without child elements; its text is trimmed of outer white space.
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

/// The usual prefix of a namespace. The DILA flux renames the UBL ones to `urn:boamp:…`.
fn prefix_of(namespace: &str) -> Option<&'static str> {
    if let Some(component) = namespace.rsplit(':').next() {
        match component {
            "CommonAggregateComponents-2" => return Some("cac:"),
            "CommonBasicComponents-2" => return Some("cbc:"),
            "CommonExtensionComponents-2" => return Some("ext:"),
            _ => {}
        }
    }
    match namespace {
        "http://data.europa.eu/p27/eforms-ubl-extensions/1" => Some("efext:"),
        "http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1" => Some("efac:"),
        "http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1" => Some("efbc:"),
        _ => None,
    }
}

type OwnedAttributes<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Reads an XML document.
///
/// # Errors
/// When it is not well-formed, ends too early, or holds a DOCTYPE or other hostile content. What
/// came before the defect has been passed to the handler.
pub fn read_xml(text: &str, handler: &mut impl Handler) -> Result<(), MarkupError> {
    let mut reader = NsReader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut xml = Xml { handler, open: Vec::new(), begun: None, text: String::new() };
    loop {
        let (namespace, event) = reader.read_resolved_event()?;
        match event {
            Event::Start(start) => xml.start(name(&namespace, &start), &start)?,
            Event::Empty(start) => {
                xml.start(name(&namespace, &start), &start)?;
                xml.end();
            }
            Event::End(_) => xml.end(),
            Event::Text(part) => xml.push(&part.xml10_content())?,
            Event::CData(part) => xml.push(&part.xml10_content())?,
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                match reference.resolve_char_ref()? {
                    Some(character) => xml.push(character.encode_utf8(&mut [0; 4]))?,
                    None => match quick_xml::escape::resolve_predefined_entity(&name) {
                        Some(text) => xml.push(text)?,
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

fn name(namespace: &ResolveResult<'_>, start: &BytesStart<'_>) -> String {
    let local = start.local_name();
    let prefix = match namespace {
        ResolveResult::Bound(namespace) => prefix_of(namespace.as_ref()),
        ResolveResult::Unbound | ResolveResult::Unknown(_) => None,
    };
    let mut name = String::with_capacity(40);
    name.push_str(prefix.unwrap_or_default());
    name.push_str(local.as_ref());
    name
}

struct Xml<'h, H> {
    handler: &'h mut H,
    open: Vec<String>,
    /// Attributes of the innermost element, as long as it is not known whether it has children.
    begun: Option<OwnedAttributes<'static>>,
    text: String,
}

impl<H: Handler> Xml<'_, H> {
    fn start(&mut self, name: String, start: &BytesStart<'_>) -> Result<(), MarkupError> {
        self.flush();
        if self.open.len() >= DEEPEST {
            return Err(MarkupError::Refused(format!("more than {DEEPEST} levels of elements")));
        }
        let mut attributes = OwnedAttributes::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| MarkupError::Malformed(error.to_string()))?;
            if attribute.key.as_namespace_binding().is_none() {
                let key = attribute.key.local_name().as_ref().to_owned();
                let value = attribute.normalized_value(XmlVersion::Implicit1_0)?.into_owned();
                attributes.push((Cow::Owned(key), Cow::Owned(value)));
            }
        }
        self.open.push(name);
        self.begun = Some(attributes);
        Ok(())
    }

    /// The innermost element has children after all.
    fn flush(&mut self) {
        if let (Some(attributes), Some(name)) = (self.begun.take(), self.open.last()) {
            self.handler.enter(name, Attributes(&attributes));
            let text = self.text.trim();
            if !text.is_empty() {
                self.handler.leaf("#text", Attributes(&[]), text);
            }
        }
        self.text.clear();
    }

    fn end(&mut self) {
        // The reader has checked that the end tag is the one of the innermost element.
        if let Some(name) = self.open.pop() {
            match self.begun.take() {
                Some(attributes) => {
                    self.handler.leaf(&name, Attributes(&attributes), self.text.trim());
                }
                None => self.handler.leave(&name),
            }
        }
        self.text.clear();
    }

    fn push(&mut self, part: &str) -> Result<(), MarkupError> {
        if self.text.len() + part.len() > LONGEST_TEXT {
            return Err(MarkupError::Refused("a text of more than 4 MB".into()));
        }
        self.text.push_str(part);
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
                    handler.leaf("#text", Attributes(&[]), without_nul(&text).trim());
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
