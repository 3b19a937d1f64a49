//! A small element tree, for the national forms: they are short, and their decoders look things
//! up rather than read in order. eForms notices are streamed instead.

use super::markup::{Attributes, Handler};

/// An element with its attributes, text and children.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Name, with the usual prefix of its namespace.
    pub name: String,
    /// Attributes.
    pub attributes: Vec<(String, String)>,
    /// Its own text, trimmed.
    pub text: String,
    /// Child elements in order.
    pub children: Vec<Element>,
}

impl Element {
    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element down a path such as `procedure/dateReceptionOffres`.
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, Self::child)
    }

    /// Whether there is an element at the path: empty elements mean *yes*.
    pub fn has(&self, path: &str) -> bool {
        self.at(path).is_some()
    }

    /// The text at the path, when there is any.
    pub fn text_at(&self, path: &str) -> Option<&str> {
        self.at(path).map(|element| element.text.as_str()).filter(|text| !text.is_empty())
    }

    /// An attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The words of the element and of those inside it, in their order: the paragraphs of a text,
    /// with what stands in superscript.
    pub fn prose(&self) -> String {
        let mut prose = String::new();
        self.write_prose(&mut prose);
        prose
    }

    fn write_prose(&self, prose: &mut String) {
        if !self.children.iter().any(|child| child.name == "#text") {
            prose.push_str(&self.text);
        }
        for child in &self.children {
            if child.name == "P" && !prose.is_empty() {
                prose.push('\n');
            }
            child.write_prose(prose);
        }
    }

    /// The first element of this name, however deep.
    pub fn find(&self, name: &str) -> Option<&Self> {
        self.children
            .iter()
            .find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }

    /// The name of the first child: the way old forms write a choice (`<OUVERT/>`).
    pub fn choice(&self) -> Option<&str> {
        self.children.iter().map(|child| child.name.as_str()).find(|name| *name != "#text")
    }
}

/// Builds a tree from the elements it is given.
#[derive(Debug, Default)]
pub struct TreeBuilder {
    open: Vec<Element>,
    root: Element,
}

impl TreeBuilder {
    /// The elements seen so far, as children of a nameless root. Elements still open, of a
    /// document that was cut, are closed.
    pub fn finish(mut self) -> Element {
        while let Some(element) = self.open.pop() {
            self.add(element);
        }
        self.root
    }

    fn add(&mut self, element: Element) {
        self.open.last_mut().unwrap_or(&mut self.root).children.push(element);
    }
}

fn element(name: &str, attributes: Attributes<'_>, text: &str) -> Element {
    Element {
        name: name.to_owned(),
        attributes: attributes
            .iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
        text: text.to_owned(),
        children: Vec::new(),
    }
}

impl Handler for TreeBuilder {
    fn enter(&mut self, name: &str, attributes: Attributes<'_>) {
        self.open.push(element(name, attributes, ""));
    }

    fn leaf(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        if name == "#text"
            && let Some(parent) = self.open.last_mut()
            && parent.children.is_empty()
        {
            text.trim().clone_into(&mut parent.text);
        }
        self.add(element(name, attributes, text));
    }

    fn leave(&mut self, _name: &str) {
        if let Some(element) = self.open.pop() {
            self.add(element);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::markup::read_xml;

    #[test]
    fn paths_markers_and_choices() {
        let mut builder = TreeBuilder::default();
        read_xml("<a>t<b><c x='1'>d</c><c/></b><p><OUVERT/></p></a>", &mut builder)
            .expect("well-formed");
        let root = builder.finish();
        let a = root.child("a").expect("the root element");
        assert_eq!(a.text, "t");
        assert_eq!(a.text_at("b/c"), Some("d"));
        assert_eq!(a.at("b/c").and_then(|c| c.attribute("x")), Some("1"));
        assert_eq!(a.at("b").map(|b| b.all("c").count()), Some(2));
        assert_eq!(a.child("p").and_then(Element::choice), Some("OUVERT"));
        assert!(!a.has("b/d"));
    }

    #[test]
    fn prose_keeps_the_order_of_words() {
        let mut builder = TreeBuilder::default();
        let text = "<d><P>La 1<FT>re</FT> fois.</P><P>Puis <FT>2</FT></P></d>";
        read_xml(text, &mut builder).expect("well-formed");
        let prose = builder.finish().find("d").map(Element::prose);
        assert_eq!(prose.as_deref(), Some("La 1re fois.\nPuis 2"));
    }
}
